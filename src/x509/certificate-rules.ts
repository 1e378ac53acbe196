import { type Certificate, readTbsCertificate, type TbsCertificate } from './certificate.js';
import { characterCount, commonNameOf, readName } from './name.js';
import { OID } from './oids.js';
import { subjectKeyIdentifier } from './public-key.js';
import { fitsKey } from './signature-algorithm.js';
import { NEVER_EXPIRES } from './time.js';
import { X509Error } from './x509.errors.js';

/** `commonName` is undefined unless there is exactly one. */
type Draft = TbsCertificate & { commonName: string | undefined; mayOutliveIssuer: boolean };

interface Rule {
  /** Where it comes from. */
  source: string;
  complaint: string;
  holds(tbs: Draft, issuer: Certificate): boolean;
}

/** Extensions that we write ourselves; another critical one would make devices unusable to those who don't know it. */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.subjectKeyIdentifier,
  OID.authorityKeyIdentifier,
  OID.subjectAltName,
  OID.crlDistributionPoints,
  OID.certificatePolicies,
]);

/** What AWS IoT takes: RSA from 2048 bits (the reader of keys refuses less), P-256, P-384 and P-521. */
const AWS_KEY = /^(?:P-256|P-384|P-521|RSA-[0-9]+)$/;

const isCritical = (tbs: TbsCertificate, oid: string): boolean => tbs.extensions.some((extension) => extension.oid === oid && extension.critical);
const has = (tbs: TbsCertificate, oid: string): boolean => tbs.extensions.some((extension) => extension.oid === oid);
const mayUse = (issuer: Certificate, usage: string): boolean => issuer.keyUsage === undefined || issuer.keyUsage.includes(usage);

/** One line each: what an end-entity certificate must be before the key is touched. */
const RULES: readonly Rule[] = [
  { source: 'RFC 5280 4.1.2.1', complaint: 'The version is not 3', holds: (tbs) => tbs.version === 3 },
  { source: 'RFC 5280 4.1.2.2', complaint: 'The serial number is longer than 20 octets', holds: ({ serialNumber }) => serialNumber.length + (serialNumber[0]! >> 7) <= 20 },
  { source: 'RFC 5280 4.1.2.2', complaint: 'The serial number is zero or shorter than 16 octets', holds: (tbs) => tbs.serialNumber.length >= 16 },
  { source: 'RFC 5280 4.1.1.2', complaint: "The signature algorithm does not fit the issuer's key", holds: (tbs, issuer) => fitsKey(tbs.algorithm, issuer.keyType) },
  { source: 'RFC 5280 4.1.2.4', complaint: "The issuer name is not the issuer's subject", holds: (tbs, issuer) => tbs.issuer.equals(issuer.subject) },
  { source: 'RFC 5280 4.1.2.5', complaint: 'The validity ends before it starts', holds: (tbs) => tbs.notBefore < tbs.notAfter },
  { source: 'RFC 5280 6.1.3', complaint: "The validity starts before the issuer's", holds: (tbs, issuer) => tbs.notBefore >= issuer.notBefore },
  { source: 'RFC 5280 6.1.3', complaint: "The validity ends after the issuer's", holds: endsInTime },
  { source: 'RFC 5280 4.1.2.6', complaint: 'The subject is empty or has no single common name', holds: (tbs) => tbs.commonName !== undefined },
  { source: 'RFC 5280 A.1', complaint: 'The common name is empty or longer than 64 characters', holds: ({ commonName }) => commonName === undefined || (commonName !== '' && characterCount(commonName) <= 64) },
  { source: 'RFC 5280 4.1.2.6', complaint: "The subject is the issuer's own name", holds: (tbs, issuer) => !tbs.subject.equals(issuer.subject) },
  { source: 'AWS IoT, X.509 client certificates', complaint: 'AWS IoT does not take keys of this type', holds: (tbs) => AWS_KEY.test(tbs.keyType) },
  { source: 'RFC 5280 4.2.1.9', complaint: 'The basic constraints are missing or not critical', holds: (tbs) => isCritical(tbs, OID.basicConstraints) },
  { source: 'RFC 5280 4.2.1.9', complaint: 'It is a CA certificate', holds: (tbs) => !tbs.isCa && tbs.pathLength === undefined },
  { source: 'RFC 5280 4.2.1.3', complaint: 'The key usage is missing or not critical', holds: (tbs) => isCritical(tbs, OID.keyUsage) && (tbs.keyUsage?.length ?? 0) > 0 },
  { source: 'RFC 5280 4.2.1.3', complaint: 'The key usage lets it sign certificates or CRLs', holds: ({ keyUsage = [] }) => !keyUsage.includes('keyCertSign') && !keyUsage.includes('cRLSign') },
  { source: 'RFC 5280 4.2.1.1', complaint: "The authority key identifier is not the issuer's subject key identifier", holds: authorityKeyMatches },
  { source: 'RFC 5280 4.2.1.2', complaint: 'The subject key identifier is not that of its key', holds: (tbs) => tbs.subjectKeyIdentifier?.equals(subjectKeyIdentifier(tbs.spki)) === true },
  { source: 'RFC 5280 4.2', complaint: 'An unknown extension is critical', holds: (tbs) => tbs.extensions.every(({ critical, oid }) => !critical || KNOWN_EXTENSIONS.has(oid)) },
  { source: 'RFC 5280 4.2.1.1', complaint: 'An identifier or name extension is critical', holds: (tbs) => ![OID.subjectKeyIdentifier, OID.authorityKeyIdentifier, OID.subjectAltName].some((oid) => has(tbs, oid) && isCritical(tbs, oid)) },
  { source: 'RFC 5280 4.2.1.9', complaint: 'The issuer is not a CA', holds: (_tbs, issuer) => issuer.isCa },
  { source: 'RFC 5280 4.2.1.3', complaint: 'The issuer may not sign certificates', holds: (_tbs, issuer) => mayUse(issuer, 'keyCertSign') },
];

/**
 * What is wrong with an end-entity certificate that is about to be signed; empty if it may be. One sentence each, with its source.
 * That the algorithm outside equals the one inside is checked where the two meet, in `sealCertificate`.
 * `mayOutliveIssuer` lets one that never expires (and no other) end after its issuer, as IEEE 802.1AR has it.
 */
export function complaintsAbout(tbs: Buffer, issuer: Certificate, { mayOutliveIssuer = false } = {}): string[] {
  let draft: Draft;
  try {
    const fields = readTbsCertificate(tbs);
    draft = { ...fields, commonName: commonNameOf(readName(fields.subject)), mayOutliveIssuer };
  } catch (error) {
    if (error instanceof X509Error) return [error.message];
    throw error;
  }
  return RULES.filter((rule) => !rule.holds(draft, issuer)).map((rule) => `${rule.complaint} (${rule.source}).`);
}

function endsInTime({ notAfter, mayOutliveIssuer }: Draft, issuer: Certificate): boolean {
  return notAfter <= issuer.notAfter || (mayOutliveIssuer && +notAfter === +NEVER_EXPIRES);
}

/** An issuer without an SKI of its own (version 1, or made by a bare tool) is known by the SKI that its key has by RFC 5280. */
function authorityKeyMatches(tbs: TbsCertificate, issuer: Certificate): boolean {
  const expected = issuer.subjectKeyIdentifier ?? subjectKeyIdentifier(issuer.spki);
  return tbs.authorityKeyIdentifier?.equals(expected) === true;
}
