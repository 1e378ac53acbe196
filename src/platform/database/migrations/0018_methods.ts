import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Orders name a method with parameters; what a family's CA does with first connections in a target is kept once for both. */
export const methods: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table work_order add column parameters jsonb not null default '{}'`.execute(db);
    await sql`alter table registration add column parameters jsonb not null default '{}'`.execute(db);
    await sql`
      create table family_target (
        family text not null,
        target_name text not null references target (name),
        method text not null,
        parameters jsonb not null default '{}',
        work_order_id text not null references work_order (id),
        primary key (family, target_name)
      )`.execute(db);
    await sql`
      insert into family_target (family, target_name, method, work_order_id)
      select distinct on (w.authority_family, t.target_name) w.authority_family, t.target_name, w.method, w.id
      from work_order w join work_order_target t on t.work_order_id = w.id
      order by w.authority_family, t.target_name, w.created_at, w.id`.execute(db);
  },
};
