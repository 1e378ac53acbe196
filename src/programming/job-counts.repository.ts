import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import type { JobState } from './job.tables.js';

export type JobCounts = Record<JobState, number>;

/** How many jobs each line has in each state. Jobs that have ended are added up as they end: nothing here reads jobs of all time. */
@Injectable()
export class JobCountsRepository {
  constructor(private readonly db: Database) {}

  /** Lines without a job are left out. */
  async byLine(): Promise<Map<string, JobCounts>> {
    const { rows } = await sql<{ line: string; state: JobState; jobs: number }>`
      select line_id as line, 'queued' as state, count(*)::bigint as jobs from job where state = 'queued' group by line_id
      union all select line_id, 'leased', count(*)::bigint from job where state = 'leased' group by line_id
      union all select line_id, state, sum(jobs)::bigint from job_tally group by line_id, state`.execute(this.db);
    const counts = new Map<string, JobCounts>();
    for (const { line, state, jobs } of rows) counts.set(line, { ...(counts.get(line) ?? NONE), [state]: jobs });
    return counts;
  }

  /** Adds up the rows of each line and state. */
  async fold(): Promise<void> {
    await sql`
      with folded as (delete from job_tally returning line_id, state, jobs)
      insert into job_tally (line_id, state, jobs) select line_id, state, sum(jobs) from folded group by line_id, state`.execute(this.db);
  }
}

export const NONE: Readonly<JobCounts> = { queued: 0, leased: 0, passed: 0, failed: 0, cancelled: 0 };
