import { checkPrimeSync, createECDH, createPrivateKey, generatePrimeSync, type KeyObject, randomBytes } from 'node:crypto';
import type { EcCurve } from '../../src/x509/public-key.js';

// Keys whose private half anybody finds. They are made anew each time.

const E = 65_537n;

const octets = (number: bigint): Buffer => {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
};
const base64url = (number: bigint) => octets(number).toString('base64url');

const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });
const isPrime = (number: bigint): boolean => checkPrimeSync(number);

function inverse(a: bigint, modulus: bigint): bigint {
  let [old, now, oldFactor, factor] = [((a % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (now !== 0n) {
    const quotient = old / now;
    [old, now] = [now, old - quotient * now];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return ((oldFactor % modulus) + modulus) % modulus;
}

/** An RSA key of two primes with the given exponent, as node takes it. */
export function rsaOf(p: bigint, q: bigint, exponent = E): KeyObject {
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const jwk = {
    kty: 'RSA', n: base64url(p * q), e: base64url(exponent), d: base64url(d), p: base64url(p), q: base64url(q),
    dp: base64url(d % (p - 1n)), dq: base64url(d % (q - 1n)), qi: base64url(inverse(q, p)),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

const bitsOf = (number: bigint) => number.toString(2).length;

/** The prime p times one that makes 2048 bits of it. */
export function withFactor(p: bigint): KeyObject {
  const least = (1n << 2047n) / p + 1n;
  let q = least + BigInt(randomBytes(8).readUInt32BE()) * 2n;
  q += 1n - (q % 2n);
  while (q % E === 1n || !isPrime(q)) q += 2n;
  return rsaOf(p, q);
}

/** The next prime behind another: so close that Fermat's way finds them at once. */
export function withClosePrimes(): KeyObject {
  const p = prime(1024);
  let q = p + 2n;
  while (!isPrime(q)) q += 2n;
  return rsaOf(q, p);
}

/** Primes k·M + (65537^a mod M), as Infineon's library made them for 1024 bits (Nemec et al., CCS 2017). */
export function withRocaStructure(): KeyObject {
  const primorial = firstPrimes(126).reduce((product, each) => product * each, 1n);
  const make = (): bigint => {
    for (;;) {
      let power = 1n;
      for (let left = 1 + (randomBytes(2).readUInt16BE() % 5_000); left > 0; left--) power = (power * E) % primorial;
      const spare = 1024 - bitsOf(primorial);
      const k = (1n << BigInt(spare)) - 1n - BigInt(randomBytes(4).readUInt32BE());
      const candidate = k * primorial + power;
      if (bitsOf(candidate) === 1024 && isPrime(candidate)) return candidate;
    }
  };
  for (;;) {
    const [p, q] = [make(), make()];
    if (bitsOf(p * q) === 2048) return rsaOf(p, q);
  }
}

function firstPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let number = 2n; primes.length < count; number++) if (primes.every((each) => number % each !== 0n)) primes.push(number);
  return primes;
}

/** Modulus and exponent of a key that no library would make: a prime, or a square. */
export const aPrime = (): bigint => prime(2048);
export function aSquare(): bigint {
  for (;;) {
    const p = prime(1024);
    if (bitsOf(p * p) === 2048) return p * p;
  }
}

/** The key pair of a private key that is a number. */
export function pairOf(curve: EcCurve, privateKey: bigint): KeyObject {
  const named = { 'P-256': ['prime256v1', 32], 'P-384': ['secp384r1', 48], 'P-521': ['secp521r1', 66] } as const;
  const [name, size] = named[curve];
  const secret = Buffer.concat([Buffer.alloc(size), octets(privateKey)]).subarray(-size);
  const pair = createECDH(name);
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((half) => half.toString('base64url'));
  return createPrivateKey({ key: { kty: 'EC', crv: curve, x: x!, y: y!, d: secret.toString('base64url') }, format: 'jwk' });
}

/** The same modulus with another exponent: the same private primes. */
export function withExponent(key: KeyObject, exponent: bigint): KeyObject {
  const { p, q } = key.export({ format: 'jwk' }) as { p: string; q: string };
  const number = (text: string) => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
  return rsaOf(number(p), number(q), exponent);
}

/** The order of P-256's group: n − d is the private key of the point −Q. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function negated(key: KeyObject): KeyObject {
  const { d } = key.export({ format: 'jwk' }) as { d: string };
  return pairOf('P-256', P256_ORDER - BigInt(`0x${Buffer.from(d, 'base64url').toString('hex')}`));
}
