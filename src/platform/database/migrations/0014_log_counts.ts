import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How many leaves of each event have a place in the log, so that nobody has to count them. */
export const logCounts: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table log_count (event text primary key, leaves bigint not null)`.execute(db);
    await sql`insert into log_count (event, leaves) select event, count(*) from log_leaf join log_index using (seq) group by event`.execute(db);
  },
};
