import { loadProfiles } from '../../src/issuance/profile-folder.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { toPem } from '../../src/x509/pem.js';
import { openssl, Scratch } from '../x509/external-tools.js';
import { testAuthority, type TestAuthority } from '../x509/test-keys.js';
import { drafterFor, issuedBy, profileOf, testDeviceKey, UNIT } from './support/profiles.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());

const textOf = (der: Buffer) => openssl(['x509', '-inform', 'DER', '-noout', '-text', '-nameopt', 'sep_comma_plus_space,utf8,sname'], der).text;
const GOOD = { ok: true, text: 'stdin: OK\n' };
/** What openssl, at its strictest, says of the chain at that moment. */
function verdict({ certificate }: TestAuthority, der: Buffer, at = '2028-01-01T00:00:00Z') {
  const ca = scratch.write('ca.pem', toPem('CERTIFICATE', certificate.der));
  return openssl(['verify', '-x509_strict', '-attime', String(Math.floor(Date.parse(at) / 1_000)), '-CAfile', ca], toPem('CERTIFICATE', der));
}
const datesOf = (der: Buffer) => openssl(['x509', '-inform', 'DER', '-noout', '-dates'], der).text;

describe('a profile', () => {
  it('fills names, addresses and policies, and openssl shows each of them', () => {
    const profile = profileOf({
      subject: [
        { type: 'C', value: 'DE' },
        { type: 'O', value: 'Exämple Wörks' },
        { type: 'OU', value: '{product}' },
        { type: 'dnQualifier', value: '{order}' },
        { type: 'serialNumber', value: '{serial}' },
        { type: 'CN', value: '{serial}' },
      ],
      keyUsage: ['digitalSignature', 'keyAgreement'],
      extendedKeyUsage: ['clientAuth', 'serverAuth'],
      subjectAltName: { dns: ['{serial}.devices.example.com'], uri: ['urn:dev:{order}:{serial}', 'https://example.com/{product}'] },
      certificatePolicies: ['1.3.6.1.4.1.55555.1.2', '2.23.133.11.1.1'],
      crlDistributionPoint: 'http://crl.example.com/v1/authorities/{authority}/crl',
    });
    const authority = testAuthority('P-256');
    const der = issuedBy(profile, { authority, fields: { ...UNIT, product: 'Gerät & Co' } });
    const text = textOf(der);
    expect(text).toContain('Subject: C=DE, O=Exämple Wörks, OU=Gerät & Co, dnQualifier=wo-7, serialNumber=LINE1-000042, CN=LINE1-000042\n');
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE\n/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature, Key Agreement\n/);
    expect(text).toMatch(/X509v3 Extended Key Usage: \s+TLS Web Client Authentication, TLS Web Server Authentication\n/);
    expect(text).toMatch(/X509v3 Subject Alternative Name: \s+DNS:LINE1-000042\.devices\.example\.com, URI:urn:dev:wo-7:LINE1-000042, URI:https:\/\/example\.com\/Ger%C3%A4t%20%26%20Co\n/);
    expect(text).toMatch(/X509v3 Certificate Policies: \s+Policy: 1\.3\.6\.1\.4\.1\.55555\.1\.2\s+Policy: 2\.23\.133\.11\.1\.1\n/);
    expect(text).toMatch(/X509v3 CRL Distribution Points: \s+Full Name:\s+URI:http:\/\/crl\.example\.com\/v1\/authorities\/example-g1\/crl\n/);
    const colons = authority.certificate.subjectKeyIdentifier!.toString('hex').toUpperCase().match(/../g)!.join(':');
    expect(text).toMatch(new RegExp(`X509v3 Authority Key Identifier: \\s+${colons}`));
    expect(text).toContain('X509v3 Subject Key Identifier:');
    expect(verdict(authority, der)).toEqual(GOOD);
  });

  it('leaves out what it does not name', () => {
    const text = textOf(issuedBy(profileOf({ extendedKeyUsage: [] })));
    expect(text).not.toMatch(/Extended Key Usage|Alternative Name|Policies|CRL Distribution/);
  });

  it('refuses a unit whose serial its names can’t hold, and says which name', () => {
    const drafter = drafterFor(profileOf({ subjectAltName: { dns: ['{serial}.example.com'] } }));
    expect(() => drafter.draft({ ...UNIT, serial: 'LINE_1' }, testDeviceKey('P-256'), new Date('2027-01-01T00:00:00Z'))).toThrow(
      expect.objectContaining({ code: 'certificate-refused', message: expect.stringContaining('DNS name') }),
    );
    const printable = drafterFor(profileOf({ subject: [{ type: 'CN', value: '{serial}' }, { type: 'serialNumber', value: '{serial}' }] }));
    expect(() => printable.draft({ ...UNIT, serial: 'LINE_1' }, testDeviceKey('P-256'), new Date('2027-01-01T00:00:00Z'))).toThrow(
      expect.objectContaining({ code: 'certificate-refused', message: expect.stringContaining('serialNumber') }),
    );
  });

  it.each([
    [{ publicKeys: ['P-256'] }, ['P-256'], ['P-384', 'P-521', 'RSA-2048']],
    [{ publicKeys: ['P-384', 'RSA'] }, ['P-384', 'RSA-2048', 'RSA-3072'], ['P-256']],
    [{ publicKeys: ['RSA'], rsaLeastBits: 3_072 }, ['RSA-3072', 'RSA-4096'], ['RSA-2048', 'P-256']],
  ] as const)('with %j takes these keys only', (fields, taken, refused) => {
    for (const keyType of taken) expect(readCertificate(issuedBy(profileOf(fields), { keyType })).keyType).toBe(keyType);
    for (const keyType of refused) expect(() => issuedBy(profileOf(fields), { keyType })).toThrow(expect.objectContaining({ code: 'key-not-allowed' }));
  });
});

