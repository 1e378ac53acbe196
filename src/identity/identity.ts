import type { Endpoint } from '../aws-iot/targets/endpoints.js';
import { toPem } from '../x509/pem.js';

/** What a device needs to connect. Certificates in PEM. */
export interface Identity {
  certificate: string;
  chain: string;
  fingerprint: string;
  certificateId: string;
  thingName: string;
  notAfter: Date;
  authority: string;
  endpoints: Omit<Endpoint, 'roots'>[];
  /** PEM: all that the device must trust to know its endpoints. */
  roots: string;
  /** JWE of a PKCS#8, where the service made the key: answered once, kept nowhere. */
  encryptedPrivateKey?: string;
}

/** What a device needs to ask AWS for its certificate itself. Certificate and key in PEM. */
export interface ClaimIdentity extends Pick<Identity, 'thingName' | 'endpoints' | 'roots'> {
  claim: { template: string; voucher: string; certificate?: string; certificateId?: string; expiresAt?: Date; privateKey?: string; encryptedPrivateKey?: string };
}

interface Known {
  /** DER. */
  certificate: Buffer;
  fingerprint: string;
  notAfter: Date;
  authority: string;
  /** PEM. */
  chain: string;
  serial: string;
  endpoints: Endpoint[];
}

export function identityOf({ certificate, fingerprint, notAfter, authority, chain, serial, endpoints }: Known): Identity {
  return {
    certificate: toPem('CERTIFICATE', certificate), chain, fingerprint, certificateId: fingerprint,
    thingName: serial, notAfter, authority, ...placesOf(endpoints),
  };
}

/** Where a device connects, and what it must trust. */
export function placesOf(endpoints: readonly Endpoint[]): Pick<Identity, 'endpoints' | 'roots'> {
  return {
    endpoints: endpoints.map(({ target, accountId, region, host, port }) => ({ target, accountId, region, host, port })),
    roots: [...new Set(endpoints.map(({ roots }) => roots))].join(''),
  };
}
