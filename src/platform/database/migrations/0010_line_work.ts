import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Attempts of this job that ended without a word on the unit: leases that ran out, and those that the station ended with ERROR or TIMEOUT.
  `alter table job add column lapses integer not null default 0, add column errors integer not null default 0`,
  // The slot at which the unit was refused for good, and until when that slot is handed other units. Slots are named as in unit.lease_holder.
  `alter table job add column refused_at_slot text, add column refused_until timestamptz`,

  // What the next claim may get, by line and order, the least tried first: read by next_jobs (programming/jobs.sql).
  `create index job_waiting on job (line_id, work_order_id, attempt, id) where state = 'queued'`,
  `drop index job_queue`,
  // For the page of a unit, and for the board of a line.
  `create index job_by_unit on job (unit_id)`,
  `create index attempt_by_unit on attempt (unit_id)`,
  `create index job_ended on job (line_id, state, id) where state in ('passed', 'failed', 'cancelled')`,
  `create index late_report_by_lease on late_report (job_id, fence)`,
  // For scans that differ from the serial in upper and lower case.
  `create index unit_by_folded_serial on unit (upper(serial))`,

  // Jobs that have ended, counted by line and state: one row is added in the transaction that ends a job, and the queues' repair adds rows up.
  `create table job_tally (
    id bigint generated always as identity primary key,
    line_id text not null references line,
    state text not null check (state in ('passed', 'failed', 'cancelled')),
    jobs bigint not null)`,
  `insert into job_tally (line_id, state, jobs)
    select line_id, state, count(*) from job where state in ('passed', 'failed', 'cancelled') group by line_id, state`,
];

/** Attempts that tell nothing are counted apart, and nothing that is done every few seconds reads jobs of all time. */
export const lineWork: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