describe('the validity', () => {
  const long = () => testAuthority('P-256', { notAfter: new Date('9999-12-31T23:59:59Z') });

  it.each([
    ['10 years', { years: 10 }, '2027-03-01T10:00:00Z', 'Mar  1 10:00:00 2037 GMT'],
    ['a year from 29 February', { years: 1 }, '2028-02-29T10:00:00Z', 'Mar  1 10:00:00 2029 GMT'],
    ['to the last second of UTCTime', { days: 1 }, '2049-12-30T23:59:59.999Z', 'Dec 31 23:59:59 2049 GMT'],
    ['to the first second of GeneralizedTime', { days: 1 }, '2049-12-31T00:00:00Z', 'Jan  1 00:00:00 2050 GMT'],
    ['to a fixed date', { until: '2040-12-31T23:59:59Z' }, '2027-03-01T10:00:00Z', 'Dec 31 23:59:59 2040 GMT'],
    ['without an end', { noExpiry: true }, '2027-03-01T10:00:00Z', 'Dec 31 23:59:59 9999 GMT'],
  ])('of %s is what openssl reads', (_what, validity, now, end) => {
    const authority = long();
    const der = issuedBy(profileOf({ validity }), { authority, now: new Date(now) });
    expect(datesOf(der)).toContain(`notAfter=${end}\n`);
    expect(verdict(authority, der, now)).toEqual(GOOD);
  });

  it('begins as much earlier as the profile says, and never before the authority', () => {
    const at = (now: string) => datesOf(issuedBy(profileOf({ backdateMinutes: 90 }), { now: new Date(now) }));
    expect(at('2027-03-01T10:00:00Z')).toContain('notBefore=Mar  1 08:30:00 2027 GMT');
    expect(at('2026-01-01T00:30:00Z')).toContain('notBefore=Jan  1 00:00:00 2026 GMT');
  });

  it('beyond the authority is cut, refused or allowed, as the profile says', () => {
    const cut = datesOf(issuedBy(profileOf({ validity: { noExpiry: true } })));
    expect(cut).toContain('notAfter=Jan  1 00:00:00 2056 GMT');
    expect(() => issuedBy(profileOf({ validity: { years: 40, beyondAuthority: 'refuse' } }))).toThrow(
      expect.objectContaining({ code: 'certificate-refused', message: expect.stringContaining("The validity ends after the issuer's") }),
    );
    const authority = testAuthority('P-256');
    const allowed = issuedBy(profileOf({ validity: { noExpiry: true, beyondAuthority: 'allow' } }), { authority });
    expect(datesOf(allowed)).toContain('notAfter=Dec 31 23:59:59 9999 GMT');
    expect(verdict(authority, allowed)).toEqual(GOOD);
    // The price of it, as hsm-config/profiles/README.md tells.
    expect(verdict(authority, allowed, '2056-01-02T00:00:00Z').text).toMatch(/depth 1.*certificate has expired|error 10 at 1 depth/s);
  });

  it('that is over already is refused, though backdating would leave it a minute', () => {
    expect(() => issuedBy(profileOf({ validity: { until: '2027-01-01T11:59:30Z' } }), { now: new Date('2027-01-01T12:00:00Z') })).toThrow('The validity is over already');
  });
});

describe('the profiles that come along', () => {
  it('are three, and make certificates that openssl takes', async () => {
    const profiles = await loadProfiles('hsm-config/profiles');
    expect([...profiles.keys()]).toEqual(['device-idevid', 'device-rsa', 'device']);
    const authority = testAuthority('P-256');
    for (const profile of profiles.values()) {
      const der = issuedBy(profile, { authority, keyType: profile.publicKeys[0] === 'RSA' ? 'RSA-2048' : 'P-256', now: new Date() });
      expect(verdict(authority, der, new Date().toISOString())).toEqual(GOOD);
    }
  });

  it('give an IDevID its serial number and no end (IEEE 802.1AR)', async () => {
    const profile = (await loadProfiles('hsm-config/profiles')).get('device-idevid')!;
    const text = textOf(issuedBy(profile));
    expect(text).toContain('Not After : Dec 31 23:59:59 9999 GMT');
    expect(text).toContain('serialNumber=LINE1-000042, CN=LINE1-000042');
    expect(text).not.toContain('Extended Key Usage');
  });
});
