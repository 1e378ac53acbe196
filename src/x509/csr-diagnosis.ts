import { contextTag, DerReader, TAG } from './der.js';
import { DerError, X509Error } from './x509.errors.js';

export const privateKeySent = (): X509Error =>
  new X509Error('private-key-sent', 'A private key was sent. It is neither kept nor used; its device needs another key, and the station must send the certificate request only.');

/** What DER that can't be read as a certificate request is instead, where it is something that people send by mistake. */
export function foreignContent(der: Buffer): X509Error | undefined {
  const open = () => new DerReader(der, 0, der.length, true).sequence();
  try {
    if (isPrivateKey(open())) return privateKeySent();
    return isCertificate(open()) ? new X509Error('csr-malformed', 'It is a certificate and not a certificate request.') : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

const nextIs = (reader: DerReader, tag: number): boolean => reader.nextTag === tag;

/** PKCS#8 (RFC 5958), encrypted or not, ECPrivateKey (RFC 5915) or RSAPrivateKey (RFC 8017 appendix A.1.2). */
function isPrivateKey(body: DerReader): boolean {
  if (nextIs(body, TAG.sequence)) return isAlgorithmWithOctets(body) && body.atEnd;
  const version = body.integer();
  if (version.length !== 1 || version[0]! > 1) return false;
  if (nextIs(body, TAG.sequence)) return isAlgorithmWithOctets(body);
  if (nextIs(body, TAG.octetString)) return version[0] === 1;
  let numbers = 0;
  for (; nextIs(body, TAG.integer); numbers++) body.integer();
  return numbers >= 8;
}

function isAlgorithmWithOctets(body: DerReader): boolean {
  return nextIs(body.sequence(), TAG.oid) && nextIs(body, TAG.octetString) && body.contents(TAG.octetString).length > 0;
}

/** A Certificate of version 3 (RFC 5280 section 4.1): its first part begins with [0]. */
function isCertificate(body: DerReader): boolean {
  return nextIs(body, TAG.sequence) && nextIs(body.sequence(), contextTag(0));
}
