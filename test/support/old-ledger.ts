import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { newApiKey } from '../../src/access/api-key.js';
import { loadConfig } from '../../src/config/config.js';
import { createApp } from '../../src/create-app.js';
import { Database } from '../../src/platform/database/database.js';
import type { Role } from '../../src/platform/http/roles.js';
import { freshDatabase } from './database.js';
import { newFolder } from './run-folders.js';
import { ownRedisUrl } from './service-bench.js';

export interface OldLedger {
  app: NestFastifyApplication;
  db: Database;
  /** The answers of `counts`, asked before the new code saw the ledger. */
  before: Record<string, number>;
  get(role: Role, url: string): Promise<any>;
  close(): Promise<void>;
}

/** Starts the service on a ledger of an older commit that was at work, `test/platform/ledgers/<number>.sql`: dumped with pg_dump --inserts before migration number + 1. */
export async function startOldLedger(number: string, counts: string): Promise<OldLedger> {
  const fresh = await freshDatabase();
  const client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
  await client.query(readFileSync(join(import.meta.dirname, '..', 'platform', 'ledgers', `${number}.sql`), 'utf8'));
  await client.query('set search_path to public');
  const before = numbers((await client.query<Record<string, string>>(counts)).rows[0]!);
  await client.end();
  // The old sandbox is gone, and that an AWS can't be reached changes nothing; missing credentials would.
  const credentials = join(newFolder('old-ledger'), 'credentials');
  writeFileSync(credentials, ['111111111111', '222222222222'].map((account) => `[sandbox-${account}]\naws_access_key_id = AKIAOLD\naws_secret_access_key = old\n`).join('\n'));
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = credentials;
  const config = loadConfig({ ...process.env, DATABASE_URL: fresh.url, REDIS_URL: ownRedisUrl(), PORT: '0', LOG_LEVEL: 'error' });
  const app = await createApp(config, false as never);
  const db = app.get(Database);
  return {
    app,
    db,
    before,
    async get(role, url) {
      const key = newApiKey(role);
      await db.insertInto('api_key').values({ id: key.id, role, name: role, station_id: null, secret_sha256: key.secretSha256 }).execute();
      return (await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${key.text}` } })).json();
    },
    async close() {
      await app.close();
      await fresh.drop();
    },
  };
}

export const numbers = (row: Record<string, unknown>): Record<string, number> => Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]));
