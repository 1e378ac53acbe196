import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { INestApplicationContext } from '@nestjs/common';
import { sql } from 'kysely';
import type { InjectOptions } from 'fastify';
import { newApiKey } from '../../src/access/api-key.js';
import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import type { Authority, WantedAuthority } from '../../src/certificate-authority/authority.js';
import { GenerationMaker } from '../../src/certificate-authority/generation-maker.js';
import { GenerationRepository } from '../../src/certificate-authority/generation.repository.js';
import { loadConfig } from '../../src/config/config.js';
import { createApp } from '../../src/create-app.js';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { Database } from '../../src/platform/database/database.js';
import type { Role } from '../../src/platform/http/roles.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { toPem } from '../../src/x509/pem.js';
import { freshLedger } from './database.js';
import { until } from './until.js';

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
  headers: Record<string, unknown>;
}

export type ServiceBench = Awaited<ReturnType<typeof serviceBench>>;

/** A BullMQ of one's own: Redis numbers its databases, and specs of one jest worker run one after the other. */
export function ownRedisUrl(): string {
  const url = new URL(process.env['REDIS_URL'] ?? '');
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 1) % 16}`;
  return url.href;
}

/**
 * The whole service in this process on a fresh ledger, with an issuing authority, one line, two stations and one
 * target that needs no AWS, and handles on what a test may want to bend.
 */
export async function serviceBench(settings: Record<string, string> = {}) {
  const database = await freshLedger();
  const redis = new Redis(ownRedisUrl());
  await redis.flushdb();
  const config = loadConfig({ ...process.env, DATABASE_URL: database.url, REDIS_URL: ownRedisUrl(), PORT: '0', LOG_LEVEL: 'error', ...settings });
  let app = await createApp(config, false as never);
  const db = () => app.get(Database);

  const keys = {} as Record<Role, string>;
  const addKey = async (role: Role, station: string | null = null) => {
    const key = newApiKey(role);
    await db().insertInto('api_key').values({ id: key.id, role, name: role, station_id: station, secret_sha256: key.secretSha256 }).execute();
    return key.text;
  };

  const call = async (method: InjectOptions['method'], url: string, key: string | undefined, payload?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const auth: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const answer = await app.inject({ method: method!, url, headers: { ...auth, ...headers }, ...(payload === undefined ? {} : { payload: payload as object }) });
    const json = answer.headers['content-type']?.toString().includes('json');
    return { status: answer.statusCode, body: (json ? answer.json() : { text: answer.body }) as Record<string, unknown>, headers: answer.headers };
  };

  for (const role of ['issuer', 'operator', 'manager', 'officer', 'auditor', 'admin', 'installer'] as const) keys[role] = await addKey(role);
  await db().insertInto('target').values({
    name: 'eu', account_id: '111111111111', region: 'eu-west-1', mode: 'SNI_ONLY', state: 'verified', profile: null, role_arn: null,
    provisioning_role_arn: 'arn:aws:iam::111111111111:role/lineside', control_endpoint: 'http://127.0.0.1:9', mqtt_host: 'x-ats.iot.eu-west-1.amazonaws.com',
  }).execute();
  const authority = await makeAuthority(app, { family: 'Test', keyType: 'P-256' });
  await registerEverywhere(db(), authority.id);
  await db().transaction().execute(async (tx) => {
    await app.get(AuthorityRepository).moveState(tx, authority.id, ['generated'], 'registered');
    await app.get(CertificateAuthorityService).activate(tx, 'test', authority.id, []);
  });
  // The keeper would do it within a second, in the middle of some test.
  await app.get(CrlPublisher, { strict: false }).publish(authority.id);
  await call('POST', '/v1/lines', keys.manager, { id: 'line-1' });
  for (const id of ['a', 'b']) await call('POST', '/v1/stations', keys.manager, { id, line: 'line-1', slots: ['1', '2'] });
  keys.station = await addKey('station', 'a');
  const otherStation = await addKey('station', 'b');

  return {
    get app() { return app; },
    get db() { return db(); },
    redis,
    config,
    keys,
    otherStation,
    authority,
    call,
    addKey,
    as: (role: Role) => ({
      get: (url: string) => call('GET', url, keys[role]),
      post: (url: string, payload: unknown = {}, headers: Record<string, string> = {}) => call('POST', url, keys[role], payload, headers),
    }),
    atOther: (url: string, payload: unknown) => call('POST', url, otherStation, payload),
    /** A released order of `units` units with serials `<prefix>-1…`; its quota may be smaller. */
    async order(units: number, options: { quantity?: number; prefix?: string } = {}) {
      const prefix = options.prefix ?? `U${randomBytes(3).toString('hex')}`;
      const serials = Array.from({ length: units }, (_, index) => `${prefix}-${index + 1}`);
      const body = { product: 'sensor', line: 'line-1', authority: 'Test', quantity: options.quantity ?? units, targets: ['eu'], serials };
      const created = await call('POST', '/v1/work-orders', keys.manager, body);
      const id = String(created.body['id']);
      await call('POST', `/v1/work-orders/${id}/release`, keys.manager, {});
      return { id, serials };
    },
    /** Claims at station a, slot 1 unless told otherwise. */
    async claim(serial?: string, slot = '1', key = keys.station) {
      const answer = await call('POST', '/v1/station/claims', key, { slot, ...(serial === undefined ? {} : { serial }) });
      const { job, lease } = answer.body as { job: { id: string }; lease: { fence: number } };
      return { answer, jobId: job?.id, fence: lease?.fence };
    },
    /** Ends every open job, so that the next test finds free slots and an empty line. */
    async clearSlots() {
      await db().updateTable('job').set({ state: 'cancelled', station_id: null, slot: null }).where('state', 'in', ['queued', 'leased']).execute();
      await db().updateTable('unit').set({ lease_holder: null, lease_ends_at: null }).where('lease_holder', 'is not', null).execute();
    },
    auditTrail: async (subject: string) =>
      (await db().selectFrom('log_leaf').select('event').where('subject', '=', subject).orderBy('seq').execute()).map(({ event }) => event),
    /** Closes the service and builds it anew on the same ledger, as after a restart. `meanwhile`: what happens to the ledger before that. */
    async restart(meanwhile: () => Promise<void> = () => Promise.resolve()) {
      await app.close();
      await meanwhile();
      app = await createApp(config, false as never);
    },
    async close() {
      await app.close();
      redis.disconnect();
      await database.drop();
    },
  };
}

/** The next generation of a family, made and in no target yet. */
export async function makeAuthority(app: INestApplicationContext, wanted: WantedAuthority): Promise<Authority> {
  const db = app.get(Database);
  const maker = app.get(GenerationMaker, { strict: false });
  const { id } = await db.transaction().execute((tx) => maker.plan(tx, 'test', wanted, randomUUID()));
  // The service's own loop may have been faster.
  const [plan] = await app.get(GenerationRepository, { strict: false }).claimDue(1, () => true);
  if (plan) {
    const made = await maker.make(plan);
    await db.transaction().execute((tx) => maker.record(tx, plan, made));
  }
  return until(`${id} is made`, () => app.get(AuthorityRepository, { strict: false }).get(id).catch(() => undefined));
}

/** A new generation takes over in the ledger, as it does when another process activates it. */
export async function nextIssuer({ app, db }: Pick<ServiceBench, 'app' | 'db'>, { registered = true } = {}): Promise<string> {
  const { id, family } = await makeAuthority(app, { family: 'Test', keyType: 'P-256' });
  if (registered) await registerEverywhere(db, id);
  await db.transaction().execute(async (tx) => {
    const authorities = app.get(AuthorityRepository);
    const former = await authorities.findIssuing(family, tx);
    if (former) await authorities.moveState(tx, former.id, ['issuing'], 'retiring');
    await authorities.moveState(tx, id, ['generated'], 'issuing');
  });
  return id;
}

/** As the reconciler leaves it when every target has the authority, without an AWS: seen there, ACTIVE, and not to be looked at again. */
export async function registerEverywhere(db: Database, authorityId: string): Promise<void> {
  const observed = { mode: 'SNI_ONLY', status: 'ACTIVE', autoRegistration: 'ENABLE', templateName: 'lineside-jitp' };
  const targets = await db.selectFrom('target').select('name').execute();
  const seen = { state: 'in-sync', desired: JSON.stringify(observed), observed: JSON.stringify(observed), ca_certificate_id: null, detail: null, next_attempt_at: new Date('2100-01-01') } as const;
  await db
    .insertInto('registration')
    .values(targets.map(({ name }) => ({ authority_id: authorityId, target_name: name, ...seen })))
    .onConflict((conflict) => conflict.columns(['authority_id', 'target_name']).doUpdateSet(seen))
    .execute();
  await sql`select judge_issuing(null, ${authorityId})`.execute(db);
}

export function deviceKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** A CSR in PEM whose subject asks for what it must not get. */
export function csrFor(privateKey: KeyObject): string {
  return toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'chosen-by-the-device' }], privateKey }));
}
