import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table bulk_registration add column signer text not null default 'hsm' check (signer in ('hsm', 'aws'))`,
  `create table bulk_csr (
    unit_id bigint not null,
    target_name text not null references target (name),
    spki_sha256 bytea not null,
    csr text not null,
    bulk_registration_id bigint references bulk_registration (id),
    line integer,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'signed', 'refused')),
    error_code text,
    reason text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    primary key (unit_id, target_name)
  )`,
  `create index bulk_csr_file on bulk_csr (bulk_registration_id, line)`,
  `create index bulk_csr_due on bulk_csr (target_name, next_attempt_at) where state in ('waiting', 'refused')`,
];

/** CSRs of units whose certificates AWS signs line by line. */
export const bulkCsrs: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
