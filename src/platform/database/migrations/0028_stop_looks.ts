import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table registration add column next_stop_look_at timestamptz not null default now(), add column seen_open_at timestamptz`,
  // Null also of units that passed before: nothing is known against them.
  `alter table unit_target add column passed_unseen_at timestamptz`,
];

/** When a CA is looked at alone, when it was last seen to let devices in, and units that passed between that and a stop. */
export const stopLooks: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
