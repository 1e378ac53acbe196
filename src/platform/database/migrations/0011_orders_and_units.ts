import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table work_order
    drop constraint work_order_state_check,
    add constraint work_order_state_check check (state in ('planned', 'released', 'held', 'closed', 'cancelled')),
    add column state_reason text,
    add column state_since timestamptz not null default now()`,
  `update work_order set state_since = coalesce(released_at, created_at)`,
  // The job that the unit's present one follows after a rework or a quarantine.
  `alter table job add column follows bigint references job`,
  // Its unit was reworked: it counts no more against the order's quota.
  `alter table certificate
    add column reworked_at timestamptz,
    add constraint certificate_reworked_is_over check (reworked_at is null or state = 'revoked')`,
  // The state to which a quarantined unit goes back.
  `alter table unit add column quarantined_from text`,
  `alter table unit_target
    drop constraint unit_target_desired_check,
    add constraint unit_target_desired_check check (desired in ('ACTIVE', 'INACTIVE', 'REVOKED'))`,
];

export const ordersAndUnits: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
