import { createPublicKey, type KeyObject } from 'node:crypto';
import { requireStrongKey } from '../../src/x509/key-policy.js';
import { keyIdentity, spkiFromRsa } from '../../src/x509/public-key.js';
import { rsaKey } from './csr-samples.js';
import { newKey, testKey } from './test-keys.js';
import { aPrime, aSquare, negated, pairOf, withClosePrimes, withExponent, withFactor, withRocaStructure } from './weak-keys.js';

const spkiOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'der' });
const octets = (number: bigint) => Buffer.from(number.toString(16), 'hex');
const EXPONENT = Buffer.from([1, 0, 1]);

describe('a key that anybody can find the private half of is refused', () => {
  it.each<[string, RegExp, () => Buffer]>([
    ['RSA with the factor 3', /small factor/, () => spkiOf(withFactor(3n))],
    ['RSA with the factor 751', /small factor/, () => spkiOf(withFactor(751n))],
    ['RSA with the factor 65521', /small factor/, () => spkiOf(withFactor(65_521n))],
    ['RSA whose modulus is a prime', /is a prime/, () => spkiFromRsa(octets(aPrime()), EXPONENT)],
    ['RSA whose modulus is a square', /is a square/, () => spkiFromRsa(octets(aSquare()), EXPONENT)],
    ['RSA of close primes', /too close/, () => spkiOf(withClosePrimes())],
    ['RSA with the ROCA structure', /ROCA/, () => spkiOf(withRocaStructure())],
    ['RSA with the exponent 3', /exponent .* less than 65537/, () => rsaKey(2048, 3).spki],
    ['RSA with the exponent 257', /exponent .* less than 65537/, () => rsaKey(2048, 257).spki],
    ['P-256 with d = 1', /small number/, () => spkiOf(pairOf('P-256', 1n))],
    ['P-256 with d = 2', /small number/, () => spkiOf(pairOf('P-256', 2n))],
    ['P-256 with d = 32', /small number/, () => spkiOf(pairOf('P-256', 32n))],
    ['P-256 with d = -1', /small number/, () => spkiOf(negated(pairOf('P-256', 1n)))],
    ['P-384 with d = 1', /small number/, () => spkiOf(pairOf('P-384', 1n))],
    ['P-521 with d = 3', /small number/, () => spkiOf(pairOf('P-521', 3n))],
  ])('%s', (_what, says, make) => {
    const spki = make();
    expect(() => requireStrongKey(spki)).toThrow(expect.objectContaining({ code: 'key-weak', message: expect.stringMatching(says) }));
  });

  it('RSA of a size that is not a multiple of 8 bits, which some clients can not use', () => {
    expect(() => requireStrongKey(rsaKey(2050).spki)).toThrow(expect.objectContaining({ code: 'key-unsupported' }));
  });
});

it('keys as devices make them are taken', () => {
  for (const keyType of ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096'] as const) expect(() => requireStrongKey(testKey(keyType).spki)).not.toThrow();
  for (let round = 0; round < 200; round++) expect(() => requireStrongKey(newKey('P-256').spki)).not.toThrow();
});

describe('the identity of a key', () => {
  it('is that of its modulus, whatever the exponent', () => {
    const { privateKey } = newKey('RSA-2048');
    const other = withExponent(privateKey, 65_539n);
    expect(spkiOf(other)).not.toEqual(spkiOf(privateKey));
    expect(keyIdentity(spkiOf(other))).toEqual(keyIdentity(spkiOf(privateKey)));
  });

  it('is the same for a point and its negative', () => {
    const { privateKey, spki } = newKey('P-256');
    expect(spkiOf(negated(privateKey))).not.toEqual(spki);
    expect(keyIdentity(spkiOf(negated(privateKey)))).toEqual(keyIdentity(spki));
  });

  it('is another one for another key', () => {
    const keys = [newKey('P-256'), newKey('P-256'), newKey('P-384'), newKey('RSA-2048'), newKey('RSA-2048')];
    expect(new Set(keys.map(({ spki }) => keyIdentity(spki).toString('hex'))).size).toBe(keys.length);
  });
});
