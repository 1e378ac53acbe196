import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  'drop trigger certificate_stays_revoked on certificate',
  // The next list may tell a reason that came to light later. That and when the certificate was revoked stays.
  `create trigger certificate_stays_revoked before update on certificate for each row
    when (old.state = 'revoked' and (new.state <> 'revoked' or (new.crl_entry is distinct from old.crl_entry
      and not (old.revocation_reason <> 'keyCompromise' and new.revocation_reason = 'keyCompromise' and new.revoked_at = old.revoked_at))))
    execute function refuse_unrevoke()`,
];

/** The reason of a revocation may become keyCompromise, and no other. */
export const raisedReasons: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
