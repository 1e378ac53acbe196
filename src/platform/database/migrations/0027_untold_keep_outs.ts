import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Not valid: no row has to be read for it, and none can be against it.
  `alter table unit_target drop constraint unit_target_state_check,
    add constraint unit_target_state_check check (state in ('in-sync', 'pending', 'drifted', 'failed', 'removed')) not valid`,
  `update unit_target set state = 'removed', detail = 'The target was retired before AWS was told there' from target
    where target.name = unit_target.target_name and target.state = 'retired' and unit_target.state = 'pending' and unit_target.desired <> 'ACTIVE'`,
];

/** Revocations and quarantines that AWS is never told of in a target, since that is retired. */
export const untoldKeepOuts: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
