import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // `next_index`: of the log, the next one that is not delivered. `attempts`: in vain, in a row. `claim` grows with each process that takes it on, until `claimed_until` at most.
  `create table webhook (
    id text primary key,
    url text not null,
    events text[] not null,
    sealed_secret bytea,
    state text not null check (state in ('active', 'paused', 'deleted')),
    reason text,
    next_index bigint not null,
    attempts integer not null default 0,
    failing_since timestamptz,
    next_attempt_at timestamptz not null default now(),
    claim bigint not null default 0,
    claimed_until timestamptz,
    delivered_at timestamptz,
    created_by text not null,
    created_at timestamptz not null default now(),
    check ((state = 'deleted') = (sealed_secret is null))
  )`,
  `create index webhook_due on webhook (next_attempt_at) where state = 'active'`,
  // The newest messages of each, for people.
  `create table webhook_delivery (
    webhook_id text not null references webhook (id),
    log_index bigint not null,
    type text not null,
    message_id text not null,
    attempts integer not null,
    status integer,
    problem text,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    delivered_at timestamptz,
    primary key (webhook_id, log_index, type)
  )`,
  // An order's units are read page by page.
  'drop index unit_by_order',
  'create index unit_by_order on unit (work_order_id, id)',
];

/** Other systems are told what happens. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
