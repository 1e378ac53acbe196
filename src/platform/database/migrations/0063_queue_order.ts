import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // From 1, which comes first, to 9. `ahead`: of 'rework' and 'retest', what comes before the order's new units, as the product had it when the order was made.
  `alter table work_order add column priority smallint not null default 5 check (priority between 1 and 9), add column ahead text[] not null default '{}'`,
  `alter table product add column ahead text[] not null default '{}'`,
  // `precedence`: 0: before all others that wait there; within its order 1: a rework, 2: a retest that goes ahead, 3: any other.
  // `assigned_to`: '': the line's pool; else a station, or one slot of it (station/slot), which alone get it.
  `alter table job
    add column precedence smallint not null default 3 check (precedence between 0 and 3),
    add column assigned_to text not null default ''`,
  // What the next claim of a station may get, by line, step, queue and order, in the order in which it is handed out: read by next_jobs (programming/jobs.sql).
  'drop index job_waiting',
  `create index job_waiting on job (line_id, step, assigned_to, work_order_id, precedence, attempt, id) where state = 'queued'`,
  // Since when the oldest of a queue waits.
  `create index job_oldest on job (line_id, step, assigned_to, updated_at) where state = 'queued'`,
  // What is assigned, and to whom.
  `create index job_assigned on job (assigned_to, line_id, step) where state = 'queued' and assigned_to <> ''`,
];

/** In which order jobs wait, and for whom. */
export const queueOrder: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
