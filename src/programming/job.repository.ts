import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Leaf, leafArguments } from '../audit/leaf.js';
import { textArray } from '../platform/database/arrays.js';
import { callRule, Database, type Ledger } from '../platform/database/database.js';
import { brokenRule, violatedUnique } from '../platform/database/pg-errors.js';
import type { Json } from '../platform/database/schema.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { inTime, type Lease, leaseHolder } from '../work-orders/unit.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import type { EndState, JobState } from './job.tables.js';
import { assigneesOf } from './queue-place.js';

/** A job with its unit. `station` and `slot` are set while it is leased. */
export interface Job {
  id: number;
  unitId: number;
  serial: string;
  unitState: UnitState;
  workOrderId: string;
  line: string;
  /** Of its order's route, counted from 1. */
  step: string;
  stepNumber: number;
  state: JobState;
  attempt: number;
  /** Attempts that ended with FAIL. */
  fails: number;
  station: string | null;
  slot: string | null;
  /** Of the unit's last lease. */
  fence: number;
  /** The job is leased and its lease was not over at `asOf`. */
  held: boolean;
  /** See `LeaseAbsence.asOf`. */
  asOf: number;
  checkpoint: Record<string, Json> | null;
  lapses: number;
  errors: number;
  /** Until when the lease lasts if it is not renewed, in milliseconds from now. */
  leftMs: number;
  /** Until the present attempt has taken as long as its step allows, in milliseconds from now; below 0 when it has; null: as long as it takes. */
  attemptLeftMs: number | null;
  /** The slot at which its unit was just refused, and which gets others for a while. */
  refusedAtSlot: string | null;
  /** Empty: whoever on the line asks gets it; else the station, or the slot as `leaseHolder` names it, that alone does. */
  assignedTo: string;
}

/** How many attempts of a job ended without a word on its unit. */
export interface Unexplained {
  /** Leases that ran out. */
  lapses: number;
  /** Attempts that the station ended with ERROR or TIMEOUT. */
  errors: number;
}

/** Under which lease a station claims to have a job, and the moment at which that must not have been over: `LeaseAbsence.asOfReceipt`. */
export type Hold = Pick<Job, 'fence' | 'asOf'>;

/** What a heartbeat tells of a job. */
export interface Progress {
  phase?: string | undefined;
  /** From 0 to 1. */
  progress?: number | undefined;
  checkpoint?: Record<string, Json> | undefined;
}

/** Which jobs a slot may get. `steps`: none: any. */
export interface Wanted {
  line: string;
  steps: readonly string[];
  workOrder: string | undefined;
  /** To whom they are assigned; empty: to nobody. */
  assignedTo: string;
}

/** More than the connections of the ledger, each of which can claim one job at a time. */
const MOST_CLAIMED_AT_ONCE = 128;

/** Another unit is in the slot: its own unique index says so. */
export class SlotTaken extends Error {}

const COLUMNS = [
  'job.id', 'job.unit_id as unitId', 'unit.serial', 'unit.state as unitState', 'job.work_order_id as workOrderId', 'job.line_id as line', 'job.step', 'job.step_number as stepNumber', 'job.state', 'job.attempt', 'job.fails',
  'job.station_id as station', 'job.slot', 'unit.fence', 'job.checkpoint', 'job.lapses', 'job.errors', 'job.assigned_to as assignedTo',
] as const;

const NOT_LEASED = { station_id: null, slot: null } as const;

const held = (asOf: number) => sql<boolean>`(job.state = 'leased' and unit.lease_ends_at > ${inTime(asOf)})`;
const LEFT_MS = sql<number>`greatest(0, coalesce(ceil(extract(epoch from unit.lease_ends_at - clock_timestamp()) * 1000), 0))::integer`;
const ATTEMPT_LEFT_MS = sql<number | null>`ceil(extract(epoch from job.attempt_ends_at - clock_timestamp()) * 1000)::integer`;
const REFUSED_AT = sql<string | null>`(case when job.refused_until > clock_timestamp() then job.refused_at_slot end)`;

