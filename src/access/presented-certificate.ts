import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import ipaddr from 'ipaddr.js';
import type { Config } from '../config/config.js';

type HeaderSettings = Pick<Config, 'STATION_CERT_HEADER' | 'TRUST_PROXY'>;

/** Most characters of a certificate in a header. A station's has under 2,000. */
const MOST = 16_384;

/** A client certificate of a request, DER. `unbelieved`: the header that only a proxy may send came from somebody else, and counts for nothing. */
export interface Presented {
  der?: Buffer | undefined;
  unbelieved?: true;
}

const ofSocket = new WeakMap<TLSSocket, Buffer | false>();

/** What the caller has proved by TLS to hold the key of; or what a proxy that is trusted says of whom it has proved so to itself. */
export function presentedCertificate(request: IncomingMessage, { STATION_CERT_HEADER, TRUST_PROXY }: HeaderSettings): Presented {
  const header = STATION_CERT_HEADER === undefined ? undefined : request.headers[STATION_CERT_HEADER];
  const text = Array.isArray(header) ? header.join(',') : header;
  if (text === undefined || text === '') return { der: certificateOf(request.socket) };
  if (!isFrom(request.socket.remoteAddress, TRUST_PROXY)) return { der: certificateOf(request.socket), unbelieved: true };
  // What can't be read is a certificate too, of nobody.
  return { der: certificateIn(text) ?? Buffer.alloc(0) };
}

function certificateOf(socket: unknown): Buffer | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  let known = ofSocket.get(socket);
  if (known === undefined) {
    known = socket.getPeerX509Certificate()?.raw ?? false;
    ofSocket.set(socket, known);
  }
  return known === false ? undefined : known;
}

/**
 * The forms in which proxies pass a certificate on: PEM in percent-encoding (nginx: `$ssl_client_escaped_cert`), Envoy's x-forwarded-client-cert (`…;Cert="…"`, of
 * which the last element is the proxy's own), `Client-Cert` of RFC 9440 (`:base64:`), and base64 of the DER alone (Traefik, HAProxy).
 */
function certificateIn(text: string): Buffer | undefined {
  if (text.length > MOST) return undefined;
  const ofEnvoy = [...text.matchAll(/(?:^|[;,])\s*Cert="([^"]*)"/gi)].at(-1)?.[1];
  try {
    const plain = decodeURIComponent(ofEnvoy ?? text);
    if (plain.includes('-----BEGIN CERTIFICATE-----')) return new X509Certificate(plain).raw;
    const base64 = /^:?([A-Za-z0-9+/\s]+={0,2}):?$/.exec(plain)?.[1];
    return base64 === undefined ? undefined : new X509Certificate(Buffer.from(base64, 'base64')).raw;
  } catch {
    return undefined;
  }
}

/** Whether an address is one of TRUST_PROXY, as Fastify reads that setting. */
export function isFrom(address: string | undefined, proxies: string | undefined): boolean {
  if (address === undefined || proxies === undefined || !ipaddr.isValid(address)) return false;
  const peer = ipaddr.process(address);
  if (proxies === 'loopback') return peer.range() === 'loopback';
  return proxies.split(',').some((text) => {
    if (ipaddr.isValidCIDR(text)) {
      const [network, bits] = ipaddr.parseCIDR(text);
      return peer.kind() === network.kind() && peer.match([network, bits] as never);
    }
    return ipaddr.isValid(text) && ipaddr.process(text).toNormalizedString() === peer.toNormalizedString();
  });
}
