import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table target add column ownership text not null default 'report' check (ownership in ('report', 'enforce'))`,
  // Registrations that were seen in AWS have nothing left to be made.
  `alter table registration
    add column step text not null default 'make' check (step in ('make', 'keep-out', 'watch')),
    add column since timestamptz not null default now(),
    add column aws_error text`,
  `update registration set step = 'watch', since = updated_at where observed is not null`,
  // What stood there when it was last as we want it, and what a person has taken over since. Empty: it never was.
  `alter table target_resource
    add column applied jsonb not null default '{}',
    add column accepted jsonb not null default '{}',
    add column since timestamptz not null default now()`,
  `update target_resource set applied = observed, since = updated_at where state = 'in-sync' and observed is not null and observed <> '{}'`,
  // The state to which a frozen authority goes back.
  `alter table authority add column frozen_from text`,
];

/** Whose settings count in a target, how far a registration has come, and what an authority was before it was frozen. */
export const ownership: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
