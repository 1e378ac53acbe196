import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { PAYLOAD_BYTES } from '../model/limits.js';
import { topicComplaint } from './topic.js';

/** A message that came as `POST /topics/{topic}?qos=`, from the device at the other end of the connection. */
export interface HttpsPublication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** Whether the device may publish it. It is published then. */
export type PublishOverHttps = (socket: TLSSocket, publication: HttpsPublication) => boolean;

/** HTTPS publish of AWS IoT's data endpoint (developer guide, "HTTPS"). The server does not listen: it gets connections whose TLS handshake is done. */
export function createHttpsPublish(publish: PublishOverHttps): Server {
  return createServer({ requestTimeout: 30_000 }, (request, response) => {
    const answer = (status: number, message: string) => send(response, status, message);
    read(request)
      .then((publication) => {
        if (typeof publication === 'string') answer(publication === TOO_LONG ? 413 : 400, publication);
        else if (publication === undefined) answer(404, 'The sandbox takes POST /topics/{topic} here.');
        else if (publish(request.socket as TLSSocket, publication)) answer(200, 'OK');
        else answer(403, 'Forbidden');
      })
      .catch(() => response.destroy());
  });
}

const TOO_LONG = `A message has more than ${PAYLOAD_BYTES} bytes.`;

/** A text says what is wrong with the request. */
async function read(request: IncomingMessage): Promise<HttpsPublication | string | undefined> {
  const url = new URL(request.url ?? '/', 'https://sandbox');
  const [, encoded] = /^\/topics\/(.+)$/.exec(url.pathname) ?? [];
  if (request.method !== 'POST' || encoded === undefined) return undefined;
  const qos = url.searchParams.get('qos') ?? '0';
  if (qos !== '0' && qos !== '1') return 'qos must be 0 or 1.';
  const topic = decoded(encoded);
  const complaint = topic === undefined ? 'it is not well encoded' : (topicComplaint(topic) ?? (/[\0\uFFFD]/.test(topic) ? 'it holds U+0000 or no UTF-8' : undefined));
  if (topic === undefined || complaint !== undefined) return `The topic is refused: ${complaint}.`;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > PAYLOAD_BYTES) return TOO_LONG;
    chunks.push(chunk);
  }
  return { topic, payload: Buffer.concat(chunks), qos: qos === '1' ? 1 : 0, retain: url.searchParams.get('retain') === 'true' };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** As AWS answers: a message, and an id to ask support about. */
function send(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ message, traceId: randomUUID() });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(status === 413 ? { connection: 'close' } : {}) });
  response.end(body);
}
