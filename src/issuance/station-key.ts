import { calculateJwkThumbprint, CompactEncrypt, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { spkiFromEcPoint, spkiFromRsa } from '../x509/public-key.js';
import { X509Error } from '../x509/x509.errors.js';
import { StationKeyRefused } from './issuance.errors.js';

const Base64Url = (least: number, most: number) => z.string().min(least).max(most).regex(/^[A-Za-z0-9_-]+$/, 'is not base64url');
const Kid = z.string().min(1).max(128).optional();

/** A station's public key as a JWK (RFC 7517). Whatever else stands in it is refused, a private key above all. */
export const StationKey = z
  .discriminatedUnion('kty', [
    z.strictObject({
      kty: z.literal('EC'), crv: z.literal('P-256'), x: Base64Url(43, 43), y: Base64Url(43, 43),
      kid: Kid, use: z.literal('enc').optional(), alg: z.literal('ECDH-ES+A256KW').optional(),
    }),
    z.strictObject({
      kty: z.literal('RSA'), n: Base64Url(342, 1_368), e: Base64Url(2, 11),
      kid: Kid, use: z.literal('enc').optional(), alg: z.literal('RSA-OAEP-256').optional(),
    }),
  ])
  .meta({ id: 'StationKey' });
export type StationKey = z.infer<typeof StationKey>;

/** A private key that only the station can read. */
export interface Sealed {
  /** JWE, compact (RFC 7516). Its `kid` is the station's own, or the thumbprint. */
  jwe: string;
  /** SHA-256 of the station's key (RFC 7638), base64url. */
  thumbprint: string;
}

/** Encrypts to the station: ECDH-ES+A256KW or RSA-OAEP-256, with A256GCM. Throws StationKeyRefused for a key that is weak or none. */
export async function sealTo(station: StationKey, pkcs8: Uint8Array): Promise<Sealed> {
  assertSound(station);
  const jwk: JWK = station.kty === 'EC' ? { kty: 'EC', crv: station.crv, x: station.x, y: station.y } : { kty: 'RSA', n: station.n, e: station.e };
  const alg = station.kty === 'EC' ? 'ECDH-ES+A256KW' : 'RSA-OAEP-256';
  const thumbprint = await calculateJwkThumbprint(jwk);
  const key = await importJWK(jwk, alg);
  const jwe = await new CompactEncrypt(pkcs8).setProtectedHeader({ alg, enc: 'A256GCM', cty: 'pkcs8', kid: station.kid ?? thumbprint }).encrypt(key);
  return { jwe, thumbprint };
}

/** The same care as for devices' keys: a point on its curve, RSA from 2048 bits. */
function assertSound(station: StationKey): void {
  const octets = (text: string) => Buffer.from(text, 'base64url');
  try {
    if (station.kty === 'EC') spkiFromEcPoint('P-256', Buffer.concat([Buffer.from([4]), octets(station.x), octets(station.y)]));
    else spkiFromRsa(octets(station.n), octets(station.e));
  } catch (error) {
    if (error instanceof X509Error) throw new StationKeyRefused(error);
    throw error;
  }
}
