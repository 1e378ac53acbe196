import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Units, orders, authorities and targets are never deleted, so a row that names one can't come to name nothing. Said once
 * on their side it costs an issuance nothing; foreign keys cost it five look-ups a certificate, and a lock on the order's
 * and the authority's row, which all stations share. That what is named exists, the issuance proves in the same
 * transaction: it moves the unit, counts on the order, and adds each target from the order's own list.
 */
const KEPT = ['unit', 'work_order', 'authority', 'target'];

const STATEMENTS = [
  `create function refuse_removal() returns trigger language plpgsql as $$
    begin raise exception 'rows of % are never removed', tg_table_name using errcode = 'restrict_violation'; end $$`,
  ...KEPT.map((table) => `create trigger ${table}_is_kept before delete or truncate on ${table} for each statement execute function refuse_removal()`),
  `alter table certificate
    drop constraint certificate_unit_id_fkey,
    drop constraint certificate_work_order_id_fkey,
    drop constraint certificate_authority_id_fkey`,
  `alter table unit_target
    drop constraint unit_target_unit_id_fkey,
    drop constraint unit_target_target_name_fkey`,
];

export const leanIssuance: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
