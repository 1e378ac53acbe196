import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table authority (
    id text primary key,
    family text not null,
    generation integer not null check (generation > 0),
    common_name text not null,
    key_type text not null,
    key_label text not null unique,
    key_id text not null,
    key_attributes jsonb not null,
    hsm_token jsonb not null,
    certificate bytea not null,
    fingerprint text not null unique,
    not_before timestamptz not null,
    not_after timestamptz not null,
    state text not null,
    created_at timestamptz not null default now(),
    activated_at timestamptz,
    unique (family, generation))`,
  // One issuer per family: the switch from one generation to the next can't leave two, or none half-way.
  `create unique index authority_one_issuing on authority (family) where state = 'issuing'`,

  `create table target (
    name text primary key,
    account_id text not null,
    region text not null,
    mode text not null check (mode in ('SNI_ONLY', 'DEFAULT')),
    profile text,
    role_arn text,
    provisioning_role_arn text not null,
    control_endpoint text,
    mqtt_host text,
    mqtt_port integer not null default 8883,
    created_at timestamptz not null default now(),
    unique (account_id, region))`,
  `create table registration (
    authority_id text not null references authority,
    target_name text not null references target,
    state text not null check (state in ('in-sync', 'pending', 'drifted', 'failed')),
    desired jsonb not null,
    observed jsonb,
    ca_certificate_id text,
    detail text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (authority_id, target_name))`,

  `create table line (id text primary key, name text not null, created_at timestamptz not null default now())`,
  `create table station (
    id text primary key,
    line_id text not null references line,
    name text not null,
    slots text[] not null check (cardinality(slots) > 0),
    created_at timestamptz not null default now())`,

  `create table work_order (
    id text primary key,
    product text not null,
    line_id text not null references line,
    profile text not null,
    method text not null,
    authority_family text not null,
    quantity integer not null check (quantity > 0),
    overage integer not null default 0 check (overage >= 0),
    certificates_reserved integer not null default 0 check (certificates_reserved >= 0),
    state text not null check (state in ('planned', 'released', 'held', 'closed')),
    created_at timestamptz not null default now(),
    released_at timestamptz)`,
  `create table work_order_target (
    work_order_id text not null references work_order,
    target_name text not null references target,
    primary key (work_order_id, target_name))`,

  `create table unit (
    id bigint generated always as identity primary key,
    serial text not null unique,
    work_order_id text not null references work_order,
    state text not null,
    fence bigint not null default 0,
    updated_at timestamptz not null default now())`,
  `create index unit_by_order on unit (work_order_id, state)`,

  `create table job (
    id bigint generated always as identity primary key,
    unit_id bigint not null references unit,
    work_order_id text not null references work_order,
    line_id text not null references line,
    state text not null check (state in ('queued', 'leased', 'passed', 'failed', 'cancelled')),
    attempt integer not null default 0,
    station_id text references station,
    slot text,
    lease_fence bigint,
    lease_expires_at timestamptz,
    phase text,
    progress double precision,
    checkpoint jsonb,
    updated_at timestamptz not null default now())`,
  `create unique index job_one_open_per_unit on job (unit_id) where state in ('queued', 'leased')`,
  // A slot holds one unit at a time.
  `create unique index job_one_per_slot on job (station_id, slot) where state = 'leased'`,
  `create index job_queue on job (line_id, id) where state = 'queued'`,
  `create index job_leases on job (lease_expires_at) where state = 'leased'`,
  `create index job_by_order on job (work_order_id, state)`,
  `create table attempt (
    job_id bigint not null references job,
    number integer not null,
    unit_id bigint not null references unit,
    station_id text not null references station,
    slot text not null,
    fence bigint not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text,
    failure_code text,
    record jsonb,
    primary key (job_id, number))`,
  `create table late_report (
    id bigint generated always as identity primary key,
    job_id bigint not null references job,
    fence bigint not null,
    actor text not null,
    report jsonb not null,
    at timestamptz not null default now())`,

  `create table certificate (
    serial_number text primary key,
    unit_id bigint not null references unit,
    work_order_id text not null references work_order,
    authority_id text not null references authority,
    profile text not null,
    state text not null check (state in ('reserved', 'valid', 'revoked', 'abandoned')),
    spki_sha256 bytea not null,
    tbs bytea,
    tbs_sha256 bytea not null,
    der bytea,
    fingerprint text unique,
    not_before timestamptz not null,
    not_after timestamptz not null,
    reserved_at timestamptz not null default now(),
    reserved_by integer not null,
    completed_at timestamptz,
    check (state not in ('valid', 'revoked') or (der is not null and fingerprint is not null)))`,
  // Rule 2 of the design: at most one certificate per unit that is, or may become, valid.
  `create unique index certificate_one_per_unit on certificate (unit_id) where state in ('reserved', 'valid')`,
  // One key, one unit: a board image with a baked-in key would otherwise give every unit the same identity.
  `create unique index certificate_one_per_key on certificate (spki_sha256) where state in ('reserved', 'valid')`,
  `create index certificate_by_unit on certificate (unit_id)`,
  `create index certificate_open on certificate (reserved_by) where state = 'reserved'`,

  `create table unit_target (
    unit_id bigint not null references unit,
    target_name text not null references target,
    certificate_id text not null,
    state text not null check (state in ('in-sync', 'pending', 'drifted', 'failed')),
    detail text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    observed_at timestamptz,
    primary key (unit_id, target_name))`,
  `create index unit_target_pending on unit_target (target_name, next_attempt_at) where state = 'pending'`,

  `create table audit_leaf (
    seq bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    event text not null,
    subject text not null,
    data jsonb not null)`,
  `create index audit_leaf_by_subject on audit_leaf (subject, seq)`,
  // Append only: even the service's own code can't rewrite what it told.
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'audit leaves are append-only'; end $$`,
  `create trigger audit_leaf_append_only before update or delete or truncate on audit_leaf
    for each statement execute function refuse_change()`,

  `create table api_key (
    id text primary key,
    role text not null,
    name text not null,
    station_id text references station,
    secret_sha256 bytea not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz)`,
  `create table idempotency (
    caller text not null,
    key text not null,
    request_sha256 bytea not null,
    status integer,
    body jsonb,
    held_by integer not null,
    created_at timestamptz not null default now(),
    primary key (caller, key))`,
  `create sequence instance_number as integer cycle`,
];

export const firstTables: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
