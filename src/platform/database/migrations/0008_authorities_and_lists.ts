import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * An authority is on record before its key is made: `planned`, then `generated`, or `failed` with the reason in `making_detail`. Each
 * authority of an older ledger was made whole, so nothing changes for it.
 */
const AUTHORITIES = [
  `alter table authority
    alter column key_id drop not null,
    alter column key_attributes drop not null,
    alter column hsm_token drop not null,
    alter column certificate drop not null,
    alter column fingerprint drop not null,
    alter column not_before drop not null,
    alter column not_after drop not null,
    add column hash text,
    add column requested_by text,
    add column request_key text,
    add column making_detail text,
    add column making_attempts integer not null default 0,
    add column making_by integer,
    add column making_due_at timestamptz,
    add constraint authority_made check (state in ('planned', 'failed', 'cancelled')
      or (key_id, key_attributes, hsm_token, certificate, fingerprint, not_before, not_after) is not null)`,
  // A repeated request finds the one that is being made.
  `create unique index authority_one_planned on authority (family) where state = 'planned'`,
  `create unique index authority_by_request on authority (requested_by, request_key, family) where request_key is not null`,
  // An authority that is cancelled is taken out of its targets again.
  `alter table registration drop constraint registration_state_check,
    add constraint registration_state_check check (state in ('in-sync', 'pending', 'drifted', 'failed', 'removed'))`,
];

/** A revocation list has its number before the HSM is asked, and is signed outside of any transaction. At most one of each authority at a time. */
const LISTS = [
  `create table crl_draft (
    id bigint generated always as identity primary key,
    authority_id text not null unique references authority,
    number bigint not null,
    held_by integer not null,
    ends_at timestamptz not null)`,
];

export const authoritiesAndLists: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [...AUTHORITIES, ...LISTS]) await sql.raw(statement).execute(db);
  },
};
