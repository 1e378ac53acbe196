import { sign, verify } from 'node:crypto';
import { importPublicKey, type KeyType } from '../../src/x509/public-key.js';
import { newSerialNumber, serialNumberToHex } from '../../src/x509/serial-number.js';
import { ecdsaRawToDer, fitsKey, hashesFor, signatureAlgorithmFor, signatureAlgorithmNamedIn, signatureAlgorithmOf, verifySignature } from '../../src/x509/signature-algorithm.js';
import { crlTbs, encodeCrlEntry } from '../../src/x509/crl.js';
import { deviceFields, deviceTemplate, testAuthority, testKey } from './test-keys.js';

const MESSAGE = Buffer.from('to be signed');

describe('a signature', () => {
  it.each<[KeyType, string]>([
    ['P-256', 'ecdsa-with-SHA256'],
    ['P-384', 'ecdsa-with-SHA384'],
    ['P-521', 'ecdsa-with-SHA512'],
    ['RSA-2048', 'sha256WithRSAEncryption'],
    ['RSA-4096', 'sha256WithRSAEncryption'],
  ])('by a %s key is %s', (keyType, name) => {
    const algorithm = signatureAlgorithmFor(keyType);
    expect(algorithm.name).toBe(name);
    expect(signatureAlgorithmOf(algorithm.identifier)).toBe(algorithm);
    expect(fitsKey(algorithm, keyType)).toBe(true);
    const { privateKey, spki } = testKey(keyType);
    const signature = sign(algorithm.hash, MESSAGE, privateKey);
    const publicKey = importPublicKey(spki);
    expect(verifySignature(publicKey, algorithm, MESSAGE, signature)).toBe(true);
    expect(verifySignature(publicKey, algorithm, Buffer.from('something else'), signature)).toBe(false);
    expect(verifySignature(publicKey, algorithm, MESSAGE, signature.subarray(1))).toBe(false);
    expect(verifySignature(publicKey, algorithm, MESSAGE, Buffer.alloc(0))).toBe(false);
    const otherKind = signatureAlgorithmFor(algorithm.kind === 'rsa' ? 'P-256' : 'RSA-2048');
    expect(verifySignature(publicKey, otherKind, MESSAGE, signature)).toBe(false);
  });

  it('is made with a hash that fits the key, and with no other', () => {
    expect(signatureAlgorithmFor('RSA-2048', 'sha384').name).toBe('sha384WithRSAEncryption');
    expect(hashesFor('RSA-4096')).toEqual(['sha256', 'sha384']);
    expect(signatureAlgorithmFor('P-384', 'sha384').name).toBe('ecdsa-with-SHA384');
    for (const [keyType, hash] of [['P-256', 'sha384'], ['P-384', 'sha256'], ['RSA-2048', 'sha512']] as const) {
      expect(() => signatureAlgorithmFor(keyType, hash)).toThrow(RangeError);
    }
  });

  it('from an HSM becomes DER that openssl takes, whatever its halves begin with', () => {
    for (const keyType of ['P-256', 'P-384', 'P-521'] as const) {
      const { privateKey, spki } = testKey(keyType);
      const { hash } = signatureAlgorithmFor(keyType);
      const key = importPublicKey(spki);
      // Enough of them that halves with a high bit and halves with a leading zero octet both occur (1 in 128 has one).
      for (let round = 0; round < (keyType === 'P-256' ? 600 : 50); round++) {
        const raw = sign(hash, MESSAGE, { key: privateKey, dsaEncoding: 'ieee-p1363' });
        expect(verify(hash, MESSAGE, { key, dsaEncoding: 'der' }, ecdsaRawToDer(raw))).toBe(true);
      }
    }
  });

  it('has minimal integers', () => {
    expect(ecdsaRawToDer(Buffer.from('0001ff02', 'hex')).toString('hex')).toBe('30080201010203' + '00ff02');
    expect(ecdsaRawToDer(Buffer.from('0000', 'hex')).toString('hex')).toBe('3006020100020100');
    expect(() => ecdsaRawToDer(Buffer.alloc(3))).toThrow(RangeError);
    expect(() => ecdsaRawToDer(Buffer.alloc(0))).toThrow(RangeError);
  });

  it('in BER is refused, though the numbers are right', () => {
    const { privateKey, spki } = testKey('P-256');
    const algorithm = signatureAlgorithmFor('P-256');
    const der = sign('sha256', MESSAGE, privateKey);
    const ber = Buffer.concat([Buffer.from([0x30, 0x81, der[1]!]), der.subarray(2)]);
    expect(verifySignature(importPublicKey(spki), algorithm, MESSAGE, der)).toBe(true);
    expect(verifySignature(importPublicKey(spki), algorithm, MESSAGE, ber)).toBe(false);
  });
});

