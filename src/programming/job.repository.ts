import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import type { Json } from '../platform/database/schema.js';
import { type Lease, leaseHolder } from '../work-orders/unit.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import type { JobState, Outcome } from './job.tables.js';

/** A job with its unit. `station` and `slot` are set while it is leased. */
export interface Job {
  id: number;
  unitId: number;
  serial: string;
  unitState: UnitState;
  workOrderId: string;
  line: string;
  state: JobState;
  attempt: number;
  station: string | null;
  slot: string | null;
  /** Of the unit's last lease. */
  fence: number;
  /** The job is leased and its lease has not ended. */
  held: boolean;
  checkpoint: Record<string, Json> | null;
}

/** How an attempt ends that the station did not end with a result: stands as the attempt's failure code. */
const TAKEN_BACK = ['lease-expired', 'released'] as const;
export type TakenBack = (typeof TAKEN_BACK)[number];

/** What a heartbeat tells of a job. */
export interface Progress {
  phase?: string | undefined;
  /** From 0 to 1. */
  progress?: number | undefined;
  checkpoint?: Record<string, Json> | undefined;
}

/** Another unit is in the slot: its own unique index says so. */
export class SlotTaken extends Error {}

const COLUMNS = [
  'job.id', 'job.unit_id as unitId', 'unit.serial', 'unit.state as unitState', 'job.work_order_id as workOrderId', 'job.line_id as line', 'job.state', 'job.attempt',
  'job.station_id as station', 'job.slot', 'unit.fence', 'job.checkpoint',
] as const;

const HELD = sql<boolean>`(job.state = 'leased' and unit.lease_ends_at > clock_timestamp())`;

/** Under which lease a station has a job, for `UnitRepository`. */
export function leaseOf({ station, slot, fence }: Job): Lease {
  return { holder: leaseHolder(station ?? '', slot ?? ''), fence };
}

/** Jobs, their attempts, and late reports. A job is leased when its unit is: the unit's row says until when. */
@Injectable()
export class JobRepository {
  constructor(private readonly db: Database) {}

  private select(ledger: Ledger) {
    return ledger.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select([...COLUMNS, HELD.as('held')]);
  }

  find(id: number, ledger: Ledger = this.db): Promise<Job | undefined> {
    return this.select(ledger).where('job.id', '=', id).executeTakeFirst();
  }

  findOpenBySerial(serial: string): Promise<Job | undefined> {
    return this.select(this.db).where('unit.serial', '=', serial).where('job.state', 'in', ['queued', 'leased']).executeTakeFirst();
  }

  findInSlot(station: string, slot: string): Promise<Job | undefined> {
    return this.select(this.db).where('station_id', '=', station).where('slot', '=', slot).where('job.state', '=', 'leased').executeTakeFirst();
  }

  /** The line's next job that may be worked on; those that another claim takes at this moment are left out. */
  findNextQueued(line: string): Promise<Job | undefined> {
    return this.select(this.db)
      .innerJoin('work_order', 'work_order.id', 'job.work_order_id')
      .where('job.line_id', '=', line)
      .where('job.state', '=', 'queued')
      .where('work_order.state', '=', 'released')
      .orderBy('job.id')
      .limit(1)
      .forUpdate('job')
      .skipLocked()
      .executeTakeFirst();
  }

  /** Queued jobs of these ids, for the queues. */
  queuedAmong(ids: readonly number[]): Promise<{ id: number; line: string; attempt: number }[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.db.selectFrom('job').select(['id', 'line_id as line', 'attempt']).where('id', 'in', ids).where('state', '=', 'queued').orderBy('id').execute();
  }

  /** A line's queued jobs, oldest first. */
  queued(line: string, afterId: number, limit: number): Promise<{ id: number; attempt: number }[]> {
    return this.db
      .selectFrom('job')
      .select(['id', 'attempt'])
      .where('line_id', '=', line)
      .where('state', '=', 'queued')
      .where('id', '>', afterId)
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  /** The line of each of these jobs. */
  async linesOf(ids: readonly number[]): Promise<Map<number, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db.selectFrom('job').select(['id', 'line_id as line']).where('id', 'in', ids).execute();
    return new Map(rows.map(({ id, line }) => [id, line]));
  }

  async lineOfOrder(workOrderId: string): Promise<string | undefined> {
    const row = await this.db.selectFrom('work_order').select('line_id as line').where('id', '=', workOrderId).executeTakeFirst();
    return row?.line;
  }

  async countByState(): Promise<{ line: string; state: JobState; count: number }[]> {
    return this.db
      .selectFrom('job')
      .select(['line_id as line', 'state', (eb) => eb.fn.countAll<number>().as('count')])
      .groupBy(['line_id', 'state'])
      .execute();
  }

