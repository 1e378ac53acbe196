import { X509Certificate } from 'node:crypto';
import { complaintsAbout } from '../../src/x509/certificate-rules.js';
import { fingerprint, readCertificate, sealCertificate, verifyCertificateSignature } from '../../src/x509/certificate.js';
import { nameToText } from '../../src/x509/name.js';
import { toPem } from '../../src/x509/pem.js';
import { importPublicKey, type KeyType, subjectKeyIdentifier } from '../../src/x509/public-key.js';
import { serialNumberToHex } from '../../src/x509/serial-number.js';
import { signatureAlgorithmFor } from '../../src/x509/signature-algorithm.js';
import { openssl, opensslVerdict, Scratch } from './external-tools.js';
import { deviceFields, deviceTemplate, seal, testAuthority, testKey } from './test-keys.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());

describe('a device certificate', () => {
  const caTypes: KeyType[] = ['P-256', 'P-384', 'RSA-2048', 'RSA-3072', 'RSA-4096'];
  const leafTypes: KeyType[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096'];
  it.each(caTypes.flatMap((ca) => leafTypes.map((leaf) => [leaf, ca] as const)))(
    'for a %s key under a %s CA is accepted by openssl and node',
    (leafType, caType) => {
      const authority = testAuthority(caType);
      const fields = deviceFields(leafType);
      const tbs = deviceTemplate(authority).tbs(fields);
      expect(complaintsAbout(tbs, authority.certificate)).toEqual([]);
      const leaf = seal(tbs, authority.key);

      expect(opensslVerdict(scratch, authority.certificate.der, leaf)).toEqual({ ok: true, text: 'stdin: OK\n' });

      const node = new X509Certificate(leaf);
      expect(node.serialNumber.toLowerCase()).toBe(serialNumberToHex(fields.serialNumber));
      expect(node.validToDate).toEqual(fields.notAfter);
      expect(node.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
      expect(node.publicKey.export({ type: 'spki', format: 'der' })).toEqual(fields.spki);

      const read = readCertificate(leaf);
      expect(read).toMatchObject({ ...fields, version: 3, issuer: authority.certificate.subject, keyType: leafType, isCa: false, keyUsage: ['digitalSignature'], extendedKeyUsage: ['clientAuth'] });
      expect(read.tbs).toEqual(tbs);
      expect(verifyCertificateSignature(read, authority.certificate.spki)).toBe(true);
      expect(verifyCertificateSignature(read, importPublicKey(authority.certificate.spki))).toBe(true);
      expect(verifyCertificateSignature(read, testKey('P-521').spki)).toBe(false);
    },
  );

  it('shows in openssl what was put in, critical where RFC 5280 asks for it', () => {
    const authority = testAuthority('P-256');
    const template = deviceTemplate(authority, { extendedKeyUsage: ['clientAuth', 'serverAuth'], crlDistributionPoint: 'http://crl.example.com/g1.crl', certificatePolicies: ['1.3.6.1.4.1.55555.1', '2.23.133.11.1.1'] });
    const leaf = seal(template.tbs({ ...deviceFields('P-256'), subjectAlternativeNames: { dns: ['unit-1.example.com'], uri: ['urn:unit:1'] } }), authority.key);
    const { text } = openssl(['x509', '-inform', 'DER', '-noout', '-text'], leaf);
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/X509v3 Extended Key Usage: \s+TLS Web Client Authentication, TLS Web Server Authentication/);
    expect(text).toMatch(/X509v3 Subject Alternative Name: \s+DNS:unit-1\.example\.com, URI:urn:unit:1/);
    expect(text).toMatch(/X509v3 CRL Distribution Points: \s+Full Name:\s+URI:http:\/\/crl\.example\.com\/g1\.crl/);
    expect(text).toMatch(/X509v3 Certificate Policies: \s+Policy: 1\.3\.6\.1\.4\.1\.55555\.1\s+Policy: 2\.23\.133\.11\.1\.1\n/);
    const colons = (hex: Buffer) => hex.toString('hex').toUpperCase().match(/../g)!.join(':');
    expect(text).toMatch(new RegExp(`X509v3 Authority Key Identifier: \\s+${colons(authority.certificate.subjectKeyIdentifier!)}`));
    expect(text).toMatch(new RegExp(`X509v3 Subject Key Identifier: \\s+${colons(subjectKeyIdentifier(testKey('P-256').spki))}`));
    expect(opensslVerdict(scratch, authority.certificate.der, leaf).ok).toBe(true);
  });

  it.each([
    ['2049-12-31T23:59:59Z', 'Dec 31 23:59:59 2049 GMT'],
    ['2050-01-01T00:00:00Z', 'Jan  1 00:00:00 2050 GMT'],
    ['9999-12-31T23:59:59Z', 'Dec 31 23:59:59 9999 GMT'],
  ])('may end at %s', (end, shown) => {
    const authority = testAuthority('P-256', { notAfter: new Date('9999-12-31T23:59:59Z') });
    const leaf = seal(deviceTemplate(authority).tbs({ ...deviceFields('P-256'), notAfter: new Date(end) }), authority.key);
    expect(openssl(['x509', '-inform', 'DER', '-noout', '-enddate'], leaf).text).toBe(`notAfter=${shown}\n`);
    expect(readCertificate(leaf).notAfter).toEqual(new Date(end));
    expect(opensslVerdict(scratch, authority.certificate.der, leaf).ok).toBe(true);
  });

  it('does not verify once a bit of it has changed', () => {
    const authority = testAuthority('P-256');
    const leaf = seal(deviceTemplate(authority).tbs(deviceFields('P-256')), authority.key);
    const at = leaf.indexOf('LINE1-0001');
    const changed = Buffer.from(leaf);
    changed[at]! ^= 1;
    expect(verifyCertificateSignature(readCertificate(leaf), authority.certificate.spki)).toBe(true);
    expect(verifyCertificateSignature(readCertificate(changed), authority.certificate.spki)).toBe(false);
  });

  it('can not be sealed with an algorithm that it does not name', () => {
    const authority = testAuthority('P-256');
    const tbs = deviceTemplate(authority).tbs(deviceFields('P-256'));
    expect(() => sealCertificate(tbs, signatureAlgorithmFor('P-384'), Buffer.alloc(70))).toThrow(expect.objectContaining({ code: 'certificate-malformed' }));
  });

  it('has the fingerprint that openssl prints, which is the certificateId of AWS', () => {
    const { der } = testAuthority('P-256').certificate;
    const printed = openssl(['x509', '-inform', 'DER', '-noout', '-fingerprint', '-sha256'], der).text;
    expect(fingerprint(der)).toBe(printed.trim().split('=')[1]!.replaceAll(':', '').toLowerCase());
  });
});

describe('a CA certificate of ours', () => {
  it.each(['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-4096'] as KeyType[])('with a %s key is a CA to openssl and node', (keyType) => {
    const { certificate } = testAuthority(keyType);
    const { text } = openssl(['x509', '-inform', 'DER', '-noout', '-text'], certificate.der);
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    expect(opensslVerdict(scratch, certificate.der, certificate.der).text).toBe('stdin: OK\n');
    expect(certificate).toMatchObject({ isCa: true, pathLength: 0, keyUsage: ['keyCertSign', 'cRLSign'] });
    expect(certificate.authorityKeyIdentifier).toEqual(certificate.subjectKeyIdentifier);
    expect(new X509Certificate(certificate.der).ca).toBe(true);
  });

  it('has no path length if none is asked for', () => {
    const authority = testAuthority('P-256');
    const template = deviceTemplate(authority, { basicConstraints: { ca: true }, keyUsage: ['keyCertSign'] });
    const read = readCertificate(seal(template.tbs(deviceFields('P-384')), authority.key));
    expect(read.isCa).toBe(true);
    expect(read.pathLength).toBeUndefined();
  });
});

describe('a certificate made by openssl', () => {
  const keyFile = () => scratch.write('key.pem', testKey('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' }));

  it('is read as a CA if it is one', () => {
    const { text, ok } = openssl(['req', '-x509', '-new', '-key', keyFile(), '-days', '30', '-subj', '/C=DE/O=Other/OU=a+OU=b/CN=Other CA/emailAddress=ca@example.com', '-multivalue-rdn']);
    expect(ok).toBe(true);
    const read = readCertificate(new X509Certificate(text).raw);
    expect(read).toMatchObject({ version: 3, isCa: true, keyType: 'P-256' });
    expect(nameToText(read.subject)).toBe('C=DE, O=Other, OU=a, OU=b, CN=Other CA, 1.2.840.113549.1.9.1=ca@example.com');
    expect(verifyCertificateSignature(read, read.spki)).toBe(true);
  });

  it('of version 1 without extensions is read, as the recipe of AWS makes them', () => {
    const authority = testAuthority('RSA-2048');
    const caFile = scratch.write('issuer.pem', toPem('CERTIFICATE', authority.certificate.der));
    const caKey = scratch.write('issuer-key.pem', authority.key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const request = openssl(['req', '-new', '-key', keyFile(), '-subj', '/CN=registrationcode']).text;
    const made = openssl(['x509', '-req', '-CA', caFile, '-CAkey', caKey, '-set_serial', '0x9f00', '-days', '500', '-sha256'], request).text;
    const read = readCertificate(new X509Certificate(made.slice(made.indexOf('-----BEGIN'))).raw);
    expect(read).toMatchObject({ version: 1, isCa: false, extensions: [] });
    expect(serialNumberToHex(read.serialNumber)).toBe('9f00');
    expect(verifyCertificateSignature(read, authority.certificate.spki)).toBe(true);
  });
});
