import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Batcher } from '../platform/batcher.js';
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
}

/** What the HSM made of an intent. */
export interface Signed {
  serialNumber: string;
  der: Buffer;
  fingerprint: string;
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
  private readonly live = new Batcher((unitIds: number[]) => this.findAllLive(unitIds), { lanes: 2, most: 256 });

  constructor(private readonly db: Database) {}

  /** The unit's one certificate that is valid or may become so. Requests in flight together share one query. */
  findLive(unitId: number): Promise<LedgerCertificate | undefined> {
    return this.live.submit(unitId);
  }

  private async findAllLive(unitIds: readonly number[]): Promise<(LedgerCertificate | undefined)[]> {
    const rows = await this.db
      .selectFrom('certificate')
      .select(COLUMNS)
      .where('unit_id', '=', sql<number>`any(${unitIds}::bigint[])`)
      .where('state', 'in', ['reserved', 'valid'])
      .execute();
    const live = new Map(rows.map((row) => [row.unitId, row]));
    return unitIds.map((unitId) => live.get(unitId));
  }

  async getByFingerprint(fingerprint: string): Promise<LedgerCertificate> {
    const row = await this.db.selectFrom('certificate').select(COLUMNS).where('fingerprint', '=', fingerprint).executeTakeFirst();
    if (!row) throw new CertificateNotFound(fingerprint);
    return row;
  }

  /** All or none. Throws UnitTaken or KeyAlreadyUsed: the constraints of the ledger decide, not a look beforehand. */
  async reserve(tx: Ledger, intents: readonly Intent[], reservedBy: number): Promise<void> {
    const column = <Name extends keyof Intent>(name: Name) => intents.map((intent) => intent[name]);
    try {
      await sql`insert into certificate (state, reserved_by, serial_number, unit_id, work_order_id, authority_id, profile, spki_sha256, tbs, tbs_sha256, not_before, not_after)
        select 'reserved', ${reservedBy}::integer, * from unnest(${column('serialNumber')}::text[], ${column('unitId')}::bigint[], ${column('workOrderId')}::text[],
          ${column('authorityId')}::text[], ${column('profile')}::text[], ${column('spkiSha256')}::bytea[], ${column('tbs')}::bytea[], ${column('tbsSha256')}::bytea[],
          ${column('notBefore')}::timestamptz[], ${column('notAfter')}::timestamptz[])`.execute(tx);
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint === 'certificate_one_per_unit') throw new UnitTaken();
      if (constraint === 'certificate_one_per_key') throw new KeyAlreadyUsed();
      throw error;
    }
  }

  /** All or none: fails when a reservation was given up meanwhile, for an attempt that lost its turn stores nothing. */
  async complete(tx: Ledger, signed: readonly Signed[]): Promise<void> {
    const column = <Name extends keyof Signed>(name: Name) => signed.map((each) => each[name]);
    const { rows } = await sql<{ serial_number: string }>`update certificate
      set state = 'valid', der = signed.der, fingerprint = signed.fingerprint, tbs = null, completed_at = now()
      from unnest(${column('serialNumber')}::text[], ${column('der')}::bytea[], ${column('fingerprint')}::text[]) as signed (serial_number, der, fingerprint)
      where certificate.serial_number = signed.serial_number and certificate.state = 'reserved'
      returning certificate.serial_number`.execute(tx);
    if (rows.length === signed.length) return;
    const stored = new Set(rows.map((row) => row.serial_number));
    throw new ReservationLost(signed.find(({ serialNumber }) => !stored.has(serialNumber))?.serialNumber ?? '');
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
