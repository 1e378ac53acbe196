import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How much of an account's quotas the service uses; the rest is for the account's other programs. */
export const quotaShare: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table target add column quota_percent integer not null default 50 check (quota_percent between 1 and 1000)`.execute(db);
  },
};
