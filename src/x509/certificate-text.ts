import type { TbsCertificate } from './certificate.js';
import { contextPrimitive, contextTag, DerReader, TAG } from './der.js';
import type { Extension } from './extensions.js';
import { nameToText } from './name.js';
import { OID } from './oids.js';
import { readingAs } from './x509.errors.js';
import { NEVER_EXPIRES } from './time.js';

/** What openssl prints for it, so that the two can be held side by side. */
const KEY_USAGE_TEXT: Partial<Record<string, string>> = {
  digitalSignature: 'Digital Signature',
  nonRepudiation: 'Non Repudiation',
  keyEncipherment: 'Key Encipherment',
  dataEncipherment: 'Data Encipherment',
  keyAgreement: 'Key Agreement',
  keyCertSign: 'Certificate Sign',
  cRLSign: 'CRL Sign',
};
const PURPOSE_TEXT: Partial<Record<string, string>> = { clientAuth: 'TLS Web Client Authentication', serverAuth: 'TLS Web Server Authentication' };

/** An extension for people: openssl's title and what is in it, one line each. */
export interface ExtensionText {
  title: string;
  critical: boolean;
  lines: string[];
}

/** What stands in a certificate, one line per field, in the words of `openssl x509 -text`; its signature is left out. */
export function certificateToText(certificate: TbsCertificate): string {
  const { serialNumber, algorithm, issuer, notBefore, notAfter, subject, keyType } = certificate;
  const head = [
    `Version: ${certificate.version}`,
    `Serial Number: ${colons(serialNumber)}`,
    `Signature Algorithm: ${algorithm.name}`,
    `Issuer: ${nameToText(issuer)}`,
    'Validity',
    `    Not Before: ${timeToText(notBefore)}`,
    `    Not After : ${timeToText(notAfter)}${+notAfter === +NEVER_EXPIRES ? ' (no expiry)' : ''}`,
    `Subject: ${nameToText(subject)}`,
    `Public Key: ${keyType}`,
    'X509v3 extensions:',
  ];
  const extensions = extensionsToText(certificate).flatMap(({ title, critical, lines }) => [
    `    ${title}:${critical ? ' critical' : ''}`,
    ...lines.map((line) => `        ${line}`),
  ]);
  return [...head, ...extensions].join('\n');
}

/** In the order in which they stand in the certificate. */
export function extensionsToText(certificate: TbsCertificate): ExtensionText[] {
  return certificate.extensions.map((extension) => {
    const [title, lines] = readingAs('certificate-malformed', 'certificate', () => describe(extension, certificate));
    return { title, critical: extension.critical, lines };
  });
}

function describe({ oid, value }: Extension, certificate: TbsCertificate): [title: string, lines: string[]] {
  switch (oid) {
    case OID.basicConstraints:
      return ['X509v3 Basic Constraints', [`CA:${certificate.isCa ? 'TRUE' : 'FALSE'}${certificate.pathLength === undefined ? '' : `, pathlen:${certificate.pathLength}`}`]];
    case OID.keyUsage:
      return ['X509v3 Key Usage', [(certificate.keyUsage ?? []).map((usage) => KEY_USAGE_TEXT[usage] ?? usage).join(', ')]];
    case OID.extKeyUsage:
      return ['X509v3 Extended Key Usage', [(certificate.extendedKeyUsage ?? []).map((purpose) => PURPOSE_TEXT[purpose] ?? purpose).join(', ')]];
    case OID.subjectKeyIdentifier:
      return ['X509v3 Subject Key Identifier', [colons(certificate.subjectKeyIdentifier ?? Buffer.alloc(0))]];
    case OID.authorityKeyIdentifier:
      return ['X509v3 Authority Key Identifier', [colons(certificate.authorityKeyIdentifier ?? Buffer.alloc(0))]];
    case OID.subjectAltName:
      return ['X509v3 Subject Alternative Name', [generalNames(new DerReader(value).sequence()).join(', ')]];
    case OID.certificatePolicies:
      return ['X509v3 Certificate Policies', policies(value).map((policy) => `Policy: ${policy}`)];
    case OID.crlDistributionPoints:
      return ['X509v3 CRL Distribution Points', ['Full Name:', ...distributionPoints(value).map((name) => `  ${name}`)]];
    default:
      return [oid, [value.toString('hex')]];
  }
}

function generalNames(list: DerReader): string[] {
  const names: string[] = [];
  while (!list.atEnd) {
    const tag = list.nextTag;
    const text = list.contents(tag).toString('latin1');
    names.push(`${tag === contextPrimitive(2) ? 'DNS' : tag === contextPrimitive(6) ? 'URI' : 'other'}:${text}`);
  }
  return names;
}

function policies(value: Buffer): string[] {
  const list = new DerReader(value).sequence();
  const found: string[] = [];
  while (!list.atEnd) found.push(new DerReader(list.whole(TAG.sequence)).sequence().oid());
  return found;
}

/** Only the form that we write: one point with a full name. */
function distributionPoints(value: Buffer): string[] {
  return generalNames(new DerReader(value).sequence().sequence().enter(contextTag(0)).enter(contextTag(0)));
}

function colons(octets: Buffer): string {
  return octets.toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Dec 31 23:59:59 9999 GMT`, as openssl has it. */
function timeToText(time: Date): string {
  const day = String(time.getUTCDate()).padStart(2);
  return `${MONTHS[time.getUTCMonth()]} ${day} ${time.toISOString().slice(11, 19)} ${time.getUTCFullYear()} GMT`;
}
