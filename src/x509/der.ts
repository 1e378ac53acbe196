import { decodeOidContents, encodeOidContents, OID } from './oids.js';
import { DerError } from './x509.errors.js';

/** Identifier octets as they stand in the encoding (class, constructed bit and number together). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tags: `contextTag(0)` is a constructed `[0]`, `contextPrimitive(6)` a primitive `[6]`. */
export const contextTag = (number: number): number => 0xa0 | number;
export const contextPrimitive = (number: number): number => 0x80 | number;

/**
 * Reads DER and nothing else (X.690 section 10): what BER would also allow is refused with a `DerError`, except that with
 * `anyLengths` a length need not be in its shortest form. Buffers that it answers are views into the input, not copies.
 */
export class DerReader {
  private position: number;

  constructor(
    private readonly bytes: Buffer,
    start = 0,
    private readonly end = bytes.length,
    private readonly anyLengths = false,
  ) {
    this.position = start;
  }

  get atEnd(): boolean {
    return this.position === this.end;
  }

  /** The tag that comes next, or -1 at the end. */
  get nextTag(): number {
    return this.position < this.end ? this.bytes[this.position]! : -1;
  }

  /** Moves past the next element and answers where its contents start. They end at the new position. */
  private advance(tag: number): number {
    const { bytes, end } = this;
    let at = this.position;
    if (at + 2 > end) throw new DerError('it ends too early');
    if (bytes[at] !== tag) throw new DerError('an element has another type than expected');
    let length = bytes[at + 1]!;
    at += 2;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0) throw new DerError('a length is indefinite, which DER does not allow');
      if (octets > (this.anyLengths ? 6 : 3)) throw new DerError('a length is longer than anything that we read');
      if (at + octets > end) throw new DerError('it ends too early');
      length = bytes.readUIntBE(at, octets);
      if (!this.anyLengths && (length < 0x80 || length < 2 ** (8 * (octets - 1)))) throw new DerError('a length is not in its shortest form');
      at += octets;
    }
    if (at + length > end) throw new DerError('it ends too early');
    this.position = at + length;
    return at;
  }

  /** Goes into a constructed element. The caller ends with `finish`. */
  enter(tag: number): DerReader {
    const start = this.advance(tag);
    return new DerReader(this.bytes, start, this.position, this.anyLengths);
  }

  sequence(): DerReader {
    return this.enter(TAG.sequence);
  }

  /** Says that nothing may follow. */
  finish(): void {
    if (this.position !== this.end) throw new DerError('an element holds more than it should');
  }

  contents(tag: number): Buffer {
    const start = this.advance(tag);
    return this.bytes.subarray(start, this.position);
  }

  /** The whole element with its tag and length. */
  whole(tag: number): Buffer {
    const start = this.position;
    this.advance(tag);
    return this.bytes.subarray(start, this.position);
  }

  oid(): string {
    const dotted = decodeOidContents(this.contents(TAG.oid));
    if (dotted === undefined) throw new DerError('an object identifier is not in its shortest form');
    return dotted;
  }

  /** Two's complement octets, checked to be as few as possible. */
  integer(tag: number = TAG.integer): Buffer {
    const octets = this.contents(tag);
    if (octets.length === 0) throw new DerError('an integer is empty');
    const [first = 0, second = 0] = octets;
    if (octets.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
      throw new DerError('an integer is not in its shortest form');
    }
    return octets;
  }

  /** The magnitude of an integer that may not be negative, big endian, without the sign octet. Zero is one zero octet. */
  unsignedInteger(): Buffer {
    const octets = this.integer();
    if (octets[0]! >= 0x80) throw new DerError('an integer is negative');
    return octets.length > 1 && octets[0] === 0 ? octets.subarray(1) : octets;
  }

  smallInteger(): number {
    const octets = this.unsignedInteger();
    if (octets.length > 4) throw new DerError('an integer is too large');
    return octets.readUIntBE(0, octets.length);
  }

  /** DER knows two values only: 00 and FF. */
  boolean(): boolean {
    const octets = this.contents(TAG.boolean);
    if (octets.length !== 1 || (octets[0] !== 0 && octets[0] !== 0xff)) throw new DerError('a boolean is neither 00 nor FF');
    return octets[0] === 0xff;
  }

  /** A BIT STRING of whole octets: keys and signatures. */
  octetsOfBitString(): Buffer {
    const octets = this.contents(TAG.bitString);
    if (octets.length === 0 || octets[0] !== 0) throw new DerError('a bit string does not hold whole octets');
    return octets.subarray(1);
  }

  /** A named bit list (X.690 section 11.2.2): the numbers of the bits that are set. */
  namedBits(): number[] {
    const octets = this.contents(TAG.bitString);
    const unused = octets[0] ?? 8;
    const last = octets[octets.length - 1]!;
    const empty = octets.length === 1 && unused === 0;
    // The last bit that is kept must be a one, and the unused ones zero.
    if (!empty && (unused > 7 || octets.length < 2 || (last & ((1 << unused) - 1)) !== 0 || ((last >> unused) & 1) !== 1)) {
      throw new DerError('a list of bits is not in its shortest form');
    }
    const bits: number[] = [];
    for (let bit = 0; bit < (octets.length - 1) * 8; bit++) {
      if ((octets[1 + (bit >> 3)]! & (0x80 >> (bit & 7))) !== 0) bits.push(bit);
    }
    return bits;
  }

  null(): void {
    if (this.contents(TAG.null).length !== 0) throw new DerError('a null holds something');
  }
}

