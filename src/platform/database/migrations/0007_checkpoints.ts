import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const LEDGER = [
  // Which ledger this is, how often it was accepted after a restore, and why nothing may be issued from it.
  `create table ledger_identity (
    id integer primary key default 1 check (id = 1),
    ledger text not null default gen_random_uuid()::text,
    epoch integer not null default 0,
    hold text check (hold in ('older', 'failover')),
    hold_reason text,
    held_at timestamptz,
    held_from bigint,
    check (num_nulls(hold, hold_reason, held_at, held_from) in (0, 4)))`,
  `insert into ledger_identity default values`,
  // Each time that the ledger was accepted without leaves that it had once: from first_index on, the log tells of another time.
  `create table ledger_epoch (
    epoch integer primary key,
    first_index bigint not null,
    least_crl_number bigint not null,
    began_at timestamptz not null default now())`,
];

const CRL = [
  // Numbers are at least the time in seconds, so that none is used twice after a restore. They are still one chain: each list names the
  // one that it follows, and none is followed by two.
  `alter table crl
    alter column previous drop expression,
    add constraint crl_grows check (previous < number)`,
  `create unique index crl_one_successor on crl (authority_id, previous) nulls not distinct`,
];

export const checkpoints: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [...LEDGER, ...CRL]) await sql.raw(statement).execute(db);
  },
};
