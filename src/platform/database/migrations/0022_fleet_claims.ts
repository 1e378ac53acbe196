import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // One for each order whose devices ask AWS for their certificates. sealed_key is empty once the claim has ended.
  `create table fleet_claim (
    work_order_id text primary key references work_order (id),
    target_name text not null references target (name),
    state text not null check (state in ('pending', 'active', 'ending', 'ended')),
    retire_after text not null check (retire_after in ('date', 'all-connected')),
    expires_at timestamptz not null,
    csr text,
    sealed_key bytea,
    certificate_id text,
    certificate text,
    reason text,
    detail text,
    aws_error text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    made_at timestamptz,
    ended_at timestamptz,
    check (state <> 'active' or (certificate is not null and certificate_id is not null and sealed_key is not null)))`,
  `create index fleet_claim_due on fleet_claim (next_attempt_at) where state <> 'ended'`,
  // Things that stand before their device comes: of scrapped units, and of those that were entitled anew. Null: nobody is let in.
  `create table held_thing (
    unit_id bigint not null references unit (id),
    target_name text not null references target (name),
    entitlement uuid,
    held_at timestamptz not null default now(),
    primary key (unit_id, target_name))`,
  `create index aws_entitlement_withdrawn on aws_entitlement (unit_id) where state = 'withdrawn'`,
];

/** Claims of fleet provisioning, and what keeps units out that may not have a certificate of AWS any more. */
export const fleetClaims: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
