import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { reasonOf, type EventLog } from '../event-log.js';
import { CutConnection } from '../faults/fault.js';
import { receive } from './aws-request.js';
import type { Answer, AwsService } from './aws-service.js';
import { serviceNameOf } from './signature-claim.js';

/** A longer body is not worth reading to its end. */
const REST_BYTES = 16_777_216;

/**
 * One address for all services, plain HTTP: a request goes to the service that it was signed for. What names none, or one
 * that isn't here, goes to the first, which refuses it. Paths of the sandbox's own go to `admin`. Not listening yet.
 */
export function createEndpoint(services: readonly [AwsService, ...AwsService[]], admin: { readonly path: string; readonly service: AwsService }, log: EventLog): Server {
  const byName = new Map(services.flatMap((service) => service.signingNames.map((name) => [name, service])));
  // A body that never ends is given up after a while.
  return createServer({ requestTimeout: 30_000 }, (incoming, response) => {
    const requestId = randomUUID();
    const request = receive(incoming, response);
    const service = request.path.startsWith(admin.path) ? admin.service : byName.get(serviceNameOf(request) ?? '') ?? services[0];
    service
      .answer(request, requestId)
      .catch((error: unknown) => {
        if (error instanceof CutConnection) {
          incoming.socket.destroy();
          return undefined;
        }
        const { answer, internal } = service.refusal(error, request, requestId);
        if (internal) log('sandbox.internal-failure', { requestId, reason: reasonOf(error) });
        // The rest of a body that nobody has read is let pass, since a connection that is closed before may lose the answer.
        if (incoming.complete || Number(incoming.headers['content-length']) <= REST_BYTES) {
          incoming.resume();
          return answer;
        }
        return { ...answer, headers: { ...answer.headers, connection: 'close' } };
      })
      .then((answer) => answer && send(response, answer, request.method))
      .catch((error: unknown) => {
        log('sandbox.internal-failure', { requestId, reason: reasonOf(error) });
        response.destroy();
      });
  });
}

function send(response: ServerResponse, { status, headers, body = '' }: Answer, method: string): void {
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    // A client that goes away ends the stream; there is nobody left to tell.
    pipeline(body, response, () => undefined);
    return;
  }
  // A HEAD says how long the body would be, and a 204 has none.
  const length = method === 'HEAD' || status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...length, ...headers });
  response.end(body);
}
