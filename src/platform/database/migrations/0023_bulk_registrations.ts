import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table bulk_registration (
    id bigint generated always as identity primary key,
    target_name text not null references target (name),
    settings_hash text not null,
    template text not null,
    bucket text not null,
    object_key text not null,
    role_arn text not null,
    trial boolean not null default false,
    state text not null check (state in ('collecting', 'sealed', 'uploaded', 'starting', 'running', 'reporting', 'ended')),
    lines integer not null default 0,
    succeeded integer not null default 0,
    failed integer not null default 0,
    task_id text,
    task_status text,
    percentage integer not null default 0,
    waits_for text,
    detail text,
    aws_error text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
  )`,
  // AWS runs one task at a time in an account and region.
  `create unique index bulk_registration_one_task on bulk_registration (target_name) where state in ('starting', 'running')`,
  `create unique index bulk_registration_trial on bulk_registration (target_name, settings_hash) where trial`,
  `create index bulk_registration_open on bulk_registration (target_name, next_attempt_at) where state <> 'ended'`,
  `create table bulk_line (
    bulk_registration_id bigint not null references bulk_registration (id),
    unit_id bigint not null,
    certificate_id text not null,
    line integer,
    outcome text check (outcome in ('succeeded', 'failed')),
    error_code text,
    reason text,
    primary key (bulk_registration_id, unit_id)
  )`,
  `create index bulk_line_unit on bulk_line (unit_id, bulk_registration_id desc)`,
  `create index bulk_line_certificate on bulk_line (bulk_registration_id, certificate_id)`,
  `create unique index bulk_line_number on bulk_line (bulk_registration_id, line)`,
];

/** Registration tasks of AWS IoT with the units that they make known, line by line. */
export const bulkRegistrations: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
