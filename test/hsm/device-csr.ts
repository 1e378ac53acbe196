import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createCsr } from '../../src/x509/csr-writer.js';
import { toPem } from '../../src/x509/pem.js';

/** PEM, as a device sends it. */
export function makeCsr(privateKey: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey): string {
  return toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'device' }], privateKey }));
}

/** Well-formed, and signed by nobody: one bit of the signature is wrong. */
export function makeForgedCsr(): string {
  const der = createCsr({ subject: [{ type: 'CN', value: 'device' }], privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey });
  der[der.length - 1]! ^= 1;
  return toPem('CERTIFICATE REQUEST', der);
}
