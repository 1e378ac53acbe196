import 'reflect-metadata'; // @peculiar/x509 can't load without it
import * as peculiar from '@peculiar/x509';
import { sign } from 'node:crypto';
import { type CrlFields, crlTbs, encodeCrlEntry, REVOCATION_REASONS, type RevocationReason, sealCrl } from '../../src/x509/crl.js';
import { toPem } from '../../src/x509/pem.js';
import { importPublicKey, type KeyType } from '../../src/x509/public-key.js';
import { newSerialNumber } from '../../src/x509/serial-number.js';
import { signatureAlgorithmFor, verifyLongSignature } from '../../src/x509/signature-algorithm.js';
import { unlessEndless } from '../support/unless-endless.js';
import { certtool, openssl, Scratch } from './external-tools.js';
import { deviceFields, deviceTemplate, seal, testAuthority, type TestAuthority } from './test-keys.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());

const REASONS = Object.keys(REVOCATION_REASONS) as RevocationReason[];
const DAY_MS = 86_400_000;
const now = new Date();

function crl({ certificate, key }: TestAuthority, entries: readonly Buffer[], fields: Partial<CrlFields> = {}): Buffer {
  const algorithm = signatureAlgorithmFor(key.keyType);
  const tbs = crlTbs({
    issuerName: certificate.subject, issuerKeyIdentifier: certificate.subjectKeyIdentifier!, signatureAlgorithm: algorithm,
    number: 1, thisUpdate: now, nextUpdate: new Date(+now + 7 * DAY_MS), entries, ...fields,
  });
  return sealCrl(tbs, algorithm, sign(algorithm.hash, tbs, key.privateKey));
}

const shown = (der: Buffer) => openssl(['crl', '-inform', 'DER', '-noout', '-text'], der);

/** What openssl says of a device when it knows the CA and this CRL. */
function verdict(authority: TestAuthority, der: Buffer, leaf: Buffer) {
  const ca = scratch.write('ca.pem', toPem('CERTIFICATE', authority.certificate.der));
  const list = scratch.write('crl.pem', toPem('X509 CRL', der));
  return openssl(['verify', '-x509_strict', '-crl_check', '-CAfile', ca, '-CRLfile', list], toPem('CERTIFICATE', leaf));
}

it.each<KeyType>(['P-256', 'P-384', 'RSA-2048'])('makes openssl refuse just the devices that a %s CA lists', (keyType) => {
  const authority = testAuthority(keyType);
  const template = deviceTemplate(authority);
  const [good, bad] = [deviceFields('P-256'), deviceFields('P-256')];
  const der = crl(authority, [encodeCrlEntry(bad.serialNumber, now, 'keyCompromise')]);
  expect(verdict(authority, der, seal(template.tbs(good), authority.key))).toMatchObject({ ok: true });
  const refused = verdict(authority, der, seal(template.tbs(bad), authority.key));
  expect(refused.ok).toBe(false);
  expect(refused.text).toContain('certificate revoked');
});

it('shows openssl every field as it was put in', () => {
  const authority = testAuthority('P-256');
  const serials = REASONS.map(() => newSerialNumber());
  const revokedAt = new Date('2026-03-04T05:06:07.890Z');
  const entries = REASONS.map((reason, index) => encodeCrlEntry(serials[index]!, revokedAt, reason));
  const { ok, text } = shown(crl(authority, entries, { number: 0x8001, thisUpdate: new Date('2049-12-31T23:59:59Z'), nextUpdate: new Date('2050-01-01T00:00:00Z') }));
  expect(ok).toBe(true);
  expect(text).toContain('Version 2 (0x1)');
  expect(text).toContain('Last Update: Dec 31 23:59:59 2049 GMT');
  expect(text).toContain('Next Update: Jan  1 00:00:00 2050 GMT');
  expect(text).toMatch(/X509v3 CRL Number: \s+32769/);
  expect(text).toMatch(new RegExp(`Authority Key Identifier: \\s+(?:keyid:)?${authority.certificate.subjectKeyIdentifier!.toString('hex').match(/../g)!.join(':')}`, 'i'));
  expect(text.match(/Serial Number: [0-9A-F]+/g)).toEqual(serials.map((serial) => `Serial Number: ${serial.toString('hex').toUpperCase()}`));
  expect(text.match(/Revocation Date: .*/g)).toEqual(REASONS.map(() => 'Revocation Date: Mar  4 05:06:07 2026 GMT'));
  expect(text.match(/Reason Code: \s+.*/g)?.map((line) => line.replace(/^.*\s{2,}/s, ''))).toEqual(['Key Compromise', 'Affiliation Changed', 'Superseded', 'Cessation Of Operation', 'Privilege Withdrawn']);
});

