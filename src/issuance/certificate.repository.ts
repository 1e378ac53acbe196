import { Injectable } from '@nestjs/common';
import { Batcher } from '../platform/batcher.js';
import { bigintArray, byteaArray, textArray } from '../platform/database/arrays.js';
import { Database, type Ledger, run } from '../platform/database/database.js';
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

const FIND_LIVE = `select serial_number as "serialNumber", unit_id as "unitId", work_order_id as "workOrderId", authority_id as "authorityId",
    state, spki_sha256 as "spkiSha256", der, fingerprint, not_after as "notAfter", reserved_by as "reservedBy"
  from certificate where unit_id = any($1::bigint[]) and state in ('reserved', 'valid')`;
const RESERVE = `insert into certificate (state, reserved_by, serial_number, unit_id, work_order_id, authority_id, profile, spki_sha256, tbs, tbs_sha256, not_before, not_after)
  select 'reserved', $1::integer, serial_number, unit_id, work_order_id, authority_id, profile, spki_sha256, tbs, tbs_sha256, to_timestamp(not_before), to_timestamp(not_after)
  from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bigint[], $11::bigint[])
    as intent (serial_number, unit_id, work_order_id, authority_id, profile, spki_sha256, tbs, tbs_sha256, not_before, not_after)`;
const COMPLETE = `update certificate set state = 'valid', der = signed.der, fingerprint = signed.fingerprint, tbs = null, completed_at = now()
  from unnest($1::text[], $2::bytea[], $3::text[]) as signed (serial_number, der, fingerprint)
  where certificate.serial_number = signed.serial_number and certificate.state = 'reserved' returning certificate.serial_number`;

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
    const rows = await run<LedgerCertificate>(this.db, FIND_LIVE, [bigintArray(unitIds)]);
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
    const texts = (name: 'serialNumber' | 'workOrderId' | 'authorityId' | 'profile') => textArray(intents.map((intent) => intent[name]));
    const octets = (name: 'spkiSha256' | 'tbs' | 'tbsSha256') => byteaArray(intents.map((intent) => intent[name]));
    const seconds = (name: 'notBefore' | 'notAfter') => bigintArray(intents.map((intent) => +intent[name] / 1_000));
    try {
      await run(tx, RESERVE, [
        reservedBy, texts('serialNumber'), bigintArray(intents.map(({ unitId }) => unitId)), texts('workOrderId'), texts('authorityId'),
        texts('profile'), octets('spkiSha256'), octets('tbs'), octets('tbsSha256'), seconds('notBefore'), seconds('notAfter'),
      ]);
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint === 'certificate_one_per_unit') throw new UnitTaken();
      if (constraint === 'certificate_one_per_key') throw new KeyAlreadyUsed();
      throw error;
    }
  }

  /** All or none: fails when a reservation was given up meanwhile, for an attempt that lost its turn stores nothing. */
  async complete(tx: Ledger, signed: readonly Signed[]): Promise<void> {
    const texts = (name: 'serialNumber' | 'fingerprint') => textArray(signed.map((each) => each[name]));
    const rows = await run<{ serial_number: string }>(tx, COMPLETE, [texts('serialNumber'), byteaArray(signed.map(({ der }) => der)), texts('fingerprint')]);
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
