import { createPublicKey } from 'node:crypto';
import { readCertificate } from '../../src/x509/certificate.js';
import { element, encodeBitString, encodeNull, encodeOid, sequence, TAG } from '../../src/x509/der.js';
import { fromPem } from '../../src/x509/pem.js';
import { type EcCurve, importPublicKey, type KeyType, readPublicKey, spkiFromEcPoint, spkiFromRsa, subjectKeyIdentifier } from '../../src/x509/public-key.js';
import { ed25519Key, explicitCurveKey, pssKey, rsaKey, secp256k1Key } from './csr-samples.js';
import { openssl, Scratch } from './external-tools.js';
import { newKey, testKey } from './test-keys.js';

const CURVES: [EcCurve, number][] = [
  ['P-256', 65],
  ['P-384', 97],
  ['P-521', 133],
];

describe('a public key', () => {
  it.each(['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096'] as KeyType[])('%s is known by its type and can be imported', (keyType) => {
    const { spki } = testKey(keyType);
    expect(readPublicKey(spki)).toEqual({ spki, keyType });
    expect(importPublicKey(spki).export({ type: 'spki', format: 'der' })).toEqual(spki);
  });

  it.each(CURVES)('%s is put together from its point, bare or as PKCS#11 gives it', (curve, length) => {
    for (let round = 0; round < 20; round++) {
      const { spki } = newKey(curve);
      const point = spki.subarray(-length);
      expect(spkiFromEcPoint(curve, point)).toEqual(spki);
      expect(spkiFromEcPoint(curve, element(TAG.octetString, point))).toEqual(spki);
    }
  });

  it('RSA is put together from its numbers, whatever zeros lead them', () => {
    const { spki } = testKey('RSA-2048');
    const { n, e } = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'jwk' });
    const modulus = Buffer.from(n!, 'base64url');
    expect(spkiFromRsa(modulus, Buffer.from(e!, 'base64url'))).toEqual(spki);
    expect(spkiFromRsa(Buffer.concat([Buffer.alloc(2), modulus]), Buffer.from('00010001', 'hex'))).toEqual(spki);
  });

  it.each(['P-256', 'P-521', 'RSA-2048'] as KeyType[])('%s has the identifier that openssl gives it', (keyType) => {
    const { privateKey, spki } = testKey(keyType);
    const scratch = new Scratch();
    try {
      const keyFile = scratch.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const made = openssl(['req', '-x509', '-new', '-key', keyFile, '-subj', '/CN=x', '-addext', 'subjectKeyIdentifier=hash']);
      const theirs = readCertificate(fromPem('CERTIFICATE', made.text)).subjectKeyIdentifier;
      expect(subjectKeyIdentifier(spki)).toEqual(theirs);
    } finally {
      scratch.remove();
    }
  });
});

describe('a public key is refused', () => {
  const { spki } = testKey('P-256');
  const point = spki.subarray(-65);
  const ecSpki = (bits: Buffer) => sequence(sequence(encodeOid('1.2.840.10045.2.1'), encodeOid('1.2.840.10045.3.1.7')), encodeBitString(bits));
  const compressed = Buffer.concat([Buffer.from([2 + (point[64]! & 1)]), point.subarray(1, 33)]);
  /** A point of P-384 behind the name of P-256. */
  const elsewhere = testKey('P-384').spki.subarray(-97);

  it.each<[string, string, () => Buffer]>([
    ['garbage', 'key-malformed', () => Buffer.from('garbage')],
    ['nothing', 'key-malformed', () => Buffer.alloc(0)],
    ['a trailing byte', 'key-malformed', () => Buffer.concat([spki, Buffer.alloc(1)])],
    ['the point at infinity', 'key-malformed', () => ecSpki(Buffer.from([0]))],
    ['no point', 'key-malformed', () => ecSpki(Buffer.alloc(0))],
    ['a short point', 'key-malformed', () => ecSpki(point.subarray(0, 64))],
    ['a point of another size', 'key-malformed', () => ecSpki(elsewhere)],
    ['a hybrid point', 'key-malformed', () => ecSpki(Buffer.concat([Buffer.from([6]), point.subarray(1)]))],
    ['unused bits', 'key-malformed', () => sequence(sequence(encodeOid('1.2.840.10045.2.1'), encodeOid('1.2.840.10045.3.1.7')), element(TAG.bitString, Buffer.from([1]), point))],
    ['a compressed point', 'key-unsupported', () => ecSpki(compressed)],
    ['a point that is not on its curve', 'key-weak', () => ecSpki(Buffer.concat([point.subarray(0, 64), Buffer.from([point[64]! ^ 1])]))],
    ['the point (0, 0)', 'key-weak', () => ecSpki(Buffer.concat([Buffer.from([4]), Buffer.alloc(64)]))],
    ['a coordinate outside the field, though right modulo p', 'key-weak', () => outsideField()],
    ['a curve given by its numbers', 'key-unsupported', () => explicitCurveKey().spki],
    ['secp256k1', 'key-unsupported', () => secp256k1Key().spki],
    ['Ed25519', 'key-unsupported', () => ed25519Key().spki],
    ['RSA-PSS', 'key-unsupported', () => pssKey().spki],
    ['RSA of 1024 bits', 'key-weak', () => rsaKey(1024).spki],
    ['RSA of 16384 bits', 'key-unsupported', () => rsaSpki(Buffer.alloc(2048, 0x81))],
    ['RSA with an exponent of 65 bits', 'key-weak', () => rsaSpki(Buffer.alloc(256, 0x81), Buffer.from('010000000000000001', 'hex'))],
    ['RSA without its NULL', 'key-malformed', () => sequence(sequence(encodeOid('1.2.840.113549.1.1.1')), encodeBitString(encodeNull()))],
  ])('with %s: %s', (_what, code, make) => {
    expect(() => readPublicKey(make())).toThrow(expect.objectContaining({ code }));
  });

  it('when a point for an HSM key is not on the curve', () => {
    expect(() => spkiFromEcPoint('P-256', Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]))).toThrow(expect.objectContaining({ code: 'key-weak' }));
    expect(() => spkiFromEcPoint('P-384', point)).toThrow(expect.objectContaining({ code: 'key-malformed' }));
  });

  it('when the numbers of an RSA key are weak', () => {
    expect(() => spkiFromRsa(Buffer.alloc(128, 0x81), Buffer.from([1, 0, 1]))).toThrow(expect.objectContaining({ code: 'key-weak' }));
    expect(() => spkiFromRsa(Buffer.alloc(256, 0x81), Buffer.from([1]))).toThrow(expect.objectContaining({ code: 'key-weak' }));
  });
});

function rsaSpki(modulus: Buffer, exponent = Buffer.from([1, 0, 1])): Buffer {
  const numbers = sequence(element(TAG.integer, Buffer.alloc(1), modulus), element(TAG.integer, exponent));
  return sequence(sequence(encodeOid('1.2.840.113549.1.1.1'), encodeNull()), encodeBitString(numbers));
}

/** The same point of P-521 with p added to x: its coordinates have room for that. */
function outsideField(): Buffer {
  const { spki } = testKey('P-521');
  const changed = Buffer.from(spki);
  const x = changed.subarray(-132, -66);
  x.write((BigInt(`0x${x.toString('hex')}`) + (1n << 521n) - 1n).toString(16).padStart(132, '0'), 'hex');
  return changed;
}
