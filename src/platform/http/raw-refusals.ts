import { type IncomingMessage, maxHeaderSize, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { requestInvalid } from '../errors/platform.errors.js';
import { PROBLEM_JSON, toProblem } from './problem.js';

interface ConnectionError extends Error {
  code: string;
  /** What Node's parser was reading. */
  rawPacket?: unknown;
}

/** What Node's HTTP parser gives up on → the status that fits, and why. */
function refusalOf({ code, rawPacket }: ConnectionError): { statusCode: number; detail: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { statusCode: 408, detail: 'The request did not arrive in time' };
  if (code !== 'HPE_HEADER_OVERFLOW') return { statusCode: 400, detail: 'The request is no HTTP that can be read' };
  // The parser counts the address among the headers.
  const lineEnd = Buffer.isBuffer(rawPacket) ? rawPacket.indexOf('\r\n') : 0;
  if (lineEnd === -1 || lineEnd > maxHeaderSize) return { statusCode: 414, detail: `The address is longer than ${maxHeaderSize} bytes` };
  return { statusCode: 431, detail: `The headers are longer than ${maxHeaderSize} bytes in all` };
}

/** For what never becomes a request (broken HTTP, too large headers): a problem, and the end of the connection. */
export function refuseBrokenHttp(error: ConnectionError, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
  const { statusCode, detail } = refusalOf(error);
  return endWithProblem(socket, Object.assign(new Error(detail), { statusCode }));
}

/** A tunnel is asked for: this is no proxy. */
export function refuseTunnels(fastify: FastifyInstance) {
  fastify.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    endWithProblem(socket, Object.assign(new Error('CONNECT is for proxies, and this is none'), { statusCode: 405 }), `allow: ${METHODS}\r\n`);
  });
}

/** HTTP/1.1 wants exactly one Host (RFC 9112 section 3.2). Node's own check, which answers without a body, is off. */
export function refuseMissingHost(fastify: FastifyInstance) {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, rawHeaders } = request.raw;
    const hosts = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length;
    if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return done();
    done(requestInvalid(hosts === 0 ? 'The request has no Host header' : 'The request has more than one Host header'));
  });
}

/** An `Expect` other than `100-continue` (RFC 9110 section 10.1.1). */
export function refuseExpectations(fastify: FastifyInstance) {
  fastify.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const text = problemText(Object.assign(new Error('Only 100-continue can be expected'), { statusCode: 417 }));
    response.writeHead(417, { 'content-type': PROBLEM_JSON, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text), connection: 'close' }).end(text);
  });
}

/** What some route takes. */
const METHODS = 'GET, POST, PATCH, DELETE';

function endWithProblem(socket: Duplex, error: Error & { statusCode: number }, headers = ''): Duplex {
  const text = problemText(error);
  return socket.end(`HTTP/1.1 ${error.statusCode} Refused\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${headers}${FIXED}connection: close\r\n\r\n${text}`);
}

const FIXED = 'x-content-type-options: nosniff\r\ncache-control: no-store\r\n';

const logger = new Logger('Requests');

/** The answer's body, with its line in the log: no hook runs for what never becomes a request. */
function problemText(error: Error): string {
  const problem = toProblem(error);
  const requestId = randomUUID();
  logger.log({ event: 'request', requestId, status: problem.status, code: problem.code, detail: problem.detail });
  return JSON.stringify({ ...problem, requestId });
}
