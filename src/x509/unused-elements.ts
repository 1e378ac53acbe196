import { contextTag, type DerReader, TAG } from './der.js';
import { decodeOidContents } from './oids.js';
import { DerError } from './x509.errors.js';

// Parts of a request that nobody uses. Toolchains write them in many ways, so they are held to no more than what OpenSSL
// needs to read the request at all: a request that it can't read proves nothing.

/** Moves past a Name (RFC 5280 section 4.1.2.4). */
export function passName(reader: DerReader): void {
  const rdns = reader.sequence();
  while (!rdns.atEnd) {
    const rdn = rdns.enter(TAG.set);
    while (!rdn.atEnd) {
      const attribute = rdn.sequence();
      passOid(attribute);
      passText(attribute);
      attribute.finish();
    }
  }
}

/** Moves past the attributes of a request (RFC 2986 section 4.1), whatever they ask for, in any order, and where there are none. */
export function passAttributes(reader: DerReader): void {
  if (reader.atEnd) return;
  const attributes = reader.enter(contextTag(0));
  while (!attributes.atEnd) {
    const attribute = attributes.sequence();
    passOid(attribute);
    const values = attribute.enter(TAG.set);
    attribute.finish();
    while (!values.atEnd) passElement(values);
  }
}

/** Moves past one element of any type. What constructed elements hold is not looked at. */
export function passElement(reader: DerReader): void {
  const tag = reader.nextTag;
  // Tag numbers from 31 on take more octets; nothing in PKIX has one. Tag 0 ends an indefinite length.
  if (tag <= 0 || (tag & 0x1f) === 0x1f) throw new DerError('an element has an unknown type');
  if (tag >= 0x40) reader.contents(tag);
  else if (tag === TAG.sequence || tag === TAG.set) reader.contents(tag);
  else if ((tag & 0x20) !== 0) throw new DerError('a value is put together from pieces');
  else passPrimitive(reader, tag);
}

function passPrimitive(reader: DerReader, tag: number): void {
  if (tag === TAG.integer || tag === TAG.enumerated) reader.integer(tag);
  else if (tag === TAG.null) reader.null();
  else if (tag === TAG.oid) passOid(reader);
  else {
    const octets = reader.contents(tag);
    const isOdd =
      (tag === TAG.boolean && octets.length !== 1) ||
      (tag === TAG.bitString && (octets[0] ?? 8) > 7) ||
      (tag === TAG.bmpString && octets.length % 2 !== 0) ||
      (tag === TAG.universalString && octets.length % 4 !== 0) ||
      tag === (TAG.sequence & 0x1f) ||
      tag === (TAG.set & 0x1f);
    if (isOdd) throw new DerError('an element has not the size of its type');
  }
}

function passOid(reader: DerReader): void {
  if (decodeOidContents(reader.contents(TAG.oid)) === undefined) throw new DerError('an object identifier is not in its shortest form');
}

/** These are converted by OpenSSL, so a name that holds others of their type's octets can't be read by it. */
function passText(reader: DerReader): void {
  const tag = reader.nextTag;
  if (!NAME_TAGS.has(tag)) throw new DerError('a part of a name is not text');
  if (tag === TAG.sequence) return void reader.contents(tag);
  const octets = tag === TAG.bmpString || tag === TAG.universalString || tag === TAG.utf8String ? reader.contents(tag) : undefined;
  if (octets === undefined) return passPrimitive(reader, tag);
  const isText = tag === TAG.utf8String ? isUtf8(octets) : isWide(octets, tag === TAG.bmpString ? 2 : 4);
  if (!isText) throw new DerError('a part of a name holds octets that are no characters');
}

const NAME_TAGS: ReadonlySet<number> = new Set([
  TAG.utf8String, TAG.printableString, TAG.ia5String, TAG.numericString, TAG.teletexString, TAG.bmpString, TAG.universalString, TAG.bitString,
  TAG.sequence,
]);

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(octets: Buffer): boolean {
  // Most names are ASCII, and the decoder that refuses bad UTF-8 is slow.
  if (octets.every((octet) => octet < 0x80)) return true;
  try {
    UTF8.decode(octets);
    return true;
  } catch {
    return false;
  }
}

/** Characters of 2 or 4 octets, none of them half a surrogate pair or outside Unicode. */
function isWide(octets: Buffer, size: 2 | 4): boolean {
  if (octets.length % size !== 0) return false;
  for (let at = 0; at < octets.length; at += size) {
    const character = octets.readUIntBE(at, size);
    if (character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff)) return false;
  }
  return true;
}