it('leaves the list out while nothing is revoked', () => {
  const der = crl(testAuthority('P-256'), []);
  expect(shown(der).text).toContain('No Revoked Certificates.');
  expect(new peculiar.X509Crl(der).entries).toEqual([]);
});

it('lists a serial number whose first bit is set as a positive one', () => {
  const serial = Buffer.from('ff00000000000000000000000000000000000001', 'hex');
  const { text } = shown(crl(testAuthority('P-256'), [encodeCrlEntry(serial, now, 'unspecified')]));
  expect(text).toContain(`Serial Number: ${serial.toString('hex').toUpperCase()}`);
});

it('is verified with the CA key, and not with another', () => {
  const authority = testAuthority('P-256');
  const other = testAuthority('P-384', { subject: authority.certificate.subject });
  const der = crl(authority, [encodeCrlEntry(newSerialNumber(), now, 'superseded')]);
  const check = ({ certificate }: TestAuthority) => openssl(['crl', '-inform', 'DER', '-noout', '-verify', '-CAfile', scratch.write('any.pem', toPem('CERTIFICATE', certificate.der))], der).text;
  expect(check(authority)).toContain('verify OK');
  expect(check(other)).not.toContain('verify OK');
});

describe('gnutls', () => {
  it('reads it', () => {
    const serial = newSerialNumber();
    const { ok, text } = certtool(['--crl-info', '--inder'], crl(testAuthority('P-384'), [encodeCrlEntry(serial, now, 'superseded')], { number: 77 }));
    expect(ok).toBe(true);
    expect(text).toContain('Revoked certificates (1)');
    expect(text).toContain(`Serial Number (hex): ${serial.toString('hex')}`);
    expect(text).toMatch(/CRL Number \(not critical\): 4d/);
  });
});

it('is read by an independent parser, entry for entry', () => {
  const entries = REASONS.map((reason) => ({ serial: newSerialNumber(), reason }));
  const read = new peculiar.X509Crl(crl(testAuthority('P-256'), [Buffer.concat(entries.map(({ serial, reason }) => encodeCrlEntry(serial, now, reason)))]));
  const codes = read.entries.map(({ serialNumber, reason }) => [serialNumber.toLowerCase(), reason ?? 0]);
  expect(codes).toEqual(entries.map(({ serial, reason }) => [serial.toString('hex'), REVOCATION_REASONS[reason]]));
});

it('holds 400,000 entries, more than 16 MB, and openssl finds the last of them', () => {
  const authority = testAuthority('P-256');
  const last = deviceFields('P-256');
  const some = Array.from({ length: 4_000 }, () => encodeCrlEntry(newSerialNumber(), now, 'keyCompromise'));
  // One buffer each: copying the list again for every entry would move terabytes.
  const entries = Array.from({ length: 400_000 }, (_, at) => some[at % some.length]!);
  const der = unlessEndless(() => crl(authority, [...entries, encodeCrlEntry(last.serialNumber, now, 'superseded')]));
  expect(der.length).toBeGreaterThan(16_777_216);
  const refused = verdict(authority, der, seal(deviceTemplate(authority).tbs(last), authority.key));
  expect(refused.text).toContain('certificate revoked');
});

it('is not sealed under another algorithm than it names', () => {
  const authority = testAuthority('P-256');
  const tbs = crlTbs({
    issuerName: authority.certificate.subject, issuerKeyIdentifier: Buffer.alloc(20), signatureAlgorithm: signatureAlgorithmFor('P-256'),
    number: 1, thisUpdate: now, nextUpdate: new Date(+now + DAY_MS), entries: [],
  });
  expect(() => sealCrl(tbs, signatureAlgorithmFor('P-384'), Buffer.alloc(70))).toThrow(RangeError);
});

it('verifies a long message on another thread, and refuses a changed one', async () => {
  const { key, certificate } = testAuthority('P-256');
  const message = Buffer.alloc(5_000_000, 7);
  const signature = sign('sha256', message, key.privateKey);
  const publicKey = importPublicKey(certificate.spki);
  expect(await verifyLongSignature(publicKey, certificate.algorithm, message, signature)).toBe(true);
  message[4_999_999] = 8;
  expect(await verifyLongSignature(publicKey, certificate.algorithm, message, signature)).toBe(false);
});
