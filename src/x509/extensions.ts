import { contextPrimitive, contextTag, DerReader, element, encodeBoolean, encodeNamedBits, encodeOid, encodeSmallInteger, sequence, TAG } from './der.js';
import { OID } from './oids.js';
import { DerError, readingAs, X509Error } from './x509.errors.js';

/** RFC 5280 section 4.2.1.3; the place in the list is the bit's number. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export type ExtendedKeyUsage = 'clientAuth' | 'serverAuth';

export interface BasicConstraints {
  ca: boolean;
  /** How many CAs may follow below; only for a CA. */
  pathLength?: number;
}

export interface SubjectAlternativeNames {
  dns?: string[];
  uri?: string[];
  /** Octets of addresses: 4 or 16 each. */
  ip?: Buffer[];
}

export interface Extension {
  oid: string;
  critical: boolean;
  /** DER inside the OCTET STRING. */
  value: Buffer;
}

/** RFC 5280 section 4.2; DER leaves `critical` out where it is false. */
export function encodeExtension(oid: string, critical: boolean, value: Buffer): Buffer {
  const octets = element(TAG.octetString, value);
  return critical ? sequence(encodeOid(oid), encodeBoolean(true), octets) : sequence(encodeOid(oid), octets);
}

export function basicConstraintsExtension({ ca, pathLength }: BasicConstraints): Buffer {
  const parts = ca ? [encodeBoolean(true)] : [];
  if (pathLength !== undefined) {
    if (!ca || !Number.isInteger(pathLength) || pathLength < 0) throw new RangeError('A path length is a whole number from 0 on, and only a CA has one');
    parts.push(encodeSmallInteger(pathLength));
  }
  return encodeExtension(OID.basicConstraints, true, sequence(...parts));
}

export function keyUsageExtension(usages: readonly KeyUsage[]): Buffer {
  if (usages.length === 0) throw new RangeError('A key usage extension names at least one usage (RFC 5280 section 4.2.1.3)');
  return encodeExtension(OID.keyUsage, true, encodeNamedBits(usages.map((usage) => KEY_USAGES.indexOf(usage))));
}

export function extendedKeyUsageExtension(usages: readonly ExtendedKeyUsage[]): Buffer {
  if (usages.length === 0) throw new RangeError('An extended key usage extension names at least one purpose (RFC 5280 section 4.2.1.12)');
  return encodeExtension(OID.extKeyUsage, false, sequence(...usages.map((usage) => encodeOid(OID[usage]))));
}

export function subjectKeyIdentifierExtension(keyIdentifier: Buffer): Buffer {
  return encodeExtension(OID.subjectKeyIdentifier, false, element(TAG.octetString, keyIdentifier));
}

export function authorityKeyIdentifierExtension(keyIdentifier: Buffer): Buffer {
  return encodeExtension(OID.authorityKeyIdentifier, false, sequence(element(contextPrimitive(0), keyIdentifier)));
}

/** One place to fetch the whole CRL from (RFC 5280 section 4.2.1.13). */
export function crlDistributionPointExtension(url: string): Buffer {
  const fullName = element(contextTag(0), uriName(url));
  return encodeExtension(OID.crlDistributionPoints, false, sequence(sequence(element(contextTag(0), fullName))));
}

/** Policies by their dotted OIDs, without qualifiers, each once (RFC 5280 section 4.2.1.4). */
export function certificatePoliciesExtension(policies: readonly string[]): Buffer {
  if (policies.length === 0 || new Set(policies).size < policies.length) throw new RangeError('A certificate policies extension names at least one policy, and each once');
  return encodeExtension(OID.certificatePolicies, false, sequence(...policies.map((policy) => sequence(encodeOid(policy)))));
}

/** Undefined where there is no name: the extension may not be empty (RFC 5280 section 4.2.1.6). */
export function subjectAlternativeNameExtension({ dns = [], uri = [], ip = [] }: SubjectAlternativeNames): Buffer | undefined {
  if (dns.length === 0 && uri.length === 0 && ip.length === 0) return undefined;
  return encodeExtension(OID.subjectAltName, false, sequence(...dns.map(dnsName), ...uri.map(uriName), ...ip.map((octets) => element(contextPrimitive(7), octets))));
}

