import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { sql } from 'kysely';
import pg from 'pg';
import { newApiKey } from '../../src/access/api-key.js';
import { AuditLog, leafBody, leafHash } from '../../src/audit/audit-log.js';
import { readLeaf } from '../../src/audit/log-follower.js';
import { loadConfig } from '../../src/config/config.js';
import { createApp } from '../../src/create-app.js';
import { Database } from '../../src/platform/database/database.js';
import type { Role } from '../../src/platform/http/roles.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { newFolder } from '../support/run-folders.js';
import { ownRedisUrl } from '../support/service-bench.js';
import { until } from '../support/until.js';

/** A ledger of the commit before migration 0005, which was at work: dumped with pg_dump --inserts. */
const DUMP = join(import.meta.dirname, 'ledgers', '0004.sql');

let fresh: FreshDatabase;
let app: NestFastifyApplication;
let db: Database;
let before: Record<string, number>;

/** What the old ledger held, counted before the new code saw it. */
const COUNTS = `select (select count(*) from audit_leaf) as leaves, (select count(*) from certificate) as certificates, (select count(*) from unit) as units,
  (select count(*) from job) as jobs, (select count(*) from attempt) as attempts, (select count(*) from unit_target) as "unitTargets", (select count(*) from crl) as crls`;

beforeAll(async () => {
  fresh = await freshDatabase();
  const client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
  await client.query(readFileSync(DUMP, 'utf8'));
  await client.query('set search_path to public');
  before = numbers((await client.query<Record<string, string>>(COUNTS)).rows[0]!);
  await client.end();
  // The old sandbox is gone, and that an AWS can't be reached changes nothing; missing credentials would.
  const credentials = join(newFolder('old-ledger'), 'credentials');
  writeFileSync(credentials, ['111111111111', '222222222222'].map((account) => `[sandbox-${account}]\naws_access_key_id = AKIAOLD\naws_secret_access_key = old\n`).join('\n'));
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = credentials;
  const config = loadConfig({ ...process.env, DATABASE_URL: fresh.url, REDIS_URL: ownRedisUrl(), PORT: '0', LOG_LEVEL: 'error' });
  app = await createApp(config, false as never);
  db = app.get(Database);
});
afterAll(async () => {
  await app?.close();
  await fresh.drop();
});

const numbers = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]));

async function get(role: Role, url: string) {
  const key = newApiKey(role);
  await db.insertInto('api_key').values({ id: key.id, role, name: role, station_id: null, secret_sha256: key.secretSha256 }).execute();
  return (await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${key.text}` } })).json();
}

it('keeps every row of an older ledger', async () => {
  const { rows } = await sql<Record<string, unknown>>`select (select count(*) from log_leaf where made_canonical) as leaves, (select count(*) from certificate) as certificates,
    (select count(*) from unit) as units, (select count(*) from job) as jobs, (select count(*) from attempt where started_at < (select min(started_at) from attempt) + interval '1 hour') as attempts,
    (select count(*) from unit_target) as "unitTargets", (select count(*) from crl) as crls`.execute(db);
  expect(numbers(rows[0]!)).toEqual(before);
  expect(before).toMatchObject({ leaves: 107, certificates: 11, units: 25 });
});

it('gives its leaves their canonical bytes once, marks them, and places them in the log from 0', async () => {
  const leaves = await db.selectFrom('log_index').innerJoin('log_leaf', 'log_leaf.seq', 'log_index.seq').selectAll().orderBy('index').execute();
  const old = leaves.filter((leaf) => leaf.made_canonical);
  expect(old.map(({ index }) => index)).toEqual(old.map((_, at) => at));
  expect(old.map(({ seq }) => seq)).toEqual(old.map(({ seq }) => seq).toSorted((a, b) => a - b));
  for (const { at, actor, event, subject, body, leaf_hash } of old) {
    const told = readLeaf(body);
    expect(told).toMatchObject({ at, actor, event, subject });
    expect(leafBody(told).equals(body)).toBe(true);
    expect(leafHash(body).equals(leaf_hash)).toBe(true);
  }
});

it('tells the same of an old leaf as before', async () => {
  const { items } = await get('auditor', '/v1/audit/leaves?subject=unit:LS-000003&limit=10');
  expect(items.map(({ event, data }: { event: string; data: unknown }) => [event, data])).toEqual([
    ['job.claimed', { job: 3, serial: 'LS-000003', station: 'station-2', slot: '2', fence: 1, attempt: 1 }],
    ['job.result', { job: 3, serial: 'LS-000003', outcome: 'FAIL', failureCode: 'no-rf ☃ "q"', attempt: 1 }],
  ]);
});

it('takes the leases over to the units, each with a whole lease from the start on', async () => {
  const held = await db.selectFrom('unit').select(['serial', 'state', 'fence', 'lease_holder', 'lease_ends_at']).where('lease_holder', 'is not', null).orderBy('serial').execute();
  expect(held.map(({ lease_ends_at: _, ...rest }) => rest)).toEqual([
    { serial: 'LS-000001', state: 'certified', fence: 1, lease_holder: 'station-1/1' },
    { serial: 'LS-000002', state: 'claimed', fence: 1, lease_holder: 'station-2/1' },
  ]);
  for (const { lease_ends_at } of held) expect(+lease_ends_at!).toBeGreaterThan(Date.now());
});

it('counts a unit that AWS knew as certified: what AWS knows stands by target', async () => {
  expect(await get('manager', '/v1/units/LS-000010')).toMatchObject({ state: 'certified' });
  expect(await db.selectFrom('unit').select('id').where('state', 'not in', ['planned', 'claimed', 'certified', 'passed', 'failed']).execute()).toEqual([]);
});

it('knows from the old log which key the service made', async () => {
  const made = await db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select('serial').where('key_origin', '=', 'service').execute();
  expect(made).toEqual([{ serial: 'LS-000010' }]);
});

it('goes on issuing where it could: each open order may issue with the authority that its targets have', async () => {
  const verdicts = await db.selectFrom('issuing_verdict').select(['work_order_id', 'authority_id', 'may_issue']).orderBy('work_order_id').orderBy('authority_id').execute();
  expect(verdicts).toEqual(['demo', 'golden-1', 'sim-20261126-103048'].flatMap((work_order_id) => ['lineside-g1', 'lineside-g2'].map((authority_id) => ({ work_order_id, authority_id, may_issue: true }))));
});

it('goes on with the log where the old one ended', async () => {
  await app.get(AuditLog, { strict: false }).record(db, 'test', 'line.created', 'line:new', { id: 'new' });
  const { seq } = await db.selectFrom('log_leaf').select('seq').where('subject', '=', 'line:new').executeTakeFirstOrThrow();
  expect(seq).toBeGreaterThan(107);
  const placed = await until('placed', () => db.selectFrom('log_index').select('index').where('seq', '=', seq).executeTakeFirst());
  expect(placed.index).toBeGreaterThanOrEqual(107);
});
