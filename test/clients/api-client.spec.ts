import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ApiClient } from '../../src/client/api-client.js';

let server: Server;
let baseUrl: string;
/** Answers in turn; the last one stays. */
let script: ((response: ServerResponse) => void)[];
let seen: IncomingHttpHeaders[];

const Answer = z.object({ ok: z.boolean() });

const problem = (status: number, more: object) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ title: 't', status, detail: 'why', operatorAction: 'Wait.', ...more }));
};
const fine = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"ok":true}');
};
const cutOff = (response: ServerResponse) => void response.socket?.destroy();

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume();
    (script.length > 1 ? script.shift() : script[0])?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a caller of the API', () => {
  it('turns a problem into an error with its code and what the operator should do', async () => {
    script = [problem(409, { code: 'slot-occupied', retryable: false })];
    await expect(new ApiClient({ baseUrl }, 'k').post('/x', {}, Answer)).rejects.toMatchObject({
      status: 409, code: 'slot-occupied', message: 'why', operatorAction: 'Wait.', retryable: false,
    });
    expect(seen).toHaveLength(1);
  });

  it('repeats a request with the same Idempotency-Key when the service says so, is cut off, or closes', async () => {
    const closing = (response: ServerResponse) => {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end('{"statusCode":503}');
    };
    script = [problem(503, { code: 'hsm-unavailable', retryable: true, retryAfterMs: 10 }), cutOff, closing, fine];
    expect(await new ApiClient({ baseUrl }, 'secret').post('/x', {}, Answer)).toEqual({ ok: true });
    expect(seen).toHaveLength(4);
    expect(seen[0]!.authorization).toBe('Bearer secret');
    expect(seen[0]!['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(seen.map((headers) => headers['idempotency-key'])).size).toBe(1);
  });

  it('takes another Idempotency-Key for another request', async () => {
    script = [fine];
    const api = new ApiClient({ baseUrl }, 'k');
    await api.post('/x', {}, Answer);
    await api.post('/x', {}, Answer);
    expect(seen[0]!['idempotency-key']).not.toBe(seen[1]!['idempotency-key']);
  });

  it('gives up when its patience is over, and says that nobody answers', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const began = performance.now();
    await expect(new ApiClient({ baseUrl: `http://127.0.0.1:${port}` }, 'k', { patienceMs: 500 }).get('/x', Answer)).rejects.toThrow(
      `The service at http://127.0.0.1:${port} does not answer (ECONNREFUSED)`,
    );
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('ends a call at once when it is told to', async () => {
    script = [() => undefined];
    const stop = new AbortController();
    const call = new ApiClient({ baseUrl }, 'k').get('/x', Answer, { signal: stop.signal });
    await once(server, 'request');
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});
