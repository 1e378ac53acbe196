import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { loadProfiles } from '../../src/issuance/profile-folder.js';
import { previewProfile } from '../../src/issuance/profile-preview.js';
import { toPem } from '../../src/x509/pem.js';
import { openssl, Scratch } from '../x509/external-tools.js';
import { testAuthority } from '../x509/test-keys.js';
import { profileOf, profileText, UNIT } from './support/profiles.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());

const now = new Date('2027-01-01T12:00:00Z');
const squeezed = (text: string) => text.replaceAll(/\s+/g, ' ');

/** The built program, with settings that lead to no HSM, no ledger and no Redis. */
function lineside(...args: string[]) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'profile', ...args], { encoding: 'utf8', env: { PATH }, timeout: 30_000 });
  return { status, stdout, stderr };
}

describe('a preview', () => {
  it('says of each extension what openssl says of it', () => {
    const profile = profileOf({
      subject: [{ type: 'O', value: 'Exämple, Inc.' }, { type: 'CN', value: '{serial}' }],
      validity: { noExpiry: true, beyondAuthority: 'allow' },
      extendedKeyUsage: ['clientAuth', 'serverAuth'],
      subjectAltName: { dns: ['{serial}.example.com'], uri: ['urn:dev:{serial}'] },
      certificatePolicies: ['1.3.6.1.4.1.55555.1', '2.23.133.11.1.1'],
      crlDistributionPoint: 'http://crl.example.com/{authority}.crl',
    });
    const preview = previewProfile(profile, UNIT, { now });
    const shown = openssl(['x509', '-noout', '-text'], preview.certificate!).text;
    const extensions = shown.slice(shown.indexOf('X509v3 extensions:'), shown.indexOf('    Signature Algorithm', 200));
    expect(squeezed(preview.text!.slice(preview.text!.indexOf('X509v3 extensions:'))).trim()).toBe(squeezed(extensions).trim());
    expect(preview.text).toContain('Subject: O=Exämple\\, Inc., CN=LINE1-000042');
    expect(preview.text).toContain('Not Before: Jan  1 11:00:00 2027 GMT');
    expect(shown).toContain('Not Before: Jan  1 11:00:00 2027 GMT');
    expect(preview.bytes).toBe(new X509Certificate(preview.certificate!).raw.length);
    expect(preview).toMatchObject({ complaints: [], notes: [expect.stringContaining('It outlives its authority, which ends on 2047-01-01')] });
  });

  it('is made in the name of the given authority, cut to its end', () => {
    for (const keyType of ['P-384', 'RSA-3072'] as const) {
      const { certificate } = testAuthority(keyType);
      const preview = previewProfile(profileOf({ validity: { years: 40 } }), UNIT, { now, authority: certificate });
      expect(openssl(['x509', '-noout', '-issuer', '-nameopt', 'sep_comma_plus_space,sname'], preview.certificate!).text).toBe(`issuer=C=DE, O=Example Works, CN=Example ${keyType} Device CA G1\n`);
      expect(preview).toMatchObject({ complaints: [], notes: ['It is cut to the end of its authority, 2056-01-01.'] });
    }
  });

  it('tells each rule that the certificate would break', () => {
    expect(previewProfile(profileOf({ validity: { years: 40, beyondAuthority: 'refuse' } }), UNIT, { now })).toMatchObject({
      certificate: expect.any(String),
      complaints: ["The validity ends after the issuer's (RFC 5280 6.1.3)."],
    });
    expect(previewProfile(profileOf(), { ...UNIT, serial: 'S'.repeat(65) }, { now }).complaints).toEqual(['The CN of a name has 65 characters; 64 are allowed.']);
  });

  it('of each profile that comes along finds nothing to complain of', async () => {
    for (const profile of (await loadProfiles('hsm-config/profiles')).values()) expect(previewProfile(profile, UNIT, { now }).complaints).toEqual([]);
  });
});

describe('lineside profile', () => {
  it('preview prints the certificate, as text or as JSON', () => {
    const authority = scratch.write('authority.pem', toPem('CERTIFICATE', testAuthority('P-256').certificate.der));
    const text = lineside('preview', 'device-idevid', '--serial', 'ACME-7', '--product', 'Pump', '--authority', authority);
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toContain('Subject: O=Lineside Demo, OU=Pump, serialNumber=ACME-7, CN=ACME-7');
    expect(text.stdout).toContain('Not After : Dec 31 23:59:59 9999 GMT (no expiry)');
    expect(text.stdout).toContain('No rule speaks against it.');
    const json = lineside('preview', 'device', '--json');
    expect(json.status).toBe(0);
    expect(new X509Certificate((JSON.parse(json.stdout) as { certificate: string }).certificate).subject).toBe('O=Lineside Demo\nCN=PREVIEW-000001');
  });

  it('preview ends with 1 and the reason when the service would refuse', () => {
    const refused = lineside('preview', 'device-idevid', '--serial', 'ACME_7');
    expect(refused).toMatchObject({ status: 1, stdout: expect.stringContaining('✘ The serialNumber of a name holds characters other than') });
    expect(lineside('preview', 'nothing')).toMatchObject({ status: 1, stderr: '  ✘ There is no profile nothing\n' });
    expect(lineside('preview', 'device', '--authority', 'package.json')).toMatchObject({ status: 1, stdout: '' });
  });

  it('check tells good and bad files of a folder apart', () => {
    expect(lineside('check')).toMatchObject({ status: 0, stdout: '  ✔ device-idevid.json\n  ✔ device-rsa.json\n  ✔ device.json\n' });
    mkdirSync(scratch.path('profiles'));
    scratch.write('profiles/bent.json', JSON.stringify(profileText()));
    scratch.write('profiles/old.json', JSON.stringify(profileText({ name: 'old', validity: { until: '2020-01-01T00:00:00Z' } })));
    scratch.write('profiles/worse.json', JSON.stringify(profileText({ name: 'worse', keyUsage: ['keyCertSign'] })));
    const checked = lineside('check', '--profiles', scratch.path('profiles'));
    expect(checked.status).toBe(1);
    expect(checked.stdout.split('\n').filter((line) => line.includes('✔'))).toEqual(['  ✔ bent.json']);
    expect(checked.stdout).toContain('✘ The profile old.json makes certificates that are refused: The validity is over already');
    expect(checked.stdout).toContain('✘ The profile worse.json is not usable: keyUsage[0]: keyCertSign is not for a device');
    const json = JSON.parse(lineside('check', '--json', '--profiles', scratch.path('profiles')).stdout) as { ok: boolean };
    expect(json.ok).toBe(false);
  });
});
