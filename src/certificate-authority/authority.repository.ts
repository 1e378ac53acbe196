import { Injectable } from '@nestjs/common';
import type { NotNull } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import type { AuthorityState } from './authority.tables.js';
import type { Authority } from './authority.js';
import { authorityNotFound } from './certificate-authority.errors.js';

const COLUMNS = [
  'id', 'family', 'generation', 'common_name as commonName', 'key_type as keyType', 'key_label as keyLabel', 'key_id as keyId', 'certificate',
  'fingerprint', 'not_before as notBefore', 'not_after as notAfter', 'state', 'created_at as createdAt',
  'activated_at as activatedAt', 'hsm_token as hsmToken',
] as const;

/** Authorities that have been made; `GenerationRepository` has the others. */
@Injectable()
export class AuthorityRepository {
  constructor(private readonly db: Database) {}

  async get(id: string, ledger: Ledger = this.db): Promise<Authority> {
    const row = await made(ledger).where('id', '=', id).executeTakeFirst();
    if (!row) throw authorityNotFound(id);
    return toAuthority(row);
  }

  async findIssuing(family: string, ledger: Ledger = this.db): Promise<Authority | undefined> {
    const row = await made(ledger).where('family', '=', family).where('state', '=', 'issuing').executeTakeFirst();
    return row && toAuthority(row);
  }

  async list(ledger: Ledger = this.db): Promise<Authority[]> {
    const rows = await made(ledger).orderBy('family').orderBy('generation').execute();
    return rows.map(toAuthority);
  }

  /** Moves the authority on if it stands in one of `from`; false when it does not. */
  async moveState(tx: Ledger, id: string, from: AuthorityState[], to: AuthorityState): Promise<boolean> {
    const moved = await tx
      .updateTable('authority')
      .set(to === 'issuing' ? { state: to, activated_at: new Date() } : { state: to })
      .where('id', '=', id)
      .where('state', 'in', from)
      .returning('id')
      .executeTakeFirst();
    return moved !== undefined;
  }
}

const made = (ledger: Ledger) =>
  ledger
    .selectFrom('authority')
    .select(COLUMNS)
    .where('certificate', 'is not', null)
    .$narrowType<{ keyId: NotNull; certificate: NotNull; fingerprint: NotNull; notBefore: NotNull; notAfter: NotNull; hsmToken: NotNull }>();

type Row = Omit<Authority, 'production'> & { hsmToken: Record<string, unknown> };

function toAuthority({ hsmToken, ...row }: Row): Authority {
  return { ...row, production: hsmToken['production'] === true };
}
