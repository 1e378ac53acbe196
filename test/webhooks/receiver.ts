import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  id: string;
  seconds: number;
  signature: string;
  body: string;
  type: string;
  data: Record<string, unknown>;
  index: number;
  workOrder: { id: string; externalId: string | null } | null;
}

/** Another system's receiver of webhooks, on this machine. */
export class Receiver {
  readonly received: Received[] = [];
  /** What it does with each message, once it has read it. */
  behave: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();
  private server: Server | undefined;
  private port = 0;

  get url() {
    return `http://127.0.0.1:${this.port}/hook?token=t`;
  }

  get types() {
    return this.received.map(({ type }) => type);
  }

  async start() {
    this.server = createServer((request, response) => void this.take(request, response)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop() {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }

  private async take(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const header = (name: string) => String(request.headers[name]);
    this.received.push({ id: header('webhook-id'), seconds: Number(header('webhook-timestamp')), signature: header('webhook-signature'), body, ...(JSON.parse(body) as Pick<Received, 'type' | 'data' | 'index' | 'workOrder'>) });
    this.behave(response);
  }
}

/** As standardwebhooks.com has it: HMAC-SHA256 of `id.timestamp.body` under the octets behind `whsec_`. */
export function isSigned({ id, seconds, body, signature }: Received, secret: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return signature === `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}
