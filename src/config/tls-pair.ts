import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { isOpenToOthers } from './closed-file.js';

/** Certificate and key that the API serves TLS with. */
export interface TlsPair {
  /** PEM: the server's certificate first, then those that lead to its root. */
  cert: string;
  /** PEM, PKCS#8 or what openssl writes; without a passphrase. */
  key: string;
  /** When the server's certificate ends. */
  notAfter: Date;
}

/** Why a pair can't be used: one sentence that begins with the setting, and holds no path and nothing of the file. */
export class TlsPairRefused extends Error {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'TlsPairRefused';
  }
}

/** Reads both files anew. @throws TlsPairRefused */
export function readTlsPair(certFile: string, keyFile: string): TlsPair {
  const cert = readPem(certFile, 'TLS_CERT');
  const key = readPem(keyFile, 'TLS_KEY', assertClosed);
  const certificate = parse(() => new X509Certificate(cert), 'TLS_CERT must hold a certificate in PEM, the server’s own first.');
  const privateKey = parse(() => createPrivateKey(key), 'TLS_KEY must hold a private key in PEM, without a passphrase.');
  if (!isKeyOf(certificate, privateKey)) throw new TlsPairRefused('TLS_KEY is not the key of the first certificate in TLS_CERT.');
  return { cert, key, notAfter: certificate.validToDate };
}

function readPem(path: string, name: string, check?: (file: number, name: string) => void): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw new TlsPairRefused(`${name} can’t be opened (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'}).`, { cause: error });
  }
  try {
    check?.(file, name);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function assertClosed(file: number, name: string): void {
  if (isOpenToOthers(fstatSync(file))) throw new TlsPairRefused(`${name} is open to other users; run chmod 600 on it.`);
}

function parse<T>(read: () => T, refusal: string): T {
  try {
    return read();
  } catch (error) {
    throw new TlsPairRefused(refusal, { cause: error });
  }
}

function isKeyOf(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}
