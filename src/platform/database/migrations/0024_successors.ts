import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Certificates until now were each their unit's only one.
  `alter table certificate add column standing text not null default 'current' check (standing in ('current', 'successor', 'former'))`,
  `alter table certificate add column replaces text, add constraint certificate_replaces_check check (standing <> 'successor' or replaces is not null)`,
  `drop index certificate_one_per_unit`,
  `create unique index certificate_one_per_unit on certificate (unit_id) where state in ('reserved', 'valid') and standing = 'current'`,
  `create unique index certificate_one_successor on certificate (unit_id) where state in ('reserved', 'valid') and standing = 'successor'`,
  `create unique index certificate_one_former on certificate (unit_id) where state in ('reserved', 'valid') and standing = 'former'`,
  // Null: the unit's method brings the certificate into the target. Otherwise it takes over what this one has there.
  `alter table unit_target add column succeeds text`,
];

/** A unit in the field may have a second certificate beside its current one, which takes its place. */
export const successors: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
