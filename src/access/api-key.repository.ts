import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { SettingsRefused } from '../config/settings.js';
import { Database } from '../platform/database/database.js';
import { violatedReference } from '../platform/database/pg-errors.js';
import type { Role } from '../platform/http/roles.js';
import { keyNotFound, stationNotKnown } from './access.errors.js';
import { hashSecret, newApiKey, parseApiKey, secretMatches } from './api-key.js';
import type { Caller } from './caller.js';
import { RoleName } from './access.schema.js';

const BootstrapKeys = z.partialRecord(RoleName, z.string());

/** How long another process's revocation may take to be felt here; in this process it is felt at once. */
const FRESH_MS = 1_000;

@Injectable()
export class ApiKeyRepository {
  private readonly recent = new LRUCache<string, ReturnType<ApiKeyRepository['find']>>({ max: 5_000, ttl: FRESH_MS });

  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The caller that `text` stands for; undefined when it is not a key of ours, is unknown or revoked. */
  async findCaller(text: string): Promise<Caller | undefined> {
    const key = parseApiKey(text);
    if (!key) return undefined;
    let known = this.recent.get(key.id);
    if (!known) {
      known = this.find(key.id);
      this.recent.set(key.id, known);
    }
    const row = await known.catch((error: unknown) => {
      this.recent.delete(key.id);
      throw error;
    });
    if (!row || !secretMatches(key.secret, row.secret_sha256)) return undefined;
    return { actor: `key:${row.id}`, role: row.role, station: row.station_id };
  }

  private find(id: string) {
    return this.db
      .selectFrom('api_key')
      .select(['id', 'role', 'station_id', 'secret_sha256'])
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
  }

  /** The returned `key` is shown this once; the ledger keeps its hash. */
  async create(actor: string, role: Role, name: string, station: string | null) {
    const made = newApiKey(role);
    await this.insert(actor, { id: made.id, role, name, station, secretSha256: made.secretSha256 });
    return { id: made.id, role, name, station, key: made.text };
  }

  async list() {
    return this.db
      .selectFrom('api_key')
      .select(['id', 'role', 'name', 'station_id as station', 'created_at as createdAt', 'revoked_at as revokedAt'])
      .orderBy('created_at')
      .execute();
  }

  async revoke(actor: string, id: string) {
    await this.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('api_key')
        .set({ revoked_at: new Date() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('id')
        .executeTakeFirstOrThrow(() => keyNotFound(id));
      await this.audit.record(tx, actor, 'access.key-revoked', `key:${id}`, { id });
    });
    this.recent.delete(id);
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
      await this.insert('system', { id: key.id, role: RoleName.parse(name), name: 'bootstrap', station: null, secretSha256: hashSecret(key.secret) });
    }
  }

  private async insert(actor: string, key: { id: string; role: Role; name: string; station: string | null; secretSha256: Buffer }) {
    const { id, role, name, station } = key;
    try {
      await this.db.transaction().execute(async (tx) => {
        await tx.insertInto('api_key').values({ id, role, name, station_id: station, secret_sha256: key.secretSha256 }).execute();
        await this.audit.record(tx, actor, 'access.key-created', `key:${id}`, { id, role, name, station });
      });
    } catch (error) {
      if (violatedReference(error) !== undefined) throw stationNotKnown(station ?? '');
      throw error;
    }
  }
}