/** The URIs of a subject alternative name; names of other kinds are passed over. @throws X509Error `certificate-malformed` */
export function readUris(value: Buffer): string[] {
  return readingAs('certificate-malformed', 'certificate', () => readWhole(value, (reader) => {
    const names = reader.sequence();
    const uris: string[] = [];
    while (!names.atEnd) {
      const tag = names.nextTag!;
      const octets = names.contents(tag);
      if (tag === contextPrimitive(6)) uris.push(octets.toString('latin1'));
    }
    return uris;
  }));
}

function dnsName(name: string): Buffer {
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
  if (name.length > 253 || !new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`).test(name)) {
    throw new X509Error('name-malformed', 'A DNS name is not made of letters, digits and hyphens between dots.');
  }
  return element(contextPrimitive(2), Buffer.from(name, 'latin1'));
}

function uriName(uri: string): Buffer {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(uri)) throw new X509Error('name-malformed', 'A URI is not absolute or holds spaces or non-ASCII characters.');
  return element(contextPrimitive(6), Buffer.from(uri, 'latin1'));
}

/** The list behind the [3] of a certificate. Every extension stands in it at most once (RFC 5280 section 4.2). */
export function readExtensions(list: DerReader): Extension[] {
  if (list.atEnd) throw new DerError('the list of extensions is empty');
  const extensions: Extension[] = [];
  while (!list.atEnd) {
    const reader = list.sequence();
    const oid = reader.oid();
    let critical = false;
    if (reader.nextTag === TAG.boolean) {
      critical = reader.boolean();
      if (!critical) throw new DerError('a default value is written out');
    }
    const value = reader.contents(TAG.octetString);
    reader.finish();
    if (extensions.some((extension) => extension.oid === oid)) throw new DerError('an extension stands in it twice');
    extensions.push({ oid, critical, value });
  }
  return extensions;
}

export function readBasicConstraints(value: Buffer): BasicConstraints {
  return readWhole(value, (reader) => {
    const body = reader.sequence();
    // CA:FALSE is the default, which DER leaves out, and only a CA has a path length.
    if (body.atEnd) return { ca: false };
    if (!body.boolean()) throw new DerError('a default value is written out');
    if (body.atEnd) return { ca: true };
    const pathLength = body.smallInteger();
    body.finish();
    return { ca: true, pathLength };
  });
}

export function readKeyUsage(value: Buffer): KeyUsage[] {
  return readWhole(value, (reader) =>
    reader.namedBits().map((bit) => {
      const usage = KEY_USAGES[bit];
      if (usage === undefined) throw new DerError('a key usage is unknown');
      return usage;
    }),
  );
}

const PURPOSE_NAMES = new Map<string, string>([
  [OID.clientAuth, 'clientAuth'],
  [OID.serverAuth, 'serverAuth'],
]);

/** Names of the purposes, or dotted OIDs where they are none of ours. */
export function readExtendedKeyUsage(value: Buffer): string[] {
  return readWhole(value, (reader) => {
    const body = reader.sequence();
    if (body.atEnd) throw new DerError('the extended key usage is empty');
    const purposes: string[] = [];
    while (!body.atEnd) {
      const oid = body.oid();
      purposes.push(PURPOSE_NAMES.get(oid) ?? oid);
    }
    return purposes;
  });
}

export function readSubjectKeyIdentifier(value: Buffer): Buffer {
  return readWhole(value, (reader) => reader.contents(TAG.octetString));
}

/** The key identifier, if it has one; the issuer and serial that may stand beside it are not used. */
export function readAuthorityKeyIdentifier(value: Buffer): Buffer | undefined {
  return readWhole(value, (reader) => {
    const body = reader.sequence();
    const keyIdentifier = body.nextTag === contextPrimitive(0) ? body.contents(contextPrimitive(0)) : undefined;
    if (body.nextTag === contextTag(1)) body.contents(contextTag(1));
    if (body.nextTag === contextPrimitive(2)) body.integer(contextPrimitive(2));
    body.finish();
    return keyIdentifier;
  });
}

function readWhole<T>(value: Buffer, read: (reader: DerReader) => T): T {
  const reader = new DerReader(value);
  const result = read(reader);
  reader.finish();
  return result;
}
