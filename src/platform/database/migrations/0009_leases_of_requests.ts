import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // A row without an answer belongs to its request until held_until; fence grows whenever another request takes it over.
  // Rows of before are over: their requests ended with the process that ran them.
  `alter table idempotency
    add column held_until timestamptz not null default '-infinity',
    add column fence integer not null default 0`,
  // Until when the process that reserved may complete; null for those of before, which end with their process.
  `alter table certificate add column reserved_until timestamptz`,
];

export const leasesOfRequests: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
