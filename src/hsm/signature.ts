import { hash } from 'node:crypto';
import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { ecdsaRawToDer, fitsKey, type SignatureAlgorithm, signatureAlgorithmFor, signatureAlgorithmNamedIn } from '../x509/signature-algorithm.js';
import type { HsmKeyType } from './hsm.js';
import type { Handle } from './token.js';

/** Holds an RSA-4096 signature; a token may refuse a smaller buffer. */
const LONGEST_SIGNATURE = 512;

const HASHED_RSA: Readonly<Record<SignatureAlgorithm['hash'], number>> = {
  sha256: pkcs11js.CKM_SHA256_RSA_PKCS,
  sha384: pkcs11js.CKM_SHA384_RSA_PKCS,
  sha512: pkcs11js.CKM_SHA512_RSA_PKCS,
};

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
  const answer = Buffer.alloc(LONGEST_SIGNATURE);
  if (algorithm.kind === 'rsa') {
    // With the hash inside the mechanism a token in FIPS mode agrees too.
    pkcs11.C_SignInit(session, { mechanism: HASHED_RSA[algorithm.hash] }, privateKey);
    return pkcs11.C_Sign(session, message, answer);
  }
  // Not every token knows CKM_ECDSA_SHA256; all know CKM_ECDSA over a hash.
  pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_ECDSA }, privateKey);
  return ecdsaRawToDer(pkcs11.C_Sign(session, hash(algorithm.hash, message, 'buffer'), answer));
}
