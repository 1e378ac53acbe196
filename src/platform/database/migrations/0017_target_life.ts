import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Targets that AWS has answered for are taken as checked; the others are checked now.
  `alter table target
    add column state text not null default 'verified' check (state in ('unverified', 'verified', 'paused', 'retired')),
    add column state_reason text,
    add column external_id text,
    add column session_tags jsonb not null default '{}',
    add column device_endpoint text,
    add column check_result jsonb,
    add column check_attempts integer not null default 0,
    add column check_due_at timestamptz not null default now()`,
  `update target set state = 'unverified' where mqtt_host is null`,
  `alter table target alter column state set default 'unverified'`,
  // A retired target frees its account and region for a new one.
  `alter table target drop constraint target_account_id_region_key`,
  `create unique index target_account_region on target (account_id, region) where state <> 'retired'`,
];

/** The life of a target: checked before anything joins it, changed, paused, retired. */
export const targetLife: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
