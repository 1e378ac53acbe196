import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Batcher } from '../platform/batcher.js';
import { bigintArray, textArray } from '../platform/database/arrays.js';
import { callRule, Database, type Ledger, run, selectList } from '../platform/database/database.js';
import { brokenRule } from '../platform/database/pg-errors.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { LeaseAbsence } from './lease-absence.js';
import { statesBefore } from './unit-state.js';
import { claimedElsewhere, leaseLost, unitNotFound, unitStateConflict } from './work-order.errors.js';
import type { UnitState } from './work-order.tables.js';

export interface Unit {
  id: number;
  serial: string;
  workOrderId: string;
  state: UnitState;
  fence: number;
}

/** Who has the unit, and under which of its leases. */
export interface Lease {
  /** From `leaseHolder`. */
  holder: string;
  /** A number that only grows per unit: each lease has its own. */
  fence: number;
  /** The moment at which it must not have been over: `LeaseAbsence.asOf`, or that of the request. */
  asOf: number;
}

/** A slot as the unit's row names it. */
export const leaseHolder = (station: string, slot: string) => `${station}/${slot}`;

/** The arguments of `move_units` that say under which leases; without one nobody may hold the unit, but for a lease that was over at `asOf`. */
export function leaseArguments(leases: readonly (Lease | undefined)[], asOf: number) {
  return {
    holders: textArray(leases.map((lease) => lease?.holder ?? '')),
    fences: bigintArray(leases.map((lease) => lease?.fence ?? 0)),
    as_ofs: bigintArray(leases.map((lease) => lease?.asOf ?? asOf)),
  };
}

/** A moment of the ledger's clock, in milliseconds since 1970, as it stands in a statement. */
export const inTime = (ms: number) => sql<Date>`in_time(${ms}::bigint)`;

const COLUMNS = ['id', 'serial', 'work_order_id as workOrderId', 'state', 'fence'] as const;
const FIND_BY_SERIAL = `select ${selectList(COLUMNS)} from unit where serial = any($1::text[]) and not canary`;
const NO_LEASE = { lease_holder: null, lease_ends_at: null } as const;

/** A broken rule of `units.sql` as a refusal; undefined for any other error. */
export function refusalOfUnit(error: unknown): DomainError | undefined {
  const broken = brokenRule(error);
  if (broken?.rule === 'lease') return leaseLost(broken.detail);
  if (broken?.rule === 'held') {
    const [holder = '', leftMs] = broken.hint.split(' ', 2);
    return claimedElsewhere(broken.detail, holder, Number(leftMs));
  }
  return broken?.rule === 'unit-state' ? unitStateConflict(broken.detail, broken.hint) : undefined;
}

const LEFT_MS = sql<number>`ceil(1000 * extract(epoch from lease_ends_at - clock_timestamp()))::integer`;

/** Units, their states and who holds them (`units.sql`). */
@Injectable()
export class UnitRepository {
  private readonly bySerial = new Batcher((serials: string[]) => this.findBySerial(serials), { lanes: 2, most: 256 });

  constructor(
    private readonly db: Database,
    private readonly absence: LeaseAbsence,
  ) {}

  /** Not a canary. Requests in flight together share one query. */
  async getBySerial(serial: string): Promise<Unit> {
    const unit = await this.bySerial.submit(serial);
    if (!unit) throw unitNotFound(serial);
    return unit;
  }

  /** How many of these serials, which differ, are units of the order. */
  async countAmong(workOrderId: string, serials: readonly string[]): Promise<number> {
    const { units } = await this.db.selectFrom('unit').select(({ fn }) => fn.countAll<number>().as('units')).where(sql<boolean>`serial = any(${[...serials]}::text[])`).where('work_order_id', '=', workOrderId).executeTakeFirstOrThrow();
    return units;
  }

  /** The serial that differs from `text` in upper and lower case only, if there is exactly one. */
  async findSerialInOtherCase(text: string): Promise<string | undefined> {
    const rows = await this.db.selectFrom('unit').select('serial').where(sql`upper(serial)`, '=', text.toUpperCase()).where('canary', '=', false).limit(2).execute();
    return rows.length === 1 ? rows[0]!.serial : rows.find(({ serial }) => serial === text)?.serial;
  }

  /** How long the lease lasts now, in milliseconds: `leaseMs`, or longer where a reservation keeps it. Undefined when it was over in time, also when nobody has taken the unit back yet, and when somebody has. */
  async renewLease(ledger: Ledger, id: number, lease: Lease, leaseMs: number): Promise<number | undefined> {
    const row = await ledger
      .updateTable('unit')
      .set({ lease_ends_at: sql<Date>`greatest(lease_ends_at, ${inMs(leaseMs)})` })
      .where('id', '=', id)
      .where('lease_holder', '=', lease.holder)
      .where('fence', '=', lease.fence)
      .where('lease_ends_at', '>', inTime(lease.asOf))
      .returning(LEFT_MS.as('leftMs'))
      .executeTakeFirst();
    // Less than `leaseMs` is what the statement itself took of it.
    return row && Math.max(leaseMs, row.leftMs);
  }

  /** Who holds the unit, as `leaseHolder` names them, and for how many milliseconds more. */
  async findHolder(id: number): Promise<{ holder: string; leftMs: number } | undefined> {
    const row = await this.db
      .selectFrom('unit')
      .select(['lease_holder as holder', LEFT_MS.as('leftMs')])
      .where('id', '=', id)
      .where('lease_ends_at', '>', inTime(this.absence.asOf))
      .executeTakeFirst();
    return row && { holder: row.holder ?? '', leftMs: row.leftMs };
  }

