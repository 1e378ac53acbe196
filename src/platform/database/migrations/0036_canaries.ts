import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table unit add column canary boolean not null default false`,
  `alter table work_order add column canary text not null default 'off' check (canary in ('off', 'required'))`,
  `create table canary (
    id bigint generated always as identity primary key,
    serial text not null unique,
    work_order_id text not null references work_order (id),
    unit_id bigint not null references unit (id),
    state text not null check (state in ('planned', 'running', 'passed', 'failed')),
    over_443 boolean not null,
    authority_id text references authority (id),
    certificate_id text,
    results jsonb not null default '[]',
    requested_by text not null,
    requested_at timestamptz not null default now(),
    held_by integer,
    held_until timestamptz,
    ended_at timestamptz,
    discarded boolean not null default false
  )`,
  `create unique index canary_one_open on canary (work_order_id) where state in ('planned', 'running')`,
  `create index canary_of_order on canary (work_order_id, id)`,
  `create index canary_undiscarded on canary (id) where not discarded`,
];

/** Throw-away units that prove the way of an order's units to AWS. */
export const canaries: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
