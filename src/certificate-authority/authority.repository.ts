import { Injectable } from '@nestjs/common';
import { type NotNull, sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import type { AuthorityState } from './authority.tables.js';
import type { Authority } from './authority.js';
import { authorityNotFound } from './certificate-authority.errors.js';

const COLUMNS = [
  'id', 'family', 'generation', 'common_name as commonName', 'key_type as keyType', 'key_label as keyLabel', 'key_id as keyId', 'certificate',
  'fingerprint', 'not_before as notBefore', 'not_after as notAfter', 'state', 'created_at as createdAt',
  'activated_at as activatedAt', 'cloud_stopped_at as cloudStoppedAt', 'hsm_token as hsmToken',
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

  /** Stops it; the state that it had is kept. Undefined when it is in no state from which it could issue. */
  async freeze(tx: Ledger, id: string): Promise<AuthorityState | undefined> {
    const row = await tx
      .updateTable('authority')
      .set({ frozen_from: sql<AuthorityState>`state`, state: 'frozen' })
      .where('id', '=', id).where('state', 'in', ['generated', 'registered', 'issuing', 'retiring'])
      .returning('frozen_from as from')
      .executeTakeFirst();
    return row?.from ?? undefined;
  }

  /** It is what it was before, but for an issuer whose family has another one by now. Undefined when it is not frozen. */
  async unfreeze(tx: Ledger, id: string): Promise<AuthorityState | undefined> {
    const isReplaced = sql<boolean>`exists (select from authority as other where other.family = authority.family and other.state = 'issuing')`;
    const row = await tx
      .updateTable('authority')
      .set({ state: sql<AuthorityState>`case when frozen_from = 'issuing' and ${isReplaced} then 'retiring' else frozen_from end`, frozen_from: null })
      .where('id', '=', id).where('state', '=', 'frozen').where('frozen_from', 'is not', null)
      .returning('state')
      .executeTakeFirst();
    return row?.state;
  }

  /** Its key is somebody else's too, which nothing undoes. Answers the state that it had; undefined when it has none from which that matters. */
  async compromise(tx: Ledger, id: string): Promise<AuthorityState | undefined> {
    const before = await tx.selectFrom('authority').select('state').where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
    const moved = await this.moveState(tx, id, ['generated', 'registered', 'issuing', 'retiring', 'retired', 'frozen'], 'compromised');
    return moved ? before?.state : undefined;
  }

  /** Whether it is to be stopped in every target. False when that was so already. */
  async setCloudStop(tx: Ledger, id: string, stopped: boolean): Promise<boolean> {
    const row = await tx
      .updateTable('authority')
      .set({ cloud_stopped_at: stopped ? sql<Date>`now()` : null })
      .where('id', '=', id).where('cloud_stopped_at', stopped ? 'is' : 'is not', null)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
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
