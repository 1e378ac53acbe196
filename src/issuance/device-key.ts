import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Hsm, type WorkClass } from '../hsm/hsm.js';
import type { KeyType } from '../x509/public-key.js';
import { X509Error } from '../x509/x509.errors.js';
import { csrRefused } from './issuance.errors.js';

/** All that is taken from a CSR. */
export interface DeviceKey {
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
  spkiSha256: Buffer;
  keyType: KeyType;
}

/** Reads CSRs. */
@Injectable()
export class DeviceKeys {
  constructor(private readonly hsm: Hsm) {}

  /** Reads a CSR (PEM), whose signature proves that the device holds the key. Throws CsrRefused with the rule's code. */
  async read(csr: string, work: WorkClass): Promise<DeviceKey> {
    try {
      const { spki, keyType } = await this.hsm.readRequest(csr, { work });
      return { spki, spkiSha256: hash('sha256', spki, 'buffer'), keyType };
    } catch (error) {
      if (error instanceof X509Error) throw csrRefused(error);
      throw error;
    }
  }
}
