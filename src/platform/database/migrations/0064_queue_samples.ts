import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // How deep queues were over time, and how long the oldest job of each had waited. `minutes`: 1, or 15 for what is older and was added up; `jobs`: at that minute, or on average; `most`: the most of them.
  // A queue that was empty has no row; that of the queue '' says that somebody looked, and has the sum of all.
  `create table queue_sample (
    queue text not null,
    at timestamptz not null,
    minutes smallint not null,
    jobs integer not null,
    most integer not null,
    oldest_seconds integer not null,
    primary key (queue, at)
  )`,
  `create index queue_sample_age on queue_sample (minutes, at)`,
];

/** Depth and age of queues over time. */
export const queueSamples: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
