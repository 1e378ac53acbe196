import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Each attempt is looked at.
  `set local statement_timeout = 0`,
  // What a station measured at one attempt, as JSON, up to 1 MiB. Compressed by PostgreSQL and apart from attempt, whose rows stay small. One lease
  // has several where it reported more than once.
  `create table test_record (
    job_id bigint not null references job,
    fence bigint not null,
    sha256 bytea not null,
    bytes integer not null,
    record json not null,
    primary key (job_id, fence, sha256))`,
  // Times as the station's own clock has them, as it wrote them: never compared with ours.
  `alter table attempt add column failure_detail text, add column station_started_at text, add column station_ended_at text, add column record_sha256 bytea`,
  `alter table late_report add column record_sha256 bytea`,
  `insert into test_record (job_id, fence, sha256, bytes, record)
    select job_id, fence, sha256(convert_to(record::text, 'UTF8')), octet_length(record::text), record::text::json from attempt where record is not null
    on conflict do nothing`,
  `update attempt set record_sha256 = sha256(convert_to(record::text, 'UTF8')) where record is not null`,
  `alter table attempt drop column record`,
];

/** Test records have a table of their own, and may be sixty times as long. */
export const testRecords: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
