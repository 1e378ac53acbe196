import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // By the ledger's clock, in milliseconds since 1970.
  `create table api_sighting (id smallint primary key default 1 check (id = 1), seen_ms bigint not null)`,
  `insert into api_sighting (seen_ms) values (-1)`,
];

/** When an api could last renew leases: stations can't while none runs, and workers end no lease for that. */
export const apiSighting: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
