import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `alter table work_order
    add column when_target_unreachable text not null default 'issue' check (when_target_unreachable in ('issue', 'refuse')),
    add column max_stale_hours integer not null default 72 check (max_stale_hours between 1 and 8760)`,
  `alter table registration add column seen_at timestamptz not null default now()`,
  // A round in which AWS could not be asked has moved updated_at too.
  `update registration set seen_at = coalesce(seen_open_at, case when attempts = 0 then updated_at else since end)`,
  // The next look at each registration says until when.
  `alter table issuing_verdict add column good_until timestamptz not null default 'infinity', add column stale_reason text not null default ''`,
];

/** Orders say whether they wait for a target that AWS does not answer for, and how old may be what was last seen there. */
export const staleVerdicts: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
