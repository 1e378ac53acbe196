import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Files that stations uploaded, by what is in them. In the ledger, so that all replicas have them and its backup does.
  `create table attachment (
    sha256 bytea primary key,
    bytes integer not null,
    station_id text not null references station,
    uploaded_at timestamptz not null default now(),
    is_named boolean not null)`,
  `create index attachment_by_station on attachment (station_id, uploaded_at)`,
  // For the sweep of what no result names.
  `create index attachment_unnamed on attachment (uploaded_at) where not is_named`,
  // In pieces of 1 MiB, so that neither a statement nor an answer holds a whole file.
  `create table attachment_part (
    sha256 bytea not null references attachment on delete cascade,
    number integer not null,
    content bytea not null,
    primary key (sha256, number))`,
  // Which jobs' results and late reports name a file, whether or not it is there.
  `create table named_attachment (
    sha256 bytea not null,
    job_id bigint not null references job,
    primary key (sha256, job_id))`,
  // As the station named them: {name, sha256, mediaType}.
  `alter table attempt add column attachments jsonb`,
];

/** Results name files by their hash, and stations upload them. */
export const attachments: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