  /** Nobody holds the unit any more. One that was only claimed is planned again. */
  async endLease(tx: Ledger, id: number): Promise<void> {
    await tx
      .updateTable('unit')
      .set((eb) => ({ ...NO_LEASE, updated_at: new Date(), state: eb.case().when('state', '=', 'claimed').then('planned' as UnitState).else(eb.ref('state')).end() }))
      .where('id', '=', id)
      .execute();
  }

  /** The leases of these units that were not over at `asOf`, also those that have ended since, last so many milliseconds from now at least. */
  async extendLeases(leases: readonly { id: number; leaseMs: number }[], asOf: number): Promise<void> {
    await sql`
      update unit set lease_ends_at = clock_timestamp() + asked.lease_ms * interval '1 millisecond'
      from unnest(${bigintArray(leases.map(({ id }) => id))}::bigint[], ${bigintArray(leases.map(({ leaseMs }) => leaseMs))}::bigint[]) as asked (id, lease_ms)
      where unit.id = asked.id and unit.lease_holder is not null and unit.lease_ends_at > ${inTime(asOf)} and unit.lease_ends_at < clock_timestamp() + asked.lease_ms * interval '1 millisecond'`.execute(this.db);
  }

  /** Moves a unit on only if it stands where the move may start: two callers can't both win. */
  async advance(tx: Ledger, id: number, to: UnitState, lease?: Lease): Promise<void> {
    try {
      await callRule(tx, 'move_units', {
        ids: bigintArray([id]), ...leaseArguments([lease], this.absence.asOf), from_states: textArray(statesBefore(to)), to_state: to, keep: '0',
      });
    } catch (error) {
      throw refusalOfUnit(error) ?? error;
    }
  }

  /** A throw-away unit, which belongs to an order and counts nowhere. Answers its number. */
  async insertCanary(tx: Ledger, serial: string, order: string): Promise<number> {
    const { id } = await tx.insertInto('unit').values({ serial, work_order_id: order, state: 'planned', canary: true }).returning('id').executeTakeFirstOrThrow();
    return id;
  }

  async isCanary(ledger: Ledger, id: number): Promise<boolean> {
    return (await ledger.selectFrom('unit').select('canary').where('id', '=', id).executeTakeFirstOrThrow()).canary;
  }

  /** The unit, locked until `tx` ends. Throws `serial-unknown`, also for a canary, on which nobody decides. */
  async lock(tx: Ledger, serial: string): Promise<Unit> {
    const unit = await tx.selectFrom('unit').select(COLUMNS).where('serial', '=', serial).where('canary', '=', false).forUpdate().executeTakeFirst();
    if (!unit) throw unitNotFound(serial);
    return unit;
  }

  /** The unit with this number, a canary or not, locked until `tx` ends. */
  lockById(tx: Ledger, id: number): Promise<Unit> {
    return tx.selectFrom('unit').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
  }

  /** Sets the unit aside until a person decides; it keeps in mind where it stood. */
  async quarantine(tx: Ledger, id: number, lease?: Lease): Promise<void> {
    await tx
      .updateTable('unit')
      .set((eb) => ({ quarantined_from: eb.case().when('state', 'in', ['claimed', 'reserved']).then('planned' as UnitState).else(eb.ref('state')).end() }))
      .where('id', '=', id)
      .execute();
    await this.advance(tx, id, 'quarantined', lease);
  }

  /** Back to the state in which the unit was quarantined. Throws `unit-state`. */
  async endQuarantine(tx: Ledger, { id, state }: Pick<Unit, 'id' | 'state'>): Promise<UnitState> {
    const row = await tx
      .updateTable('unit')
      .set((eb) => ({ state: eb.fn.coalesce('quarantined_from', sql<UnitState>`'planned'`), quarantined_from: null, updated_at: new Date() }))
      .where('id', '=', id)
      .where('state', '=', 'quarantined')
      .returning('state')
      .executeTakeFirst();
    if (!row) throw unitStateConflict(state, 'released from quarantine');
    return row.state;
  }

  /** A reservation of a certificate came to nothing: the unit is again as before. */
  async unreserve(tx: Ledger, id: number): Promise<void> {
    await tx
      .updateTable('unit')
      .set((eb) => ({ state: eb.case().when('lease_holder', 'is', null).then('planned' as UnitState).else('claimed' as UnitState).end(), updated_at: new Date() }))
      .where('id', '=', id)
      .where('state', '=', 'reserved')
      .execute();
  }

  /** No lease of any unit gets a fence up to `least` from now on; those that are held end, since their fence is another. */
  async raiseFences(tx: Ledger, least: number): Promise<void> {
    await callRule(tx, 'raise_fences', { floor_fence: least });
  }

  async countByState(workOrderId: string): Promise<Partial<Record<UnitState, number>>> {
    const rows = await this.db
      .selectFrom('unit')
      .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
      .where('work_order_id', '=', workOrderId)
      .where('canary', '=', false)
      .groupBy('state')
      .execute();
    return Object.fromEntries(rows.map((row) => [row.state, row.count]));
  }

  private async findBySerial(serials: readonly string[]): Promise<(Unit | undefined)[]> {
    const rows = await run<Unit>(this.db, FIND_BY_SERIAL, [textArray([...new Set(serials)])]);
    const units = new Map(rows.map((row) => [row.serial, row]));
    return serials.map((serial) => units.get(serial));
  }
}

/** By the ledger's clock at the moment of the change, not at the beginning of its transaction. */
function inMs(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}
