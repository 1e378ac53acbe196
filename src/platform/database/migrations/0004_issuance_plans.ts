import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STEPS = ['reserve_certificates', 'complete_certificates'];

/**
 * A connection plans the statements of a step once. Planned while a ledger is all but empty, one of them read all
 * certificates, and went on to until the next statistics while the ledger grew. Each of them finds its rows by an index.
 */
export const issuancePlans: Migration = {
  async up(db: Kysely<unknown>) {
    for (const step of STEPS) await sql.raw(`alter function ${step} set enable_seqscan = off`).execute(db);
  },
};
