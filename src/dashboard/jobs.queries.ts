import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import { jobName } from '../programming/job.schema.js';
import type { JobState } from '../programming/job.tables.js';
import type { QueuePlace } from '../programming/queue-place.js';

/** A job as people look for it: by its unit and its order. */
export interface ShownJob {
  id: string;
  state: JobState;
  serial: string;
  workOrder: string;
  attempt: number;
  /** Null unless it is leased. */
  station: string | null;
  slot: string | null;
  phase: string | null;
  updatedAt: Date;
}

/** Jobs of a queue, for the board. What it reads grows with the page that is asked for, and not with the jobs that there were. */
@Injectable()
export class JobsQueries {
  constructor(private readonly db: Database) {}

  /** Those that wait in the order in which they were queued, all others from the latest. `first` counts from 0. */
  async of({ line, step, assignedTo }: QueuePlace, state: JobState, first: number, count: number): Promise<ShownJob[]> {
    // What a station or slot has done is in the pool of its step.
    if (assignedTo !== '' && state !== 'queued' && state !== 'leased') return [];
    let jobs = this.db.selectFrom('job').select('id').where('line_id', '=', line).where('state', '=', state);
    if (assignedTo === '') jobs = jobs.where('step', '=', step);
    if (state === 'queued') jobs = jobs.where('assigned_to', '=', assignedTo);
    else if (assignedTo !== '') jobs = jobs.where('station_id', '=', assignedTo.split('/', 1)[0]!).where((eb) => eb.or([eb('station_id', '=', assignedTo), eb(sql<string>`station_id || '/' || slot`, '=', assignedTo)]));
    const page = jobs
      .orderBy('id', state === 'queued' ? 'asc' : 'desc')
      .offset(first)
      .limit(count);
    const rows = await this.shown().where('job.id', 'in', page).execute();
    return rows.map(toShown).toSorted((a, b) => (state === 'queued' ? a.number - b.number : b.number - a.number)).map(({ job }) => job);
  }

  async find(id: number): Promise<ShownJob | undefined> {
    const row = await this.shown().where('job.id', '=', id).executeTakeFirst();
    return row && toShown(row).job;
  }

  private shown() {
    return this.db
      .selectFrom('job')
      .innerJoin('unit', 'unit.id', 'job.unit_id')
      .select(['job.id', 'job.state', 'unit.serial', 'job.work_order_id as workOrder', 'job.attempt', 'job.station_id as station', 'job.slot', 'job.phase', 'job.updated_at as updatedAt']);
  }
}

function toShown({ id, ...rest }: Omit<ShownJob, 'id'> & { id: number }) {
  return { number: id, job: { id: jobName(id), ...rest } };
}
