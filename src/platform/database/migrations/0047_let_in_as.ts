import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `set local statement_timeout = 0`,
  // The method under which the CA let devices in by itself, once it was seen to or wanted so: null where it never did.
  `alter table registration add column let_in_as text`,
  // What it did before is not known: one more account that is told of a revocation does no harm.
  `update registration set let_in_as = method where observed is not null and method in ('jitp', 'jitr')`,
];

/** Devices that came in by themselves are in an account for good, also where its CA lets in nobody any more. */
export const letInAs: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
