import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Accounts } from '../accounts.js';
import type { ServerAuthority } from './server-certificate.js';

/** AWS's names for what shares port 443 (ALPN): MQTT and HTTPS with a client certificate. Its device SDKs send the first on 8883 too. */
const MQTT_PROTOCOL = 'x-amzn-mqtt-ca';
/** The second is what HTTP clients send by themselves, as to AWS's port 8443. */
export const HTTPS_PROTOCOLS: readonly string[] = ['x-amzn-http-ca', 'http/1.1'];

/** TLS for the endpoints of all accounts. Certificates are asked for and checked after the handshake, as at AWS. Not listening yet. */
export function createTlsServer(accounts: Accounts, authority: ServerAuthority, handshakeTimeout: number): Server {
  const endpoints = accounts.all.map(({ endpoint }) => endpoint);
  const [first, ...rest] = endpoints;
  if (first === undefined) throw new Error('The sandbox has no account.');
  return createServer({
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET,
    // None, and not the web's root certificates, which Node takes otherwise: no CA names are sent, and 5 MB are saved.
    ca: [],
    // One certificate names all endpoints: a context of Node's SNICallback could show one kind of chain only.
    ...authority.issue([first, ...rest]),
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: [MQTT_PROTOCOL, ...HTTPS_PROTOCOLS],
    handshakeTimeout,
  });
}

/**
 * Node answers `false` where the client sent no name. An address is none either (RFC 6066 section 3): mosquitto sends what it was told to
 * connect to.
 */
export function serverNameOf(socket: TLSSocket): string | undefined {
  const name: unknown = (socket as { servername?: unknown }).servername;
  return typeof name === 'string' && name !== '' && isIP(name) === 0 ? name : undefined;
}
