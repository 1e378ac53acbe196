import { DerReader, element, encodeOid, requireSetOrder, sequence, TAG } from './der.js';
import { OID } from './oids.js';
import { DerError, readingAs, X509Error } from './x509.errors.js';

/** What we write into names; the upper bounds are those of RFC 5280 appendix A. */
export interface NameAttribute {
  type: 'C' | 'ST' | 'L' | 'O' | 'OU' | 'CN' | 'serialNumber' | 'dnQualifier';
  value: string;
}

/** What we may find in names: `type` is one of ours, or a dotted OID. */
export interface ReadNameAttribute {
  type: string;
  value: string;
}

interface AttributeRule {
  oid: string;
  /** Upper bound in characters, not in bytes. */
  upperBound: number;
  /** RFC 5280 fixes these three to PrintableString. */
  printable?: true;
}

const RULES: Record<NameAttribute['type'], AttributeRule> = {
  C: { oid: OID.countryName, upperBound: 2, printable: true },
  ST: { oid: OID.stateOrProvinceName, upperBound: 128 },
  L: { oid: OID.localityName, upperBound: 128 },
  O: { oid: OID.organizationName, upperBound: 64 },
  OU: { oid: OID.organizationalUnitName, upperBound: 64 },
  CN: { oid: OID.commonName, upperBound: 64 },
  serialNumber: { oid: OID.serialNumber, upperBound: 64, printable: true },
  // RFC 5280 sets no bound here; AWS and openssl take this much.
  dnQualifier: { oid: OID.dnQualifier, upperBound: 64, printable: true },
};

