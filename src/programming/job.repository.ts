import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Lease } from '../issuance/certificate.repository.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import type { Json, JobState, Outcome, UnitState } from '../platform/database/schema.js';

/** A job with the serial of its unit. `fence`, `station` and `slot` are set while it is leased. */
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
  fence: number | null;
  checkpoint: Record<string, Json> | null;
}

/** How an attempt ends that the station did not end with a result: stands as the attempt's failure code. */
const TAKEN_BACK = ['lease-expired', 'released'] as const;
export type TakenBack = (typeof TAKEN_BACK)[number];

/** Somebody else has the slot: its own unique index says so. */
export class SlotTaken extends Error {}

const COLUMNS = [
  'job.id', 'job.unit_id as unitId', 'unit.serial', 'unit.state as unitState', 'job.work_order_id as workOrderId', 'job.line_id as line', 'job.state', 'job.attempt',
  'job.station_id as station', 'job.slot', 'job.lease_fence as fence', 'job.checkpoint',
] as const;

const inMs = (ms: number) => sql<Date>`now() + ${ms} * interval '1 millisecond'`;
const NO_LEASE = { station_id: null, slot: null, lease_fence: null, lease_expires_at: null } as const;

@Injectable()
export class JobRepository {
  constructor(private readonly db: Database) {}

  private select(ledger: Ledger) {
    return ledger.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select(COLUMNS);
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

  /** The line's next job by the ledger alone, for when the conveyor is away. */
  findNextQueued(line: string): Promise<Job | undefined> {
    return this.select(this.db)
      .innerJoin('work_order', 'work_order.id', 'job.work_order_id')
      .where('job.line_id', '=', line)
      .where('job.state', '=', 'queued')
      .where('work_order.state', '=', 'released')
      .orderBy('job.id')
      .executeTakeFirst();
  }

  async insertForOrder(tx: Ledger, workOrderId: string): Promise<number> {
    const { numAffectedRows } = await sql`
      insert into job (unit_id, work_order_id, line_id, state)
      select unit.id, unit.work_order_id, work_order.line_id, 'queued'
      from unit join work_order on work_order.id = unit.work_order_id
      where unit.work_order_id = ${workOrderId} and unit.state = 'planned' order by unit.id`.execute(tx);
    return Number(numAffectedRows ?? 0);
  }

  /** Jobs that should lie on the conveyor, oldest first. */
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

  async countByState(): Promise<{ line: string; state: JobState; count: number }[]> {
    return this.db
      .selectFrom('job')
      .select(['line_id as line', 'state', (eb) => eb.fn.countAll<number>().as('count')])
      .groupBy(['line_id', 'state'])
      .execute();
  }

  /**
   * queued → leased under the unit's next fence, if it still is queued and its order released; undefined when it is
   * not. The caller raises the unit's fence in the same transaction. Throws SlotTaken.
   */
  async lease(tx: Ledger, id: number, holder: { station: string; slot: string; leaseMs: number }): Promise<Job | undefined> {
    try {
      const leased = await tx
        .updateTable('job')
        .set((eb) => ({
          state: 'leased' as const,
          attempt: eb('attempt', '+', 1),
          station_id: holder.station,
          slot: holder.slot,
          lease_fence: eb.selectFrom('unit').select((unit) => unit('fence', '+', 1).as('fence')).whereRef('unit.id', '=', 'job.unit_id'),
          lease_expires_at: inMs(holder.leaseMs),
          updated_at: sql<Date>`now()`,
        }))
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .where((eb) => eb.exists(eb.selectFrom('work_order').select('id').whereRef('work_order.id', '=', 'job.work_order_id').where('state', '=', 'released')))
        .returning('id')
        .executeTakeFirst();
      return leased && (await this.find(id, tx));
    } catch (error) {
      if (violatedUnique(error) === 'job_one_per_slot') throw new SlotTaken();
      throw error;
    }
  }

  async startAttempt(tx: Ledger, { id, attempt, unitId }: Job, holder: { station: string; slot: string }, fence: number): Promise<void> {
    await tx
      .insertInto('attempt')
      .values({ job_id: id, number: attempt, unit_id: unitId, station_id: holder.station, slot: holder.slot, fence })
      .execute();
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

  /** The job if this very lease holds it, its row locked until `tx` ends; undefined otherwise. */
  lockLease(tx: Ledger, lease: Lease): Promise<Job | undefined> {
    return this.select(tx)
      .where('job.id', '=', lease.jobId)
      .where('job.station_id', '=', lease.station)
      .where('job.lease_fence', '=', lease.fence)
      .where('job.state', '=', 'leased')
      .forUpdate('job')
      .executeTakeFirst();
  }

  async renew(id: number, station: string, fence: number, leaseMs: number, told: { phase?: string | undefined; progress?: number | undefined; checkpoint?: Record<string, Json> | undefined }) {
    const renewed = await this.db
      .updateTable('job')
      .set({
        lease_expires_at: inMs(leaseMs),
        updated_at: sql<Date>`now()`,
        ...(told.phase === undefined ? {} : { phase: told.phase }),
        ...(told.progress === undefined ? {} : { progress: told.progress }),
        ...(told.checkpoint === undefined ? {} : { checkpoint: JSON.stringify(told.checkpoint) }),
      })
      .where('id', '=', id)
      .where('state', '=', 'leased')
      .where('station_id', '=', station)
      .where('lease_fence', '=', fence)
      .returning('work_order_id as workOrderId')
      .executeTakeFirst();
    return renewed;
  }

  /** Ends the lease: back to the queue, or over. */
  async settle(tx: Ledger, id: number, state: Exclude<JobState, 'leased'>): Promise<void> {
    await tx.updateTable('job').set({ state, ...NO_LEASE, updated_at: new Date() }).where('id', '=', id).returning('id').executeTakeFirstOrThrow();
  }

  /** Leases whose time is over, locked for this transaction; those that others settle at the moment are skipped. */
  lockExpired(tx: Ledger, limit: number): Promise<Job[]> {
    return this.select(tx)
      .where('job.state', '=', 'leased')
      .where('job.lease_expires_at', '<', sql<Date>`now()`)
      .limit(limit)
      .forUpdate('job')
      .skipLocked()
      .execute();
  }

  async keepLateReport(jobId: number, fence: number, actor: string, report: Record<string, Json>, tx: Ledger): Promise<void> {
    await tx.insertInto('late_report').values({ job_id: jobId, fence, actor, report: JSON.stringify(report) }).execute();
  }
}
