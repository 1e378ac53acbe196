import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { SettingsRefused } from '../config/settings.js';
import { Batcher } from '../platform/batcher.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { violatedReference } from '../platform/database/pg-errors.js';
import type { Role } from '../platform/http/roles.js';
import { inClass } from '../platform/request-class.js';
import { keyNotFound, lastKey, stationNotKnown } from './access.errors.js';
import type { ApiKeyTable } from './access.tables.js';
import { hashSecret, newApiKey, parseApiKey, secretMatches } from './api-key.js';
import type { Caller } from './caller.js';
import { RoleName } from './access.schema.js';
import { assertMayGrant } from './granting.js';
import { type KeepAnswer, keepNothing } from './replays.js';

const BootstrapKeys = z.partialRecord(RoleName, z.string());

/** How long another process's revocation may take to be felt here, in milliseconds; in this process it is felt at once. */
const FRESH_MS = 1_000;

type KnownKey = Pick<ApiKeyTable, 'id' | 'role' | 'station_id' | 'secret_sha256'> & { disabled: boolean | null; needsCertificate: boolean | null };

/** Who a key stands for; `bar`: he is known, and not let in with it at present. */
export type KeyHolder = Caller & { bar?: 'station-disabled' | 'station-not-enrolled' };

@Injectable()
export class ApiKeyRepository {
  /** All valid keys, some thousands at most, read together: many stations cost no more than one. */
  private known: { readAt: number; byId: Promise<Map<string, KnownKey>> } | undefined;
  /** Keys made in another process since. However many false ones come, one query at a time looks for them. */
  private readonly unknown = new Batcher((ids: string[]) => this.find(ids), { lanes: 1, most: 500, isShared: () => true });

  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller that `text` stands for; undefined when it is not a key of ours, is unknown or revoked. `isWorthALook`: whether one that is not known here is looked for in the ledger. */
  async findCaller(text: string, isWorthALook: boolean): Promise<KeyHolder | undefined> {
    const key = parseApiKey(text);
    if (!key) return undefined;
    const known = await this.readKnown();
    const row = known.get(key.id) ?? (isWorthALook ? await this.unknown.submit(key.id) : undefined);
    if (!row || !secretMatches(key.secret, row.secret_sha256)) return undefined;
    known.set(row.id, row);
    const bar = row.disabled === true ? 'station-disabled' : row.needsCertificate === true ? 'station-not-enrolled' : undefined;
    return { actor: `key:${row.id}`, role: row.role, station: row.station_id, ...(bar === undefined ? {} : { bar }) };
  }

  /** What was changed of a station here counts with the next request. */
  forget(): void {
    this.known = undefined;
  }

  private readKnown(): Promise<Map<string, KnownKey>> {
    const now = performance.now();
    if (this.known && now - this.known.readAt < FRESH_MS) return this.known.byId;
    // Everybody waits for it, so it is not to wait for a connection of whoever happens to ask first.
    const byId = inClass('station', () => this.valid().execute()).then((rows) => new Map(rows.map((row) => [row.id, row])));
    const known = { readAt: now, byId };
    this.known = known;
    byId.catch(() => {
      if (this.known === known) this.known = undefined;
    });
    return byId;
  }

