import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who made an API key: an order asks whether one person alone could have certificates made of it. */
export const access: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table api_key add column created_by text not null default 'system'`.execute(db);
  },
};
