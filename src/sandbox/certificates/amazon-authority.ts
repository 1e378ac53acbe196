import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealCertificate } from '../../x509/certificate.js';
import { CertificateTemplate } from '../../x509/certificate-template.js';
import { element, encodeOid, sequence, TAG } from '../../x509/der.js';
import { encodeName } from '../../x509/name.js';
import { OID } from '../../x509/oids.js';
import { subjectKeyIdentifier } from '../../x509/public-key.js';
import { newSerialNumber } from '../../x509/serial-number.js';
import { signatureAlgorithmFor } from '../../x509/signature-algorithm.js';
import { Certificate } from './x509-certificate.js';

/** One attribute, as AWS writes it. encodeName could not: it is longer than RFC 5280 allows an organizational unit to be. */
const ISSUER_NAME = sequence(
  element(
    TAG.set,
    sequence(encodeOid(OID.organizationalUnitName), element(TAG.utf8String, Buffer.from('Amazon Web Services O=Amazon.com Inc. L=Seattle ST=Washington C=US'))),
  ),
);
const SUBJECT = encodeName([{ type: 'CN', value: 'AWS IoT Certificate' }]);
/** What AWS's own certificates end with (developer guide, "AWS IoT client certificates"). */
const NOT_AFTER = new Date('2049-12-31T23:59:59Z');
const ALGORITHM = signatureAlgorithmFor('RSA-2048');

/**
 * Signs the certificates that AWS IoT issues itself, with the names and the end of validity of AWS's own. Its key is made when it
 * is first needed and lies in the data folder: it protects nothing but this sandbox.
 */
export class AmazonAuthority {
  private signer: { key: KeyObject; template: CertificateTemplate } | undefined;

  constructor(private readonly dataDir: string) {}

  /** A new certificate for a key (SubjectPublicKeyInfo). */
  issue(spki: Buffer, notAfter: Date = NOT_AFTER): Certificate {
    const { key, template } = (this.signer ??= this.open());
    const now = Date.now();
    const tbs = template.tbs({ subject: SUBJECT, spki, serialNumber: newSerialNumber(), notBefore: new Date(now - 120_000), notAfter });
    return new Certificate(sealCertificate(tbs, ALGORITHM, sign(ALGORITHM.hash, tbs, key)));
  }

  private open(): { key: KeyObject; template: CertificateTemplate } {
    const path = join(this.dataDir, 'amazon-key.pem');
    if (!existsSync(path)) {
      const made = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
      writeFileSync(`${path}.new`, made, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    const key = createPrivateKey(readFileSync(path));
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const template = new CertificateTemplate({
      issuerName: ISSUER_NAME,
      issuerKeyIdentifier: subjectKeyIdentifier(spki),
      signatureAlgorithm: ALGORITHM,
      keyUsage: ['digitalSignature'],
    });
    return { key, template };
  }
}
