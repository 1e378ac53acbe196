import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // A device that a fleet template may have let in, whose Thing is no unit's: families share templates, so that it is none of their authorities'.
  `alter table unknown_certificate alter column authority_id drop not null, add column template_name text, add check ((authority_id is null) <> (template_name is null))`,
];

/** Certificates that AWS knows and the ledger does not are an authority's or a template's. */
export const unknownByTemplate: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
