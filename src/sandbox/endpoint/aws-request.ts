import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as it came, before anyone decoded anything. */
export interface AwsRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Still percent-encoded, without the question mark. */
  readonly search: string;
  /** Decoded; of a parameter that comes twice the last one. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly stream: IncomingMessage;
  /** Aborted when the client goes away without having got its answer. */
  readonly closed: AbortSignal;
}

export function receive(incoming: IncomingMessage, response: ServerResponse): AwsRequest {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort();
  });
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    method: incoming.method ?? 'GET',
    path,
    search,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: incoming.headers,
    stream: incoming,
    closed: left.signal,
  };
}

export function header(request: Pick<AwsRequest, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`A request body has ${limit} bytes at most.`);
  }
}

/** @throws BodyTooLarge */
export async function readBody(request: AwsRequest, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new BodyTooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
