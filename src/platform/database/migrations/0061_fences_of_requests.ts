import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // A fence is one request's alone, also after the row of its key was forgotten and made again: a process that hung so long finds that nothing is its own.
  `create sequence idempotency_fence`,
  `alter table idempotency alter column fence type bigint`,
  `select setval('idempotency_fence', (select coalesce(max(fence), 0) + 1 from idempotency))`,
  `alter table idempotency alter column fence set default nextval('idempotency_fence')`,
  `alter sequence idempotency_fence owned by idempotency.fence`,
];

export const fencesOfRequests: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
