import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `set local statement_timeout = 0`,
  // False also of revocations that were brought to other accounts before: they stay for good.
  `alter table unit_target add column beyond_order boolean not null default false`,
  `create index unit_target_removed on unit_target (target_name) where state = 'removed'`,
  // Quarantined units, and certificates that were replaced: few.
  `create index unit_target_inactive on unit_target (certificate_id) where desired = 'INACTIVE'`,
  // Null: no units are to be named.
  `alter table registration add column naming_since timestamptz, add column named_until bigint not null default 0`,
  // Units that a target would learn of by their first connection, which has not come.
  `create index unit_target_unmet on unit_target (target_name, unit_id) include (method)
    where desired = 'ACTIVE' and state in ('pending', 'failed') and connected_at is null and succeeds is null and not beyond_order`,
  // Of each authority the units that have its certificates, without reading those.
  `create index certificate_current on certificate (authority_id, unit_id) where state = 'valid' and standing = 'current'`,
];

/** Accounts in which a device may come in although its order does not name them, and what a stop has to find there however many units there are. */
export const waysIn: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
