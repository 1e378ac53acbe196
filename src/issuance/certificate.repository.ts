import { Injectable } from '@nestjs/common';
import { type Leaf, leafColumns } from '../audit/audit-log.js';
import { Batcher } from '../platform/batcher.js';
import { bigintArray, byteaArray, textArray } from '../platform/database/arrays.js';
import { Database, type Ledger, run, selectList } from '../platform/database/database.js';
import { brokenRule, violatedUnique } from '../platform/database/pg-errors.js';
import type { CertificateState, UnitState } from '../platform/database/schema.js';
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

/** A station's proof that it holds a job: the fence under which it was leased. */
export interface Lease {
  jobId: number;
  station: string;
  fence: number;
}

/** One unit's part of a statement: what is to be signed, and what the ledger holds it against. */
export interface Claim {
  intent: Intent;
  /** Must hold at that moment; without one, no station may hold the unit. */
  lease: Lease | undefined;
  /** Where AWS must come to know the certificate. */
  targets: readonly string[];
  leaves: readonly Leaf[];
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

const FIND_LIVE = `select ${selectList(COLUMNS)} from certificate where unit_id = any($1::bigint[]) and state in ('reserved', 'valid')`;
/** A call of one of the ledger's functions of migration 0003, with all its arguments in order. */
const callOf = (name: string, count: number) => `select ${name}(${Array.from({ length: count }, (_, index) => `$${index + 1}`).join(', ')})`;
const RESERVE = callOf('reserve_certificates', 19);
const COMPLETE = callOf('complete_certificates', 16);

/** Another request got there first: the unit has a reservation or a certificate already. */
export class UnitTaken extends Error {}

/** Another generation issues since the draft was made; for requests that share a statement, perhaps one of the others' does. */
export class IssuerReplaced extends Error {}

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

  /**
   * Commits what is to be signed with its audit leaf, if the units are entitled to it; all or none. Throws UnitTaken,
   * IssuerReplaced or KeyAlreadyUsed (the ledger's constraints decide, not a look beforehand) and the rules of `brokenRule`.
   */
  async reserve(claims: readonly Claim[], from: readonly UnitState[], reservedBy: number): Promise<void> {
    const texts = (name: 'serialNumber' | 'workOrderId' | 'authorityId' | 'profile') => textArray(claims.map(({ intent }) => intent[name]));
    const octets = (name: 'spkiSha256' | 'tbs' | 'tbsSha256') => byteaArray(claims.map(({ intent }) => intent[name]));
    const seconds = (name: 'notBefore' | 'notAfter') => bigintArray(claims.map(({ intent }) => +intent[name] / 1_000));
    try {
      await run(this.db, RESERVE, [
        reservedBy, texts('serialNumber'), unitIdsOf(claims), texts('workOrderId'), texts('authorityId'),
        texts('profile'), octets('spkiSha256'), octets('tbs'), octets('tbsSha256'), seconds('notBefore'), seconds('notAfter'),
        ...leaseColumns(claims), textArray(from), ...leafColumns(claims.flatMap(({ leaves }) => leaves)),
      ]);
    } catch (error) {
      const constraint = violatedUnique(error);
      if (constraint === 'certificate_one_per_unit') throw new UnitTaken();
      if (constraint === 'certificate_one_per_key') throw new KeyAlreadyUsed();
      if (brokenRule(error)?.rule === 'issuer') throw new IssuerReplaced();
      throw error;
    }
  }

  /**
   * Commits the certificates, moves their units on and notes where AWS must come to know them; all or none. Throws
   * ReservationLost when a reservation was given up meanwhile, for an attempt that lost its turn stores nothing.
   */
  async complete(claims: readonly (Claim & { signed: Signed })[], from: readonly UnitState[], firstLookMs: number): Promise<void> {
    const texts = (name: 'serialNumber' | 'fingerprint') => textArray(claims.map(({ signed }) => signed[name]));
    const expected = claims.flatMap(({ intent, targets, signed }) => targets.map((target) => ({ unitId: intent.unitId, target, id: signed.fingerprint })));
    try {
      await run(this.db, COMPLETE, [
        texts('serialNumber'), byteaArray(claims.map(({ signed }) => signed.der)), texts('fingerprint'), unitIdsOf(claims),
        ...leaseColumns(claims), textArray(from),
        bigintArray(expected.map(({ unitId }) => unitId)), textArray(expected.map(({ target }) => target)), textArray(expected.map(({ id }) => id)), `${firstLookMs} milliseconds`,
        ...leafColumns(claims.flatMap(({ leaves }) => leaves)),
      ]);
    } catch (error) {
      const broken = brokenRule(error);
      throw broken?.rule === 'reservation' ? new ReservationLost(broken.detail) : error;
    }
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

function unitIdsOf(claims: readonly Claim[]): Buffer {
  return bigintArray(claims.map(({ intent }) => intent.unitId));
}

/** Jobs, stations and fences; job 0 is none. */
function leaseColumns(claims: readonly Claim[]): [Buffer, Buffer, Buffer] {
  return [
    bigintArray(claims.map(({ lease }) => lease?.jobId ?? 0)),
    textArray(claims.map(({ lease }) => lease?.station ?? '')),
    bigintArray(claims.map(({ lease }) => lease?.fence ?? 0)),
  ];
}
