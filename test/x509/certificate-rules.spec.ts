import { contextTag, DerReader, element, encodeSmallInteger, sequence, TAG } from '../../src/x509/der.js';
import { caCertificateTbs } from '../../src/x509/ca-certificate.js';
import { CertificateTemplate } from '../../src/x509/certificate-template.js';
import { complaintsAbout } from '../../src/x509/certificate-rules.js';
import { type Certificate, readCertificate } from '../../src/x509/certificate.js';
import { encodeExtension } from '../../src/x509/extensions.js';
import { encodeName } from '../../src/x509/name.js';
import { signatureAlgorithmFor } from '../../src/x509/signature-algorithm.js';
import { deviceFields, deviceTemplate, seal, testAuthority, testKey } from './test-keys.js';

const authority = testAuthority('P-256');
const issuer = authority.certificate;
const good = () => deviceTemplate(authority).tbs(deviceFields('P-256'));

function bent(fields: Partial<ReturnType<typeof deviceFields>>): Buffer {
  return deviceTemplate(authority).tbs({ ...deviceFields('P-256'), ...fields });
}

function withOptions(options: Partial<ConstructorParameters<typeof CertificateTemplate>[0]>): Buffer {
  return deviceTemplate(authority, options).tbs(deviceFields('P-256'));
}

/** The same certificate with its list of extensions changed. */
function withExtensions(change: (extensions: Buffer[]) => Buffer[]): Buffer {
  const body = new DerReader(good()).sequence();
  const fields = [body.whole(contextTag(0)), body.whole(TAG.integer), ...Array.from({ length: 5 }, () => body.whole(TAG.sequence))];
  const list = body.enter(contextTag(3)).sequence();
  const extensions: Buffer[] = [];
  while (!list.atEnd) extensions.push(list.whole(TAG.sequence));
  const changed = change(extensions);
  return sequence(...fields, ...(changed.length > 0 ? [element(contextTag(3), sequence(...changed))] : []));
}

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const cn = (value: string) => element(TAG.set, sequence(Buffer.from('0603550403', 'hex'), element(TAG.utf8String, Buffer.from(value))));

