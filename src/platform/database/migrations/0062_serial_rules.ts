import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `update product set serial_rules = '{}' where serial_rules is null`,
  `alter table product alter column serial_rules set default '{}', alter column serial_rules set not null`,
  `alter table work_order add column serial_rules jsonb not null default '{}'`,
  // Serials that a product may use. No reference to the product: a million of them come at once, and products are never deleted.
  `create table allowed_serial (
    serial text primary key,
    product text not null,
    position bigint generated always as identity,
    upload uuid not null,
    taken boolean not null default false
  )`,
  `create index allowed_serial_free on allowed_serial (product, position) where not taken`,
];

/** What serials of a product are like, and which it may use. */
export const serialRules: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
