import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // In upper case, so that no two differ in case only; null of those after the first that an earlier version took.
  `alter table allowed_serial add column folded text`,
  `update allowed_serial set folded = upper(serial) where not exists (
    select from allowed_serial earlier where upper(earlier.serial) = upper(allowed_serial.serial) and earlier.position < allowed_serial.position)`,
  `create unique index allowed_serial_by_folded on allowed_serial (folded)`,
];

/** Serials that products may use differ in more than upper and lower case. */
export const foldedAllowedSerials: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
