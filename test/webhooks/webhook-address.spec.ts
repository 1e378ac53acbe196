import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import type { LookupFunction } from 'node:net';
import { mock } from 'node:test';
import type { Config } from '../../src/config/config.js';
import { AddressRefused, lookupFor, problemOfUrl } from '../../src/webhooks/webhook-address.js';
import type { WebhookMessage } from '../../src/webhooks/webhook-messages.queries.js';
import { WebhookSender } from '../../src/webhooks/webhook-sender.js';
import { Receiver } from './receiver.js';

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
    // The same inside addresses of IPv6 that lead to one of IPv4 (RFC 4291, 2765, 6052, 8215, 3056, 4380, 5214), and this machine.
    for (const address of [
      '::169.254.169.254', '::ffff:0:169.254.169.254', '64:ff9b::a9fe:a9fe', '64:ff9b::127.0.0.1', '64:ff9b:1::a9fe:a9fe', '64:ff9b:1:a9fe:a9:fe00::', '64:ff9b:1:7:a9:fea9:fe00:0', '64:ff9b:1:0:a9:fea9:fe00:0', '64:ff9b:1:a9:fe:a9fe::',
      '2002:a9fe:a9fe::1', '2002:7f00:1::', '2001:0:4136:e378:8000:63bf:5601:5601', '2001:0:a9fe:a9fe::1', '2001:db8::5efe:a9fe:a9fe', '2001:db8::200:5efe:169.254.169.254', 'fe80::1%lo',
    ]) expect([address, await looked(lookupFor(new URL('https://mes.example.com/'), []), address, true)]).toEqual([address, expect.any(AddressRefused)]);
    for (const address of ['64:ff9b::a01:203', '2002:a01:203::1', '64:ff9b:1::c0a8:7']) expect(await looked(lookupFor(new URL('https://mes.example.com/'), []), address, false)).toBe(address);
    for (const address of ['10.1.2.3', '192.168.0.7', '2001:db8::7']) expect(await looked(lookupFor(new URL('https://mes.example.com/'), []), address, false)).toBe(address);
  });
});

it('takes https anywhere, and http to this machine and to listed hosts', () => {
  const taken = (url: string, listed: string[] = []) => problemOfUrl(url, listed) === undefined;
  expect([taken('https://mes.example.com/a?b=c'), taken('http://mes.example.com/'), taken('http://mes.example.com:8080/', ['mes.example.com:8080']), taken('http://mes.example.com/', ['mes.example.com:8080'])]).toEqual([true, false, true, false]);
  expect([taken('http://127.0.0.1:5000/'), taken('http://[::1]:5000/'), taken('http://localhost/'), taken('https://10.0.0.8/')]).toEqual([true, true, true, true]);
  expect([taken('https://[64:ff9b::a9fe:a9fe]/'), taken('https://[::7f00:1]/'), taken('http://[64:ff9b::7f00:1]/'), taken('https://[2002:a9fe:a9fe::1]/'), taken('https://[64:ff9b::a01:203]/')]).toEqual([false, false, false, false, true]);
  // URL parsing writes these as 127.0.0.1 and 169.254.169.254.
  expect([taken('http://2130706433/'), taken('https://0xa9fea9fe/')]).toEqual([true, false]);
});

describe('a name that leads elsewhere when the message is sent', () => {
  const receiver = new Receiver();
  const answers: string[] = [];
  const lookups: string[] = [];
  beforeAll(() => receiver.start());
  beforeAll(() => {
    mock.method(dns, 'lookup', (hostname: string, _: object, done: (error: null, found: { address: string; family: number }[]) => void) => {
      lookups.push(hostname);
      done(null, [{ address: answers.shift() ?? '169.254.169.254', family: 4 }]);
    });
    syncBuiltinESMExports();
  });
  afterAll(async () => {
    mock.restoreAll();
    syncBuiltinESMExports();
    await receiver.stop();
  });
  const host = () => new URL(receiver.url.replace('127.0.0.1', 'erp.example.com')).host;
  const send = async (scheme: string, listed: string[]) => {
    const sender = new WebhookSender({ WEBHOOK_HOSTS: listed, WEBHOOK_TIMEOUT_MS: 5_000 } as unknown as Config);
    try {
      return await sender.send(`${scheme}://${host()}/hook`, Buffer.alloc(32), { id: 'm', body: '{}' } as WebhookMessage);
    } finally {
      sender.onModuleDestroy();
    }
  };

  it('is refused before anything is sent, and asked for once only: the connection goes to what was looked at', async () => {
    answers.push('127.0.0.1');
    expect(await send('https', [])).toEqual({ status: null, problem: expect.stringContaining('127.0.0.1 is no address of another system') as string });
    expect(await send('https', [])).toEqual({ status: null, problem: expect.stringContaining('169.254.169.254 is no address') as string });
    expect(receiver.received).toEqual([]);
    lookups.length = 0;
    answers.push('127.0.0.1');
    expect(await send('http', [host()])).toEqual({ status: 204, problem: null });
    expect([lookups, receiver.received.length]).toEqual([['erp.example.com'], 1]);
  });
});
