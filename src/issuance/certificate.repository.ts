import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Leaf, leafArguments } from '../audit/leaf.js';
import { Batcher } from '../platform/batcher.js';
import { bigintArray, byteaArray, textArray } from '../platform/database/arrays.js';
import { callRule, Database, type Ledger, run, selectList } from '../platform/database/database.js';
import { brokenRule, violatedUnique } from '../platform/database/pg-errors.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { type Lease, leaseArguments } from '../work-orders/unit.repository.js';
import { statesBefore } from '../work-orders/unit-state.js';
import type { CertificateState, KeyOrigin, Standing } from './certificate.tables.js';
import { certificateNotFound, refusalOfKey, reservationLost } from './issuance.errors.js';

/** What is committed before the HSM is asked. */
export interface Intent {
  serialNumber: string;
  unitId: number;
  workOrderId: string;
  /** Its unit is a canary: it takes nothing of the order's quota, and the order need not be released, but must not have ended. */
  canary?: boolean;
  authorityId: string;
  profile: string;
  keyOrigin: KeyOrigin;
  spkiSha256: Buffer;
  /** See `keyIdentity`. */
  keyIdentity: Buffer;
  tbs: Buffer;
  tbsSha256: Buffer;
  notBefore: Date;
  notAfter: Date;
}

/** One unit's part of a statement: what is to be signed, under which lease, and what goes on record with it. */
export interface Reservation {
  intent: Intent;
  /** Must hold at that moment; without one, nobody may hold the unit. */
  lease: Lease | undefined;
  leaves: readonly Leaf[];
  /** For how long the reservation is open, in milliseconds. */
  openMs: number;
}

/** A reservation with what the HSM made of it. */
export interface Completion extends Omit<Reservation, 'openMs'> {
  der: Buffer;
  fingerprint: string;
}

/** A certificate as the ledger has it; `der` is there from `valid` on. */
export interface LedgerCertificate {
  serialNumber: string;
  unitId: number;
  workOrderId: string;
  /** Null: AWS's own CA has signed it. */
  authorityId: string | null;
  state: CertificateState;
  keyOrigin: KeyOrigin;
  spkiSha256: Buffer;
  der: Buffer | null;
  fingerprint: string | null;
  notAfter: Date;
  /** Number of the process that reserved it. */
  reservedBy: number;
}

/** A certificate that is valid or may become so. */
export interface LiveCertificate extends LedgerCertificate {
  /** The time in which its process may complete the reservation is over. */
  ended: boolean;
}

const COLUMNS = [
  'serial_number as serialNumber', 'unit_id as unitId', 'work_order_id as workOrderId', 'authority_id as authorityId', 'state', 'key_origin as keyOrigin',
  'spki_sha256 as spkiSha256', 'der', 'fingerprint', 'not_after as notAfter', 'reserved_by as reservedBy',
] as const;

const ENDED = 'coalesce(reserved_until <= clock_timestamp(), false)';
const FIND_LIVE = `select ${selectList(COLUMNS)}, ${ENDED} as ended from certificate where unit_id = any($1::bigint[]) and state in ('reserved', 'valid') and standing = 'current'`;

/** A count that must be seen to reach 0 need not be exact before. */
export const MOST_COUNTED = 10_000;

/** Another request got there first: the unit has a reservation or a certificate already. */
export class UnitTaken extends Error {}

/** Another generation issues since the draft was made. In a shared statement it may be another request's authority that was replaced. */
export class IssuerReplaced extends Error {}

@Injectable()
export class CertificateRepository {
  private readonly live = new Batcher((unitIds: number[]) => this.findAllLive(unitIds), { lanes: 2, most: 256 });

  constructor(private readonly db: Database, private readonly absence: LeaseAbsence) {}

  /** Whether a certificate of the unit was revoked. */
  async hasRevoked(unitId: number): Promise<boolean> {
    const row = await this.db.selectFrom('certificate').select('serial_number').where('unit_id', '=', unitId).where('state', '=', 'revoked').limit(1).executeTakeFirst();
    return row !== undefined;
  }

  /** The unit's one current certificate that is valid or may become so. Requests in flight together share one query. */
  findLive(unitId: number): Promise<LiveCertificate | undefined> {
    return this.live.submit(unitId);
  }

  private async findAllLive(unitIds: readonly number[]): Promise<(LiveCertificate | undefined)[]> {
    const rows = await run<LiveCertificate>(this.db, FIND_LIVE, [bigintArray(unitIds)]);
    const live = new Map(rows.map((row) => [row.unitId, row]));
    return unitIds.map((unitId) => live.get(unitId));
  }

  async getByFingerprint(fingerprint: string, ledger: Ledger = this.db): Promise<LedgerCertificate> {
    const row = await ledger.selectFrom('certificate').select(COLUMNS).where('fingerprint', '=', fingerprint).executeTakeFirst();
    if (!row) throw certificateNotFound(fingerprint);
    return row;
  }

