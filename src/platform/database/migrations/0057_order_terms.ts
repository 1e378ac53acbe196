import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // `lines`: those besides line_id whose stations may work on its units. `asked`: what an order of another system said when it was made.
  `alter table work_order
    add column not_before timestamptz,
    add column not_after timestamptz,
    add column lines text[] not null default '{}',
    add column external_id text,
    add column asked jsonb,
    add constraint work_order_window check (not_before < not_after),
    add constraint work_order_asked check ((external_id is null) = (asked is null))`,
  `create unique index work_order_external on work_order (external_id) where external_id is not null`,
  `create index work_order_lines on work_order using gin (lines) where state = 'released' and lines <> '{}'`,
];

/** Orders say when and on which lines they are worked on, and which order of another system they are. */
export const orderTerms: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
