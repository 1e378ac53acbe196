import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import ipaddr from 'ipaddr.js';
import { caCertificateTbs } from '../x509/ca-certificate.js';
import { readCertificate, sealCertificate } from '../x509/certificate.js';
import { CertificateTemplate } from '../x509/certificate-template.js';
import { encodeName } from '../x509/name.js';
import { toPem } from '../x509/pem.js';
import { subjectKeyIdentifier } from '../x509/public-key.js';
import { newSerialNumber } from '../x509/serial-number.js';
import { signatureAlgorithmFor } from '../x509/signature-algorithm.js';
import type { DataFolder } from './data-folder.js';
import type { ServiceAddress } from '../client/service-call.js';
import type { StartSettings } from './start-settings.js';
import { findSecret, writeSecretFile } from './secret-file.js';

const ALGORITHM = signatureAlgorithmFor('P-256');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CA_DAYS = 3_650;
/** Browsers take no longer ones. */
const SERVER_DAYS = 397;
/** A start makes another server certificate when the present one has less left. */
const RENEW_DAYS = 90;

/** The service at `baseUrl` as this machine's programs call it. */
export function addressAt(baseUrl: string, { tls }: Pick<StartSettings, 'tls'>, place: Pick<DataFolder, 'tls'>): ServiceAddress {
  return tls === 'local' ? { baseUrl, caFile: place.tls.ca } : { baseUrl };
}

/** Names and addresses by which clients reach this machine. `host`: the setting HOST. */
export interface ServerNames {
  dns: string[];
  ip: string[];
}

/** This machine's own addresses count where the service listens on all of them. */
export function serverNames(host: string): ServerNames {
  const isOpen = host === '0.0.0.0' || host === '::';
  const others = isOpen ? Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).filter(({ internal, address }) => !internal && !address.startsWith('fe80:')).map(({ address }) => address)) : [];
  const name = hostname().toLowerCase();
  const dns = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) ? ['localhost', name] : ['localhost'];
  return { dns: [...new Set(dns)], ip: [...new Set(['127.0.0.1', '::1', ...others])] };
}

/**
 * Makes the CA of this data folder on the first start, and the server's certificate whenever it is missing, ends within three months or lacks a name. Clients trust the
 * CA alone, which stays, so that they need nothing new. NOT FOR PRODUCTION: its key lies in the data folder.
 */
export function ensureLocalTls({ tls }: Pick<DataFolder, 'tls'>, { dns, ip }: ServerNames): void {
  mkdirSync(dirname(tls.ca), { recursive: true, mode: 0o700 });
  const key = ensureKey(tls.caKey);
  const ca = ensureCa(tls.ca, key);
  const serverKey = ensureKey(tls.key);
  if (isGood(tls.cert, { dns, ip }, serverKey, ca)) return;
  const issuer = readCertificate(ca.raw);
  const template = new CertificateTemplate({
    issuerName: issuer.subject, issuerKeyIdentifier: subjectKeyIdentifier(issuer.spki), signatureAlgorithm: ALGORITHM, keyUsage: ['digitalSignature'], extendedKeyUsage: ['serverAuth'],
  });
  const tbs = template.tbs({ ...fields('Lineside', serverKey, SERVER_DAYS), subjectAlternativeNames: { dns, ip: ip.map((address) => Buffer.from(ipaddr.parse(address).toByteArray())) } });
  replace(tls.cert, seal(tbs, key));
}

function ensureKey(file: string): KeyObject {
  const known = findSecret(file);
  if (known !== undefined) return createPrivateKey(known);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeSecretFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

function ensureCa(file: string, key: KeyObject): X509Certificate {
  const known = existsSync(file) ? readPem(file) : undefined;
  if (known?.checkPrivateKey(key) && +known.validToDate - Date.now() > RENEW_DAYS * DAY_MS) return known;
  const ca = caCertificateTbs({ ...fields(`Lineside local CA ${randomBytes(3).toString('hex')}`, key, CA_DAYS), signatureAlgorithm: ALGORITHM, pathLength: 0 });
  replace(file, seal(ca, key));
  return new X509Certificate(readFileSync(file));
}

function isGood(file: string, { dns, ip }: ServerNames, key: KeyObject, ca: X509Certificate): boolean {
  const certificate = existsSync(file) ? readPem(file) : undefined;
  if (!certificate?.checkPrivateKey(key) || !certificate.checkIssued(ca) || +certificate.validToDate - Date.now() < RENEW_DAYS * DAY_MS) return false;
  return dns.every((name) => certificate.checkHost(name) !== undefined) && ip.every((address) => certificate.checkIP(address) !== undefined);
}

/** Undefined for a file that somebody has spoilt: it is made anew. */
function readPem(file: string): X509Certificate | undefined {
  try {
    return new X509Certificate(readFileSync(file));
  } catch {
    return undefined;
  }
}

function fields(commonName: string, key: KeyObject, days: number) {
  const now = Date.now();
  return {
    subject: encodeName([{ type: 'CN', value: commonName }]),
    spki: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    serialNumber: newSerialNumber(),
    // An hour back, for clients whose clock is a little behind.
    notBefore: new Date(now - HOUR_MS),
    notAfter: new Date(now + days * DAY_MS),
  };
}

const seal = (tbs: Buffer, key: KeyObject): string => toPem('CERTIFICATE', sealCertificate(tbs, ALGORITHM, sign(ALGORITHM.hash, tbs, key)));

function replace(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o644, flush: true });
  renameSync(`${file}.new`, file);
}
