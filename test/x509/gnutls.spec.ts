import { createCsr } from '../../src/x509/csr-writer.js';
import type { KeyType } from '../../src/x509/public-key.js';
import { certtool, gnutlsVerdict, Scratch } from './external-tools.js';
import { deviceFields, deviceTemplate, seal, testAuthority, testKey } from './test-keys.js';

describe('gnutls', () => {
  const scratch = new Scratch();
  afterAll(() => scratch.remove());

  const caTypes: KeyType[] = ['P-256', 'P-384', 'RSA-3072'];
  const leafTypes: KeyType[] = ['P-256', 'P-384', 'RSA-2048'];
  it.each(caTypes.flatMap((ca) => leafTypes.map((leaf) => [leaf, ca] as const)))('trusts a %s device under a %s CA', (leafType, caType) => {
    const authority = testAuthority(caType);
    const leaf = seal(deviceTemplate(authority).tbs(deviceFields(leafType)), authority.key);
    const verdict = gnutlsVerdict(scratch, authority.certificate.der, leaf);
    expect(verdict.text).toContain('The certificate is trusted');
    expect(verdict.ok).toBe(true);
  });

  it('does not trust a device whose certificate another CA of the same name signed', () => {
    const authority = testAuthority('P-256');
    const impostor = testAuthority('P-384', { subject: authority.certificate.subject });
    const leaf = seal(deviceTemplate(impostor).tbs(deviceFields('P-256')), impostor.key);
    expect(gnutlsVerdict(scratch, authority.certificate.der, leaf).ok).toBe(false);
  });

  it.each(leafTypes)('verifies a certificate request with a %s key', (keyType) => {
    const der = createCsr({ subject: [{ type: 'CN', value: 'LINE1-0001' }], privateKey: testKey(keyType).privateKey });
    const { ok, text } = certtool(['--crq-info', '--inder'], der);
    expect(ok).toBe(true);
    expect(text).toContain('Self signature: verified');
  });

  it('shows the extensions that were put in', () => {
    const authority = testAuthority('P-256');
    const template = deviceTemplate(authority, { crlDistributionPoint: 'http://crl.example.com/g1.crl' });
    const leaf = seal(template.tbs({ ...deviceFields('P-256'), subjectAlternativeNames: { uri: ['urn:unit:1'] } }), authority.key);
    const { text } = certtool(['--certificate-info', '--inder'], leaf);
    expect(text).toMatch(/Basic Constraints \(critical\):\s+Certificate Authority \(CA\): FALSE/);
    expect(text).toMatch(/Key Usage \(critical\):\s+Digital signature\.\n/);
    expect(text).toContain('URI: http://crl.example.com/g1.crl');
    expect(text).toContain('URI: urn:unit:1');
  });
});
