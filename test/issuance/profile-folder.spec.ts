import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config.js';
import { Profiles } from '../../src/issuance/profiles.js';
import { loadProfiles } from '../../src/issuance/profile-folder.js';
import { Serial } from '../../src/work-orders/serial.js';
import { newFolder } from '../support/run-folders.js';
import { profileText } from './support/profiles.js';

let folder: string;
beforeEach(() => {
  folder = newFolder('profiles');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, content: unknown) => writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
const CN = { type: 'CN', value: '{serial}' };
const withSubject = (...more: unknown[]) => profileText({ subject: [CN, ...more] });

it.each<[string, unknown, string]>([
  ['a file that is no JSON', '{ "name": ', 'it is no JSON file: '],
  ['a name that is not the file’s', profileText({ name: 'other' }), 'name: it is other, and the file must be called other.json'],
  ['a field that does not exist', profileText({ issuer: 'me' }), 'issuer: there is no such field'],
  ['a field of a field that does not exist', profileText({ validity: { years: 1, month: 2 } }), 'validity.month: there is no such field'],
  ['no backdating', profileText({ backdateMinutes: undefined }), 'backdateMinutes: Invalid input'],
  ['an unknown placeholder', withSubject({ type: 'OU', value: 'x {mac}' }), 'subject[1].value: {mac} is no placeholder; there is {serial}, {order}, {product}'],
  ['a brace left open', withSubject({ type: 'OU', value: 'x {serial' }), 'subject[1].value: {serial is no placeholder'],
  ['a placeholder of another field', profileText({ crlDistributionPoint: 'http://x/{serial}' }), 'crlDistributionPoint: {serial} is no placeholder; there is {authority}'],
  ['no CN of the serial', profileText({ subject: [{ type: 'CN', value: 'unit {serial}' }] }), 'subject: has CN={serial} once and no other CN'],
  ['two CNs', withSubject({ type: 'CN', value: 'sensor' }), 'subject: has CN={serial} once and no other CN'],
  ['a name that is too long with the longest serial', withSubject({ type: 'OU', value: 'u{serial}' }), 'subject[1].value: does not hold the longest serial, order or product: The OU of a name has 65 characters; 64 are allowed.'],
  ['a country that is none', withSubject({ type: 'C', value: 'Germany' }), 'subject[1].value: does not hold the longest serial, order or product: The C of a name has 7 characters; 2 are allowed.'],
  ['a serial number that is not printable', withSubject({ type: 'serialNumber', value: 'Nº {serial}' }), 'subject[1].value: does not hold'],
  ['an attribute that we do not write', withSubject({ type: 'emailAddress', value: 'a@b' }), 'subject[1].type: Invalid option'],
  ['the right to sign certificates', profileText({ keyUsage: ['digitalSignature', 'keyCertSign'] }), "keyUsage[1]: keyCertSign is not for a device's certificate; usages are digitalSignature, keyEncipherment, keyAgreement"],
  ['the right to sign CRLs', profileText({ keyUsage: ['cRLSign'] }), "keyUsage[0]: cRLSign is not for a device's certificate"],
  ['a usage twice', profileText({ keyUsage: ['digitalSignature', 'digitalSignature'] }), 'keyUsage: names something twice'],
  ['no usage', profileText({ keyUsage: [] }), 'keyUsage: Too small'],
  ['a usage that its keys can’t have', profileText({ keyUsage: ['keyEncipherment'] }), 'keyUsage: keyEncipherment is for RSA keys only'],
  ['key agreement with RSA', profileText({ keyUsage: ['keyAgreement'], publicKeys: ['P-256', 'RSA'] }), 'keyUsage: keyAgreement is for P-256 and P-384 keys only'],
  ['a purpose that we do not write', profileText({ extendedKeyUsage: ['codeSigning'] }), "extendedKeyUsage[0]: codeSigning is not for a device's certificate; purposes are clientAuth, serverAuth"],
  ['two validities', profileText({ validity: { years: 1, days: 2 } }), 'validity: names exactly one of years, days, until and noExpiry'],
  ['no validity', profileText({ validity: {} }), 'validity: names exactly one of years, days, until and noExpiry'],
  ['no year at all', profileText({ validity: { years: 0 } }), 'validity.years: Too small'],
  ['an end that is no time', profileText({ validity: { until: '2040-12-31' } }), 'validity.until: is no time such as 2040-12-31T23:59:59Z'],
  ['an end that does not exist', profileText({ validity: { until: '2040-02-30T00:00:00Z' } }), 'validity.until: is no time'],
  ['no expiry in a roundabout way', profileText({ validity: { until: '9999-12-31T23:59:59Z' } }), 'validity.until: is the date that means no expiry; say "noExpiry": true'],
  ['no expiry that is not meant', profileText({ validity: { noExpiry: false } }), 'validity.noExpiry: is true or left out'],
  ['an end after the authority’s', profileText({ validity: { years: 50, beyondAuthority: 'allow' } }), 'validity.beyondAuthority: may be allow with noExpiry only'],
  ['a DNS name that is none', profileText({ subjectAltName: { dns: ['{serial}.exämple.com'] } }), "subjectAltName.dns[0]: can't be used: A DNS name is not made of letters, digits and hyphens between dots."],
  ['a whole domain', profileText({ subjectAltName: { dns: ['*.example.com'] } }), "subjectAltName.dns[0]: can't be used: A device is not a whole domain."],
  ['a DNS label too long with the longest serial', profileText({ subjectAltName: { dns: ['u-{serial}.example.com'] } }), "subjectAltName.dns[0]: can't be used: "],
  ['a URI that is not absolute', profileText({ subjectAltName: { uri: ['{serial}'] } }), "subjectAltName.uri[0]: can't be used: A URI is not absolute"],
  ['a policy that is no OID', profileText({ certificatePolicies: ['1.40.3'] }), 'certificatePolicies[0]: is no object identifier'],
  ['a policy twice', profileText({ certificatePolicies: ['1.2.3', '1.2.3'] }), 'certificatePolicies: names a policy twice'],
  ['a CRL address that is no URL', profileText({ crlDistributionPoint: 'ldap://x/{authority}' }), 'crlDistributionPoint: is no http or https URL'],
  ['a key type that AWS IoT does not take', profileText({ publicKeys: ['Ed25519'] }), 'publicKeys[0]: Invalid option'],
  ['a least RSA size without RSA', profileText({ rsaLeastBits: 2_048 }), 'rsaLeastBits: is there, but publicKeys does not name RSA'],
  ['RSA keys that are too short', profileText({ publicKeys: ['RSA'], rsaLeastBits: 1_024 }), 'rsaLeastBits: Too small'],
])('%s stops the start with the file, the field and the reason', async (_what, content, reason) => {
  write('bent.json', content);
  const error: unknown = await loadProfiles(folder).catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(Error);
  const message = error instanceof Error ? error.message : '';
  expect(message.startsWith(`The profile bent.json is not usable: ${reason}`)).toBe(true);
  expect(message).not.toContain('\n');
});

it('tells of every bad file at once, and of a folder that is empty or missing', async () => {
  await expect(loadProfiles(folder)).rejects.toThrow('There is no profile in');
  write('a.json', '{}');
  write('bent.json', profileText());
  write('z.json', profileText());
  await expect(loadProfiles(folder)).rejects.toThrow(/^The profile a\.json is not usable: .*\nThe profile z\.json is not usable: name: /);
  await expect(loadProfiles(join(folder, 'nowhere'))).rejects.toThrow("nowhere can't be read");
});

it('is asked by the service when it starts', async () => {
  write('bent.json', profileText({ keyUsage: ['keyCertSign'] }));
  const config = loadConfig({ ...process.env, HSM_TOKEN: 'x', PROFILES_DIR: folder });
  await expect(new Profiles(undefined as never, config).onModuleInit()).rejects.toThrow('The profile bent.json is not usable: keyUsage[0]');
});

it('takes a profile that uses every field to its limit', async () => {
  write('bent.json', profileText({
    description: 'all of it',
    subject: [CN, { type: 'OU', value: '{product}' }, { type: 'O', value: '{order}' }, { type: 'serialNumber', value: '{serial}' }, { type: 'ST', value: '{serial}{product}' }],
    validity: { noExpiry: true, beyondAuthority: 'allow' },
    subjectAltName: { dns: ['{serial}.example.com'], uri: ['urn:dev:{serial}'] },
    certificatePolicies: ['2.999.1', '1.39.0'],
    crlDistributionPoint: 'https://example.com/{authority}.crl',
    publicKeys: ['RSA'], rsaLeastBits: 8_192, keyUsage: ['digitalSignature', 'keyEncipherment'],
  }));
  expect((await loadProfiles(folder)).get('bent')).toMatchObject({ serviceKeys: false, validity: { noExpiry: true } });
});

it('assumes the longest serial that an order takes', () => {
  expect([Serial.safeParse('S'.repeat(64)).success, Serial.safeParse('S'.repeat(65)).success]).toEqual([true, false]);
});
