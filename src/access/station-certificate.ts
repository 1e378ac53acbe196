import { type Certificate, fingerprint, readCertificate, verifyCertificateSignature } from '../x509/certificate.js';
import { CertificateTemplate } from '../x509/certificate-template.js';
import { readUris } from '../x509/extensions.js';
import { encodeName } from '../x509/name.js';
import { OID } from '../x509/oids.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import { signatureAlgorithmFor } from '../x509/signature-algorithm.js';
import { X509Error } from '../x509/x509.errors.js';

/** What the certificate of a station names it by, in its one URI. */
const NAME = 'urn:lineside:station:';

/** A station authority as it signs. */
export interface StationIssuer {
  id: string;
  keyLabel: string;
  /** As read from its DER. */
  certificate: Certificate;
}

export interface StationCertificateFields {
  station: string;
  /** As from `newSerialNumber`. */
  serialNumber: Buffer;
  notBefore: Date;
  notAfter: Date;
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
}

/** TBSCertificate of a client certificate: CN and URI name the station, digitalSignature and clientAuth only (RFC 5280). */
export function stationCertificateTbs({ certificate }: StationIssuer, { station, ...fields }: StationCertificateFields): Buffer {
  const template = new CertificateTemplate({
    issuerName: certificate.subject,
    issuerKeyIdentifier: subjectKeyIdentifier(certificate.spki),
    signatureAlgorithm: signatureAlgorithmFor(certificate.keyType),
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
  });
  return template.tbs({ ...fields, subject: encodeName([{ type: 'CN', value: station }]), subjectAlternativeNames: { uri: [`${NAME}${station}`] } });
}

/** What a certificate says that one of our station authorities has signed. That it still counts, the ledger says. */
export interface SignedStation {
  station: string;
  /** Hex. */
  serialNumber: string;
  fingerprint: string;
  notBefore: Date;
  notAfter: Date;
}

/** Why a certificate is no station's: the end of a sentence that begins with "The certificate". */
export class NotOfStation extends Error {}

/** Reads a certificate that somebody has presented: who signed it, what for, and which station it names; not whether it has ended. @throws NotOfStation */
export function readStationCertificate(der: Buffer, issuers: readonly StationIssuer[]): SignedStation {
  const certificate = readAny(der);
  const named = issuers.filter((issuer) => issuer.certificate.subject.equals(certificate.issuer));
  if (!named.some((issuer) => verifyCertificateSignature(certificate, issuer.certificate.spki))) throw new NotOfStation('was not signed by the station authority of this service');
  if (certificate.isCa || certificate.extendedKeyUsage?.join() !== 'clientAuth') throw new NotOfStation('is not a client certificate');
  const { serialNumber, notBefore, notAfter } = certificate;
  return { station: stationIn(certificate), serialNumber: serialNumber.toString('hex'), fingerprint: fingerprint(der), notBefore, notAfter };
}

function readAny(der: Buffer): Certificate {
  try {
    return readCertificate(der);
  } catch (error) {
    if (error instanceof X509Error) throw new NotOfStation('can’t be read', { cause: error });
    throw error;
  }
}

function stationIn({ extensions }: Certificate): string {
  const names = extensions.find(({ oid }) => oid === OID.subjectAltName);
  try {
    const [uri = '', another] = names === undefined ? [] : readUris(names.value);
    if (another === undefined && uri.startsWith(NAME)) return uri.slice(NAME.length);
  } catch (error) {
    if (!(error instanceof X509Error)) throw error;
  }
  throw new NotOfStation('names no station');
}
