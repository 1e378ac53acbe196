import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_JSON, toProblem } from './problem.js';

/** What Node's HTTP parser gives up on → the status that fits. */
const STATUS_OF: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

interface ConnectionError extends Error {
  code: string;
}

/** For what never becomes a request (broken HTTP, too large headers): a problem, and the end of the connection. */
export function refuseBrokenHttp(error: ConnectionError, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
  const statusCode = STATUS_OF[error.code] ?? 400;
  const text = problemText(Object.assign(new Error('The request is no HTTP that can be read'), { statusCode }));
  return socket.end(`HTTP/1.1 ${statusCode} Refused\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${FIXED}connection: close\r\n\r\n${text}`);
}

/** An `Expect` other than `100-continue` (RFC 9110 section 10.1.1). */
export function refuseExpectations(fastify: FastifyInstance) {
  fastify.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const text = problemText(Object.assign(new Error('Only 100-continue can be expected'), { statusCode: 417 }));
    response.writeHead(417, { 'content-type': PROBLEM_JSON, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text), connection: 'close' }).end(text);
  });
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
