import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  'alter table station add column require_session boolean not null default false',
  `create table station_session (
    station_id text primary key references station (id),
    id text not null unique,
    installation text,
    address text not null,
    software text not null,
    version text not null,
    fixture text,
    slots text[],
    clock_ahead_ms integer not null,
    began_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
  )`,
];

/** Which program works as a station, from where, and since when. */
export const stationSessions: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
