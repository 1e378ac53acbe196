import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table certificate
    add column revoked_at timestamptz,
    add column revocation_reason text,
    add column crl_entry bytea,
    add constraint certificate_revoked_whole check (state <> 'revoked' or (revoked_at is not null and revocation_reason is not null and crl_entry is not null))`,
  // The order of the list. Rows that are not revoked never touch it, so it costs an issuance nothing.
  `create index certificate_revoked on certificate (authority_id, revoked_at, serial_number) where state = 'revoked'`,
  // A list that was published can't be taken back, so what stands on it can't either.
  `create function refuse_unrevoke() returns trigger language plpgsql as $$
    begin raise exception 'a revocation is final'; end $$`,
  `create trigger certificate_stays_revoked before update on certificate for each row
    when (old.state = 'revoked' and (new.state <> 'revoked' or new.crl_entry is distinct from old.crl_entry))
    execute function refuse_unrevoke()`,

  // previous: numbers grow by one, without a gap and without a second first, whoever publishes.
  `create table crl (
    authority_id text not null references authority,
    number bigint not null check (number > 0),
    previous bigint generated always as (nullif(number - 1, 0)) stored,
    this_update timestamptz not null,
    next_update timestamptz not null,
    entries integer not null check (entries >= 0),
    sha256 bytea not null,
    der bytea,
    primary key (authority_id, number),
    foreign key (authority_id, previous) references crl,
    check (next_update > this_update))`,
  // Serial numbers don't compress, and uncompressed bytes can be read in pieces.
  `alter table crl alter column der set storage external`,
  // Written with each revocation, removed with the list that holds it: what is in here is not on a list yet.
  `create table crl_due (
    id bigint generated always as identity primary key,
    authority_id text not null references authority)`,

  `alter table unit_target add column desired text not null default 'ACTIVE' check (desired in ('ACTIVE', 'REVOKED'))`,
  // A unit that gets a new certificate still has the old one to be revoked.
  `alter table unit_target drop constraint unit_target_pkey, add primary key (unit_id, target_name, certificate_id)`,
];

export const revocation: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
