import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `set local statement_timeout = 0`,
  `alter table unit_target add column claim integer not null default 0`,
  // Whom to keep out or to let in again, found without reading the units that are only looked for.
  `create index unit_target_changes on unit_target (target_name, next_attempt_at) where state = 'pending' and (desired <> 'ACTIVE' or step = 'resume')`,
  `create index unit_canary on unit (id) where canary`,
];

/** Who is at work on a unit in a target, and whom to keep out there before anything else. */
export const unitClaims: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
