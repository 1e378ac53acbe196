import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Null: AWS's own CA has signed it. Of such a certificate there was no intent with its exact bytes, and no list of ours names it.
  `alter table certificate
    alter column authority_id drop not null,
    alter column tbs_sha256 drop not null,
    drop constraint certificate_key_origin_check,
    add constraint certificate_key_origin_check check (key_origin in ('device', 'service', 'aws')),
    drop constraint certificate_revoked_whole,
    add constraint certificate_revoked_whole check (state <> 'revoked' or (revoked_at is not null and revocation_reason is not null and (crl_entry is not null or authority_id is null))),
    add constraint certificate_of_whom check (authority_id is not null or state in ('valid', 'revoked'))`,
  // What AWS may sign for a unit: counted against the order and on record before AWS is asked. spki_sha256 is null where AWS makes the key.
  `create table aws_entitlement (
    id uuid primary key,
    unit_id bigint not null,
    work_order_id text not null,
    authority_id text not null,
    spki_sha256 bytea,
    key_identity bytea,
    state text not null check (state in ('open', 'used', 'withdrawn')),
    voucher text,
    fingerprint text,
    made_at timestamptz not null default now(),
    ended_at timestamptz,
    reworked_at timestamptz,
    check (state <> 'used' or fingerprint is not null))`,
  `create unique index aws_entitlement_one_per_unit on aws_entitlement (unit_id) where state = 'open'`,
  `create index aws_entitlement_open on aws_entitlement (work_order_id) where state = 'open'`,
  `create index aws_entitlement_by_unit on aws_entitlement (unit_id)`,
];

/** Certificates that AWS signs, and what entitles a unit to one. */
export const awsSigned: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
