import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';
import type { RevocationReason } from '../x509/crl.js';
import { CertificateNotFound } from './issuance.errors.js';

/** A certificate that is valid or revoked; others have no fingerprint. */
export interface RevocableCertificate {
  fingerprint: string;
  /** Hex. */
  serialNumber: string;
  authorityId: string;
  unitId: number;
  /** The unit's. */
  serial: string;
  /** Null while it is valid. */
  revokedAt: Date | null;
  reason: string | null;
}

/** What a revocation writes; `crlEntry` as from `encodeCrlEntry`. */
export interface Revocation {
  revokedAt: Date;
  reason: RevocationReason;
  crlEntry: Buffer;
}

@Injectable()
export class RevocationRepository {
  constructor(private readonly db: Database) {}

  async get(fingerprint: string, ledger: Ledger = this.db): Promise<RevocableCertificate> {
    const row = await ledger
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select([
        'certificate.serial_number as serialNumber', 'certificate.authority_id as authorityId', 'certificate.unit_id as unitId', 'unit.serial',
        'certificate.revoked_at as revokedAt', 'certificate.revocation_reason as reason',
      ])
      .where('certificate.fingerprint', '=', fingerprint)
      .executeTakeFirst();
    if (!row) throw new CertificateNotFound(fingerprint);
    return { ...row, fingerprint };
  }

  /** False when it is not valid any more. The authority's next list is due from this transaction's end on. */
  async revoke(tx: Ledger, { fingerprint, authorityId }: RevocableCertificate, { revokedAt, reason, crlEntry }: Revocation): Promise<boolean> {
    const row = await tx
      .updateTable('certificate')
      .set({ state: 'revoked', revoked_at: revokedAt, revocation_reason: reason, crl_entry: crlEntry })
      .where('fingerprint', '=', fingerprint)
      .where('state', '=', 'valid')
      .returning('serial_number')
      .executeTakeFirst();
    if (!row) return false;
    await tx.insertInto('crl_due').values({ authority_id: authorityId }).execute();
    return true;
  }
}
