import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** As `ROUTE_OF_ONE_STEP` (`work-orders/route.ts`) had it at that time. */
const ONE_STEP = `'[{"name":"provision","identity":true,"retests":1,"maxMinutes":60}]'`;

const STATEMENTS = [
  // `profile`, `method`: of orders that say none; null: the service's own. `revisions`: of its hardware; empty: any. `failure_codes`: empty: any.
  `create table product (
    name text primary key,
    revisions text[] not null default '{}',
    profile text,
    method text,
    route jsonb not null,
    failure_codes jsonb not null default '[]',
    serial_rules jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `insert into product (name, route) select distinct product, ${ONE_STEP}::jsonb from work_order`,
  `create trigger product_is_kept before delete or truncate on product for each statement execute function refuse_removal()`,
  // What an order's units pass, as the product had it when the order was made.
  `alter table work_order add column revision text, add column route jsonb not null default ${ONE_STEP}`,
  // Which step of its unit's route a job is, counted from 1, and its attempts that ended with FAIL.
  `alter table job
    add column step text not null default 'provision',
    add column step_number integer not null default 1,
    add column fails integer not null default 0`,
  // What the next claim of a station may get, by line, step and order, the least tried first: read by next_jobs (programming/jobs.sql).
  'drop index job_waiting',
  `create index job_waiting on job (line_id, step, work_order_id, attempt, id) where state = 'queued'`,
  'drop index job_ended',
  `create index job_ended on job (line_id, step, state, id) where state in ('passed', 'failed', 'cancelled')`,
  `alter table job_tally add column step text not null default 'provision'`,
  // The steps that a station does; empty: every one.
  `alter table station add column steps text[] not null default '{}'`,
];

/** Products say by which route their units go; a job is one step of it. */
export const routes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