  private async find(ids: string[]): Promise<(KnownKey | undefined)[]> {
    const rows = new Map((await this.valid().where('id', 'in', ids).execute()).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id));
  }

  private valid() {
    return this.db
      .selectFrom('api_key')
      .leftJoin('station_access', 'station_access.station_id', 'api_key.station_id')
      .select(({ eb }) => ['id', 'role', 'api_key.station_id', 'secret_sha256', eb('disabled_at', 'is not', null).$castTo<boolean>().as('disabled'), 'require_certificate as needsCertificate'])
      .where('revoked_at', 'is', null);
  }

  /** The returned `key` is shown this once; the ledger keeps its hash. */
  async create(actor: string, role: Role, name: string, station: string | null, keepAnswer = keepNothing) {
    const made = newApiKey(role);
    await this.insert(actor, { id: made.id, role, name, station, secretSha256: made.secretSha256 }, keepAnswer);
    return { id: made.id, role, name, station, key: made.text };
  }

  /** In the order in which they were made. `after`: the id of the last one seen. */
  list(limit: number, after?: string) {
    let rows = this.db
      .selectFrom('api_key')
      .select(['id', 'role', 'name', 'station_id as station', 'created_by as createdBy', 'created_at as createdAt', 'revoked_at as revokedAt'])
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit);
    if (after !== undefined) rows = rows.where((eb) => eb(eb.refTuple('created_at', 'id'), '>', eb.selectFrom('api_key').select(['created_at', 'id']).where('id', '=', after).$asTuple('created_at', 'id')));
    return rows.execute();
  }

  async revoke(caller: Caller, id: string, keepAnswer: KeepAnswer) {
    await this.db.transaction().execute(async (tx) => {
      const { role } = await tx
        .updateTable('api_key')
        .set({ revoked_at: new Date() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('role')
        .executeTakeFirstOrThrow(() => keyNotFound(id));
      assertMayGrant(caller.role, role);
      // Without an admin nobody could take a key away any more, without an officer nobody could make a manager or an officer.
      if (role === 'admin' || role === 'officer') await this.assertOthersRemain(tx, role);
      await this.audit.record(tx, caller.actor, 'access.key-revoked', `key:${id}`, { id });
      await keepAnswer(tx);
    });
    this.known = undefined;
  }

  /** Locks the role's valid keys, so that of two who take away the last two at once, one is refused. */
  private async assertOthersRemain(tx: Ledger, role: Role) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`last-key:${role}`}, 0))`.execute(tx);
    const other = await tx.selectFrom('api_key').select('id').where('role', '=', role).where('revoked_at', 'is', null).limit(1).executeTakeFirst();
    if (!other) throw lastKey(role);
  }

  /** Makes the keys of BOOTSTRAP_KEYS_FILE valid: how the first admin gets in. Known ones are left as they are. */
  async admitBootstrapKeys() {
    if (this.config.BOOTSTRAP_KEYS_FILE === undefined) return;
    const { data } = BootstrapKeys.safeParse(JSON.parse(await readFile(this.config.BOOTSTRAP_KEYS_FILE, 'utf8')));
    if (data === undefined) throw new SettingsRefused([`BOOTSTRAP_KEYS_FILE must hold a JSON object of keys by role; roles are ${RoleName.options.join(', ')}.`]);
    for (const [name, text] of Object.entries(data)) {
      const key = parseApiKey(text ?? '');
      if (!key || key.role !== name) throw new SettingsRefused([`BOOTSTRAP_KEYS_FILE: the key for ${name} is not of the form ls_${name}_<id>_<secret>.`]);
      const known = await this.db.selectFrom('api_key').select('id').where('id', '=', key.id).executeTakeFirst();
      if (known) continue;
      await this.insert('system', { id: key.id, role: RoleName.parse(name), name: 'bootstrap', station: null, secretSha256: hashSecret(key.secret) }, keepNothing);
    }
  }

  private async insert(actor: string, key: { id: string; role: Role; name: string; station: string | null; secretSha256: Buffer }, keepAnswer: KeepAnswer) {
    const { id, role, name, station } = key;
    try {
      await this.db.transaction().execute(async (tx) => {
        await tx.insertInto('api_key').values({ id, role, name, station_id: station, secret_sha256: key.secretSha256, created_by: actor }).execute();
        await this.audit.record(tx, actor, 'access.key-created', `key:${id}`, { id, role, name, station });
        await keepAnswer(tx, { id, role, name, station });
      });
    } catch (error) {
      if (violatedReference(error) !== undefined) throw stationNotKnown(station ?? '');
      throw error;
    }
    this.known = undefined;
  }
}
