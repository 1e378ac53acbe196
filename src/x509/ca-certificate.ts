import { CertificateTemplate } from './certificate-template.js';
import { subjectKeyIdentifier } from './public-key.js';
import type { SignatureAlgorithm } from './signature-algorithm.js';

export interface CaCertificateFields {
  /** As from `encodeName`; also the issuer. */
  subject: Buffer;
  /** As from `readPublicKey`. */
  spki: Buffer;
  /** `signatureAlgorithmFor` of the key's type. */
  signatureAlgorithm: SignatureAlgorithm;
  /** As from `newSerialNumber`. */
  serialNumber: Buffer;
  notBefore: Date;
  notAfter: Date;
  /** 0 for a CA that signs devices only; no limit if left out. */
  pathLength?: number;
}

/** TBSCertificate of a self-signed CA: CA:TRUE, keyCertSign and cRLSign, both critical, SKI and AKI (RFC 5280 section 4.2.1). */
export function caCertificateTbs(fields: CaCertificateFields): Buffer {
  const { subject, spki, serialNumber, notBefore, notAfter, pathLength } = fields;
  const template = new CertificateTemplate({
    issuerName: subject,
    issuerKeyIdentifier: subjectKeyIdentifier(spki),
    signatureAlgorithm: fields.signatureAlgorithm,
    keyUsage: ['keyCertSign', 'cRLSign'],
    basicConstraints: pathLength === undefined ? { ca: true } : { ca: true, pathLength },
  });
  return template.tbs({ serialNumber, notBefore, notAfter, subject, spki });
}
