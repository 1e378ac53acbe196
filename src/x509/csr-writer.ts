import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { contextTag, element, encodeBitString, encodeSmallInteger, sequence } from './der.js';
import { encodeName, type NameAttribute } from './name.js';
import { readPublicKey } from './public-key.js';
import { signatureAlgorithmFor } from './signature-algorithm.js';

/**
 * A PKCS#10 request (RFC 2986) without attributes, DER, as a device makes it. For simulated devices and for checks.
 * @throws X509Error if the key is none that `readCsr` would take, or the subject is malformed
 */
export function createCsr({ subject, privateKey }: { subject: readonly NameAttribute[]; privateKey: KeyObject }): Buffer {
  const { spki, keyType } = readPublicKey(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  const algorithm = signatureAlgorithmFor(keyType);
  const info = sequence(encodeSmallInteger(0), encodeName(subject), spki, element(contextTag(0)));
  return sequence(info, algorithm.identifier, encodeBitString(sign(algorithm.hash, info, privateKey)));
}
