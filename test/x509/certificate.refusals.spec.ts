import { X509Certificate } from 'node:crypto';
import { contextPrimitive, contextTag, DerReader, element, encodeBitString, encodeBoolean, encodeNull, encodeOid, encodeSmallInteger, sequence, TAG } from '../../src/x509/der.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { CertificateTemplate } from '../../src/x509/certificate-template.js';
import { encodeExtension } from '../../src/x509/extensions.js';
import { signatureAlgorithmFor } from '../../src/x509/signature-algorithm.js';
import { X509Error } from '../../src/x509/x509.errors.js';
import { mutate, seeded } from './random.js';
import { deviceFields, deviceTemplate, seal, testAuthority } from './test-keys.js';

const authority = testAuthority('P-256');
const tbs = deviceTemplate(authority).tbs(deviceFields('P-256'));
const der = seal(tbs, authority.key);
const algorithm = signatureAlgorithmFor('P-256').identifier;

/** The fields of the signed part: version, serial, algorithm, issuer, validity, subject, key, extensions. */
function fields(): Buffer[] {
  const body = new DerReader(tbs).sequence();
  return [body.whole(contextTag(0)), body.whole(TAG.integer), ...Array.from({ length: 5 }, () => body.whole(TAG.sequence)), body.whole(contextTag(3))];
}

/** A certificate with one field replaced (or left out); the signature does not matter to a reader. */
function replaced(at: number, ...by: Buffer[]): Buffer {
  const parts = fields();
  parts.splice(at, 1, ...by);
  return sequence(sequence(...parts), algorithm, encodeBitString(Buffer.alloc(70)));
}

const extensions = (...list: Buffer[]) => replaced(7, element(contextTag(3), sequence(...list)));
const time = (text: string) => element(TAG.utcTime, Buffer.from(text));

describe('a certificate is refused', () => {
  it.each<[string, Buffer]>([
    ['no bytes', Buffer.alloc(0)],
    ['garbage', Buffer.from('garbage')],
    ['a trailing byte', Buffer.concat([der, Buffer.alloc(1)])],
    ['an element too many', sequence(tbs, algorithm, encodeBitString(Buffer.alloc(70)), encodeNull())],
    ['two signature algorithms', sequence(tbs, signatureAlgorithmFor('P-384').identifier, encodeBitString(Buffer.alloc(70)))],
    ['SHA-1', replaced(2, sequence(encodeOid('1.2.840.10045.4.1')))],
    ['version 2', replaced(0, element(contextTag(0), encodeSmallInteger(1)))],
    ['version 1 written out', replaced(0, element(contextTag(0), encodeSmallInteger(0)))],
    ['extensions in version 1', replaced(0)],
    ['a negative serial number', replaced(1, Buffer.from('0201ff', 'hex'))],
    ['a padded serial number', replaced(1, Buffer.from('02020001', 'hex'))],
    ['a time without seconds', replaced(4, sequence(time('2601010000Z'), time('270101000000Z')))],
    ['one time only', replaced(4, sequence(time('260101000000Z')))],
    ['a subject that is no name', replaced(5, sequence(encodeNull()))],
    ['an issuer that is no name', replaced(3, sequence(encodeNull()))],
    ['a unique identifier', replaced(7, element(contextPrimitive(1), Buffer.from([0, 1])))],
    ['an empty list of extensions', extensions()],
    ['an extension twice', extensions(encodeExtension('1.2.3', false, Buffer.alloc(2)), encodeExtension('1.2.3', true, Buffer.alloc(2)))],
    ['a default written out', extensions(sequence(encodeOid('1.2.3'), encodeBoolean(false), element(TAG.octetString)))],
    ['a path length without CA', extensions(encodeExtension('2.5.29.19', true, sequence(encodeSmallInteger(0))))],
    ['CA:FALSE written out', extensions(encodeExtension('2.5.29.19', true, sequence(encodeBoolean(false))))],
    ['a key usage with trailing zeros', extensions(encodeExtension('2.5.29.15', true, Buffer.from('03020080', 'hex')))],
    ['a key usage of ten bits', extensions(encodeExtension('2.5.29.15', true, Buffer.from('0303060040', 'hex')))],
    ['an empty extended key usage', extensions(encodeExtension('2.5.29.37', false, sequence()))],
    ['a byte behind an extension', extensions(encodeExtension('2.5.29.14', false, Buffer.from('04010000', 'hex')))],
  ])('with %s', (_what, bytes) => {
    expect(() => readCertificate(bytes)).toThrow(expect.objectContaining({ code: 'certificate-malformed' }));
  });

  it('wherever it is cut', () => {
    for (let length = 0; length < der.length; length++) {
      expect(() => readCertificate(der.subarray(0, length))).toThrow(expect.objectContaining({ code: 'certificate-malformed' }));
    }
  });

  it('or read, of 60,000 mutated ones, and node takes every one that was read', () => {
    const random = seeded(42);
    const accepted: Buffer[] = [];
    for (let round = 0; round < 60_000; round++) {
      const mutant = mutate(der, random);
      try {
        readCertificate(mutant);
        accepted.push(mutant);
      } catch (error) {
        if (!(error instanceof X509Error)) throw new Error(`Mutant ${mutant.toString('hex')} broke the reader`, { cause: error });
      }
    }
    expect(accepted.length).toBeGreaterThan(500);
    expect(accepted.filter((mutant) => !isTakenByNode(mutant)).map((mutant) => mutant.toString('hex'))).toEqual([]);
  });
});

function isTakenByNode(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).publicKey.type === 'public';
  } catch {
    return false;
  }
}

describe('a template is refused', () => {
  const { subject, subjectKeyIdentifier } = authority.certificate;
  const options = { issuerName: subject, issuerKeyIdentifier: subjectKeyIdentifier!, signatureAlgorithm: signatureAlgorithmFor('P-256'), keyUsage: ['digitalSignature' as const] };

  it('when an extension would be empty or contradict itself', () => {
    expect(() => new CertificateTemplate({ ...options, keyUsage: [] })).toThrow(RangeError);
    expect(() => new CertificateTemplate({ ...options, extendedKeyUsage: [] })).toThrow(RangeError);
    expect(() => new CertificateTemplate({ ...options, basicConstraints: { ca: false, pathLength: 0 } })).toThrow(RangeError);
    expect(() => new CertificateTemplate({ ...options, basicConstraints: { ca: true, pathLength: -1 } })).toThrow(RangeError);
  });

  it.each(['', 'crl.example.com', 'http://a b', 'http://ä', 'http:'])('with the CRL address %j', (crlDistributionPoint) => {
    expect(() => new CertificateTemplate({ ...options, crlDistributionPoint })).toThrow(expect.objectContaining({ code: 'name-malformed' }));
  });

  it.each(['', 'a..b', '-a.b', 'a b', 'ä.de', 'a\0.b', 'x'.repeat(64), `${'a.'.repeat(130)}b`])('with the DNS name %j', (dns) => {
    const make = () => new CertificateTemplate(options).tbs({ ...deviceFields('P-256'), subjectAlternativeNames: { dns: [dns] } });
    expect(make).toThrow(expect.objectContaining({ code: 'name-malformed' }));
  });

  it('leaves out alternative names where there are none', () => {
    const template = new CertificateTemplate(options);
    const same = deviceFields('P-256');
    expect(template.tbs({ ...same, subjectAlternativeNames: { dns: [], uri: [] } })).toEqual(template.tbs(same));
  });
});
