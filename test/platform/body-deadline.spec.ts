import { connect, type Socket } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { boundBodyTime } from '../../src/platform/http/body-deadline.js';

const NEVER_MS = 3_600_000;
let server: FastifyInstance;
afterEach(() => server.close());

/** A server that answers 401 without reading a body where there is no authorization. Times in milliseconds. */
async function serve(times: { wholeMs: number; restMs: number }): Promise<number> {
  server = fastify({ forceCloseConnections: true });
  server.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
  boundBodyTime(server, times);
  server.addHook('onRequest', async (request, reply) => (request.headers.authorization === undefined ? reply.status(401).send('who?') : undefined));
  server.post('/', async (request) => ({ body: request.headers['content-type']?.startsWith('application/json') ? request.body : 'stream' }));
  return Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
}

const open = (port: number, headers: string[], body: string): Socket => {
  const socket = connect(port, '127.0.0.1', () => socket.write(`${['POST / HTTP/1.1', 'host: x', ...headers].join('\r\n')}\r\n\r\n${body}`));
  return socket;
};
const first = (socket: Socket) => new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
const closed = (socket: Socket) => new Promise<true>((resolve) => socket.on('error', () => undefined).once('close', () => resolve(true)));

it('cuts a connection whose body does not come to its end', async () => {
  const port = await serve({ wholeMs: 50, restMs: NEVER_MS });
  const socket = open(port, ['authorization: x', 'content-type: application/json', 'content-length: 100'], '{"id":');
  await expect(closed(socket)).resolves.toBe(true);
});

it('answers a body that comes in time, and then lets the connection be', async () => {
  const port = await serve({ wholeMs: 50, restMs: 50 });
  const socket = open(port, ['authorization: x', 'content-type: application/json', 'content-length: 2'], '{}');
  expect(await first(socket)).toMatch(/^HTTP\/1.1 200/);
  // Its deadline is over when another connection, which begins later, has been cut at the same one.
  await closed(open(port, ['authorization: x', 'content-type: application/json', 'content-length: 100'], ''));
  socket.write('POST / HTTP/1.1\r\nhost: x\r\nauthorization: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');
  expect(await first(socket)).toMatch(/^HTTP\/1.1 200/);
  socket.destroy();
});

it('answers who is refused before the body has come, and cuts the connection when the rest never comes', async () => {
  const port = await serve({ wholeMs: NEVER_MS, restMs: 50 });
  const socket = open(port, ['content-type: application/json', 'content-length: 100'], '{"id":');
  const over = closed(socket);
  expect(await first(socket)).toMatch(/^HTTP\/1.1 401/);
  await expect(over).resolves.toBe(true);
});
