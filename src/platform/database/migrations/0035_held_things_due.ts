import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // held_at is null until the Thing stands there as wanted; due_at is set while something is to be done about it, so that a look reads these rows only.
  `alter table held_thing alter column held_at drop not null, alter column held_at drop default, add column due_at timestamptz`,
  `create index held_thing_due on held_thing (target_name, due_at) where due_at is not null`,
  // Each unit whose voucher was withdrawn is looked at once more.
  `insert into held_thing (unit_id, target_name, due_at)
    select distinct e.unit_id, t.target_name, now() from aws_entitlement e join work_order_target t on t.work_order_id = e.work_order_id where e.state = 'withdrawn' and e.voucher is not null
    on conflict (unit_id, target_name) do update set due_at = excluded.due_at`,
  // The Thing to which a certificate is attached that the target knows and the ledger does not; null where it is not known, or there is none.
  `alter table unknown_certificate add column thing_name text`,
];

/** Things that are still to keep devices out, by an index of their own, and the Things of certificates that the ledger does not know. */
export const heldThingsDue: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
