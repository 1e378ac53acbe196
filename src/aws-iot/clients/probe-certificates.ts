import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { caCertificateTbs } from '../../x509/ca-certificate.js';
import { readCertificate, sealCertificate } from '../../x509/certificate.js';
import { CertificateTemplate } from '../../x509/certificate-template.js';
import { encodeName } from '../../x509/name.js';
import { toPem } from '../../x509/pem.js';
import { subjectKeyIdentifier } from '../../x509/public-key.js';
import { newSerialNumber } from '../../x509/serial-number.js';
import { signatureAlgorithmFor } from '../../x509/signature-algorithm.js';

const HOUR_MS = 3_600_000;
const ALGORITHM = signatureAlgorithmFor('P-256');

/** A CA certificate and one that it signed, in PEM, for asking AWS what is permitted. Their keys are thrown away here, so that nothing can ever come of them. */
export function probeCertificates(): { ca: string; device: string } {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // A subject of its own: AWS keeps ten CAs of one subject.
  const subject = encodeName([{ type: 'CN', value: `lineside-check-${randomBytes(8).toString('hex')}` }]);
  const spki = spkiOf(ca.publicKey);
  const caDer = seal(caCertificateTbs({ subject, spki, signatureAlgorithm: ALGORITHM, ...times() }), ca.privateKey);
  const template = new CertificateTemplate({ issuerName: subject, issuerKeyIdentifier: readCertificate(caDer).subjectKeyIdentifier ?? subjectKeyIdentifier(spki), signatureAlgorithm: ALGORITHM, keyUsage: ['digitalSignature'], extendedKeyUsage: ['clientAuth'] });
  const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tbs = template.tbs({ subject: encodeName([{ type: 'CN', value: 'lineside-check' }]), spki: spkiOf(device.publicKey), ...times() });
  return { ca: toPem('CERTIFICATE', caDer), device: toPem('CERTIFICATE', seal(tbs, ca.privateKey)) };
}

/** Good for a day, in case that one can't be removed again. */
const times = () => ({ serialNumber: newSerialNumber(), notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + 24 * HOUR_MS) });

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const seal = (tbs: Buffer, key: KeyObject): Buffer => sealCertificate(tbs, ALGORITHM, sign(ALGORITHM.hash, tbs, key));
