import { createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { caCertificateTbs } from '../../x509/ca-certificate.js';
import { readCertificate, sealCertificate } from '../../x509/certificate.js';
import { CertificateTemplate, type CertificateTemplateOptions } from '../../x509/certificate-template.js';
import { encodeName } from '../../x509/name.js';
import { fromPemChain, toPem } from '../../x509/pem.js';
import { subjectKeyIdentifier } from '../../x509/public-key.js';
import { newSerialNumber } from '../../x509/serial-number.js';
import { signatureAlgorithmFor, type SignatureAlgorithm } from '../../x509/signature-algorithm.js';

const makeKeyPair = promisify(generateKeyPair);
const YEAR_MS = 365 * 86_400_000;

/** A PKI of one kind of key. Earlier sandboxes had the first only, under the same file name. */
interface Kind {
  readonly rootKeyFile: string;
  readonly intermediateKeyFile: string;
  readonly serverKeyFile: string;
  readonly rootName: string;
  readonly intermediateName: string;
  readonly algorithm: SignatureAlgorithm;
  makeKey(): Promise<KeyObject>;
}

const KINDS: readonly Kind[] = [
  {
    rootKeyFile: 'ca-key.pem',
    intermediateKeyFile: 'intermediate-key.pem',
    serverKeyFile: 'server-key.pem',
    rootName: 'Lineside Sandbox Root CA',
    intermediateName: 'Lineside Sandbox ECDSA CA',
    algorithm: signatureAlgorithmFor('P-256'),
    makeKey: async () => (await makeKeyPair('ec', { namedCurve: 'P-256' })).privateKey,
  },
  {
    rootKeyFile: 'ca-rsa-key.pem',
    intermediateKeyFile: 'intermediate-rsa-key.pem',
    serverKeyFile: 'server-rsa-key.pem',
    rootName: 'Lineside Sandbox RSA Root CA',
    intermediateName: 'Lineside Sandbox RSA CA',
    algorithm: signatureAlgorithmFor('RSA-2048'),
    makeKey: async () => (await makeKeyPair('rsa', { modulusLength: 2_048 })).privateKey,
  },
];

export interface ServerIdentities {
  /** PEM, one for each kind of key: the server certificate and the intermediate that signed it. Clients trust the root behind it. */
  cert: string[];
  /** PEM, in the same order. */
  key: string[];
}

interface Issuer {
  readonly certificate: Buffer;
  readonly key: KeyObject;
}

/**
 * The PKI of the data endpoints' server certificates: what Amazon Trust Services is to AWS, which has an RSA chain (Amazon Root CA 1)
 * and an ECDSA chain (Amazon Root CA 3), each with intermediates. A client gets the one that its ciphers and signature algorithms
 * allow. The keys lie in the data folder, since they protect nothing but this sandbox, and an RSA key takes a third of a second to make;
 * they have nothing to do with the CAs that devices come from.
 */
export class ServerAuthority {
  private constructor(private readonly lines: readonly { kind: Kind; intermediate: Issuer; serverKey: KeyObject }[]) {}

  /** Reads the keys and `ca.pem`, which holds both roots, or makes what is missing. The other certificates are new each time. */
  static async open(dataDir: string): Promise<ServerAuthority> {
    const path = join(dataDir, 'ca.pem');
    const known = existsSync(path) ? fromPemChain(readFileSync(path, 'utf8')) : [];
    const opened = await Promise.all(
      KINDS.map(async (kind) => {
        const [root, intermediateKey, serverKey] = await Promise.all([
          openRoot(dataDir, kind, known),
          openKey(join(dataDir, kind.intermediateKeyFile), kind),
          openKey(join(dataDir, kind.serverKeyFile), kind),
        ]);
        return { kind, root, intermediate: issueIntermediate(kind, root, intermediateKey), serverKey };
      }),
    );
    const roots = opened.map(({ root }) => toPem('CERTIFICATE', root.certificate)).join('');
    if (!existsSync(path) || readFileSync(path, 'utf8') !== roots) replace(path, roots, 0o644);
    return new ServerAuthority(opened);
  }

  /** Certificates for these host names, valid for a year. */
  issue(names: readonly [string, ...string[]]): ServerIdentities {
    const identities = this.lines.map(({ kind, intermediate, serverKey }) => {
      const template = templateOf(kind, intermediate, { keyUsage: ['digitalSignature'], extendedKeyUsage: ['serverAuth'] });
      const tbs = template.tbs({ ...newFields(names[0], serverKey, 1), subjectAlternativeNames: { dns: [...names] } });
      return { cert: toPem('CERTIFICATE', seal(kind, tbs, intermediate.key)) + toPem('CERTIFICATE', intermediate.certificate), key: pemOf(serverKey) };
    });
    return { cert: identities.map(({ cert }) => cert), key: identities.map(({ key }) => key) };
  }
}

async function openRoot(dataDir: string, kind: Kind, known: readonly Buffer[]): Promise<Issuer> {
  const key = await openKey(join(dataDir, kind.rootKeyFile), kind);
  const certificate = known.find((der) => readCertificate(der).spki.equals(spkiOf(key)));
  // A kill can leave a new key without its certificate; then nobody has seen one.
  return { key, certificate: certificate ?? seal(kind, caCertificateTbs({ ...newFields(kind.rootName, key, 20), signatureAlgorithm: kind.algorithm }), key) };
}

async function openKey(path: string, kind: Kind): Promise<KeyObject> {
  if (existsSync(path)) return createPrivateKey(readFileSync(path));
  const key = await kind.makeKey();
  replace(path, pemOf(key), 0o600);
  return key;
}

function issueIntermediate(kind: Kind, root: Issuer, key: KeyObject): Issuer {
  const template = templateOf(kind, root, { keyUsage: ['keyCertSign', 'cRLSign'], basicConstraints: { ca: true, pathLength: 0 } });
  return { certificate: seal(kind, template.tbs(newFields(kind.intermediateName, key, 5)), root.key), key };
}

function templateOf(kind: Kind, issuer: Issuer, more: Pick<CertificateTemplateOptions, 'keyUsage' | 'extendedKeyUsage' | 'basicConstraints'>): CertificateTemplate {
  const { subject, subjectKeyIdentifier: identifier, spki } = readCertificate(issuer.certificate);
  // The identifier as it stands in the root: earlier sandboxes made it another way.
  return new CertificateTemplate({ issuerName: subject, issuerKeyIdentifier: identifier ?? subjectKeyIdentifier(spki), signatureAlgorithm: kind.algorithm, ...more });
}

/** What all certificates have in common. A common name has 64 characters at most, and endpoint names are shorter. */
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

const seal = ({ algorithm }: Kind, tbs: Buffer, key: KeyObject): Buffer => sealCertificate(tbs, algorithm, sign(algorithm.hash, tbs, key));

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function replace(path: string, content: string, mode: number): void {
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}
