import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // When the job's present attempt has taken as long as its step allows; null for attempts that began before this was kept.
  'alter table job add column attempt_ends_at timestamptz',
  // The orders that each claim and the repair of the queues look at.
  `create index work_order_going_on on work_order (line_id) where state in ('released', 'held')`,
];

/** An attempt ends at a time of its own, whatever its station says. */
export const attemptEnds: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
