import { hash } from 'node:crypto';
import pkcs11js, { type PKCS11 } from 'pkcs11js';
import { ecdsaRawToDer, signatureAlgorithmFor } from '../x509/signature-algorithm.js';
import type { HsmKeyType } from './hsm.js';
import type { Handle } from './token.js';

/** Holds an RSA-4096 signature; a token may refuse a smaller buffer. */
const LONGEST_SIGNATURE = 512;

/**
 * One signature by the token over a message, as a certificate wants it.
 * The call waits for the token on this thread: for a local token that is the fastest way by far, and for one behind
 * a network more signer processes give more signatures at the same time.
 */
export function signOnToken(pkcs11: PKCS11, session: Handle, privateKey: Handle, keyType: HsmKeyType, message: Buffer): Buffer {
  const answer = Buffer.alloc(LONGEST_SIGNATURE);
  const algorithm = signatureAlgorithmFor(keyType);
  if (algorithm.kind === 'rsa') {
    // With the hash inside the mechanism a token in FIPS mode agrees too.
    pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS }, privateKey);
    return pkcs11.C_Sign(session, message, answer);
  }
  // Not every token knows CKM_ECDSA_SHA256; all know CKM_ECDSA over a hash.
  pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_ECDSA }, privateKey);
  return ecdsaRawToDer(pkcs11.C_Sign(session, hash(algorithm.hash, message, 'buffer'), answer));
}
