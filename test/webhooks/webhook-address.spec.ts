import type { LookupFunction } from 'node:net';
import { AddressRefused, lookupFor, problemOfUrl } from '../../src/webhooks/webhook-address.js';

const looked = (lookup: LookupFunction, hostname: string, all: boolean) =>
  new Promise((resolve) => lookup(hostname, { all }, ((error: Error | null, address: unknown) => resolve(error ?? address)) as Parameters<LookupFunction>[2]));

describe('a name', () => {
  it('that leads to this machine is refused when it is called, unless it is listed or names this machine', async () => {
    for (const all of [true, false]) expect(await looked(lookupFor(new URL('https://mes.example.com/'), []), 'localhost', all)).toBeInstanceOf(AddressRefused);
    expect(await looked(lookupFor(new URL('https://mes.example.com/'), ['mes.example.com']), 'localhost', false)).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(await looked(lookupFor(new URL('http://localhost:80/'), []), 'localhost', true)).toMatchObject([{ address: expect.any(String) }]);
  });

  it('that leads to an address of the link is refused, however it is written', async () => {
    for (const address of ['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '0.0.0.0', '224.0.0.1']) {
      expect(await looked(lookupFor(new URL('https://mes.example.com/'), []), address, true)).toBeInstanceOf(AddressRefused);
    }
    for (const address of ['10.1.2.3', '192.168.0.7', '2001:db8::7']) expect(await looked(lookupFor(new URL('https://mes.example.com/'), []), address, false)).toBe(address);
  });
});

it('takes https anywhere, and http to this machine and to listed hosts', () => {
  const taken = (url: string, listed: string[] = []) => problemOfUrl(url, listed) === undefined;
  expect([taken('https://mes.example.com/a?b=c'), taken('http://mes.example.com/'), taken('http://mes.example.com:8080/', ['mes.example.com:8080']), taken('http://mes.example.com/', ['mes.example.com:8080'])]).toEqual([true, false, true, false]);
  expect([taken('http://127.0.0.1:5000/'), taken('http://[::1]:5000/'), taken('http://localhost/'), taken('https://10.0.0.8/')]).toEqual([true, true, true, true]);
  // URL parsing writes these as 127.0.0.1 and 169.254.169.254.
  expect([taken('http://2130706433/'), taken('https://0xa9fea9fe/')]).toEqual([true, false]);
});
