import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table renewal (
    id bigint generated always as identity primary key,
    unit_id bigint not null references unit (id),
    certificate_id text not null,
    former_certificate_id text not null,
    spki_sha256 bytea not null,
    state text not null check (state in ('registering', 'ready', 'delivered', 'seen', 'grace', 'done', 'cancelled')),
    detail text,
    requested_by text not null,
    started_at timestamptz not null default now(),
    expires_at timestamptz not null,
    delivered_at timestamptz,
    seen_at timestamptz,
    seen_in text references target (name),
    grace_ends_at timestamptz,
    ended_at timestamptz,
    attempts integer not null default 0,
    next_look_at timestamptz not null default now()
  )`,
  `create unique index renewal_one_per_unit on renewal (unit_id) where state not in ('done', 'cancelled')`,
  `create unique index renewal_certificate on renewal (certificate_id)`,
  `create index renewal_of_unit on renewal (unit_id, id)`,
  `create index renewal_former on renewal (former_certificate_id) where state not in ('done', 'cancelled')`,
  `create index renewal_due on renewal (next_look_at) where state not in ('done', 'cancelled')`,
  `create index renewal_in_state on renewal (state, id)`,
  // How many devices still need an authority.
  `create index certificate_in_use on certificate (authority_id, not_after) where state = 'valid'`,
];

/** The field rotation of a unit's certificate, from the request to the end of the old one. */
export const renewals: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
