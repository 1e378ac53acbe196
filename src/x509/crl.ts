import { contextTag, element, encodeBitString, encodeSmallInteger, encodeUnsignedInteger, headerLength, sequence, TAG, writeHeader } from './der.js';
import { authorityKeyIdentifierExtension, encodeExtension } from './extensions.js';
import { OID } from './oids.js';
import type { SignatureAlgorithm } from './signature-algorithm.js';
import { encodeTime } from './time.js';

/** CRLReason of RFC 5280 section 5.3.1. Left out: holds, which could be lifted, and what concerns other kinds of CA. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;
export type RevocationReason = keyof typeof REVOCATION_REASONS;

/** One element of revokedCertificates (section 5.1.2.6). An unspecified reason is told by its absence, as section 5.3.1 asks. */
export function encodeCrlEntry(serialNumber: Buffer, revokedAt: Date, reason: RevocationReason): Buffer {
  const code = REVOCATION_REASONS[reason];
  const extensions = code === 0 ? [] : [sequence(encodeExtension(OID.crlReason, false, element(TAG.enumerated, Buffer.from([code]))))];
  return sequence(encodeUnsignedInteger(serialNumber), encodeTime(revokedAt), ...extensions);
}

export interface CrlFields {
  /** Subject of the CA, DER. */
  issuerName: Buffer;
  /** The CA's subjectKeyIdentifier. */
  issuerKeyIdentifier: Buffer;
  signatureAlgorithm: SignatureAlgorithm;
  /** CRLNumber: greater than that of any CRL before. */
  number: number;
  thisUpdate: Date;
  nextUpdate: Date;
  /** Results of `encodeCrlEntry`, one or many to a buffer. */
  entries: readonly Buffer[];
}

/** TBSCertList, version 2 (RFC 5280 section 5.1.2): complete, direct, with AKI and CRL number. Copies each entry once. */
export function crlTbs(fields: CrlFields): Buffer {
  const head = Buffer.concat([
    encodeSmallInteger(1),
    fields.signatureAlgorithm.identifier,
    fields.issuerName,
    encodeTime(fields.thisUpdate),
    encodeTime(fields.nextUpdate),
  ]);
  const extensions = element(contextTag(0), sequence(
    authorityKeyIdentifierExtension(fields.issuerKeyIdentifier),
    encodeExtension(OID.crlNumber, false, encodeSmallInteger(fields.number)),
  ));
  const listLength = fields.entries.reduce((sum, { length }) => sum + length, 0);
  // An empty list is left out (section 5.1.2.6).
  const list = listLength === 0 ? [] : [header(listLength), ...fields.entries];
  return joined([head, ...list, extensions]);
}

/**
 * Puts the signature to what was signed: CertificateList.
 * @param signature ECDSA as DER, RSA as it is
 * @throws RangeError if the signed part names another algorithm
 */
export function sealCrl(tbs: Buffer, algorithm: SignatureAlgorithm, signature: Buffer): Buffer {
  const { identifier } = algorithm;
  const at = (tbs[1]! < 0x80 ? 2 : 2 + (tbs[1]! & 0x7f)) + encodeSmallInteger(1).length;
  if (!tbs.subarray(at, at + identifier.length).equals(identifier)) throw new RangeError('The CRL names another signature algorithm than it is signed with');
  return joined([tbs, identifier, encodeBitString(signature)]);
}

function header(length: number): Buffer {
  const encoded = Buffer.alloc(headerLength(length));
  writeHeader(encoded, 0, TAG.sequence, length);
  return encoded;
}

/** A SEQUENCE of very many parts, too many to be handed over as arguments. */
function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat([header(parts.reduce((sum, { length }) => sum + length, 0)), ...parts]);
}