  /**
   * Commits what is to be signed with its leaves, if the units are entitled to it; all or none. A lease lasts `keepMs` from now
   * at least. `storedLast`: serial number of a certificate that must be in the ledger, or ''. Throws UnitTaken, IssuerReplaced, KeyAlreadyUsed
   * or KeyCompromised (the ledger decides, not a look beforehand) and
   * the rules of `brokenRule`.
   */
  async reserve(reservations: readonly Reservation[], { reservedBy, keepMs, storedLast }: { reservedBy: number; keepMs: number; storedLast: string }): Promise<void> {
    const sorted = inOrderOfUnits(reservations);
    const intents = sorted.map(({ intent }) => intent);
    const texts = (name: 'serialNumber' | 'workOrderId' | 'authorityId' | 'profile' | 'keyOrigin') => textArray(intents.map((intent) => intent[name]));
    const octets = (name: 'spkiSha256' | 'keyIdentity' | 'tbs' | 'tbsSha256') => byteaArray(intents.map((intent) => intent[name]));
    const seconds = (name: 'notBefore' | 'notAfter') => bigintArray(intents.map((intent) => +intent[name] / 1_000));
    try {
      await callRule(this.db, 'reserve_certificates', {
        holder_process: reservedBy,
        stored_last: storedLast,
        serial_numbers: texts('serialNumber'),
        order_ids: texts('workOrderId'),
        quota_order_ids: textArray(intents.filter(({ canary }) => canary !== true).map(({ workOrderId }) => workOrderId)),
        canary_order_ids: textArray(intents.filter(({ canary }) => canary === true).map(({ workOrderId }) => workOrderId)),
        authority_ids: texts('authorityId'),
        profiles: texts('profile'),
        key_origins: texts('keyOrigin'),
        open_ms: bigintArray(sorted.map(({ openMs }) => openMs)),
        spki_sha256s: octets('spkiSha256'),
        key_identities: octets('keyIdentity'),
        tbs_octets: octets('tbs'),
        tbs_sha256s: octets('tbsSha256'),
        not_befores: seconds('notBefore'),
        not_afters: seconds('notAfter'),
        from_states: BEFORE_RESERVED,
        keep: `${keepMs} milliseconds`,
        ...sharedArguments(sorted, this.absence.asOf),
      });
    } catch (error) {
      if (violatedUnique(error) === 'certificate_one_per_unit') throw new UnitTaken();
      const broken = brokenRule(error);
      if (broken?.rule === 'issuer') throw new IssuerReplaced();
      if (broken?.rule === 'key') throw refusalOfKey(broken);
      throw error;
    }
  }

  /**
   * Commits the certificates and moves their units on; all or none. Throws ReservationLost when a reservation was given up
   * meanwhile, for an attempt that lost its turn stores nothing, or its key was condemned, and the rules of `brokenRule`.
   */
  async complete(completions: readonly Completion[]): Promise<void> {
    const sorted = inOrderOfUnits(completions);
    try {
      await callRule(this.db, 'complete_certificates', {
        serial_numbers: textArray(sorted.map(({ intent }) => intent.serialNumber)),
        key_identities: byteaArray(sorted.map(({ intent }) => intent.keyIdentity)),
        ders: byteaArray(sorted.map(({ der }) => der)),
        fingerprints: textArray(sorted.map(({ fingerprint }) => fingerprint)),
        from_states: BEFORE_CERTIFIED,
        ...sharedArguments(sorted, this.absence.asOf),
      });
    } catch (error) {
      const broken = brokenRule(error);
      throw broken?.rule === 'reservation' ? reservationLost(broken.detail) : error;
    }
  }

  /** Answers what it was to be; undefined when the reservation is no longer open. The intent's bytes stay, as evidence. */
  async abandon(tx: Ledger, serialNumber: string): Promise<Standing | undefined> {
    const row = await tx
      .updateTable('certificate')
      .set({ state: 'abandoned' })
      .where('serial_number', '=', serialNumber)
      .where('state', '=', 'reserved')
      .returning('standing')
      .executeTakeFirst();
    return row?.standing;
  }

  /** A key that was never certified belongs to nobody: `intent` was abandoned before anything was signed for it. One that was condemned meanwhile stays so. */
  async freeKey(tx: Ledger, { keyIdentity, serialNumber }: Pick<Intent, 'keyIdentity' | 'serialNumber'>): Promise<void> {
    await tx.deleteFrom('device_key').where('identity', '=', keyIdentity).where('first_serial_number', '=', serialNumber).where('compromised_at', 'is', null).execute();
  }

  /** How many certificates of each authority are valid and have not expired, counted up to `MOST_COUNTED`. */
  async countInUse(authorityIds: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await sql<{ id: string; count: number }>`
      select id, (select count(*) from (select from certificate where authority_id = id and state = 'valid' and not_after > now() limit ${MOST_COUNTED}) as counted)::int as count
      from unnest(${textArray(authorityIds)}::text[]) as id`.execute(this.db);
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** Reservations that were neither completed nor abandoned, with their units' serials. */
  open(): Promise<(LiveCertificate & { serial: string })[]> {
    return this.db
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .select(['unit.serial', sql.raw<boolean>(ENDED).as('ended'), ...COLUMNS.map((column) => `certificate.${column}` as const)])
      .where('certificate.state', '=', 'reserved')
      .execute();
  }

  list(filter: { unitSerial?: string | undefined; authority?: string | undefined; workOrder?: string | undefined; after?: string | undefined; limit: number }) {
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
    if (filter.workOrder !== undefined) rows = rows.where('unit.work_order_id', '=', filter.workOrder);
    if (filter.after !== undefined) rows = rows.where('certificate.serial_number', '>', filter.after);
    return rows.execute();
  }
}

const BEFORE_RESERVED = textArray(statesBefore('reserved'));
const BEFORE_CERTIFIED = textArray(statesBefore('certified'));

/** Two statements that move the same units lock them in the same order. */
function inOrderOfUnits<Part extends Pick<Reservation, 'intent'>>(parts: readonly Part[]): Part[] {
  return parts.length === 1 ? [...parts] : parts.toSorted((a, b) => a.intent.unitId - b.intent.unitId);
}

function sharedArguments(sorted: readonly Pick<Reservation, 'intent' | 'lease' | 'leaves'>[], asOf: number) {
  return {
    unit_ids: bigintArray(sorted.map(({ intent }) => intent.unitId)),
    ...leaseArguments(sorted.map(({ lease }) => lease), asOf),
    ...leafArguments(sorted.flatMap(({ leaves }) => leaves)),
  };
}
