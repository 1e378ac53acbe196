import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { contextTag, element, encodeBitString, encodeNull, encodeOid, encodeSmallInteger, sequence } from '../../src/x509/der.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { encodeName } from '../../src/x509/name.js';
import { testKey } from './test-keys.js';

/** A good request for a P-256 key, about 250 bytes. */
export function goodCsr(): Buffer {
  return createCsr({ subject: [{ type: 'O', value: 'Example' }, { type: 'CN', value: 'LINE1-0001' }], privateKey: testKey('P-256').privateKey });
}

export interface OddCsr {
  privateKey?: KeyObject;
  spki?: Buffer;
  version?: Buffer;
  subject?: Buffer;
  /** What stands inside the [0]. */
  attributes?: Buffer;
  /** AlgorithmIdentifier. */
  algorithm?: Buffer;
  hash?: string | null;
  padding?: number;
}

/** A rightly signed request in which one thing is odd. */
export function oddCsr(odd: OddCsr): Buffer {
  const privateKey = odd.privateKey ?? testKey('P-256').privateKey;
  const info = sequence(
    odd.version ?? encodeSmallInteger(0),
    odd.subject ?? encodeName([{ type: 'CN', value: 'odd' }]),
    odd.spki ?? testKey('P-256').spki,
    odd.attributes ?? element(contextTag(0)),
  );
  const key = odd.padding === undefined ? privateKey : { key: privateKey, padding: odd.padding };
  const signature = sign(odd.hash === undefined ? 'sha256' : odd.hash, info, key);
  return sequence(info, odd.algorithm ?? ECDSA_SHA256, encodeBitString(signature));
}

export const ECDSA_SHA256 = sequence(encodeOid('1.2.840.10045.4.3.2'));
export const ECDSA_SHA1 = sequence(encodeOid('1.2.840.10045.4.1'));
export const RSA_SHA256 = sequence(encodeOid('1.2.840.113549.1.1.11'), encodeNull());
export const RSA_SHA1 = sequence(encodeOid('1.2.840.113549.1.1.5'), encodeNull());
export const RSA_MD5 = sequence(encodeOid('1.2.840.113549.1.1.4'), encodeNull());
export const RSA_PSS = sequence(encodeOid('1.2.840.113549.1.1.10'), sequence());
export const ED25519 = sequence(encodeOid('1.3.101.112'));
export const PSS_PADDING = constants.RSA_PKCS1_PSS_PADDING;

/** A fresh key of a kind that node can make, with its SPKI as node writes it. */
export function foreignKey(make: () => { publicKey: KeyObject; privateKey: KeyObject }): { spki: Buffer; privateKey: KeyObject } {
  const { publicKey, privateKey } = make();
  return { spki: publicKey.export({ type: 'spki', format: 'der' }), privateKey };
}

export const ed25519Key = () => foreignKey(() => generateKeyPairSync('ed25519'));
export const secp256k1Key = () => foreignKey(() => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
export const explicitCurveKey = () => foreignKey(() => generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }));
export const rsaKey = (modulusLength: number, publicExponent = 65_537) => foreignKey(() => generateKeyPairSync('rsa', { modulusLength, publicExponent }));
export const pssKey = () => foreignKey(() => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }));
export const dsaKey = () => foreignKey(() => generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }));
