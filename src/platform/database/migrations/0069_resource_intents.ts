import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // What a round asks AWS to make of settings, from before the call until a look that began after it has ended.
  `create table resource_intent (
    id uuid primary key,
    target_name text not null references target,
    kind text not null,
    name text not null,
    authority_id text not null references authority,
    settings jsonb not null,
    asked_at timestamptz not null default now(),
    answered_at timestamptz
  )`,
  `create index resource_intent_by_resource on resource_intent (target_name, kind, name)`,
];

/** What takes effect in AWS after its round was overtaken, or its worker died, is known as our own. */
export const resourceIntents: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
