import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // In milliseconds; null: as the service's settings say.
  `alter table line add column lease_ms integer check (lease_ms > 0), add column heartbeat_ms integer check (heartbeat_ms > 0)`,
];

/** How long a lease lasts, and how often a heartbeat is to come, for each line. */
export const linePace: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
