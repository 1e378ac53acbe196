import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // The epoch of the ledger that began when it was accepted without leaves which it had once, while nobody has said since that what the ledger tells of the order's units is so.
  `alter table work_order add column unconfirmed_epoch integer`,
  `create index work_order_unconfirmed on work_order (id) where unconfirmed_epoch is not null`,
];

/** Orders of which a restored ledger may have lost something. */
export const unconfirmedOrders: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
