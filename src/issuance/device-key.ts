import { hash } from 'node:crypto';
import type { Hsm, WorkClass } from '../hsm/hsm.js';
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

/** Reads a CSR (PEM), whose signature proves that the device holds the key. Throws CsrRefused with the rule's code. */
export async function readDeviceKey(csr: string, hsm: Hsm, work: WorkClass = 'station'): Promise<DeviceKey> {
  try {
    const { spki, keyType } = await hsm.readRequest(csr, { work });
    return { spki, spkiSha256: hash('sha256', spki, 'buffer'), keyType };
  } catch (error) {
    if (error instanceof X509Error) throw new CsrRefused(error);
    throw error;
  }
}
