import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import type { JobState } from './job.tables.js';
import { placeKey, placeOf, type QueuePlace } from './queue-place.js';

export type JobCounts = Record<JobState, number>;

/** How many jobs each line and step has in each state. Jobs that have ended are added up as they end: nothing here reads jobs of all time. */
@Injectable()
export class JobCountsRepository {
  constructor(private readonly db: Database) {}

  /** By `placeKey`. Those without a job are left out. What stations have at work counts in the pool of its step, and in the queue of its slot and station. */
  async byPlace(): Promise<Map<string, JobCounts>> {
    const { rows } = await sql<QueuePlace & { state: JobState; jobs: number }>`
      select line_id as line, step, assigned_to as "assignedTo", 'queued' as state, count(*)::bigint as jobs from job where state = 'queued' group by line_id, step, assigned_to
      union all select line_id, step, '', 'leased', count(*)::bigint from job where state = 'leased' group by line_id, step
      union all select line_id, '', station_id || '/' || slot, 'leased', count(*)::bigint from job where state = 'leased' group by line_id, station_id, slot
      union all select line_id, '', station_id, 'leased', count(*)::bigint from job where state = 'leased' group by line_id, station_id
      union all select line_id, step, '', state, sum(jobs)::bigint from job_tally group by line_id, step, state`.execute(this.db);
    const counts = new Map<string, JobCounts>();
    for (const { state, jobs, ...where } of rows) {
      const key = placeKey(placeOf(where));
      const before = counts.get(key) ?? NONE;
      counts.set(key, { ...before, [state]: before[state] + jobs });
    }
    return counts;
  }

  /** Adds up the rows of each line, step and state. */
  async fold(): Promise<void> {
    await sql`
      with folded as (delete from job_tally returning line_id, step, state, jobs)
      insert into job_tally (line_id, step, state, jobs) select line_id, step, state, sum(jobs) from folded group by line_id, step, state`.execute(this.db);
  }
}

export const NONE: Readonly<JobCounts> = { queued: 0, leased: 0, passed: 0, failed: 0, cancelled: 0 };
