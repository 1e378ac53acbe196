import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Of a queued job: its unit has its certificate, or one is on its way. What an order that gives no more certificates hands out is found by this (next_jobs in programming/jobs.sql).
  `alter table job add column has_identity boolean not null default false`,
  `update job set has_identity = true from unit where unit.id = job.unit_id and job.state = 'queued' and unit.state in ('reserved', 'certified')`,
  `create index job_waiting_with_identity on job (line_id, step, assigned_to, work_order_id, precedence, attempt, id) where state = 'queued' and has_identity`,
  // Who marks them from now on begins here: what came before is in the rows.
  `insert into log_position (reader, next_index) select 'waiting-with-identity', next_index from log_sequencer`,
];

/** Jobs whose units have their certificate are found among any number of others. */
export const waitingWithIdentity: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
