import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // When AWS was last asked to activate the certificate; null where nothing is under way: it was answered.
  `alter table unit_target add column activating_at timestamptz`,
];

/** A unit that is to be kept out is not, as long as a call may still activate its certificate. */
export const activations: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
