import { createPublicKey } from 'node:crypto';
import { type Certificate, fingerprint, readCertificate, verifyCertificateSignature } from '../x509/certificate.js';
import { commonNameOf, readName } from '../x509/name.js';
import { fromPem, fromPemChain } from '../x509/pem.js';

/** What must differ between any two units. */
export interface IssuedCertificate {
  fingerprint: string;
  serialNumber: string;
  /** SubjectPublicKeyInfo in hex. */
  publicKey: string;
}

/**
 * Checks a device certificate as somebody would who trusts nothing but the CA certificate: signed by it, for this unit,
 * valid now and no CA itself. @throws Error with one sentence
 */
export function checkIssued(certificatePem: string, caPem: string, serial: string): IssuedCertificate {
  const certificate = readCertificate(fromPem('CERTIFICATE', certificatePem));
  const ca = fromPemChain(caPem).map((der) => readCertificate(der)).find(({ subject }) => subject.equals(certificate.issuer));
  const complaint = complaintAbout(certificate, ca, serial);
  if (complaint !== undefined) throw new Error(`The certificate of ${serial} ${complaint}`);
  return differing(certificate);
}

/** Whether the key of this CA certificate has signed it. */
export function isSignedBy(certificatePem: string, caPem: string): boolean {
  const certificate = readCertificate(fromPem('CERTIFICATE', certificatePem));
  return verifyCertificateSignature(certificate, readCertificate(fromPem('CERTIFICATE', caPem)).spki);
}

/** Of one that AWS has signed, whose CA nobody has. */
export function readIssued(certificatePem: string): IssuedCertificate {
  return differing(readCertificate(fromPem('CERTIFICATE', certificatePem)));
}

function differing(certificate: Certificate): IssuedCertificate {
  return {
    fingerprint: fingerprint(certificate.der),
    serialNumber: certificate.serialNumber.toString('hex'),
    publicKey: certificate.spki.toString('hex'),
  };
}

function complaintAbout(certificate: Certificate, ca: Certificate | undefined, serial: string): string | undefined {
  if (ca === undefined) return 'names an issuer that is not in its chain';
  if (!ca.isCa) return 'was signed by a certificate that is none of a CA';
  if (!verifyCertificateSignature(certificate, ca.spki)) return 'does not carry a signature of its issuer';
  if (certificate.isCa) return 'is a CA certificate';
  if (commonNameOf(readName(certificate.subject)) !== serial) return 'names another unit';
  const now = new Date();
  if (now < certificate.notBefore || now > certificate.notAfter) return 'is not valid now';
  return undefined;
}

/** Whether the certificate is for the key of this CSR's device. */
export function isForKey(certificate: IssuedCertificate, privateKeyPem: string): boolean {
  return createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' }).toString('hex') === certificate.publicKey;
}
