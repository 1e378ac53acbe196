import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Certificates of claims of the order that have ended, in whose place an officer has another one made.
  `alter table fleet_claim add column former_certificate_ids text[] not null default '{}'`,
];

/** An order whose claim has ended may get another. */
export const replacedClaims: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
