import { once } from 'node:events';
import { connect } from 'node:net';
import { Bench } from './support/bench.js';

/** Ten seconds outside of tests. */
const HANDSHAKE_MS = 1_000;

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start({ times: { handshakeMs: HANDSHAKE_MS } });
});
afterAll(() => bench.stop());

it('ends a connection whose TLS handshake does not come to an end, whether it says nothing or a byte at a time', async () => {
  const silent = connect(bench.sandbox.mqttPort, '127.0.0.1');
  const slow = connect(bench.sandbox.mqttPort, '127.0.0.1');
  const hello = [0x16, 3, 1, 1, 0, 1, 0];
  const sending = setInterval(() => slow.write(Buffer.from([hello.shift() ?? 0])), HANDSHAKE_MS / 20);
  for (const socket of [silent, slow]) socket.on('error', () => undefined);
  await Promise.all([silent, slow].map((socket) => once(socket, 'close')));
  clearInterval(sending);
  expect([silent, slow].map((socket) => socket.closed)).toEqual([true, true]);
});
