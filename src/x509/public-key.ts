import { createPublicKey, ECDH, hash, type KeyObject } from 'node:crypto';
import { DerReader, encodeBitString, encodeNull, encodeOid, encodeUnsignedInteger, sequence, TAG } from './der.js';
import { curveNameOf, keyKindOf, OID } from './oids.js';
import { DerError, readingAs, X509Error } from './x509.errors.js';

export type EcCurve = 'P-256' | 'P-384' | 'P-521';
export type KeyType = EcCurve | `RSA-${number}`;

export interface PublicKey {
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  /** For RSA with the modulus length in bits. */
  keyType: KeyType;
}

export interface Curve {
  name: EcCurve;
  oid: string;
  /** Octets of one coordinate. */
  size: number;
  /** What OpenSSL calls it. */
  nodeName: string;
  /** FIPS 186-5: y² = x³ − 3x + b over the field of p elements. */
  p: bigint;
  b: bigint;
}

const CURVES: readonly Curve[] = [
  {
    name: 'P-256',
    oid: OID.p256,
    size: 32,
    nodeName: 'prime256v1',
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  {
    name: 'P-384',
    oid: OID.p384,
    size: 48,
    nodeName: 'secp384r1',
    p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  {
    name: 'P-521',
    oid: OID.p521,
    size: 66,
    nodeName: 'secp521r1',
    p: (1n << 521n) - 1n,
    b: 0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
];

const RSA_MIN_BITS = 2048;
/** Above this a verification costs a line more than it gains, and nothing in a factory uses it. */
const RSA_MAX_BITS = 8192;
/** OpenSSL refuses larger exponents with larger moduli, so a device with one could never be verified. */
const RSA_MAX_EXPONENT_OCTETS = 8;

/**
 * Checks a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) and says what key it holds: a point on a named NIST curve,
 * uncompressed, or RSA of 2048 to 8192 bits with an odd exponent from 3 up to 64 bits.
 * @throws X509Error `key-malformed`, `key-weak` or `key-unsupported`
 */
export function readPublicKey(spki: Buffer): PublicKey {
  return { spki, keyType: readingAs('key-malformed', 'public key', () => keyTypeOf(spki)) };
}

/** The same for readers of larger things: what is not DER comes as a `DerError`, so that they tell it under their own code. */
export function keyTypeOf(spki: Buffer): KeyType {
  const parts = partsOf(spki);
  return parts.algorithm === OID.ecPublicKey ? ecKeyType(parts) : rsaKeyType(rsaNumbersOf(parts.bits));
}

/**
 * The key in an SPKI as toolchains write it, and the SPKI as RFC 5280 wants it in a certificate: RSA without its NULL (RFC 4055
 * section 5: must be accepted), lengths that are not in their shortest form, and compressed points are put right. What is not DER
 * comes as a `DerError`.
 * @throws X509Error `key-weak` or `key-unsupported`
 */
export function keyAsFound(spki: Buffer): PublicKey {
  const { algorithm, parameter, bits } = partsOf(spki, true);
  if (algorithm === OID.rsaEncryption) {
    const numbers = rsaNumbersOf(bits, true);
    return { keyType: rsaKeyType(numbers), spki: rsaSpki(numbers) };
  }
  const curve = curveOf(parameter);
  const point = bits.length === 1 + curve.size && (bits[0] === 2 || bits[0] === 3) ? uncompressed(curve, bits) : bits;
  return { keyType: ecKeyType({ parameter, bits: point }), spki: ecSpki(curve, point) };
}

/** What makes a key what it is, magnitudes big endian. The point −Q has the same x as Q. */
export type KeyNumbers = ({ kind: 'RSA' } & RsaNumbers) | { kind: EcCurve; x: Buffer };

/** `spki` must have passed `readPublicKey`. */
export function keyNumbers(spki: Buffer): KeyNumbers {
  const { algorithm, parameter, bits } = partsOf(spki);
  if (algorithm === OID.rsaEncryption) return { kind: 'RSA', ...rsaNumbersOf(bits) };
  const { name, size } = curveOf(parameter);
  return { kind: name, x: bits.subarray(1, 1 + size) };
}

/**
 * SHA-256 of what two requests share when they are for the same private key: the RSA modulus, whatever the exponent, or curve and x,
 * so that −Q is the same key as Q. `spki` must have passed `readPublicKey`. Migration 0006 says the same in SQL.
 */
export function keyIdentity(spki: Buffer): Buffer {
  const numbers = keyNumbers(spki);
  return hash('sha256', Buffer.concat([Buffer.from(numbers.kind), numbers.kind === 'RSA' ? numbers.modulus : numbers.x]), 'buffer');
}

/** RFC 5280 section 4.2.1.2, method 1: the SHA-1 of the key's BIT STRING without tag, length and unused bits. 20 octets. */
export function subjectKeyIdentifier(spki: Buffer): Buffer {
  return hash('sha1', readingAs('key-malformed', 'public key', () => partsOf(spki).bits), 'buffer');
}

/**
 * @param point uncompressed (04 ‖ x ‖ y), bare or inside an OCTET STRING as PKCS#11 gives it in CKA_EC_POINT
 * @throws X509Error `key-malformed`, `key-weak` or `key-unsupported`
 */
export function spkiFromEcPoint(curve: EcCurve, point: Buffer): Buffer {
  const named = curveNamed(curve);
  const bare = 1 + 2 * named.size;
  const wrapped = point.length > bare && point[0] === TAG.octetString;
  const bits = wrapped ? readingAs('key-malformed', 'EC point', () => onlyElement(point, TAG.octetString)) : point;
  return readPublicKey(ecSpki(named, bits)).spki;
}

/**
 * @param modulus big endian, as in CKA_MODULUS; leading zeros are fine
 * @param exponent big endian, as in CKA_PUBLIC_EXPONENT
 * @throws X509Error `key-weak` or `key-unsupported`
 */
export function spkiFromRsa(modulus: Buffer, exponent: Buffer): Buffer {
  return readPublicKey(rsaSpki({ modulus, exponent })).spki;
}

/** A key that node:crypto can verify with. `spki` must have passed `readPublicKey`. */
export function importPublicKey(spki: Buffer): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}

interface SpkiParts {
  algorithm: typeof OID.ecPublicKey | typeof OID.rsaEncryption;
  /** The named curve, for EC. */
  parameter: string | undefined;
  bits: Buffer;
}

/** Magnitudes, big endian. */
export interface RsaNumbers {
  modulus: Buffer;
  exponent: Buffer;
}

function partsOf(spki: Buffer, asFound = false): SpkiParts {
  const top = new DerReader(spki, 0, spki.length, asFound);
  const body = top.sequence();
  top.finish();
  const identifier = body.sequence();
  const algorithm = identifier.oid();
  if (algorithm !== OID.ecPublicKey && algorithm !== OID.rsaEncryption) {
    throw new X509Error('key-unsupported', `The public key is ${keyKindOf(algorithm)}; RSA and the curves P-256, P-384 and P-521 are supported.`);
  }
  let parameter: string | undefined;
  if (algorithm === OID.ecPublicKey) {
    if (identifier.nextTag !== TAG.oid) throw new X509Error('key-unsupported', 'The public key gives its curve by numbers and not by name.');
    parameter = identifier.oid();
  } else if (!asFound || !identifier.atEnd) identifier.null();
  identifier.finish();
  const bits = body.octetsOfBitString();
  body.finish();
  return { algorithm, parameter, bits };
}

function ecSpki({ oid }: Curve, point: Buffer): Buffer {
  return sequence(sequence(encodeOid(OID.ecPublicKey), encodeOid(oid)), encodeBitString(point));
}

function rsaSpki({ modulus, exponent }: RsaNumbers): Buffer {
  const key = sequence(encodeUnsignedInteger(modulus), encodeUnsignedInteger(exponent));
  return sequence(sequence(encodeOid(OID.rsaEncryption), encodeNull()), encodeBitString(key));
}

function uncompressed({ name, nodeName }: Curve, point: Buffer): Buffer {
  try {
    return ECDH.convertKey(point, nodeName, undefined, undefined, 'uncompressed') as Buffer;
  } catch {
    throw new X509Error('key-weak', `The public key is not a point on ${name}.`);
  }
}

function onlyElement(der: Buffer, tag: number): Buffer {
  const reader = new DerReader(der);
  const contents = reader.contents(tag);
  reader.finish();
  return contents;
}

export function curveNamed(name: EcCurve): Curve {
  return CURVES.find((curve) => curve.name === name)!;
}

function curveOf(oid: string | undefined): Curve {
  const curve = CURVES.find((candidate) => candidate.oid === oid);
  if (!curve) throw new X509Error('key-unsupported', `The public key is on ${curveNameOf(oid)}; the curves P-256, P-384 and P-521 are supported.`);
  return curve;
}

function ecKeyType({ parameter, bits }: Pick<SpkiParts, 'parameter' | 'bits'>): KeyType {
  const { name, size, p, b } = curveOf(parameter);
  if (bits[0] === 2 || bits[0] === 3) throw new X509Error('key-unsupported', 'The public key is a compressed point; send it uncompressed.');
  if (bits[0] !== 4 || bits.length !== 1 + 2 * size) throw new DerError(`the point does not fit ${name}`);
  const x = BigInt(`0x${bits.toString('hex', 1, 1 + size)}`);
  const y = BigInt(`0x${bits.toString('hex', 1 + size)}`);
  // The NIST curves have no cofactor, so a point on the curve is also in the right group.
  if (x >= p || y >= p || (y * y - (x * x - 3n) * x - b) % p !== 0n) throw new X509Error('key-weak', `The public key is not a point on ${name}.`);
  return name;
}

function rsaNumbersOf(bits: Buffer, asFound = false): RsaNumbers {
  const top = new DerReader(bits, 0, bits.length, asFound);
  const key = top.sequence();
  top.finish();
  const numbers = { modulus: key.unsignedInteger(), exponent: key.unsignedInteger() };
  key.finish();
  return numbers;
}

function rsaKeyType({ modulus, exponent }: RsaNumbers): KeyType {
  const length = modulus.length * 8 - Math.clz32(modulus[0]!) + 24;
  if (length < RSA_MIN_BITS) throw new X509Error('key-weak', `The RSA key has ${length} bits; at least ${RSA_MIN_BITS} are needed.`);
  if (length > RSA_MAX_BITS) throw new X509Error('key-unsupported', `The RSA key has ${length} bits; at most ${RSA_MAX_BITS} are supported.`);
  if (modulus[modulus.length - 1]! % 2 === 0) throw new X509Error('key-weak', 'The modulus of the RSA key is even.');
  const odd = exponent[exponent.length - 1]! % 2 === 1;
  const isOne = exponent.length === 1 && exponent[0] === 1;
  if (!odd || isOne || exponent.length > RSA_MAX_EXPONENT_OCTETS) {
    throw new X509Error('key-weak', 'The exponent of the RSA key is even, one, or longer than 64 bits.');
  }
  return `RSA-${length}`;
}
