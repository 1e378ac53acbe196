import { generateKeyPair, hash, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, CompactEncrypt, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { createCsr } from '../x509/csr-writer.js';
import { requireStrongKey } from '../x509/key-policy.js';
import { toPem } from '../x509/pem.js';
import { type KeyType, readPublicKey, spkiFromEcPoint, spkiFromRsa } from '../x509/public-key.js';
import { X509Error } from '../x509/x509.errors.js';
import { keyMakerBusy, serviceKeysNotAllowed, stationKeyRefused } from './issuance.errors.js';
import type { Profile } from './profile.js';

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

/** Making one takes about a tenth of a second of a core; more than these in line is more than a station waits for. */
const MOST_RSA_IN_LINE = 16;

/** A key made for a device that can't make its own. The private half is here as the station's JWE only. */
export interface ServiceKey {
  /** PEM: it goes the way of every other CSR. */
  csr: string;
  keyType: KeyType;
  spkiSha256: Buffer;
  /** PKCS#8 inside, for the station's eyes only. */
  jwe: string;
  /** Of the station's key. */
  thumbprint: string;
}

/** Makes keys for devices in memory. It writes nothing anywhere and keeps nothing. */
@Injectable()
export class ServiceKeyMaker {
  private rsaInLine = 0;
  private rsaTurn: Promise<unknown> = Promise.resolve();

  /** Throws ServiceKeysNotAllowed, StationKeyRefused or KeyMakerBusy. */
  async make(profile: Profile, serial: string, station: StationKey): Promise<ServiceKey> {
    if (!profile.serviceKeys) throw serviceKeysNotAllowed(profile.name);
    const { privateKey, spki, keyType } = await this.pair(profile);
    const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    try {
      const sealed = await sealTo(station, pkcs8);
      return { csr, keyType, spkiSha256: hash('sha256', spki, 'buffer'), ...sealed };
    } finally {
      // The one copy that we can reach. Those inside OpenSSL and the JWE library go when their memory is used again.
      pkcs8.fill(0);
    }
  }

  /** A key that the profile allows, whose private half is nowhere but here. Throws KeyMakerBusy. */
  async pair(profile: Profile): Promise<{ privateKey: KeyObject; spki: Buffer; keyType: KeyType }> {
    const { privateKey, publicKey } = await this.generate(profile);
    return { privateKey, ...readPublicKey(publicKey.export({ type: 'spki', format: 'der' })) };
  }

  /** In libuv's threads, so that the event loop goes on. */
  private async generate({ publicKeys, rsaLeastBits }: Profile): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
    const namedCurve = (['P-256', 'P-384'] as const).find((curve) => publicKeys.includes(curve));
    if (namedCurve !== undefined) return promisify(generateKeyPair)('ec', { namedCurve });
    return this.inTurn(() => promisify(generateKeyPair)('rsa', { modulusLength: rsaLeastBits ?? 2_048 }));
  }

  /** One RSA key at a time: each would hold one of the few threads that everybody shares. */
  private async inTurn<T>(make: () => Promise<T>): Promise<T> {
    if (this.rsaInLine >= MOST_RSA_IN_LINE) throw keyMakerBusy();
    this.rsaInLine++;
    const made = this.rsaTurn.then(make).finally(() => this.rsaInLine--);
    this.rsaTurn = made.catch(() => undefined);
    return made;
  }
}

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

/** The same care as for devices' keys: whoever finds this key's private half reads the device's. */
function assertSound(station: StationKey): void {
  const octets = (text: string) => Buffer.from(text, 'base64url');
  try {
    const spki = station.kty === 'EC' ? spkiFromEcPoint('P-256', Buffer.concat([Buffer.from([4]), octets(station.x), octets(station.y)])) : spkiFromRsa(octets(station.n), octets(station.e));
    requireStrongKey(spki);
  } catch (error) {
    if (error instanceof X509Error) throw stationKeyRefused(error);
    throw error;
  }
}
