import { verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { contextTag, DerReader, encodeNull, encodeOid, encodeUnsignedInteger, sequence, TAG } from './der.js';
import { OID } from './oids.js';
import type { KeyType } from './public-key.js';
import { DerError } from './x509.errors.js';

export interface SignatureAlgorithm {
  name:
    | 'ecdsa-with-SHA256'
    | 'ecdsa-with-SHA384'
    | 'ecdsa-with-SHA512'
    | 'sha256WithRSAEncryption'
    | 'sha384WithRSAEncryption'
    | 'sha512WithRSAEncryption';
  kind: 'ecdsa' | 'rsa';
  hash: 'sha256' | 'sha384' | 'sha512';
  /** AlgorithmIdentifier, DER. */
  identifier: Buffer;
}

/** RFC 5758 section 3.2: no parameters with ECDSA. */
const ecdsa = (oid: string) => sequence(encodeOid(oid));
/** RFC 4055 section 5: a NULL with RSA PKCS#1 v1.5. */
const rsa = (oid: string) => sequence(encodeOid(oid), encodeNull());

const ECDSA_SHA256: SignatureAlgorithm = { name: 'ecdsa-with-SHA256', kind: 'ecdsa', hash: 'sha256', identifier: ecdsa(OID.ecdsaWithSha256) };
const ECDSA_SHA384: SignatureAlgorithm = { name: 'ecdsa-with-SHA384', kind: 'ecdsa', hash: 'sha384', identifier: ecdsa(OID.ecdsaWithSha384) };
const ECDSA_SHA512: SignatureAlgorithm = { name: 'ecdsa-with-SHA512', kind: 'ecdsa', hash: 'sha512', identifier: ecdsa(OID.ecdsaWithSha512) };
const RSA_SHA256: SignatureAlgorithm = { name: 'sha256WithRSAEncryption', kind: 'rsa', hash: 'sha256', identifier: rsa(OID.sha256WithRsa) };
const RSA_SHA384: SignatureAlgorithm = { name: 'sha384WithRSAEncryption', kind: 'rsa', hash: 'sha384', identifier: rsa(OID.sha384WithRsa) };
const RSA_SHA512: SignatureAlgorithm = { name: 'sha512WithRSAEncryption', kind: 'rsa', hash: 'sha512', identifier: rsa(OID.sha512WithRsa) };

/** The signatures that AWS IoT accepts on client certificates, less DSA and PSS. */
const ALGORITHMS = [ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, RSA_SHA256, RSA_SHA384, RSA_SHA512];

const BY_OID = new Map(ALGORITHMS.map((algorithm) => [new DerReader(algorithm.identifier).sequence().oid(), algorithm]));

type Hash = SignatureAlgorithm['hash'];

/** The hashes that we sign with when the signer's key is of this type, the usual one first: on a curve the one that is as strong. */
export function hashesFor(keyType: KeyType): readonly [Hash, ...Hash[]] {
  switch (keyType) {
    case 'P-256':
      return ['sha256'];
    case 'P-384':
      return ['sha384'];
    case 'P-521':
      return ['sha512'];
    default:
      return ['sha256', 'sha384'];
  }
}

/** What we sign with when the signer's key is of this type. @throws RangeError for a hash that is none of `hashesFor` */
export function signatureAlgorithmFor(keyType: KeyType, hash: Hash = hashesFor(keyType)[0]): SignatureAlgorithm {
  const algorithm = ALGORITHMS.find((each) => each.hash === hash && fitsKey(each, keyType));
  if (!algorithm || !hashesFor(keyType).includes(hash)) throw new RangeError(`A ${keyType} key does not sign with ${hash}`);
  return algorithm;
}

/** The algorithm that this AlgorithmIdentifier names, or undefined if it is none of ours (or has other parameters). */
export function signatureAlgorithmOf(identifier: Buffer): SignatureAlgorithm | undefined {
  return ALGORITHMS.find((algorithm) => algorithm.identifier.equals(identifier));
}

/** The algorithm by its OID. Its parameters decide nothing: Mbed TLS writes NULL with ECDSA, others none with RSA. */
export function signatureAlgorithmByOid(oid: string): SignatureAlgorithm | undefined {
  return BY_OID.get(oid);
}

/**
 * The algorithm that a TBSCertificate or a TBSCertList says it is signed with (RFC 5280 sections 4.1.2.3 and 5.1.2.2):
 * in both it stands behind the one integer. Undefined for any other message.
 */
export function signatureAlgorithmNamedIn(tbs: Buffer): SignatureAlgorithm | undefined {
  if (tbs.length < 2 || tbs[0] !== TAG.sequence) return undefined;
  // Passed over and not read: a list may be longer than anything else that we read.
  const body = new DerReader(tbs, tbs[1]! < 0x80 ? 2 : 2 + (tbs[1]! & 0x7f));
  try {
    if (body.nextTag === contextTag(0)) body.contents(contextTag(0));
    body.integer();
    return signatureAlgorithmOf(body.whole(TAG.sequence));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** A key on a curve makes ECDSA signatures, an RSA key makes RSA ones. */
export function fitsKey(algorithm: SignatureAlgorithm, keyType: KeyType): boolean {
  return (algorithm.kind === 'rsa') === keyType.startsWith('RSA-');
}

/** What PKCS#11 answers (r ‖ s, each half of the whole) as Ecdsa-Sig-Value (RFC 3279 section 2.2.3), with minimal integers. */
export function ecdsaRawToDer(raw: Buffer): Buffer {
  if (raw.length === 0 || raw.length % 2 !== 0) throw new RangeError('A raw ECDSA signature has two halves of equal length');
  const half = raw.length / 2;
  return sequence(encodeUnsignedInteger(raw.subarray(0, half)), encodeUnsignedInteger(raw.subarray(half)));
}

/** The other way round, as JWS wants it (RFC 7518 section 3.4). `octets`: of each half, 32 on P-256 and 48 on P-384. */
export function ecdsaDerToRaw(der: Buffer, octets: number): Buffer {
  const halves = new DerReader(der).sequence();
  const half = () => {
    const number = halves.unsignedInteger();
    return Buffer.concat([Buffer.alloc(octets - number.length), number]);
  };
  return Buffer.concat([half(), half()]);
}

/** False for everything but a right signature. One that is right but in BER is refused by OpenSSL itself. */
export function verifySignature(publicKey: KeyObject, algorithm: SignatureAlgorithm, message: Buffer, derSignature: Buffer): boolean {
  if (publicKey.asymmetricKeyType !== (algorithm.kind === 'ecdsa' ? 'ec' : 'rsa')) return false;
  return verify(algorithm.hash, message, publicKey, derSignature);
}

/** Whether the signature is right but has r and s side by side (IEEE P1363) and not as Ecdsa-Sig-Value. */
export function isRightRaw(publicKey: KeyObject, algorithm: SignatureAlgorithm, message: Buffer, rawSignature: Buffer): boolean {
  return algorithm.kind === 'ecdsa' && verify(algorithm.hash, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, rawSignature);
}

const verifyOnThread = promisify<string, Buffer, KeyObject, Buffer, boolean>(verify);

/** The same for a message of megabytes, hashed on another thread. It must not change meanwhile. */
export async function verifyLongSignature(publicKey: KeyObject, algorithm: SignatureAlgorithm, message: Buffer, derSignature: Buffer): Promise<boolean> {
  if (publicKey.asymmetricKeyType !== (algorithm.kind === 'ecdsa' ? 'ec' : 'rsa')) return false;
  return verifyOnThread(algorithm.hash, message, publicKey, derSignature);
}
