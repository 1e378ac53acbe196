import { type KeyObject, verify, type X509Certificate } from 'node:crypto';
import { contextTag, DerReader, TAG } from './der.js';
import { signatureAlgorithmByOid } from './signature-algorithm.js';
import { readTime } from './time.js';
import { DerError } from './x509.errors.js';

/** A revocation list, as far as somebody needs it who asks whether a certificate is on it. */
export interface ReadCrl {
  /** Null where the list doesn't say, which RFC 5280 does not allow. */
  nextUpdate: Date | null;
  /** Serial numbers in lower-case hex, without leading zeros. */
  serialNumbers: ReadonlySet<string>;
}

/**
 * Reads a complete CRL (RFC 5280 section 5.1) and verifies it with the certificate of the CA that must have signed it.
 * @throws DerError where it is no CRL, or not this CA's
 */
export function readCrl(der: Buffer, issuer: X509Certificate): ReadCrl {
  const whole = new DerReader(der);
  const list = whole.sequence();
  whole.finish();
  const tbs = list.whole(TAG.sequence);
  const oid = list.sequence().oid();
  const signature = list.octetsOfBitString();
  list.finish();
  if (!isSignedBy(tbs, oid, signature, issuer.publicKey)) throw new DerError('it is not signed by the CA');
  return readTbs(tbs);
}

function isSignedBy(tbs: Buffer, oid: string, signature: Buffer, key: KeyObject): boolean {
  const algorithm = signatureAlgorithmByOid(oid);
  return algorithm !== undefined && verify(algorithm.hash, tbs, { key, dsaEncoding: 'der' }, signature);
}

function readTbs(bytes: Buffer): ReadCrl {
  const tbs = new DerReader(bytes).sequence();
  if (tbs.nextTag === TAG.integer) tbs.smallInteger();
  tbs.whole(TAG.sequence);
  tbs.whole(TAG.sequence);
  readTime(tbs);
  const nextUpdate = isTime(tbs.nextTag) ? readTime(tbs) : null;
  const serialNumbers = new Set<string>();
  if (tbs.nextTag === TAG.sequence) {
    const entries = tbs.sequence();
    while (!entries.atEnd) serialNumbers.add(plainHex(entries.sequence().unsignedInteger().toString('hex')));
  }
  if (tbs.nextTag === contextTag(0)) tbs.whole(contextTag(0));
  tbs.finish();
  return { nextUpdate, serialNumbers };
}

const isTime = (tag: number) => tag === TAG.utcTime || tag === TAG.generalizedTime;

/** Node and OpenSSL write serial numbers with and without leading zeros. */
export function plainHex(text: string): string {
  return text.toLowerCase().replace(/^0+(?=.)/, '');
}
