import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table renewal add column since timestamptz, add column step text, add column aws_error text, add column remedy text`,
  `update renewal set since = coalesce(ended_at, seen_at, delivered_at, started_at)`,
  `alter table renewal alter column since set not null, alter column since set default now()`,
  // Those that are overdue are counted again and again.
  `create index renewal_overdue on renewal (expires_at) where state in ('registering', 'ready', 'delivered')`,
  `alter table unit_target add column aws_error text`,
];

/** What a renewal waits for, since when, by which error of AWS, and what to do about it. */
export const renewalAttempts: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
