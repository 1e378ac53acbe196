import { createHash } from 'node:crypto';
import { readCsr, verifyProofOfPossession } from '../x509/csr.js';
import type { KeyType } from '../x509/public-key.js';
import { X509Error } from '../x509/x509.errors.js';
import { CsrRefused } from './issuance.errors.js';

/** All that is taken from a CSR. */
export interface DeviceKey {
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  spkiSha256: Buffer;
  keyType: KeyType;
}

/** Reads a CSR (PEM) and checks that its sender holds the private key. Throws CsrRefused with the rule's code. */
export function readDeviceKey(csr: string): DeviceKey {
  try {
    const request = readCsr(csr);
    verifyProofOfPossession(request);
    return { spki: request.spki, spkiSha256: createHash('sha256').update(request.spki).digest(), keyType: request.keyType };
  } catch (error) {
    if (error instanceof X509Error) throw new CsrRefused(error);
    throw error;
  }
}
