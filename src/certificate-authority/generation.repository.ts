import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import { goneInstances, Instance } from '../platform/database/instance.js';
import type { HsmKeyType } from '../hsm/hsm.js';
import { fingerprint, readCertificate } from '../x509/certificate.js';
import type { WantedAuthority } from './authority.js';
import type { AuthorityState } from './authority.tables.js';
import { authorityNotFound } from './certificate-authority.errors.js';
import type { MadeGeneration, Making, MakingState, PlannedGeneration } from './generation.js';

const PLAN = [
  'id', 'family', 'generation', 'common_name as commonName', 'key_type as keyType', 'hash', 'key_label as keyLabel', 'requested_by as requestedBy', 'making_attempts as attempts',
] as const;
const MAKING = ['id', 'state', 'family', 'generation', 'key_type as keyType', 'key_label as keyLabel', 'making_attempts as attempts', 'making_detail as detail', 'created_at as createdAt'] as const;

/** More than the HSM is given for one key and for the tries to sign with it. A process that lives holds its plan no longer than this. */
const LEASE = '5 minutes';

/** Authorities while they are being made: rows of `authority` without a certificate. */
@Injectable()
export class GenerationRepository {
  constructor(
    private readonly db: Database,
    private readonly instance: Instance,
  ) {}

  async lastGeneration(family: string, ledger: Ledger): Promise<number> {
    const row = await ledger.selectFrom('authority').select((eb) => eb.fn.max('generation').as('generation')).where('family', '=', family).executeTakeFirst();
    return row?.generation ?? 0;
  }