/** Under which lease a station has a job, for `UnitRepository`. */
export function leaseOf({ station, slot, fence, asOf }: Job): Lease {
  return { holder: leaseHolder(station ?? '', slot ?? ''), fence, asOf };
}

/** Jobs. A job is leased when its unit is: the unit's row says until when. */
@Injectable()
export class JobRepository {
  constructor(private readonly db: Database, private readonly absence: LeaseAbsence) {}

  private select(ledger: Ledger, asOf = this.absence.asOf) {
    return ledger
      .selectFrom('job')
      .innerJoin('unit', 'unit.id', 'job.unit_id')
      .select([...COLUMNS, held(asOf).as('held'), sql<number>`${asOf}::bigint`.as('asOf'), LEFT_MS.as('leftMs'), ATTEMPT_LEFT_MS.as('attemptLeftMs'), REFUSED_AT.as('refusedAtSlot')]);
  }

  find(id: number, { ledger = this.db, asOf }: { ledger?: Ledger; asOf?: number } = {}): Promise<Job | undefined> {
    return this.select(ledger, asOf).where('job.id', '=', id).executeTakeFirst();
  }

  findOpenBySerial(serial: string): Promise<Job | undefined> {
    return this.select(this.db).where('unit.serial', '=', serial).where('job.state', 'in', ['queued', 'leased']).executeTakeFirst();
  }

  findInSlot(station: string, slot: string, asOf?: number): Promise<Job | undefined> {
    return this.select(this.db, asOf).where('station_id', '=', station).where('slot', '=', slot).where('job.state', '=', 'leased').executeTakeFirst();
  }

  /** The line's next job for this slot (`leaseHolder`), of these steps (none: any) and of this order alone, if one is named, and assigned so; those that another claim takes at this moment are left out. */
  async findNext({ line, steps, workOrder, assignedTo }: Wanted, slot: string, restingOrders: readonly string[]): Promise<Job | undefined> {
    const { rows } = await sql<{ job_id: number }>`
      select job_id from next_jobs(${line}, ${textArray(steps)}, ${assignedTo}, ${workOrder ?? ''}, ${textArray(restingOrders)}, ${MOST_CLAIMED_AT_ONCE}) order by rank, attempt, job_id`.execute(this.db);
    if (rows.length === 0) return undefined;
    const ids = rows.map((row) => row.job_id);
    return this.select(this.db)
      .where('job.id', 'in', ids)
      .where('job.state', '=', 'queued')
      .where((eb) => eb.or([eb('job.refused_at_slot', 'is distinct from', slot), eb('job.refused_until', '<=', sql<Date>`clock_timestamp()`)]))
      .orderBy(sql`array_position(${ids}::bigint[], job.id)`)
      .limit(1)
      .forUpdate('job')
      .skipLocked()
      .executeTakeFirst();
  }

  /**
   * queued → leased, with its unit and its attempt, in one statement with the leaf of it (`lease_job` in `jobs.sql`), if it still is as it was found and may be handed out there; undefined otherwise.
   * Throws SlotTaken.
   */
  async lease(queued: Job, { station, slot, leaseMs }: { station: string; slot: string; leaseMs: number }, claimed: (leased: Job) => Leaf): Promise<Job | undefined> {
    const { asOf } = this.absence;
    const leased: Job = {
      ...queued, state: 'leased', attempt: queued.attempt + 1, fence: queued.fence + 1, station, slot, held: true, asOf, leftMs: leaseMs,
      unitState: queued.unitState === 'planned' || queued.unitState === 'reworking' ? 'claimed' : queued.unitState,
    };
    try {
      const [row] = await callRule<{ lease_job: number | null }>(this.db, 'lease_job', {
        of_job: queued.id, at_station: station, at_slot: slot, assignees: textArray(['', ...assigneesOf(station, slot)]), next_attempt: leased.attempt,
        of_unit: queued.unitId, holder: leaseHolder(station, slot), next_fence: leased.fence, lease_ms: leaseMs, as_of: asOf, ...leafArguments([claimed(leased)]),
      });
      return row && { ...leased, attemptLeftMs: row.lease_job };
    } catch (error) {
      if (violatedUnique(error) === 'job_one_per_slot') throw new SlotTaken();
      if (brokenRule(error)?.rule === 'held') return undefined;
      throw error;
    }
  }

