import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

export type KeyPair = webcrypto.CryptoKeyPair;
type KeyAlgorithm = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams | { name: 'Ed25519' };

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

export const makeKeys = (algorithm: KeyAlgorithm = P256): Promise<KeyPair> => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<KeyPair>;

export const rsaKeys = (modulusLength: number, hash = 'SHA-256'): Promise<KeyPair> =>
  makeKeys({ name: 'RSASSA-PKCS1-v1_5', hash, modulusLength, publicExponent: new Uint8Array([1, 0, 1]) });

export interface Issued {
  pem: string;
  /** SHA-256 of the DER, worked out here and not by the sandbox. */
  id: string;
  keyPem: string;
  keys: KeyPair;
  serialNumber: string;
}

interface CertificateRequest {
  subject: string;
  keys?: KeyPair;
  notBefore?: Date;
  notAfter?: Date;
  hash?: string;
  /** Subject alternative names. */
  dns?: string[];
}

const DAY_MS = 86_400_000;

/** An end of validity, in whole seconds, that leaves time to register what ends then. */
export const soon = () => new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_000);

let counter = 1;

async function build(request: CertificateRequest, issuer: { name: string; keys: KeyPair } | undefined, extensions: x509.Extension[]): Promise<Issued> {
  const keys = request.keys ?? (await makeKeys());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (0x1000_0000 + counter++).toString(16),
    subject: request.subject,
    issuer: issuer?.name ?? request.subject,
    notBefore: request.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: request.notAfter ?? new Date(Date.now() + 365 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: { name: (issuer?.keys ?? keys).privateKey.algorithm.name, hash: request.hash ?? 'SHA-256' },
    extensions,
  });
  const der = Buffer.from(certificate.rawData);
  const digest = Buffer.from(await webcrypto.subtle.digest('SHA-256', der)).toString('hex');
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    pem: `${certificate.toString('pem')}\n`,
    id: digest,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`,
    keys,
    serialNumber: certificate.serialNumber,
  };
}

/** A self-signed CA as the factory would register it. */
export class TestAuthority {
  private constructor(
    readonly subject: string,
    readonly certificate: Issued,
  ) {}

  static async make(subject = `CN=Device CA ${counter}, O=Lineside`, more: Omit<CertificateRequest, 'subject'> & { ca?: boolean } = {}): Promise<TestAuthority> {
    const extensions = [new x509.BasicConstraintsExtension(more.ca ?? true, undefined, true)];
    return new TestAuthority(subject, await build({ subject, ...more }, undefined, extensions));
  }

  get pem(): string {
    return this.certificate.pem;
  }

  get id(): string {
    return this.certificate.id;
  }

  issue(subject: string, more: Omit<CertificateRequest, 'subject'> = {}): Promise<Issued> {
    return build({ subject, ...more }, { name: this.subject, keys: this.certificate.keys }, [
      new x509.BasicConstraintsExtension(false),
      ...(more.dns === undefined ? [] : [new x509.SubjectAlternativeNameExtension(more.dns.map((value) => ({ type: 'dns' as const, value })))]),
    ]);
  }

  /** What DEFAULT mode asks for: the registration code, signed by the CA key. */
  async prove(registrationCode: string): Promise<string> {
    return (await this.issue(`CN=${registrationCode}`)).pem;
  }
}
