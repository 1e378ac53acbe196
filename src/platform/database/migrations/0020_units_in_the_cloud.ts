import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Null: the roots of AWS's own endpoints.
  `alter table target add column device_roots text`,
  `alter table work_order add column ship_gate text not null default 'certified' check (ship_gate in ('certified', 'registered', 'connected'))`,
  `alter table unit_target add column connected_at timestamptz`,
  // Under jitp, the only method before, AWS knows a unit by its first connection.
  `update unit_target set connected_at = observed_at where state = 'in-sync' and desired = 'ACTIVE' and method = 'jitp'`,
  `create index unit_target_looked_at on unit_target (target_name, observed_at) where state in ('in-sync', 'drifted')`,
  `alter table registration add column next_sweep_at timestamptz not null default now()`,
  `create table unknown_certificate (
    target_name text not null references target (name),
    certificate_id text not null,
    authority_id text not null references authority (id),
    status text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    primary key (target_name, certificate_id)
  )`,
];

/** What AWS is asked of units again and again, what an order wants of a unit that is shipped, and certificates that AWS knows and the ledger does not. */
export const unitsInTheCloud: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
