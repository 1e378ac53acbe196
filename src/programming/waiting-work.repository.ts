import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { textArray } from '../platform/database/arrays.js';
import { Database, type Ledger, run } from '../platform/database/database.js';
import type { LineStep } from './queue-place.js';

/** A job that waits for a station, locked until its transaction ends. */
export interface WaitingJob extends LineStep {
  id: number;
  serial: string;
  assignedTo: string;
}

/** Which of the jobs that are assigned nowhere. `steps`: none: any; `workOrder`: empty: of any. */
export interface OfPool {
  line: string;
  steps: readonly string[];
  workOrder: string;
}

const COLUMNS = ['job.id', 'unit.serial', 'job.line_id as line', 'job.step', 'job.assigned_to as assignedTo'] as const;

/** Jobs that wait, for changes of where and in which order they do. Those that a claim or anybody else has at this moment count as at work: nothing here waits for them. */
@Injectable()
export class WaitingWorkRepository {
  constructor(private readonly db: Database) {}

  /** Of the units of these serials, locked; the others have no job that waits. */
  async lockOf(tx: Ledger, serials: readonly string[]): Promise<WaitingJob[]> {
    return this.locked(tx).where('unit.serial', '=', sql<string>`any(${textArray(serials)}::text[])`).orderBy('job.id').execute();
  }

  /** Of what is assigned to these, as it is handed out, for one that does these steps (none: any). */
  async lockAssigned(tx: Ledger, assignees: readonly string[], steps: readonly string[], most: number): Promise<WaitingJob[]> {
    let jobs = this.locked(tx).where('job.assigned_to', '=', sql<string>`any(${textArray(assignees)}::text[])`).where('job.assigned_to', '<>', '');
    if (steps.length > 0) jobs = jobs.where('job.step', 'in', steps);
    const rank = sql`job_rank(job.step_number, (select priority from work_order where work_order.id = job.work_order_id), job.precedence, job.attempt)`;
    return jobs.orderBy(rank).orderBy('job.attempt').orderBy('job.id').limit(most).execute();
  }

  /** Of the pool what it hands out next. */
  async lockNext(tx: Ledger, { line, steps, workOrder }: OfPool, most: number): Promise<WaitingJob[]> {
    const next = await run<{ id: number }>(tx, "select job_id as id from next_jobs($1, $2, '', $3, $4, $5) order by rank, attempt, job_id limit $5", [line, textArray(steps), workOrder, textArray([]), most]);
    if (next.length === 0) return [];
    return this.locked(tx).where('job.id', 'in', next.map(({ id }) => id)).where('job.assigned_to', '=', '').orderBy('job.id').execute();
  }

  /** How units stand of which no job waits: 'unknown', 'at-work' or 'not-waiting'. */
  async standing(tx: Ledger, serials: readonly string[]): Promise<Map<string, 'unknown' | 'at-work' | 'not-waiting'>> {
    const rows = await tx
      .selectFrom('unit')
      .leftJoin('job', (join) => join.onRef('job.unit_id', '=', 'unit.id').on('job.state', 'in', ['queued', 'leased']))
      .select(['unit.serial', 'job.id'])
      .where('unit.serial', '=', sql<string>`any(${textArray(serials)}::text[])`)
      .execute();
    const known = new Map(rows.map(({ serial, id }) => [serial, id === null ? ('not-waiting' as const) : ('at-work' as const)]));
    return new Map(serials.map((serial) => [serial, known.get(serial) ?? 'unknown']));
  }

  async assign(tx: Ledger, ids: readonly number[], assignedTo: string): Promise<void> {
    if (ids.length > 0) await tx.updateTable('job').set({ assigned_to: assignedTo }).where('id', 'in', ids).execute();
  }

  /** Next of all, or as their order says again. */
  async putFirst(tx: Ledger, ids: readonly number[], first: boolean): Promise<void> {
    if (ids.length === 0) return;
    let jobs = tx.updateTable('job').set({ precedence: first ? 0 : 3 }).where('id', 'in', ids);
    if (!first) jobs = jobs.where('precedence', '=', 0);
    await jobs.execute();
  }

  /** As these stand now. */
  async now(ids: readonly number[]) {
    if (ids.length === 0) return [];
    return this.db.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select([...COLUMNS, 'job.state', 'job.precedence']).where('job.id', 'in', ids).orderBy('job.id').execute();
  }

  private locked(tx: Ledger) {
    return tx.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select(COLUMNS).where('job.state', '=', 'queued').forUpdate('job').skipLocked();
  }
}
