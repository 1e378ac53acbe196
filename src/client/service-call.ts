import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, type OutgoingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';

/** Where a service answers and by which certificates it is believed. `credentials.json` has these members. */
export interface ServiceAddress {
  baseUrl: string;
  /** PEM file of the CA that its certificate must come from; without it, one that Node trusts (NODE_EXTRA_CA_CERTS adds to them). */
  caFile?: string | undefined;
  /** What the caller proves itself with: PEM texts of a station's certificate, with its chain, and of its key. */
  client?: { certificate: string; key: string } | undefined;
}

/** A body that is read anew each time that it is sent, and never stands in memory whole. */
export interface StreamedBody {
  bytes: number;
  open: () => Readable;
}

export interface ServiceRequest {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | StreamedBody;
  signal: AbortSignal;
}

export interface ServiceAnswer {
  status: number;
  ok: boolean;
  contentType: string;
  text: string;
}

/** Connections are kept and shared by all calls to an address; idle ones keep no program alive. */
const plain = new HttpAgent({ keepAlive: true });
const secure = new Map<string, HttpsAgent>();

/** One request over HTTP or HTTPS. `fetch` can neither be told whom to believe nor send a certificate. Rejects with a system error, or the signal's reason. */
export function callService(address: ServiceAddress, path: string, { method = 'GET', headers = {}, body, signal }: ServiceRequest): Promise<ServiceAnswer> {
  const url = new URL(`${address.baseUrl}${path}`);
  const isSecure = url.protocol === 'https:';
  const length = body === undefined ? {} : { 'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.bytes };
  const options = { method, headers: { ...headers, ...length }, signal, agent: isSecure ? agentFor(address) : plain };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        resolve({ status, ok: status >= 200 && status < 300, contentType: response.headers['content-type'] ?? '', text: Buffer.concat(parts).toString('utf8') });
      });
    });
    request.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    if (body === undefined || typeof body === 'string') request.end(body);
    else {
      const content = body.open();
      content.on('error', (error) => request.destroy(error));
      request.on('close', () => content.destroy());
      content.pipe(request);
    }
  });
}

function agentFor({ caFile = '', client }: ServiceAddress): HttpsAgent {
  const name = `${caFile}\n${client?.certificate ?? ''}`;
  let agent = secure.get(name);
  if (!agent) {
    agent = new HttpsAgent({ keepAlive: true, ...(caFile === '' ? {} : { ca: readFileSync(caFile, 'utf8') }), ...(client === undefined ? {} : { cert: client.certificate, key: client.key }) });
    secure.set(name, agent);
  }
  return agent;
}
