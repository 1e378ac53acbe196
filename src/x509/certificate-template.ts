import { contextTag, element, encodeSmallInteger, encodeUnsignedInteger, headerLength, sequence, TAG, writeHeader } from './der.js';
import {
  authorityKeyIdentifierExtension,
  type BasicConstraints,
  basicConstraintsExtension,
  certificatePoliciesExtension,
  crlDistributionPointExtension,
  type ExtendedKeyUsage,
  extendedKeyUsageExtension,
  type KeyUsage,
  keyUsageExtension,
  subjectAlternativeNameExtension,
  type SubjectAlternativeNames,
  subjectKeyIdentifierExtension,
} from './extensions.js';
import { subjectKeyIdentifier } from './public-key.js';
import type { SignatureAlgorithm } from './signature-algorithm.js';
import { encodeValidity } from './time.js';

export interface CertificateTemplateOptions {
  /** The issuer's subject, byte for byte. */
  issuerName: Buffer;
  /** The issuer's subject key identifier. */
  issuerKeyIdentifier: Buffer;
  signatureAlgorithm: SignatureAlgorithm;
  keyUsage: KeyUsage[];
  extendedKeyUsage?: ExtendedKeyUsage[];
  /** CA:FALSE if left out. */
  basicConstraints?: BasicConstraints;
  /** Dotted OIDs. */
  certificatePolicies?: string[];
  /** An absolute URL. */
  crlDistributionPoint?: string;
}

export interface CertificateFields {
  /** As from `newSerialNumber`. */
  serialNumber: Buffer;
  notBefore: Date;
  notAfter: Date;
  /** As from `encodeName`. */
  subject: Buffer;
  /** As from `readPublicKey`. */
  spki: Buffer;
  subjectAlternativeNames?: SubjectAlternativeNames;
}

const KEY_IDENTIFIER_LENGTH = 20;

/**
 * What all certificates of one profile and one issuer have in common, encoded once (RFC 5280 section 4.1, version 3).
 * Basic constraints and key usage are critical, the other extensions are not.
 */
export class CertificateTemplate {
  private readonly version = element(contextTag(0), encodeSmallInteger(2));
  private readonly algorithmAndIssuer: Buffer;
  private readonly sameExtensions: Buffer;

  constructor(options: CertificateTemplateOptions) {
    this.algorithmAndIssuer = Buffer.concat([options.signatureAlgorithm.identifier, options.issuerName]);
    const emptyKeyIdentifier = subjectKeyIdentifierExtension(Buffer.alloc(KEY_IDENTIFIER_LENGTH));
    this.sameExtensions = Buffer.concat([
      basicConstraintsExtension(options.basicConstraints ?? { ca: false }),
      keyUsageExtension(options.keyUsage),
      ...(options.extendedKeyUsage ? [extendedKeyUsageExtension(options.extendedKeyUsage)] : []),
      authorityKeyIdentifierExtension(options.issuerKeyIdentifier),
      ...(options.certificatePolicies ? [certificatePoliciesExtension(options.certificatePolicies)] : []),
      ...(options.crlDistributionPoint === undefined ? [] : [crlDistributionPointExtension(options.crlDistributionPoint)]),
      // The key identifier is always 20 octets, so all but its octets is the same too; they come right behind.
      emptyKeyIdentifier.subarray(0, -KEY_IDENTIFIER_LENGTH),
    ]);
  }

  /**
   * TBSCertificate, DER: what the issuer's key signs.
   * @throws X509Error `name-malformed` for a bad alternative name; RangeError for a time that can't be encoded
   */
  tbs(fields: CertificateFields): Buffer {
    const keyIdentifier = subjectKeyIdentifier(fields.spki);
    const alternativeNames = fields.subjectAlternativeNames && subjectAlternativeNameExtension(fields.subjectAlternativeNames);
    const extensions = alternativeNames ? [this.sameExtensions, keyIdentifier, alternativeNames] : [this.sameExtensions, keyIdentifier];
    return sequence(
      this.version,
      encodeUnsignedInteger(fields.serialNumber),
      this.algorithmAndIssuer,
      encodeValidity(fields.notBefore, fields.notAfter),
      fields.subject,
      fields.spki,
      extensionsField(extensions),
    );
  }
}

/** `[3]` around a SEQUENCE, written into one buffer. */
function extensionsField(parts: readonly Buffer[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const inner = headerLength(length) + length;
  const encoded = Buffer.allocUnsafe(headerLength(inner) + inner);
  let offset = writeHeader(encoded, writeHeader(encoded, 0, contextTag(3), inner), TAG.sequence, length);
  for (const part of parts) {
    encoded.set(part, offset);
    offset += part.length;
  }
  return encoded;
}
