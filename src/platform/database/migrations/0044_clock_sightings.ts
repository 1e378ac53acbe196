import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // How far somebody else's clock was ahead of the ledger's, by the ledger's time at which that was seen.
  `create table clock_sighting (
    clock text primary key,
    ahead_ms double precision not null,
    seen_at timestamptz not null
  )`,
];

/** What some process saw of AWS's clock counts for those that ask AWS nothing. */
export const clockSightings: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
