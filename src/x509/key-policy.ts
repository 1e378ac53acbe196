import { checkPrimeSync, createECDH } from 'node:crypto';
import { curveNamed, type EcCurve, keyNumbers, type RsaNumbers } from './public-key.js';
import { X509Error } from './x509.errors.js';

/** Factors below this are looked for. (The Baseline Requirements, section 6.1.6, name 752.) */
const SMALL_FACTORS_BELOW = 65_536;
/** Numbers from the square root of the modulus on that are tried as the middle of two close primes. */
const FERMAT_ROUNDS = 100;
/** The Baseline Requirements' range begins here, section 6.1.6. */
const LEAST_EXPONENT = 65_537n;
/** Private keys of 1 to so many, and their negatives, are nobody's secret. */
const SMALL_PRIVATE_KEYS = 32;

/**
 * What a device's key must be besides well formed: one that nobody can find the private half of by known short ways. It follows the
 * key policy of Boulder (Let's Encrypt) and the Baseline Requirements, section 6.1.6. An RSA-2048 key costs some milliseconds, a
 * key on a curve some microseconds. `spki` must have passed `readPublicKey`.
 * @throws X509Error `key-weak`, or `key-unsupported` for RSA sizes that are not whole octets
 */
export function requireStrongKey(spki: Buffer): void {
  const numbers = keyNumbers(spki);
  const weakness = numbers.kind === 'RSA' ? weaknessOfRsa(numbers) : weaknessOfPoint(numbers.kind, numbers.x);
  if (weakness !== undefined) throw new X509Error('key-weak', weakness);
}

function weaknessOfRsa({ modulus, exponent }: RsaNumbers): string | undefined {
  // Some clients can't use other sizes (Boulder refuses them too).
  if (modulus[0]! < 0x80) throw new X509Error('key-unsupported', 'The size of the RSA key is not a multiple of 8 bits.');
  if (toBigInt(exponent) < LEAST_EXPONENT) return `The exponent of the RSA key is less than ${LEAST_EXPONENT}.`;
  const n = toBigInt(modulus);
  if (greatestCommonDivisor(n, smallPrimes().product % n) !== 1n) return 'The modulus of the RSA key has a small factor.';
  if (hasRocaStructure(n)) return 'The RSA key was made by an Infineon library whose keys can be factored (ROCA, CVE-2017-15361).';
  const close = closePrimes(n);
  if (close !== undefined) return close;
  if (checkPrimeSync(n, { checks: 1 })) return 'The modulus of the RSA key is a prime.';
  return undefined;
}

function weaknessOfPoint(curve: EcCurve, x: Buffer): string | undefined {
  return wellKnownPoints(curve).has(x.toString('hex')) ? 'The private key of this public key is a small number.' : undefined;
}

/** Fermat's way: n = a² − b² with a hardly above the square root of n. A square is the case b = 0. */
function closePrimes(n: bigint): string | undefined {
  let a = squareRoot(n);
  if (a * a === n) return 'The modulus of the RSA key is a square.';
  a += 1n;
  let rest = a * a - n;
  for (let round = 0; round < FERMAT_ROUNDS; round++) {
    if (maybeSquare(rest)) {
      const b = squareRoot(rest);
      if (b * b === rest) return 'The primes of the RSA key are too close to each other.';
    }
    rest += 2n * a + 1n;
    a += 1n;
  }
  return undefined;
}

/** The last six bits of a square are one of twelve patterns. */
const maybeSquare = (number: bigint): boolean => SQUARES_OF_64.has(Number(number & 63n));
const SQUARES_OF_64: ReadonlySet<number> = new Set(Array.from({ length: 64 }, (_, root) => (root * root) % 64));

/**
 * Infineon's library made each prime as k·M + (65537^a mod M), M being the product of the first primes (Nemec et al., CCS 2017). So
 * modulo each of them the modulus is a power of 65537, which for a modulus of another maker holds once in 2^27.
 */
function hasRocaStructure(n: bigint): boolean {
  return rocaPowers().every(({ prime, powers }) => powers.has(Number(n % prime)));
}

const rocaPowers = once(() =>
  primesBelow(168).slice(1).map((prime) => {
    const powers = new Set<number>();
    for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
    return { prime: BigInt(prime), powers };
  }),
);

const smallPrimes = once(() => ({ product: productOf(primesBelow(SMALL_FACTORS_BELOW).map(BigInt)) }));

/** x of 1·G, 2·G, …, in hex. The negative of a point has the same. */
const KNOWN_POINTS = new Map<EcCurve, ReadonlySet<string>>();

function wellKnownPoints(curve: EcCurve): ReadonlySet<string> {
  let points = KNOWN_POINTS.get(curve);
  if (!points) {
    const { nodeName, size } = curveNamed(curve);
    points = new Set(Array.from({ length: SMALL_PRIVATE_KEYS }, (_, at) => {
      const pair = createECDH(nodeName);
      pair.setPrivateKey(Buffer.from([at + 1]));
      return pair.getPublicKey().toString('hex', 1, 1 + size);
    }));
    KNOWN_POINTS.set(curve, points);
  }
  return points;
}

function primesBelow(limit: number): number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let number = 2; number < limit; number++) {
    if (composite[number]) continue;
    primes.push(number);
    for (let multiple = number * number; multiple < limit; multiple += number) composite[multiple] = 1;
  }
  return primes;
}

/** In pairs, so that the factors of each multiplication are about as long as each other. */
function productOf(factors: bigint[]): bigint {
  if (factors.length <= 2) return factors.reduce((product, factor) => product * factor, 1n);
  const middle = factors.length >> 1;
  return productOf(factors.slice(0, middle)) * productOf(factors.slice(middle));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** The whole part of the square root (Newton's way, from above). */
function squareRoot(number: bigint): bigint {
  if (number < 2n) return number;
  let root = 1n << BigInt((number.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + number / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

const toBigInt = (magnitude: Buffer): bigint => BigInt(`0x${magnitude.toString('hex')}`);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
