import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who released an order; unknown of orders that were released before. */
export const releasedBy: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table work_order add column released_by text`.execute(db);
  },
};
