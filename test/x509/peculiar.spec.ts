import 'reflect-metadata'; // @peculiar/x509 can't load without it
import * as peculiar from '@peculiar/x509';
import { createCsr } from '../../src/x509/csr-writer.js';
import { type KeyType, subjectKeyIdentifier } from '../../src/x509/public-key.js';
import { serialNumberToHex } from '../../src/x509/serial-number.js';
import { deviceFields, deviceTemplate, seal, testAuthority, testKey } from './test-keys.js';

describe('@peculiar/x509', () => {
  it('reads the same in a device certificate of ours, and its chain', async () => {
    const authority = testAuthority('P-384');
    const fields = deviceFields('P-256');
    const read = new peculiar.X509Certificate(seal(deviceTemplate(authority).tbs(fields), authority.key));
    expect(read.serialNumber).toBe(serialNumberToHex(fields.serialNumber));
    expect(read.notAfter).toEqual(fields.notAfter);
    expect(read.subjectName.getField('CN')).toEqual(['LINE1-0001']);
    expect(read.getExtension(peculiar.BasicConstraintsExtension)).toMatchObject({ ca: false, critical: true });
    expect(read.getExtension(peculiar.KeyUsagesExtension)).toMatchObject({ usages: peculiar.KeyUsageFlags.digitalSignature, critical: true });
    expect(read.getExtension(peculiar.AuthorityKeyIdentifierExtension)?.keyId).toBe(authority.certificate.subjectKeyIdentifier!.toString('hex'));
    expect(read.getExtension(peculiar.SubjectKeyIdentifierExtension)?.keyId).toBe(subjectKeyIdentifier(fields.spki).toString('hex'));
    const issuer = new peculiar.X509Certificate(authority.certificate.der);
    expect(await read.verify({ publicKey: issuer.publicKey, signatureOnly: true })).toBe(true);
  });

  it.each(['P-256', 'P-384', 'RSA-2048'] as KeyType[])('takes a self-signed CA of ours with a %s key', async (keyType) => {
    const { certificate } = testAuthority(keyType);
    const read = new peculiar.X509Certificate(certificate.der);
    expect(await read.isSelfSigned()).toBe(true);
    expect(read.getExtension(peculiar.BasicConstraintsExtension)).toMatchObject({ ca: true, pathLength: 0, critical: true });
  });

  it.each(['P-256', 'P-384', 'P-521', 'RSA-2048'] as KeyType[])('verifies a request of ours with a %s key', async (keyType) => {
    const { privateKey } = testKey(keyType);
    const read = new peculiar.Pkcs10CertificateRequest(createCsr({ subject: [{ type: 'CN', value: 'Gerät 7' }], privateKey }));
    expect(await read.verify()).toBe(true);
    expect(read.subject).toBe('CN=Gerät 7');
  });
});