  /** queued → leased, if it still is queued and its order released; undefined when it is not. The caller leases the unit in the same transaction. Throws SlotTaken. */
  async lease(tx: Ledger, id: number, { station, slot }: { station: string; slot: string }): Promise<{ attempt: number } | undefined> {
    try {
      return await tx
        .updateTable('job')
        .set((eb) => ({ state: 'leased' as const, attempt: eb('attempt', '+', 1), station_id: station, slot, updated_at: new Date() }))
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .where((eb) => eb.exists(eb.selectFrom('work_order').select('id').whereRef('work_order.id', '=', 'job.work_order_id').where('state', '=', 'released')))
        .returning('attempt')
        .executeTakeFirst();
    } catch (error) {
      if (violatedUnique(error) === 'job_one_per_slot') throw new SlotTaken();
      throw error;
    }
  }

  async startAttempt(tx: Ledger, attempt: { jobId: number; unitId: number; number: number; station: string; slot: string; fence: number }): Promise<void> {
    const { jobId, unitId, number, station, slot, fence } = attempt;
    await tx.insertInto('attempt').values({ job_id: jobId, number, unit_id: unitId, station_id: station, slot, fence }).execute();
  }

  async endAttempt(tx: Ledger, job: Job, outcome: Outcome, failureCode: string | null, record: Record<string, Json> | null): Promise<void> {
    await tx
      .updateTable('attempt')
      .set({ ended_at: new Date(), outcome, failure_code: failureCode, record: record && JSON.stringify(record) })
      .where('job_id', '=', job.id)
      .where('number', '=', job.attempt)
      .execute();
  }

  /** `takenBack`: the attempt was ended by us or handed back, not by a result of the station. */
  async findAttempt(jobId: number, fence: number): Promise<{ station: string; outcome: Outcome | null; takenBack: boolean } | undefined> {
    const row = await this.db
      .selectFrom('attempt')
      .select(['station_id as station', 'outcome', 'failure_code'])
      .where('job_id', '=', jobId)
      .where('fence', '=', fence)
      .executeTakeFirst();
    return row && { station: row.station, outcome: row.outcome, takenBack: TAKEN_BACK.includes(row.failure_code as TakenBack) };
  }

  /** The job if the station has it under this very fence at this moment, job and unit locked until `tx` ends; undefined otherwise. */
  lockHeld(tx: Ledger, id: number, station: string, fence: number): Promise<Job | undefined> {
    return this.select(tx)
      .where('job.id', '=', id)
      .where('job.station_id', '=', station)
      .where('unit.fence', '=', fence)
      .where(HELD)
      // The job first, as everywhere: two orders of locking could wait for each other.
      .forUpdate(['job', 'unit'])
      .executeTakeFirst();
  }

  async keepProgress(tx: Ledger, id: number, { phase, progress, checkpoint }: Progress): Promise<void> {
    const told = {
      ...(phase === undefined ? {} : { phase }),
      ...(progress === undefined ? {} : { progress }),
      ...(checkpoint === undefined ? {} : { checkpoint: JSON.stringify(checkpoint) }),
    };
    if (Object.keys(told).length > 0) await tx.updateTable('job').set({ ...told, updated_at: new Date() }).where('id', '=', id).execute();
  }

  /** The job is no longer leased: back in the queue, or over. */
  async end(tx: Ledger, id: number, state: Exclude<JobState, 'leased'>): Promise<void> {
    await tx.updateTable('job').set({ state, station_id: null, slot: null, updated_at: new Date() }).where('id', '=', id).returning('id').executeTakeFirstOrThrow();
  }

  /** Jobs whose lease has ended, locked for this transaction; those that others work on at the moment are left out. With `id`, only that one. */
  lockExpired(tx: Ledger, limit: number, id?: number): Promise<Job[]> {
    let jobs = this.select(tx).where('job.state', '=', 'leased').where('unit.lease_ends_at', '<=', sql<Date>`clock_timestamp()`).limit(limit).forUpdate('job').skipLocked();
    if (id !== undefined) jobs = jobs.where('job.id', '=', id);
    return jobs.execute();
  }

  /** Units of all leased jobs. */
  async leasedUnits(): Promise<number[]> {
    const rows = await this.db.selectFrom('job').select('unit_id').where('state', '=', 'leased').execute();
    return rows.map((row) => row.unit_id);
  }

  async keepLateReport(tx: Ledger, jobId: number, fence: number, actor: string, report: Record<string, Json>): Promise<void> {
    await tx.insertInto('late_report').values({ job_id: jobId, fence, actor, report: JSON.stringify(report) }).execute();
  }
}
