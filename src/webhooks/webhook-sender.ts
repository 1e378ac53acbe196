import { createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as requestHttp, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import type { WebhookMessage } from './webhook-messages.queries.js';
import { lookupFor, problemOfUrl } from './webhook-address.js';

/** What became of one attempt. `status`: null where no answer came. `problem`: null when it was delivered, else the end of a sentence. */
export interface Attempt {
  status: number | null;
  problem: string | null;
}

const SECRET_PREFIX = 'whsec_';
/** More of an answer is not read. */
const MOST_ANSWER = 65_536;

/** As the receiver gets it: standardwebhooks.com, "Signature scheme". */
export const secretText = (secret: Buffer) => `${SECRET_PREFIX}${secret.toString('base64')}`;

/** `v1,` and the HMAC-SHA256 of id, time (seconds since 1970) and body, in base64. */
export function signatureOf(secret: Buffer, id: string, seconds: number, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

class StaleConnection extends Error {}

/** Sends one message once: signed, in bounded time, without following anything. */
@Injectable()
export class WebhookSender implements OnModuleDestroy {
  private readonly agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  private readonly stopping = new AbortController();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  onModuleDestroy() {
    this.stopping.abort();
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  async send(address: string, secret: Buffer, { id, body }: WebhookMessage): Promise<Attempt> {
    const { WEBHOOK_HOSTS: listed, WEBHOOK_TIMEOUT_MS: mostMs } = this.config;
    const refused = problemOfUrl(address, listed);
    if (refused !== undefined) return { status: null, problem: refused };
    const url = new URL(address);
    const seconds = Math.floor(Date.now() / 1_000);
    const deadline = AbortSignal.timeout(mostMs);
    const headers = {
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'lineside',
      'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatureOf(secret, id, seconds, body),
    };
    const options = { method: 'POST', headers, agent: this.agents[url.protocol as 'http:'], lookup: lookupFor(url, listed), signal: AbortSignal.any([deadline, this.stopping.signal]) };
    try {
      // A connection that was kept may have been closed meanwhile.
      const status = await post(url, options, body).catch((error: unknown) => { if (error instanceof StaleConnection) return post(url, { ...options, agent: false }, body); throw error; });
      return { status, problem: status >= 200 && status < 300 ? null : problemOf(status) };
    } catch (error) {
      return { status: null, problem: deadline.aborted ? `no answer within ${mostMs} ms` : error instanceof Error ? error.message.slice(0, 200) : 'not sent' };
    }
  }
}

function problemOf(status: number): string {
  return status >= 300 && status < 400 ? `answered ${status}: what it leads to is not followed` : `answered ${status}`;
}

/** The status of the answer. What follows it is read to keep the connection, up to a bound, and told to nobody. */
function post(url: URL, options: RequestOptions, body: string): Promise<number> {
  const answered = Promise.withResolvers<number>();
  const call = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_ANSWER) response.destroy();
    });
    response.on('error', () => undefined);
    response.once('close', () => answered.resolve(response.statusCode ?? 0));
  });
  call.once('error', (error: NodeJS.ErrnoException) => answered.reject(call.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error));
  call.end(body);
  return answered.promise;
}
