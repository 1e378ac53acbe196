import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import type { CertificateState } from '../platform/database/schema.js';
import { CertificateNotFound, KeyAlreadyUsed, ReservationLost } from './issuance.errors.js';

/** What is committed before the HSM is asked. */
export interface Intent {
  serialNumber: string;
  unitId: number;
  workOrderId: string;
  authorityId: string;
  profile: string;
  spkiSha256: Buffer;
  tbs: Buffer;
  tbsSha256: Buffer;
  notBefore: Date;
  notAfter: Date;
  reservedBy: number;
}

/** A certificate as the ledger has it; `der` is there from `valid` on. */
export interface LedgerCertificate {
  serialNumber: string;
  unitId: number;
  workOrderId: string;
  authorityId: string;
  state: CertificateState;
  spkiSha256: Buffer;
  der: Buffer | null;
  fingerprint: string | null;
  notAfter: Date;
  reservedBy: number;
}

const COLUMNS = [
  'serial_number as serialNumber', 'unit_id as unitId', 'work_order_id as workOrderId', 'authority_id as authorityId', 'state',
  'spki_sha256 as spkiSha256', 'der', 'fingerprint', 'not_after as notAfter', 'reserved_by as reservedBy',
] as const;

/** Another request got there first: the unit has a reservation or a certificate already. */
export class UnitTaken extends Error {}

@Injectable()
export class CertificateRepository {
  constructor(private readonly db: Database) {}

  /** The unit's one certificate that is valid or may become so. */
  findLive(unitId: number, ledger: Ledger = this.db): Promise<LedgerCertificate | undefined> {
    return ledger
      .selectFrom('certificate')
      .select(COLUMNS)
      .where('unit_id', '=', unitId)
      .where('state', 'in', ['reserved', 'valid'])
      .executeTakeFirst();
  }

  async getByFingerprint(fingerprint: string): Promise<LedgerCertificate> {
    const row = await this.db.selectFrom('certificate').select(COLUMNS).where('fingerprint', '=', fingerprint).executeTakeFirst();
    if (!row) throw new CertificateNotFound(fingerprint);
    return row;
  }

  /** Throws UnitTaken or KeyAlreadyUsed: the constraints of the ledger decide, not a look beforehand. */
  async reserve(tx: Ledger, intent: Intent): Promise<void> {
    try {
      await tx
        .insertInto('certificate')
        .values({
          serial_number: intent.serialNumber,
          unit_id: intent.unitId,
          work_order_id: intent.workOrderId,
          authority_id: intent.authorityId,
          profile: intent.profile,
          state: 'reserved',
          spki_sha256: intent.spkiSha256,
          tbs: intent.tbs,
          tbs_sha256: intent.tbsSha256,
          not_before: intent.notBefore,
          not_after: intent.notAfter,
          reserved_by: intent.reservedBy,
        })
        .execute();
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint === 'certificate_one_per_unit') throw new UnitTaken();
      if (constraint === 'certificate_one_per_key') throw new KeyAlreadyUsed();
      throw error;
    }
  }

  /** Fails when the reservation was given up meanwhile: an attempt that lost its turn stores nothing. */
  async complete(tx: Ledger, serialNumber: string, der: Buffer, fingerprint: string): Promise<LedgerCertificate> {
    return tx
      .updateTable('certificate')
      .set({ state: 'valid', der, fingerprint, tbs: null, completed_at: new Date() })
      .where('serial_number', '=', serialNumber)
      .where('state', '=', 'reserved')
      .returning(COLUMNS)
      .executeTakeFirstOrThrow(() => new ReservationLost(serialNumber));
  }

  /** False when the reservation is no longer open. The intent's bytes stay, as evidence. */
  async abandon(tx: Ledger, serialNumber: string): Promise<boolean> {
    const row = await tx
      .updateTable('certificate')
      .set({ state: 'abandoned' })
      .where('serial_number', '=', serialNumber)
      .where('state', '=', 'reserved')
      .returning('serial_number')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Reservations that were neither completed nor abandoned, with their units' serials. */
  open(): Promise<(LedgerCertificate & { serial: string })[]> {
    return this.db
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select(['unit.serial', ...COLUMNS.map((column) => `certificate.${column}` as const)])
      .where('certificate.state', '=', 'reserved')
      .execute();
  }

  list(filter: { unitSerial?: string | undefined; authority?: string | undefined; after?: string | undefined; limit: number }) {
    let rows = this.db
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select([
        'certificate.serial_number as serialNumber', 'unit.serial', 'certificate.authority_id as authority', 'certificate.state',
        'certificate.fingerprint', 'certificate.not_before as notBefore', 'certificate.not_after as notAfter',
        'certificate.work_order_id as workOrder',
      ])
      .orderBy('certificate.serial_number')
      .limit(filter.limit);
    if (filter.unitSerial !== undefined) rows = rows.where('unit.serial', '=', filter.unitSerial);
    if (filter.authority !== undefined) rows = rows.where('certificate.authority_id', '=', filter.authority);
    if (filter.after !== undefined) rows = rows.where('certificate.serial_number', '>', filter.after);
    return rows.execute();
  }
}