const ENCODED_OIDS = new Map(Object.entries(RULES).map(([type, { oid }]) => [type, encodeOid(oid)]));
const TYPE_OF_OID = new Map(Object.entries(RULES).map(([type, { oid }]) => [oid, type]));

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;
/** Old tools write * @ & _ into printable strings, against X.680, and openssl reads them. */
const PRINTABLE_AS_FOUND = /^[A-Za-z0-9 '()+,\-./:=?*@&_]*$/;
// Control characters have no business in a name: a NUL has fooled readers of certificates before, and those that turn the reading
// direction (Unicode UAX #9) or end a line show people another name than the one that is signed.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * A Name (RFC 5280 section 4.1.2.4), one attribute per RDN, in the given order. `C`, `serialNumber` and `dnQualifier`
 * become PrintableString, all others UTF8String, whatever they hold: one rule, so equal names are equal bytes.
 * @throws X509Error `name-malformed`
 */
export function encodeName(attributes: readonly NameAttribute[]): Buffer {
  return sequence(...attributes.map(encodeRdn));
}

function encodeRdn({ type, value }: NameAttribute): Buffer {
  const { upperBound, printable } = RULES[type];
  // A text never has more characters than UTF-16 units, so most need no counting.
  const characters = value.length <= upperBound ? value.length : characterCount(value);
  if (characters === 0) throw new X509Error('name-malformed', `The ${type} of a name is empty.`);
  if (characters > upperBound) throw new X509Error('name-malformed', `The ${type} of a name has ${characters} characters; ${upperBound} are allowed.`);
  if (type === 'C' && !/^[A-Z]{2}$/.test(value)) throw new X509Error('name-malformed', 'The C of a name is not a country code of two capital letters.');
  if (printable && !PRINTABLE.test(value)) {
    throw new X509Error('name-malformed', `The ${type} of a name holds characters other than letters, digits, spaces and '()+,-./:=?`);
  }
  if (CONTROL.test(value) || HALF_CHARACTER.test(value)) throw new X509Error('name-malformed', `The ${type} of a name holds a control character or half a character.`);
  const text = element(printable ? TAG.printableString : TAG.utf8String, Buffer.from(value, 'utf8'));
  return element(TAG.set, sequence(ENCODED_OIDS.get(type)!, text));
}

/**
 * The attributes of a Name in the order they stand in; those of a multi-valued RDN one after the other.
 * @throws X509Error `name-malformed`
 */
export function readName(der: Buffer): ReadNameAttribute[] {
  return readingAs('name-malformed', 'name', () => nameAttributes(der));
}

/** The same for readers of larger things: what is not DER comes as a `DerError`. */
export function nameAttributes(der: Buffer): ReadNameAttribute[] {
  const top = new DerReader(der);
  const rdns = top.sequence();
  top.finish();
  const attributes: ReadNameAttribute[] = [];
  while (!rdns.atEnd) {
    const rdn = rdns.enter(TAG.set);
    if (rdn.atEnd) throw new DerError('a part of a name is empty');
    const encodings: Buffer[] = [];
    while (!rdn.atEnd) encodings.push(rdn.whole(TAG.sequence));
    requireSetOrder(encodings);
    for (const encoding of encodings) {
      const attribute = new DerReader(encoding).sequence();
      const oid = attribute.oid();
      const value = readText(attribute);
      attribute.finish();
      attributes.push({ type: TYPE_OF_OID.get(oid) ?? oid, value });
    }
  }
  return attributes;
}

/** One line for people, such as `C=DE, O=Example, CN=unit 7`, in the encoded order and escaped as in RFC 4514. */
export function nameToText(name: Buffer | readonly ReadNameAttribute[]): string {
  const attributes: readonly ReadNameAttribute[] = Buffer.isBuffer(name) ? readName(name) : name;
  return attributes.map(({ type, value }) => `${type}=${value.replace(/[,+"\\<>;=]|^[ #]| $/g, '\\$&')}`).join(', ');
}

/** The one common name, or undefined if there is none or more than one. */
export function commonNameOf(attributes: readonly ReadNameAttribute[]): string | undefined {
  const names = attributes.filter(({ type }) => type === 'CN');
  return names.length === 1 ? names[0]!.value : undefined;
}

/** Counts what RFC 5280 counts: characters, also those outside the first plane of Unicode. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

const TEXT_TAGS: ReadonlySet<number> = new Set([TAG.utf8String, TAG.printableString, TAG.ia5String, TAG.numericString, TAG.teletexString, TAG.bmpString]);

function readText(reader: DerReader): string {
  const tag = reader.nextTag;
  if (!TEXT_TAGS.has(tag)) throw new DerError('a part of a name is not text');
  return decodeText(tag, reader.contents(tag));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of one of the ASN.1 string types; a `DerError` where it holds what its type does not allow. */
export function decodeText(tag: number, octets: Buffer): string {
  switch (tag) {
    case TAG.utf8String:
      return decodeUtf8(octets);
    case TAG.printableString: {
      const text = octets.toString('latin1');
      if (!PRINTABLE_AS_FOUND.test(text)) throw new DerError('a printable string holds another character');
      return text;
    }
    case TAG.numericString: {
      const text = octets.toString('latin1');
      if (!/^[0-9 ]*$/.test(text)) throw new DerError('a numeric string holds another character');
      return text;
    }
    case TAG.ia5String: {
      if (octets.some((octet) => octet >= 0x80)) throw new DerError('an ASCII string holds another character');
      return octets.toString('latin1');
    }
    // T.61 in name only: everyone who still writes it means Latin-1, and openssl reads it so.
    case TAG.teletexString:
      return octets.toString('latin1');
    case TAG.bmpString: {
      if (octets.length % 2 !== 0) throw new DerError('a two-byte string has an odd length');
      const text = Buffer.from(octets).swap16().toString('utf16le');
      if (HALF_CHARACTER.test(text)) throw new DerError('a two-byte string holds half a character');
      return text;
    }
    default:
      throw new DerError('a text has an unknown type');
  }
}

function decodeUtf8(octets: Buffer): string {
  const text = octets.toString('latin1');
  // Most names are ASCII, and the decoder that refuses bad UTF-8 is slow.
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0000-\u007f]*$/.test(text)) return text;
  try {
    return UTF8.decode(octets);
  } catch {
    throw new DerError('a text is not UTF-8');
  }
}
