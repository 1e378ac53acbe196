import { hash } from 'node:crypto';
import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { ecdsaRawToDer, fitsKey, type SignatureAlgorithm, signatureAlgorithmFor, signatureAlgorithmNamedIn } from '../x509/signature-algorithm.js';
import { ckrOf } from './ckr.js';
import type { HsmKeyType } from './hsm.js';
import type { Handle } from './library.js';

/** Octets of an RSA-4096 signature. A token may refuse a smaller buffer. */
const LONGEST_SIGNATURE = 512;

/**
 * Octets of the longest message that is sent to the token whole. Certificates are far shorter; of revocation lists, which
 * may have megabytes, the token gets the hash.
 */
const LONGEST_FOR_TOKEN = 16_384;

/** By hash: the mechanism with which the token hashes by itself, and the DER before the hash in a DigestInfo (RFC 8017 section 9.2, note 1). */
const RSA: Readonly<Record<SignatureAlgorithm['hash'], { mechanism: number; digestInfo: Buffer }>> = {
  sha256: { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS, digestInfo: Buffer.from('3031300d060960864801650304020105000420', 'hex') },
  sha384: { mechanism: pkcs11js.CKM_SHA384_RSA_PKCS, digestInfo: Buffer.from('3041300d060960864801650304020205000430', 'hex') },
  sha512: { mechanism: pkcs11js.CKM_SHA512_RSA_PKCS, digestInfo: Buffer.from('3051300d060960864801650304020305000440', 'hex') },
};

/** Mechanisms that the token has refused, because it does not have them or not in its present mode. They are not tried again in this process. */
const refusedMechanisms = new Set<number>();

/** The algorithm that the message names, when it is a certificate or a revocation list to be signed; otherwise the usual one for the key. */
export function algorithmFor(keyType: HsmKeyType, message: Buffer): SignatureAlgorithm {
  const named = signatureAlgorithmNamedIn(message);
  return named && fitsKey(named, keyType) ? named : signatureAlgorithmFor(keyType);
}

/**
 * Lets the token sign a message.
 * The call blocks this thread until the token answers, which is by far the fastest way with a local token. With a token
 * in the network, more signer processes make more signatures at the same time.
 * @returns a certificate's signatureValue: Ecdsa-Sig-Value (DER) or PKCS#1 v1.5
 */
export function signOnToken(pkcs11: PKCS11, session: Handle, privateKey: Handle, algorithm: SignatureAlgorithm, message: Buffer): Buffer {
  if (algorithm.kind === 'rsa') return signRsa(pkcs11, session, privateKey, algorithm, message);
  // Not every token has CKM_ECDSA_SHA256; all have CKM_ECDSA, which signs a hash.
  pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_ECDSA }, privateKey);
  return ecdsaRawToDer(pkcs11.C_Sign(session, hash(algorithm.hash, message, 'buffer'), Buffer.alloc(LONGEST_SIGNATURE)));
}

/**
 * PKCS#1 v1.5. Short messages are sent whole, with a mechanism that hashes, since a token in FIPS mode takes no other.
 * The signature is the same with either mechanism, so a token that has only one of the two is given that one.
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
  if (refusedMechanisms.has(usual)) return signWith(other);
  try {
    return signWith(usual);
  } catch (error) {
    if (ckrOf(error) !== 'CKR_MECHANISM_INVALID') throw error;
    const signature = signWith(other);
    refusedMechanisms.add(usual);
    return signature;
  }
}
