import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';
import type { AuthorityState } from './authority.tables.js';
import type { HsmKey, TokenDescription } from '../hsm/hsm.js';
import type { Authority } from './authority.js';
import { authorityNotFound } from './certificate-authority.errors.js';

const COLUMNS = [
  'id', 'family', 'generation', 'common_name as commonName', 'key_type as keyType', 'key_label as keyLabel', 'certificate',
  'fingerprint', 'not_before as notBefore', 'not_after as notAfter', 'state', 'created_at as createdAt',
  'activated_at as activatedAt', 'hsm_token as hsmToken',
] as const;

export type NewAuthority = Omit<Authority, 'state' | 'createdAt' | 'activatedAt' | 'production'>;

@Injectable()
export class AuthorityRepository {
  constructor(private readonly db: Database) {}

  async get(id: string, ledger: Ledger = this.db): Promise<Authority> {
    const row = await ledger.selectFrom('authority').select(COLUMNS).where('id', '=', id).executeTakeFirst();
    if (!row) throw authorityNotFound(id);
    return toAuthority(row);
  }

  async findIssuing(family: string, ledger: Ledger = this.db): Promise<Authority | undefined> {
    const row = await ledger.selectFrom('authority').select(COLUMNS).where('family', '=', family).where('state', '=', 'issuing').executeTakeFirst();
    return row && toAuthority(row);
  }

  async list(ledger: Ledger = this.db): Promise<Authority[]> {
    const rows = await ledger.selectFrom('authority').select(COLUMNS).orderBy('family').orderBy('generation').execute();
    return rows.map(toAuthority);
  }

  async lastGeneration(family: string, ledger: Ledger): Promise<number> {
    const row = await ledger
      .selectFrom('authority')
      .select((eb) => eb.fn.max('generation').as('generation'))
      .where('family', '=', family)
      .executeTakeFirst();
    return row?.generation ?? 0;
  }

  /** Records the authority with its key's attributes as read back from the HSM. */
  async insert(tx: Ledger, authority: NewAuthority, key: HsmKey, token: TokenDescription): Promise<Authority> {
    const row = await tx
      .insertInto('authority')
      .values({
        id: authority.id,
        family: authority.family,
        generation: authority.generation,
        common_name: authority.commonName,
        key_type: authority.keyType,
        key_label: authority.keyLabel,
        key_id: key.id,
        key_attributes: JSON.stringify(key.attributes),
        hsm_token: JSON.stringify(token),
        certificate: authority.certificate,
        fingerprint: authority.fingerprint,
        not_before: authority.notBefore,
        not_after: authority.notAfter,
        state: 'generated',
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return toAuthority(row);
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

type Row = Omit<Authority, 'production'> & { hsmToken: Record<string, unknown> };

function toAuthority({ hsmToken, ...row }: Row): Authority {
  return { ...row, production: hsmToken['production'] === true };
}
