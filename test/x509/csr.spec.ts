import { type KeyObject, sign } from 'node:crypto';
import { contextTag, element, encodeBitString, encodeNull, encodeOid, encodeSmallInteger, encodeUnsignedInteger, sequence, TAG } from '../../src/x509/der.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { readCsr, verifyProofOfPossession } from '../../src/x509/csr.js';
import { readName } from '../../src/x509/name.js';
import { toPem } from '../../src/x509/pem.js';
import type { KeyType } from '../../src/x509/public-key.js';
import { X509Error, type X509ErrorCode } from '../../src/x509/x509.errors.js';
import * as samples from './csr-samples.js';
import { goodCsr, oddCsr } from './csr-samples.js';
import { openssl, Scratch } from './external-tools.js';
import { newKey, testKey } from './test-keys.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());

/** Reads a request and checks its signature, as issuing does. */
function accept(input: Buffer | string): void {
  verifyProofOfPossession(readCsr(input));
}

function refusalOf(input: Buffer | string): X509Error {
  try {
    accept(input);
  } catch (error) {
    if (error instanceof X509Error) return error;
    throw error;
  }
  throw new Error('The request was accepted');
}

const KEY_TYPES: KeyType[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096'];

describe('a certificate request', () => {
  it.each(KEY_TYPES)('of ours for a %s key is verified by openssl and read back', (keyType) => {
    const { privateKey, spki } = testKey(keyType);
    const der = createCsr({ subject: [{ type: 'C', value: 'DE' }, { type: 'CN', value: 'Gerät 7' }], privateKey });
    const verdict = openssl(['req', '-inform', 'DER', '-noout', '-verify', '-subject', '-nameopt', 'utf8'], der);
    expect(verdict.text).toContain('self-signature verify OK');
    expect(verdict.text).toContain('C=DE, CN=Gerät 7'.replaceAll('=', verdict.text.includes('C = ') ? ' = ' : '='));
    const csr = readCsr(der);
    expect(csr).toMatchObject({ der, spki, keyType });
    expect(readName(csr.subject)).toEqual([{ type: 'C', value: 'DE' }, { type: 'CN', value: 'Gerät 7' }]);
    expect(() => verifyProofOfPossession(csr)).not.toThrow();
  });

  it.each(KEY_TYPES.flatMap((keyType) => ['sha256', 'sha384', 'sha512'].map((hash) => [hash, keyType] as const)))(
    'that openssl made with %s and a %s key and extensions is accepted as PEM and as DER',
    (hash, keyType) => {
      const keyFile = scratch.write('key.pem', testKey(keyType).privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const args = ['req', '-new', `-${hash}`, '-key', keyFile, '-subj', '/O=Example/CN=unit', '-addext', 'subjectAltName=DNS:unit.example.com', '-addext', 'keyUsage=digitalSignature'];
      const pem = openssl(args).text;
      const csr = readCsr(pem);
      expect(csr.algorithm.hash).toBe(hash);
      expect(csr.keyType).toBe(keyType);
      expect(() => accept(csr.der)).not.toThrow();
    },
  );

  it('may have an empty subject, for the profile names the unit', () => {
    expect(() => accept(oddCsr({ subject: sequence() }))).not.toThrow();
  });
});

describe('a certificate request is refused', () => {
  const good = goodCsr();

  it.each<[string, X509ErrorCode, () => Buffer | string]>([
    ['no bytes', 'csr-malformed', () => Buffer.alloc(0)],
    ['garbage bytes', 'csr-malformed', () => Buffer.from('this is no request')],
    ['garbage text', 'pem-malformed', () => 'this is no request'],
    ['a certificate', 'pem-malformed', () => toPem('CERTIFICATE', good)],
    ['more than 8 KiB of DER', 'csr-too-large', () => Buffer.alloc(8193, 0x30)],
    ['more text than 16 KiB', 'csr-too-large', () => 'A'.repeat(16_385)],
    ['PEM of more than 8 KiB of DER', 'csr-too-large', () => toPem('CERTIFICATE REQUEST', Buffer.alloc(8200))],
    ['a byte behind it', 'csr-trailing-bytes', () => Buffer.concat([good, Buffer.from([0])])],
    ['a second request behind it', 'csr-trailing-bytes', () => Buffer.concat([good, good])],
    ['an element too many inside', 'csr-malformed', () => sequence(...partsOf(good), encodeNull())],
    ['a padded version', 'csr-malformed', () => oddCsr({ version: Buffer.from('02020000', 'hex') })],
    ['an indefinite length', 'csr-malformed', () => Buffer.concat([Buffer.from('3080', 'hex'), ...partsOf(good), Buffer.alloc(2)])],
    ['a length of four octets', 'csr-malformed', () => Buffer.from('30840000000130', 'hex')],
    ['a name that is not UTF-8', 'csr-malformed', () => oddCsr({ subject: nameOf(TAG.utf8String, Buffer.from('c328', 'hex')) })],
    ['a name of another type than text', 'csr-malformed', () => oddCsr({ subject: nameOf(TAG.integer, Buffer.from([1])) })],
    ['a signature by another key', 'csr-signature-invalid', () => oddCsr({ privateKey: newKey('P-256').privateKey })],
    ['a changed name', 'csr-signature-invalid', () => changedAt(good, good.indexOf('LINE1'))],
    ['a signature that is no signature', 'csr-signature-invalid', () => resigned(good, Buffer.alloc(70))],
    ['an empty signature', 'csr-signature-invalid', () => resigned(good, Buffer.alloc(0))],
    ['a signature by another hash than it says', 'csr-signature-invalid', () => oddCsr({ hash: 'sha384' })],
    ['ECDSA with SHA-1', 'csr-algorithm-unsupported', () => oddCsr({ algorithm: samples.ECDSA_SHA1, hash: 'sha1' })],
    ['RSA with SHA-1', 'csr-algorithm-unsupported', () => oddCsr({ ...rsa(), algorithm: samples.RSA_SHA1, hash: 'sha1' })],
    ['RSA with MD5', 'csr-algorithm-unsupported', () => oddCsr({ ...rsa(), algorithm: samples.RSA_MD5, hash: 'md5' })],
    ['RSA-PSS', 'csr-algorithm-unsupported', () => oddCsr({ ...rsa(), algorithm: samples.RSA_PSS, padding: samples.PSS_PADDING })],
    ['an RSA algorithm with an EC key', 'csr-algorithm-unsupported', () => oddCsr({ algorithm: samples.RSA_SHA256 })],
    ['an ECDSA algorithm with an RSA key', 'csr-algorithm-unsupported', () => oddCsr(rsa())],
    ['Ed25519', 'key-unsupported', () => oddCsr({ ...samples.ed25519Key(), algorithm: samples.ED25519, hash: null })],
    ['a DSA key', 'key-unsupported', () => oddCsr(samples.dsaKey())],
    ['an RSA-PSS key', 'key-unsupported', () => oddCsr({ ...samples.pssKey(), algorithm: samples.RSA_PSS })],
    ['a key on secp256k1', 'key-unsupported', () => oddCsr(samples.secp256k1Key())],
    ['a key on a curve given by its numbers', 'key-unsupported', () => oddCsr(samples.explicitCurveKey())],
    ['RSA of 1024 bits', 'key-weak', () => oddCsr({ ...samples.rsaKey(1024), algorithm: samples.RSA_SHA256 })],
    ['RSA of 2047 bits', 'key-weak', () => oddCsr({ ...samples.rsaKey(2047), algorithm: samples.RSA_SHA256 })],
    ['a point that is not on its curve', 'key-weak', () => oddCsr({ spki: changedAt(testKey('P-256').spki, -1) })],
    ['an RSA modulus that is negative', 'csr-malformed', () => oddCsr({ spki: rsaSpki(element(TAG.integer, Buffer.alloc(256, 0x81)), 65_537) })],
    ['an RSA exponent of 1', 'key-weak', () => oddCsr({ spki: rsaSpki(encodeUnsignedInteger(Buffer.alloc(256, 0x81)), 1) })],
    ['an even RSA exponent', 'key-weak', () => oddCsr({ spki: rsaSpki(encodeUnsignedInteger(Buffer.alloc(256, 0x81)), 4) })],
    ['an even RSA modulus', 'key-weak', () => oddCsr({ spki: rsaSpki(encodeUnsignedInteger(Buffer.alloc(256, 0x82)), 65_537) })],
  ])('with %s: %s', (_what, code, make) => {
    const refusal = refusalOf(make());
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(/^[A-Z].{10,190}\.$/);
  });

  it('wherever it is cut', () => {
    for (let length = 0; length < good.length; length++) {
      expect(refusalOf(good.subarray(0, length)).code).toBe('csr-malformed');
    }
  });
});

const rsa = (): { privateKey: KeyObject; spki: Buffer } => testKey('RSA-2048');

/** The three elements of a short-enough request (header of four octets). */
function partsOf(csr: Buffer): Buffer[] {
  const { tbs, algorithm, signature } = readCsr(csr);
  return [tbs, algorithm.identifier, encodeBitString(signature)];
}

function resigned(csr: Buffer, signature: Buffer): Buffer {
  const { tbs, algorithm } = readCsr(csr);
  return sequence(tbs, algorithm.identifier, encodeBitString(signature));
}

function changedAt(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at < 0 ? bytes.length + at : at]! ^= 1;
  return changed;
}

function nameOf(tag: number, contents: Buffer): Buffer {
  return sequence(element(TAG.set, sequence(encodeOid('2.5.4.3'), element(tag, contents))));
}

function rsaSpki(modulus: Buffer, exponent: number): Buffer {
  const key = sequence(modulus, encodeSmallInteger(exponent));
  return sequence(sequence(encodeOid('1.2.840.113549.1.1.1'), encodeNull()), encodeBitString(key));
}