  /**
   * What this caller asked for under this Idempotency-Key before, or what is being made for the family. Without a key a request can't be told
   * from its own repeat, so it also finds what the same caller asked for in the same words and what has never issued.
   */
  async findAsked(tx: Ledger, { family, keyType, hash }: WantedAuthority, requestedBy: string, requestKey: string | undefined): Promise<Making | undefined> {
    const row = await tx
      .selectFrom('authority')
      .select(MAKING)
      .where('family', '=', family)
      .where((eb) => eb.or([
        eb('state', '=', 'planned'),
        eb.and([
          eb('requested_by', '=', requestedBy),
          ...(requestKey === undefined
            ? [eb('state', 'in', ['generated', 'registered']), eb('key_type', '=', keyType), eb('hash', 'is not distinct from', hash ?? null)]
            : [eb('request_key', '=', requestKey)]),
        ]),
      ]))
      .orderBy(sql`request_key is not distinct from ${requestKey ?? null}`, 'desc')
      .orderBy('generation', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && toMaking(row);
  }

  async insert(tx: Ledger, { id, family, generation, commonName, keyType, hash, keyLabel, requestedBy }: PlannedGeneration, requestKey: string | undefined): Promise<Making> {
    const row = await tx
      .insertInto('authority')
      .values({
        id, family, generation, common_name: commonName, key_type: keyType, hash, key_label: keyLabel, requested_by: requestedBy, request_key: requestKey ?? null,
        state: 'planned', making_due_at: sql<Date>`now()`,
      })
      .returning(MAKING)
      .executeTakeFirstOrThrow();
    return toMaking(row);
  }

  async get(id: string, ledger: Ledger = this.db): Promise<Making> {
    const row = await ledger.selectFrom('authority').select(MAKING).where('id', '=', id).executeTakeFirst();
    if (!row) throw authorityNotFound(id);
    return toMaking(row);
  }

  /** Those that are not authorities yet, or never became one. */
  async listUnmade(): Promise<Making[]> {
    const rows = await this.db.selectFrom('authority').select(MAKING).where('certificate', 'is', null).orderBy('created_at').execute();
    return rows.map(toMaking);
  }

  /**
   * Takes hold of plans that are due: new ones, ones whose pause after a failed try is over, and ones whose process is gone, or is this one and
   * does not work on them.
   */
  async claimDue(limit: number, isRunning: (id: string) => boolean): Promise<PlannedGeneration[]> {
    const planned = await this.db.selectFrom('authority').select(['id', 'making_by', sql<boolean>`making_due_at <= now()`.as('due')]).where('state', '=', 'planned').execute();
    if (planned.length === 0) return [];
    const gone = await goneInstances(planned.flatMap(({ making_by }) => making_by ?? []), this.db);
    const free = planned.filter(({ id, making_by, due }) => due || (making_by !== null && (gone.has(making_by) || (making_by === this.instance.number && !isRunning(id)))));
    const claimed: PlannedGeneration[] = [];
    for (const { id, making_by } of free.slice(0, limit)) {
      const row = await this.db
        .updateTable('authority')
        .set({ making_by: this.instance.number, making_attempts: sql<number>`making_attempts + 1`, making_due_at: sql<Date>`now() + ${LEASE}::interval` })
        .where('id', '=', id)
        .where('state', '=', 'planned')
        .where((eb) => eb.or([eb('making_due_at', '<=', sql<Date>`now()`), eb('making_by', 'is not distinct from', making_by)]))
        .returning(PLAN)
        .executeTakeFirst();
      if (row) claimed.push({ ...row, keyType: row.keyType as HsmKeyType, hash: row.hash as PlannedGeneration['hash'], requestedBy: row.requestedBy ?? 'system' });
    }
    return claimed;
  }

  /** The plan has become an authority. False when it was cancelled, or is made by another process by now. */
  async complete(tx: Ledger, { id, attempts }: PlannedGeneration, { key, token, certificate }: MadeGeneration): Promise<boolean> {
    const { notBefore, notAfter } = readCertificate(certificate);
    const made = {
      key_id: key.id, key_attributes: JSON.stringify(key.attributes), hsm_token: JSON.stringify(token), certificate, fingerprint: fingerprint(certificate),
      not_before: notBefore, not_after: notAfter, state: 'generated', making_detail: null, making_by: null, making_due_at: null,
    } as const;
    return this.end(tx, id, attempts, made);
  }

  /** It is tried again after a pause, in milliseconds. */
  async postpone({ id, attempts }: PlannedGeneration, detail: string, pauseMs: number): Promise<void> {
    await this.end(this.db, id, attempts, { making_detail: detail, making_by: null, making_due_at: sql<Date>`now() + ${pauseMs} * interval '1 millisecond'` });
  }

  async fail(tx: Ledger, { id, attempts }: PlannedGeneration, detail: string): Promise<boolean> {
    return this.end(tx, id, attempts, { state: 'failed', making_detail: detail, making_by: null, making_due_at: null });
  }

  /** False when it was made meanwhile. */
  async cancel(tx: Ledger, id: string): Promise<boolean> {
    const row = await tx
      .updateTable('authority')
      .set({ state: 'cancelled', making_by: null, making_due_at: null })
      .where('id', '=', id)
      .where('state', 'in', ['planned', 'failed'])
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Labels of all keys that the ledger knows, of whatever became of them; the station authority's too. */
  async keyLabels(): Promise<Set<string>> {
    const rows = await this.db.selectFrom('authority').select('key_label').union(this.db.selectFrom('station_authority').select('key_label')).execute();
    return new Set(rows.map(({ key_label }) => key_label));
  }

  private async end(ledger: Ledger, id: string, attempts: number, change: object): Promise<boolean> {
    const row = await ledger
      .updateTable('authority')
      .set(change)
      .where('id', '=', id)
      .where('state', '=', 'planned')
      .where('making_by', '=', this.instance.number)
      .where('making_attempts', '=', attempts)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }
}

function toMaking({ state, ...row }: Omit<Making, 'state'> & { state: AuthorityState }): Making {
  return { ...row, state: STATES[state] ?? 'done' };
}

const STATES: Partial<Record<AuthorityState, MakingState>> = { planned: 'under-way', failed: 'failed', cancelled: 'cancelled' };