/** X.690 section 11.6: the elements of a SET OF stand in ascending order of their encodings. */
export function requireSetOrder(elements: readonly Buffer[]): void {
  for (let at = 1; at < elements.length; at++) {
    if (Buffer.compare(elements[at - 1]!, elements[at]!) > 0) throw new DerError('the elements of a set are not in order');
  }
}

/** Writes tag and length at `offset` and answers where the contents go. */
export function writeHeader(target: Buffer, offset: number, tag: number, length: number): number {
  target[offset] = tag;
  if (length < 0x80) {
    target[offset + 1] = length;
    return offset + 2;
  }
  const octets = headerLength(length) - 2;
  target[offset + 1] = 0x80 | octets;
  return target.writeUIntBE(length, offset + 2, octets);
}

export function headerLength(length: number): number {
  if (length < 0x80) return 2;
  if (length < 0x100) return 3;
  if (length < 0x10000) return 4;
  return length < 0x1000000 ? 5 : 6;
}

/** One element: its contents are the parts, one after the other. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const encoded = Buffer.allocUnsafe(headerLength(length) + length);
  let offset = writeHeader(encoded, 0, tag, length);
  for (const part of parts) {
    encoded.set(part, offset);
    offset += part.length;
  }
  return encoded;
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(TAG.sequence, ...parts);

const ENCODED = new Map(Object.values<string>(OID).map((dotted) => [dotted, element(TAG.oid, encodeOidContents(dotted))]));

export const encodeOid = (dotted: string): Buffer => ENCODED.get(dotted) ?? element(TAG.oid, encodeOidContents(dotted));

export const encodeBoolean = (value: boolean): Buffer => Buffer.from([TAG.boolean, 1, value ? 0xff : 0]);

export const encodeNull = (): Buffer => Buffer.from([TAG.null, 0]);

export const encodeBitString = (octets: Buffer): Buffer => element(TAG.bitString, ZERO_OCTET, octets);

const ZERO_OCTET = Buffer.from([0]);

/** A magnitude (big endian, leading zeros allowed) as a non-negative INTEGER in its shortest form. */
export function encodeUnsignedInteger(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const octets = magnitude.subarray(start);
  if (octets.length === 0) return Buffer.from([TAG.integer, 1, 0]);
  return octets[0]! >= 0x80 ? element(TAG.integer, ZERO_OCTET, octets) : element(TAG.integer, octets);
}

export function encodeSmallInteger(value: number): Buffer {
  const octets = Buffer.alloc(6);
  octets.writeUIntBE(value, 0, 6);
  return encodeUnsignedInteger(octets);
}

/** A named bit list (X.690 section 11.2.2): trailing zero bits are left out. */
export function encodeNamedBits(bits: readonly number[]): Buffer {
  if (bits.length === 0) return element(TAG.bitString, ZERO_OCTET);
  const highest = Math.max(...bits);
  const octets = Buffer.alloc(2 + (highest >> 3));
  octets[0] = 7 - (highest & 7);
  for (const bit of bits) octets[1 + (bit >> 3)]! |= 0x80 >> (bit & 7);
  return element(TAG.bitString, octets);
}