describe('what is to be signed', () => {
  const authority = testAuthority('P-256');
  const list = (entries: Buffer[], algorithm = signatureAlgorithmFor('RSA-2048', 'sha384')) => crlTbs({
    issuerName: authority.certificate.subject, issuerKeyIdentifier: Buffer.alloc(20), signatureAlgorithm: algorithm,
    number: 1, thisUpdate: new Date(0), nextUpdate: new Date(1_000), entries,
  });

  it.each(['P-256', 'P-384', 'RSA-2048'] as const)('names the algorithm of its signature by a %s key, as a certificate and as a list', (keyType) => {
    for (const hash of hashesFor(keyType)) {
      const algorithm = signatureAlgorithmFor(keyType, hash);
      const certificate = deviceTemplate(authority, { signatureAlgorithm: algorithm }).tbs(deviceFields('P-256'));
      expect(signatureAlgorithmNamedIn(certificate)).toBe(algorithm);
      expect(signatureAlgorithmNamedIn(list([], algorithm))).toBe(algorithm);
    }
  });

  it('names it however long a list is', () => {
    const entry = encodeCrlEntry(Buffer.alloc(20, 0x41), new Date('2026-01-01'), 'superseded');
    const run = Buffer.concat(Array.from({ length: 1_000 }, () => entry));
    const long = list(Array.from({ length: 400 }, () => run));
    expect(long.length).toBeGreaterThan(2 ** 24);
    expect(signatureAlgorithmNamedIn(long)?.name).toBe('sha384WithRSAEncryption');
  });

  it('names none in any other message', () => {
    const tbs = list([]);
    const others = [
      Buffer.alloc(0), Buffer.of(0x30), Buffer.of(0x30, 0x80), Buffer.of(0x30, 0xff, 1), MESSAGE, tbs.subarray(0, 12), tbs.subarray(1),
      authority.certificate.der, Buffer.concat([Buffer.from('3003020101', 'hex'), tbs]),
    ];
    for (const other of others) expect(signatureAlgorithmNamedIn(other)).toBeUndefined();
  });
});

describe('a serial number', () => {
  it('has 20 octets, is positive, starts with no zero and never comes twice', () => {
    const seen = new Set<string>();
    let ones = 0;
    for (let round = 0; round < 20_000; round++) {
      const serial = newSerialNumber();
      expect(serial).toHaveLength(20);
      expect(serial[0]! & 0xc0).toBe(0x40);
      seen.add(serialNumberToHex(serial));
      for (const octet of serial) for (let left: number = octet; left > 0; left &= left - 1) ones++;
    }
    expect(seen.size).toBe(20_000);
    // 158 random bits and one fixed: half of them are set, within six sigma.
    expect(Math.abs(ones / 20_000 - 80)).toBeLessThan(0.3);
  });

  it('is shown in small letters, two for each octet', () => {
    expect(serialNumberToHex(Buffer.from([0x0a, 0xbc]))).toBe('0abc');
  });
});
