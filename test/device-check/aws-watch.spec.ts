import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchInAws } from '../../src/device-check/aws-watch.js';

it('asks the service about a board that connects to AWS by itself, until AWS says that it is known and has connected', async () => {
  const answers = [
    { target: 't', expected: 'ACTIVE', registered: false, connected: null, problem: 'In AWS the certificate is not registered', inTheWay: null },
    { target: 't', expected: 'ACTIVE', registered: true, connected: true, problem: null, inTheWay: null },
    { target: 't', expected: 'ACTIVE', registered: false, connected: null, problem: 'In AWS the certificate is not registered', inTheWay: { authority: 'a', problem: 'The CA is INACTIVE there', remedy: 'Lift it.' } },
    { target: 't', expected: 'NONE', registered: null, connected: null, problem: null, inTheWay: null },
  ];
  const asked: string[] = [];
  const ledger = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ targets: [{ target: 'other', expected: 'ACTIVE', registered: null, connected: null, problem: null, inTheWay: null }, answers[asked.length - 1]] }));
  }).listen(0, '127.0.0.1');
  await once(ledger, 'listening');
  try {
    const baseUrl = `http://127.0.0.1:${(ledger.address() as AddressInfo).port}`;
    const watch = (patienceMs: number) => watchInAws({ baseUrl, apiKey: 'k' }, 'EOL-9', ['t'], patienceMs);
    const states = async (patienceMs: number) => (await watch(patienceMs)).map(({ check, state }) => [check, state]);
    expect(await states(1_000)).toEqual([['registration in t', 'failed'], ['first connections in t', 'not-seen']]);
    expect(await states(20_000)).toEqual([['registration in t', 'ok'], ['first connections in t', 'ok']]);
    expect((await watch(1_000))[0]).toMatchObject({ state: 'failed', finding: 'Not within 1 s: In AWS the certificate is not registered; The CA is INACTIVE there', remedy: 'Lift it.' });
    expect((await watch(1_000))[0]).toMatchObject({ state: 'failed', finding: 'Not within 1 s: the unit has no certificate yet', remedy: expect.stringContaining('its certificate first') });
    expect(asked.slice(0, 2)).toEqual(['POST /v1/units/EOL-9/check', 'POST /v1/units/EOL-9/check']);
  } finally {
    ledger.close();
  }
});
