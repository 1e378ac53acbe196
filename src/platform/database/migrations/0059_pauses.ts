import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Of the whole plant where no line is named, of a line, of a station of it, or of one slot of that.
  `create table pause (
    id bigint generated always as identity primary key,
    line_id text references line (id),
    station_id text references station (id),
    slot text,
    drain boolean not null,
    reason text not null,
    begun_by text not null,
    since timestamptz not null default now(),
    ends_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    check (station_id is null or line_id is null),
    check (slot is null or station_id is not null)
  )`,
  `create unique index pause_one_of_a_kind on pause (coalesce(line_id, ''), coalesce(station_id, ''), coalesce(slot, '')) where ended_at is null`,
];

/** Plant, lines, stations and slots at which nothing new begins for a time. */
export const pauses: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
