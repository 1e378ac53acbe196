import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caCertificateTbs } from '../../x509/ca-certificate.js';
import { type Certificate, readCertificate, sealCertificate } from '../../x509/certificate.js';
import { CertificateTemplate } from '../../x509/certificate-template.js';
import { encodeName } from '../../x509/name.js';
import { fromPem, toPem } from '../../x509/pem.js';
import { subjectKeyIdentifier } from '../../x509/public-key.js';
import { newSerialNumber } from '../../x509/serial-number.js';
import { signatureAlgorithmFor } from '../../x509/signature-algorithm.js';

const ROOT_NAME = 'Lineside Sandbox Root CA';
const YEAR_MS = 365 * 86_400_000;
const CURVE = 'P-256';
const ALGORITHM = signatureAlgorithmFor(CURVE);

export interface ServerIdentity {
  /** PEM: the server certificate. Its issuer is the root that clients trust, so no chain is needed. */
  cert: string;
  key: string;
}

/**
 * The root of the MQTT server certificates: what Amazon Trust Services is to AWS. Its key lies in the data folder, since it
 * protects nothing but this sandbox; it has nothing to do with the CAs that devices come from.
 */
export class ServerAuthority {
  private readonly template: CertificateTemplate;

  private constructor(
    root: Certificate,
    private readonly key: KeyObject,
  ) {
    this.template = new CertificateTemplate({
      issuerName: root.subject,
      // As it stands in the root: earlier sandboxes made it another way.
      issuerKeyIdentifier: root.subjectKeyIdentifier ?? subjectKeyIdentifier(root.spki),
      signatureAlgorithm: ALGORITHM,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['serverAuth'],
    });
  }

  /** Reads `ca.pem` and `ca-key.pem`, or makes them. */
  static open(dataDir: string): ServerAuthority {
    const [keyPath, path] = [join(dataDir, 'ca-key.pem'), join(dataDir, 'ca.pem')];
    if (existsSync(keyPath) && existsSync(path)) {
      const root = readCertificate(fromPem('CERTIFICATE', readFileSync(path, 'utf8')));
      const key = createPrivateKey(readFileSync(keyPath));
      // A kill while both were first written can leave a key without its certificate; then nobody has seen either.
      if (root.spki.equals(spkiOf(key))) return new ServerAuthority(root, key);
    }
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
    const root = seal(caCertificateTbs({ ...newFields(ROOT_NAME, privateKey, 20), signatureAlgorithm: ALGORITHM }), privateKey);
    replace(keyPath, pemOf(privateKey), 0o600);
    replace(path, toPem('CERTIFICATE', root), 0o644);
    return new ServerAuthority(readCertificate(root), privateKey);
  }

  /** A certificate for these host names, valid for a year, with a key that only memory holds. */
  issue(names: readonly [string, ...string[]]): ServerIdentity {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
    const tbs = this.template.tbs({ ...newFields(names[0], privateKey, 1), subjectAlternativeNames: { dns: [...names] } });
    return { cert: toPem('CERTIFICATE', seal(tbs, this.key)), key: pemOf(privateKey) };
  }
}

/** What the root and the server certificates have in common. A common name has 64 characters at most, and endpoint names are shorter. */
function newFields(commonName: string, key: KeyObject, years: number) {
  const now = Date.now();
  return {
    subject: encodeName([{ type: 'CN', value: commonName }]),
    spki: spkiOf(key),
    serialNumber: newSerialNumber(),
    // An hour back, so that a client whose clock is a little behind takes it.
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + years * YEAR_MS),
  };
}

const seal = (tbs: Buffer, key: KeyObject): Buffer => sealCertificate(tbs, ALGORITHM, sign(ALGORITHM.hash, tbs, key));

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function replace(path: string, content: string, mode: number): void {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}
