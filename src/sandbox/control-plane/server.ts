import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { reasonOf } from '../event-log.js';
import { MarkerError } from '../store/page.js';
import { invalidRequest, ServiceError } from '../service-error.js';
import type { Call } from './operation.js';
import { findOperation } from './routes.js';
import type { SignatureCheck, SignedRequest } from './signature.js';

/** The largest member of the service model, a policy document, has 404,600 characters. */
const BODY_LIMIT = 1_048_576;

/** AWS IoT's REST-JSON interface over plain HTTP. Not listening yet. */
export function createControlPlane(signatures: SignatureCheck, context: Omit<Call, 'account'>): Server {
  // A body that never ends is given up after a while.
  return createServer({ requestTimeout: 30_000 }, (incoming, response) => {
    const requestId = randomUUID();
    answer(incoming, signatures, context)
      .then((output) => send(response, 200, requestId, output))
      .catch((error: unknown) => {
        const failure = toServiceError(error);
        if (failure.type === 'InternalFailureException') context.log('sandbox.internal-failure', { requestId, reason: reasonOf(error) });
        response.setHeader('x-amzn-errortype', failure.type);
        // The rest of a body that was too large is not worth reading.
        if (failure.status === 413) response.setHeader('connection', 'close');
        send(response, failure.status, requestId, { message: failure.message, ...failure.resource });
      });
  });
}

async function answer(incoming: IncomingMessage, signatures: SignatureCheck, context: Omit<Call, 'account'>): Promise<object | undefined> {
  const request = await receive(incoming);
  const account = await signatures.caller(request);
  const operation = findOperation(request.method, request.path);
  if (operation === undefined) {
    throw new ServiceError('UnknownOperationException', `The sandbox does not know ${request.method} ${request.path}.`);
  }
  const { labels: path } = operation;
  return operation.run({ ...context, account }, { path, query: request.query, headers: request.headers, body: parseBody(request.body) });
}

async function receive(incoming: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new ServiceError('RequestEntityTooLargeException', `A request body has ${BODY_LIMIT} bytes at most.`);
    chunks.push(chunk);
  }
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  };
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidRequest('The body is not JSON.');
  }
}

function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof MarkerError) return invalidRequest(error.message);
  return new ServiceError('InternalFailureException', 'An unexpected error has occurred.');
}

function send(response: ServerResponse, status: number, requestId: string, output: object | undefined): void {
  const body = output === undefined ? '' : JSON.stringify(output);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-amzn-requestid': requestId });
  response.end(body);
}