describe('before the key is touched', () => {
  it.each(['P-256', 'P-384', 'P-521', 'RSA-2048'] as const)('nothing is said against a good certificate for a %s key', (keyType) => {
    expect(complaintsAbout(deviceTemplate(authority).tbs(deviceFields(keyType)), issuer)).toEqual([]);
  });

  it("nothing is said against a verification certificate for AWS with the issuer's own key", () => {
    const code = encodeName([{ type: 'CN', value: 'f'.repeat(64) }]);
    expect(complaintsAbout(bent({ subject: code, spki: issuer.spki }), issuer)).toEqual([]);
  });

  it('a validity as long as that of the issuer is fine', () => {
    expect(complaintsAbout(bent({ notBefore: issuer.notBefore, notAfter: issuer.notAfter }), issuer)).toEqual([]);
  });

  it('only a certificate that never expires may be allowed to outlive its issuer', () => {
    const never = bent({ notAfter: new Date('9999-12-31T23:59:59Z') });
    const long = bent({ notAfter: new Date('9999-12-31T23:59:58Z') });
    expect(complaintsAbout(never, issuer, { mayOutliveIssuer: true })).toEqual([]);
    expect(complaintsAbout(long, issuer, { mayOutliveIssuer: true })).toEqual([expect.stringContaining("The validity ends after the issuer's")]);
  });

  it.each<[string, () => Buffer]>([
    ['The serial number is zero or shorter than 16 octets', () => bent({ serialNumber: Buffer.alloc(20) })],
    ['The serial number is longer than 20 octets', () => bent({ serialNumber: Buffer.alloc(21, 1) })],
    ['The serial number is longer than 20 octets', () => bent({ serialNumber: Buffer.alloc(20, 0x80) })],
    ['The serial number is zero or shorter than 16 octets', () => bent({ serialNumber: Buffer.alloc(8, 1) })],
    ['The validity ends before it starts', () => bent({ notBefore: day('2030-01-01'), notAfter: day('2030-01-01') })],
    ["The validity starts before the issuer's", () => bent({ notBefore: day('2025-12-31') })],
    ["The validity ends after the issuer's", () => bent({ notAfter: new Date('9999-12-31T23:59:59Z') })],
    ['The subject is empty or has no single common name', () => bent({ subject: encodeName([]) })],
    ['The subject is empty or has no single common name', () => bent({ subject: sequence(cn('a'), cn('b')) })],
    ['The common name is empty or longer than 64 characters', () => bent({ subject: sequence(cn('x'.repeat(65))) })],
    ['The common name is empty or longer than 64 characters', () => bent({ subject: sequence(cn('')) })],
    ["The subject is the issuer's own name", () => bent({ subject: issuer.subject })],
    ["The signature algorithm does not fit the issuer's key", () => withOptions({ signatureAlgorithm: signatureAlgorithmFor('RSA-2048') })],
    ["The issuer name is not the issuer's subject", () => withOptions({ issuerName: encodeName([{ type: 'CN', value: 'Other CA' }]) })],
    ["The authority key identifier is not the issuer's subject key identifier", () => withOptions({ issuerKeyIdentifier: Buffer.alloc(20) })],
    ['It is a CA certificate', () => withOptions({ basicConstraints: { ca: true } })],
    ['The key usage lets it sign certificates or CRLs', () => withOptions({ keyUsage: ['digitalSignature', 'keyCertSign'] })],
    ['The basic constraints are missing or not critical', () => withExtensions((list) => list.slice(1))],
    ['The basic constraints are missing or not critical', () => withExtensions(([, ...rest]) => [encodeExtension('2.5.29.19', false, sequence()), ...rest])],
    ['The key usage is missing or not critical', () => withExtensions(([first, , ...rest]) => [first!, ...rest])],
    ['The subject key identifier is not that of its key', () => withExtensions((list) => [...list.slice(0, -1), encodeExtension('2.5.29.14', false, element(TAG.octetString, Buffer.alloc(20)))])],
    ['An unknown extension is critical', () => withExtensions((list) => [...list, encodeExtension('1.2.3.4', true, sequence())])],
    ['An identifier or name extension is critical', () => withExtensions((list) => [...list, encodeExtension('2.5.29.17', true, sequence())])],
    ['The certificate can\'t be read: an extension stands in it twice', () => withExtensions((list) => [...list, list[0]!])],
    ['The certificate can\'t be read: an element holds more than it should', () => sequence(good().subarray(4), encodeSmallInteger(1))],
    ['The certificate can\'t be read: it ends too early', () => Buffer.alloc(0)],
    ['The RSA key has 1024 bits; at least 2048 are needed', () => bent({ spki: Buffer.from(RSA_1024, 'base64') })],
  ])('the complaint is: %s', (complaint, make) => {
    expect(complaintsAbout(make(), issuer)).toEqual([expect.stringContaining(complaint)]);
  });

  it('a version 1 certificate is complained about in all that it lacks', () => {
    const body = new DerReader(good()).sequence();
    body.whole(contextTag(0));
    const tbs = sequence(body.whole(TAG.integer), ...Array.from({ length: 5 }, () => body.whole(TAG.sequence)));
    expect(complaintsAbout(tbs, issuer)).toEqual([
      'The version is not 3 (RFC 5280 4.1.2.1).',
      'The basic constraints are missing or not critical (RFC 5280 4.2.1.9).',
      'The key usage is missing or not critical (RFC 5280 4.2.1.3).',
      "The authority key identifier is not the issuer's subject key identifier (RFC 5280 4.2.1.1).",
      'The subject key identifier is not that of its key (RFC 5280 4.2.1.2).',
    ]);
  });

  it('an issuer that may not sign certificates is complained about', () => {
    const device: Certificate = readCertificate(seal(good(), authority.key));
    const under = deviceTemplate({ key: testKey('P-256'), certificate: device }).tbs({ ...deviceFields('P-384'), subject: encodeName([{ type: 'CN', value: 'x' }]) });
    expect(complaintsAbout(under, device)).toEqual(['The issuer is not a CA (RFC 5280 4.2.1.9).', 'The issuer may not sign certificates (RFC 5280 4.2.1.3).']);
  });

  it('a CA certificate is no device certificate', () => {
    const { spki } = testKey('P-256');
    const subject = encodeName([{ type: 'CN', value: 'CA' }]);
    const tbs = caCertificateTbs({ ...deviceFields('P-256'), subject, spki, signatureAlgorithm: signatureAlgorithmFor('P-256'), pathLength: 0 });
    expect(complaintsAbout(tbs, issuer)).toContain('It is a CA certificate (RFC 5280 4.2.1.9).');
  });
});

/** Made by openssl; the private key was thrown away. */
const RSA_1024 = 'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC5O/Bflca8i2tjSFl+19UzmBgJpE5HCyyfyvrg1zCZrZCPv8IesyPwE2sDPbiL8Rc+RdU5C5mDHzMle4UDZWPbWWHqwcsoCwnxRoyg6sIoE2s0E5PgoZQZZxAj90U2Y/a/aFS/rLSs/IeePSH1IJ3Xo9eOqlw1IioKb/7PXYsH6wIDAQAB';
