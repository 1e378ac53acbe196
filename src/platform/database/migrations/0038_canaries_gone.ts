import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Canaries that were removed from a target have a step that says so. Those that were given up there have a detail. */
const MARK = `
  update unit_target set step = 'canary-gone' from canary
  where canary.unit_id = unit_target.unit_id and unit_target.state = 'removed' and unit_target.detail is null`;

/** Tells canaries that are gone from AWS from those that were given up in a target that was retired. */
export const canariesGone: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw(MARK).execute(db);
  },
};
