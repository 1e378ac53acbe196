import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table station_authority (
    id text primary key,
    generation integer not null unique,
    common_name text not null,
    key_type text not null,
    key_label text not null unique,
    key_id text,
    hsm_token jsonb,
    certificate bytea,
    fingerprint text unique,
    not_before timestamptz,
    not_after timestamptz,
    requested_by text not null,
    created_at timestamptz not null default now()
  )`,
  `create table station_certificate (
    serial_number text primary key,
    station_id text not null references station (id),
    authority_id text not null references station_authority (id),
    key_sha256 bytea not null,
    tbs bytea not null,
    certificate bytea,
    fingerprint text unique,
    not_before timestamptz not null,
    not_after timestamptz not null,
    enrolled_by text not null,
    replaces text,
    reserved_at timestamptz not null default now(),
    issued_at timestamptz,
    revoked_at timestamptz,
    revoked_by text
  )`,
  'create index station_certificate_station on station_certificate (station_id, not_after) where revoked_at is null',
  `create table station_access (
    station_id text primary key references station (id),
    require_certificate boolean not null default false,
    disabled_at timestamptz,
    disabled_by text,
    disabled_role text,
    disabled_reason text
  )`,
  `create table enrolment (
    id text primary key,
    station_id text not null references station (id),
    code_sha256 bytea not null unique,
    created_by text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    key_sha256 bytea,
    serial_number text,
    cancelled_at timestamptz
  )`,
  'create index enrolment_station on enrolment (station_id)',
];

/** Stations get client certificates of their own, and may be taken out of service. */
export const stationCertificates: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