  /** The job if the station has it under this very fence, job and unit locked until `tx` ends; undefined otherwise. */
  lockHeld(tx: Ledger, id: number, station: string, { fence, asOf }: Hold): Promise<Job | undefined> {
    return this.select(tx, asOf)
      .where('job.id', '=', id)
      .where('job.station_id', '=', station)
      .where('unit.fence', '=', fence)
      .where(held(asOf))
      // The job first, as everywhere: two orders of locking could wait for each other.
      .forUpdate(['job', 'unit'])
      .executeTakeFirst();
  }

  /** The job if it is queued, locked until `tx` ends. */
  lockQueued(tx: Ledger, id: number): Promise<Job | undefined> {
    return this.select(tx).where('job.id', '=', id).where('job.state', '=', 'queued').forUpdate('job').executeTakeFirst();
  }

  async keepProgress(tx: Ledger, id: number, { phase, progress, checkpoint }: Progress): Promise<void> {
    const told = {
      ...(phase === undefined ? {} : { phase }),
      ...(progress === undefined ? {} : { progress }),
      ...(checkpoint === undefined ? {} : { checkpoint: JSON.stringify(checkpoint) }),
    };
    if (Object.keys(told).length > 0) await tx.updateTable('job').set({ ...told, updated_at: new Date() }).where('id', '=', id).execute();
  }

  /** The job that the unit had last. */
  findLast(unitId: number, ledger: Ledger = this.db): Promise<Job | undefined> {
    return this.select(ledger).where('job.unit_id', '=', unitId).orderBy('job.id', 'desc').limit(1).executeTakeFirst();
  }

  /** The job is over. */
  async end(tx: Ledger, { id, line, step }: Pick<Job, 'id' | 'line' | 'step'>, state: EndState): Promise<void> {
    await Promise.all([
      tx.updateTable('job').set({ ...NOT_LEASED, state, updated_at: new Date() }).where('id', '=', id).returning('id').executeTakeFirstOrThrow(),
      tx.insertInto('job_tally').values({ line_id: line, step, state, jobs: 1 }).execute(),
    ]);
  }

  /** The unit was refused for good at this slot, which gets other units for so long. */
  async keepRefusal(id: number, slot: string, restMs: number): Promise<void> {
    await this.db
      .updateTable('job')
      .set({ refused_at_slot: slot, refused_until: sql<Date>`clock_timestamp() + ${restMs} * interval '1 millisecond'` })
      .where('id', '=', id)
      .execute();
  }

  /** Jobs whose lease was over at `asOf`, locked with their units until `tx` ends; those that others work on at the moment are left out. With `id`, only that one. */
  lockExpired(tx: Ledger, limit: number, { id, asOf = this.absence.asOf }: { id?: number | undefined; asOf?: number | undefined }): Promise<Job[]> {
    let jobs = this.select(tx, asOf).where('job.state', '=', 'leased').where('unit.lease_ends_at', '<=', inTime(asOf)).limit(limit).forUpdate(['job', 'unit']).skipLocked();
    if (id !== undefined) jobs = jobs.where('job.id', '=', id);
    return jobs.execute();
  }

  /** The ledger's clock in milliseconds since 1970, once jobs and units can be changed and a change is kept. */
  async look(): Promise<number> {
    const { rows } = await sql<{ clock: number }>`with changed as (update job set updated_at = updated_at where false) select look_at_units() as clock`.execute(this.db);
    return rows[0]!.clock;
  }

  /** Units of all leased jobs, and how long a whole lease of each lasts in milliseconds: as its line says, or `byDefaultMs`. */
  leasedUnits(byDefaultMs: number): Promise<{ id: number; leaseMs: number }[]> {
    const leaseMs = sql<number>`coalesce(line.lease_ms, ${byDefaultMs}::integer)`.as('leaseMs');
    return this.db.selectFrom('job').innerJoin('line', 'line.id', 'job.line_id').select(['job.unit_id as id', leaseMs]).where('job.state', '=', 'leased').execute();
  }
}
