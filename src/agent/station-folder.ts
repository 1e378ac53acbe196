import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceAddress } from '../client/service-call.js';
import { createCsr } from '../x509/csr-writer.js';
import { toPem } from '../x509/pem.js';

const OPEN_TO_OTHERS = 0o077;
/** Share of its life after which a certificate is renewed. */
const RENEW_AT = 2 / 3;

/** What a station was given, as the service answers it. */
export interface Issued {
  certificate: string;
  chain: string;
}

/** A station's identity as it stands in its folder. */
export interface StationIdentity {
  address: ServiceAddress;
  station: string;
  notAfter: Date;
  renewAfter: Date;
}

/**
 * The folder in which a station keeps who it is, mode 0700: `station.pem` (0600) holds its key, certificate and chain, as curl, Python and OpenSSL take them in one
 * file, and is replaced in one step; `service.json` says where the service is, `service-ca.pem` whom to believe there. `next-key.pem` is a key for which no
 * certificate has come yet: whoever was cut short goes on with it and is answered the same certificate.
 */
export class StationFolder {
  private readonly identityFile: string;
  private readonly nextKeyFile: string;
  private readonly serviceFile: string;
  private readonly caFile: string;

  constructor(readonly folder: string) {
    this.identityFile = join(folder, 'station.pem');
    this.nextKeyFile = join(folder, 'next-key.pem');
    this.serviceFile = join(folder, 'service.json');
    this.caFile = join(folder, 'service-ca.pem');
  }

  /** Makes the folder, and keeps where the service is. @param ca PEM file of the CA that the service's certificate comes from, if Node does not trust it anyway */
  open(baseUrl: string, ca: string | undefined): ServiceAddress {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (statSync(this.folder).mode & OPEN_TO_OTHERS) chmodSync(this.folder, 0o700);
    if (ca === undefined) rmSync(this.caFile, { force: true });
    else copyFileSync(ca, this.caFile);
    this.write(this.serviceFile, `${JSON.stringify({ baseUrl }, null, 2)}\n`, 0o644);
    return this.address();
  }

  /** A request for the key that waits for its certificate; the key is made where there is none. PEM. */
  nextCsr(): string {
    if (!existsSync(this.nextKeyFile)) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      this.write(this.nextKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    }
    return toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'station' }], privateKey: this.nextKey() }));
  }

  /** The key that waited and its certificate are the station's identity from now on. @throws when the certificate is for another key */
  accept({ certificate, chain }: Issued): StationIdentity {
    const key = this.nextKey();
    if (!new X509Certificate(certificate).checkPrivateKey(key)) throw new Error('The service has answered a certificate for another key');
    this.write(this.identityFile, key.export({ type: 'pkcs8', format: 'pem' }).toString() + certificate + chain, 0o600);
    rmSync(this.nextKeyFile, { force: true });
    return this.identity();
  }

  /** @throws with a sentence that says what to do, where the station is not enrolled */
  identity(): StationIdentity {
    if (!existsSync(this.identityFile)) throw new Error(`There is no ${this.identityFile}: enrol the station first (lineside station enrol)`);
    if (statSync(this.identityFile).mode & OPEN_TO_OTHERS) throw new Error(`${this.identityFile} can be read by other users: run chmod 600 on it, and enrol the station again if somebody may have read it`);
    const pem = readFileSync(this.identityFile, 'utf8');
    const key = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
    const certificates = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'));
    const { validFromDate, validToDate, subjectAltName = '' } = new X509Certificate(certificates);
    const station = /URI:urn:lineside:station:([A-Za-z0-9_.-]+)/.exec(subjectAltName)?.[1] ?? '';
    const renewAfter = new Date(+validFromDate + (+validToDate - +validFromDate) * RENEW_AT);
    return { address: { ...this.address(), client: { certificate: certificates, key } }, station, notAfter: validToDate, renewAfter };
  }

  private address(): ServiceAddress {
    const { baseUrl } = JSON.parse(readFileSync(this.serviceFile, 'utf8')) as { baseUrl: string };
    return existsSync(this.caFile) ? { baseUrl, caFile: this.caFile } : { baseUrl };
  }

  private nextKey(): KeyObject {
    return createPrivateKey(readFileSync(this.nextKeyFile));
  }

  /** In one step, so that a power cut leaves the file before it or the whole new one. */
  private write(file: string, content: string, mode: number): void {
    writeFileSync(`${file}.new`, content, { mode, flush: true });
    chmodSync(`${file}.new`, mode);
    renameSync(`${file}.new`, file);
  }
}
