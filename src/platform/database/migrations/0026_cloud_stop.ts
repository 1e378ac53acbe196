import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Since when an officer wants an authority's CA INACTIVE in every target; null: he does not. */
export const cloudStop: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table authority add column cloud_stopped_at timestamptz`.execute(db);
  },
};
