import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type CaCertificateFields, caCertificateTbs } from '../../src/x509/ca-certificate.js';
import { CertificateTemplate, type CertificateFields, type CertificateTemplateOptions } from '../../src/x509/certificate-template.js';
import { type Certificate, readCertificate, sealCertificate } from '../../src/x509/certificate.js';
import { encodeName } from '../../src/x509/name.js';
import { type KeyType, readPublicKey } from '../../src/x509/public-key.js';
import { newSerialNumber } from '../../src/x509/serial-number.js';
import { signatureAlgorithmFor } from '../../src/x509/signature-algorithm.js';

export interface TestKey {
  keyType: KeyType;
  privateKey: KeyObject;
  spki: Buffer;
}

const made = new Map<KeyType, TestKey>();

/** One key of each type per test file: RSA keys take long to make. */
export function testKey(keyType: KeyType): TestKey {
  const known = made.get(keyType);
  if (known) return known;
  const key = newKey(keyType);
  made.set(keyType, key);
  return key;
}

export function newKey(keyType: KeyType): TestKey {
  const { privateKey, publicKey } = keyType.startsWith('RSA-')
    ? generateKeyPairSync('rsa', { modulusLength: Number(keyType.slice(4)) })
    : generateKeyPairSync('ec', { namedCurve: keyType });
  const { spki } = readPublicKey(publicKey.export({ type: 'spki', format: 'der' }));
  return { keyType, privateKey, spki };
}

/** Signs what an HSM would sign. */
export function seal(tbs: Buffer, signer: TestKey): Buffer {
  const algorithm = signatureAlgorithmFor(signer.keyType);
  return sealCertificate(tbs, algorithm, sign(algorithm.hash, tbs, signer.privateKey));
}

export interface TestAuthority {
  key: TestKey;
  certificate: Certificate;
}

/** A self-signed CA, good from 2026 to 2056, to be bent by `fields`. */
export function testAuthority(keyType: KeyType, fields: Partial<CaCertificateFields> = {}): TestAuthority {
  const key = testKey(keyType);
  const tbs = caCertificateTbs({
    subject: encodeName([
      { type: 'C', value: 'DE' },
      { type: 'O', value: 'Example Works' },
      { type: 'CN', value: `Example ${keyType} Device CA G1` },
    ]),
    spki: key.spki,
    signatureAlgorithm: signatureAlgorithmFor(keyType),
    serialNumber: newSerialNumber(),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2056-01-01T00:00:00Z'),
    pathLength: 0,
    ...fields,
  });
  return { key, certificate: readCertificate(seal(tbs, key)) };
}

/** A template for devices under this authority, to be bent by `options`. */
export function deviceTemplate({ certificate }: TestAuthority, options: Partial<CertificateTemplateOptions> = {}): CertificateTemplate {
  return new CertificateTemplate({
    issuerName: certificate.subject,
    issuerKeyIdentifier: certificate.subjectKeyIdentifier!,
    signatureAlgorithm: signatureAlgorithmFor(certificate.keyType),
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    ...options,
  });
}

export function deviceFields(leafType: KeyType): CertificateFields {
  return {
    serialNumber: newSerialNumber(),
    notBefore: new Date('2026-02-01T20:44:00Z'),
    notAfter: new Date('2046-11-22T20:44:00Z'),
    subject: encodeName([
      { type: 'O', value: 'Exämple Wörks' },
      { type: 'serialNumber', value: 'LINE1-0001' },
      { type: 'CN', value: 'LINE1-0001' },
    ]),
    spki: testKey(leafType).spki,
  };
}
