import { hash } from 'node:crypto';
import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { ecdsaRawToDer, fitsKey, type SignatureAlgorithm, signatureAlgorithmFor, signatureAlgorithmNamedIn } from '../x509/signature-algorithm.js';
import { ckrOf } from './ckr.js';
import type { HsmKeyType } from './hsm.js';
import type { Handle } from './token.js';

/** Holds an RSA-4096 signature; a token may refuse a smaller buffer. */
const LONGEST_SIGNATURE = 512;

/** A certificate is shorter by far; a revocation list may be of megabytes, which are none of the token's business. */
const LONGEST_FOR_TOKEN = 16_384;

/** By hash: the mechanism in which the token hashes, and what stands before the hash in a DigestInfo (RFC 8017 section 9.2, note 1). */
const RSA: Readonly<Record<SignatureAlgorithm['hash'], { mechanism: number; digestInfo: Buffer }>> = {
  sha256: { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS, digestInfo: Buffer.from('3031300d060960864801650304020105000420', 'hex') },
  sha384: { mechanism: pkcs11js.CKM_SHA384_RSA_PKCS, digestInfo: Buffer.from('3041300d060960864801650304020205000430', 'hex') },
  sha512: { mechanism: pkcs11js.CKM_SHA512_RSA_PKCS, digestInfo: Buffer.from('3051300d060960864801650304020305000440', 'hex') },
};

/** Mechanisms that this process's token has said it does not know, or not in its mode: not to be asked for each time. */
const unknown = new Set<number>();

/** What the message itself says, where it is a certificate or a list that is to be signed; else what is usual for the key. */
export function algorithmFor(keyType: HsmKeyType, message: Buffer): SignatureAlgorithm {
  const named = signatureAlgorithmNamedIn(message);
  return named && fitsKey(named, keyType) ? named : signatureAlgorithmFor(keyType);
}

/**
 * One signature by the token over a message, as a certificate wants it.
 * The call waits for the token on this thread: for a local token that is the fastest way by far, and for one behind
 * a network more signer processes give more signatures at the same time.
 */
export function signOnToken(pkcs11: PKCS11, session: Handle, privateKey: Handle, algorithm: SignatureAlgorithm, message: Buffer): Buffer {
  if (algorithm.kind === 'rsa') return signRsa(pkcs11, session, privateKey, algorithm, message);
  // Not every token knows CKM_ECDSA_SHA256; all know CKM_ECDSA over a hash.
  pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_ECDSA }, privateKey);
  return ecdsaRawToDer(pkcs11.C_Sign(session, hash(algorithm.hash, message, 'buffer'), Buffer.alloc(LONGEST_SIGNATURE)));
}

/**
 * PKCS#1 v1.5. With the hash inside the mechanism a token in FIPS mode agrees too, so short messages go whole. The
 * signature is the same either way, so a token that knows only one of the two mechanisms gets that one.
 */
function signRsa(pkcs11: PKCS11, session: Handle, privateKey: Handle, algorithm: SignatureAlgorithm, message: Buffer): Buffer {
  const { mechanism: hashing, digestInfo } = RSA[algorithm.hash];
  const usual = message.length > LONGEST_FOR_TOKEN ? pkcs11js.CKM_RSA_PKCS : hashing;
  const other = usual === hashing ? pkcs11js.CKM_RSA_PKCS : hashing;
  const signWith = (mechanism: number): Buffer => {
    const data = mechanism === hashing ? message : Buffer.concat([digestInfo, hash(algorithm.hash, message, 'buffer')]);
    pkcs11.C_SignInit(session, { mechanism }, privateKey);
    return pkcs11.C_Sign(session, data, Buffer.alloc(LONGEST_SIGNATURE));
  };
  if (unknown.has(usual)) return signWith(other);
  try {
    return signWith(usual);
  } catch (error) {
    if (ckrOf(error) !== 'CKR_MECHANISM_INVALID') throw error;
    const signature = signWith(other);
    unknown.add(usual);
    return signature;
  }
}
