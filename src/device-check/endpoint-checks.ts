import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type CheckResult, failed, ok, reasonOf } from '../device-connection/check-result.js';
import type { EndpointWay, LoadedUnit } from '../device-connection/loaded-unit.js';

/** TLS 1.2 names the kind of the server's certificate in the cipher, so that one of both chains can be asked for. */
const CIPHERS = { RSA: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384', ECDSA: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384' } as const;
const HANDSHAKE_MS = 10_000;

/** AWS tells accounts apart by the complete name; an address or a short name leads to none. */
export function checkServerName({ host }: EndpointWay): CheckResult {
  if (isIP(host) === 0 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$/.test(host)) return ok('server name', `${host} is sent as SNI, complete`);
  return failed('server name', `${host} is no complete endpoint name, and AWS tells accounts apart by it (SNI)`, 'Load the endpoint as GET /v1/units/{serial}/identity names it, in lower case and complete.');
}

/** Whether the roots that the unit trusts know the endpoint by its chain of this kind. AWS has both, and which one a device meets depends on its ciphers. */
export async function checkServerChain(kind: keyof typeof CIPHERS, unit: LoadedUnit, way: EndpointWay): Promise<CheckResult> {
  const check = `TLS with the ${kind} chain`;
  try {
    await handshake(unit, way, CIPHERS[kind]);
    return ok(check, `The unit’s roots know ${way.host} by its ${kind} certificate`);
  } catch (error) {
    return failed(check, `The handshake with ${way.host} failed: ${reasonOf(error)}`, 'Load the roots that came with the certificate: Amazon Root CA 1 (RSA) and 3 (ECDSA), for the sandbox its ca.pem.');
  }
}

function handshake({ certificate, privateKey }: LoadedUnit, { host, connectTo, port, roots }: EndpointWay, ciphers: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: connectTo, port, servername: host, ca: roots, cert: certificate, key: privateKey, ciphers, maxVersion: 'TLSv1.2' });
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy(new Error('it did not end within ten seconds')));
    socket.once('secureConnect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection ended')));
  });
}
