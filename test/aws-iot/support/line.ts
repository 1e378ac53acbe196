import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleLogger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyRepository } from '../../../src/access/api-key.repository.js';
import { readLeaf } from '../../../src/audit/log-follower.js';
import { loadConfig } from '../../../src/config/config.js';
import { createApp } from '../../../src/create-app.js';
import { Database } from '../../../src/platform/database/database.js';
import type { Role } from '../../../src/platform/http/roles.js';
import { Bench } from '../../sandbox/support/bench.js';
import { type FreshDatabase, freshLedger } from '../../support/database.js';
import { until } from '../../support/until.js';
import { AwsEdge } from './aws-edge.js';

/** Keeps what the service would have logged, to be searched for secrets. */
class KeptLog extends ConsoleLogger {
  readonly lines: string[] = [];
  protected override printMessages(messages: unknown[]) {
    for (const message of messages) this.lines.push(JSON.stringify(message, (_, value: unknown) => (value instanceof Error ? [value.stack, Object.entries(value)] : value)));
  }
}

/** A sandbox, an edge before it, a fresh ledger, and services over them. */
export class Line {
  readonly services: NestFastifyApplication[] = [];
  readonly log = new KeptLog();
  /** Key labels live in the run's one HSM token, so each line has a family of its own. */
  readonly family = `Fam${randomBytes(4).toString('hex')}`;
  private readonly keys = new Map<Role, string>();

  private constructor(
    readonly aws: Bench,
    readonly edge: AwsEdge,
    private readonly database: FreshDatabase,
  ) {}

  /** `env`: settings of its first service. */
  static async start(env: Record<string, string> = {}): Promise<Line> {
    const aws = await Bench.start({ settings: { SANDBOX_THROTTLING: 'on', SANDBOX_SESSION_END_MS: '600000' } });
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(aws.folder, 'data', 'credentials');
    const line = new Line(aws, await AwsEdge.before(aws.sandbox.endpointUrl), await freshLedger());
    await line.addService(env);
    return line;
  }

  async addService(env: Record<string, string> = {}): Promise<NestFastifyApplication> {
    const secretsKey = join(this.aws.folder, 'secrets-key');
    if (!existsSync(secretsKey)) writeFileSync(secretsKey, randomBytes(32).toString('base64url'), { mode: 0o600 });
    const config = loadConfig({
      ...process.env, SECRETS_KEY_FILE: secretsKey, DATABASE_URL: this.database.url, DATABASE_CONNECTIONS: '8', RECONCILE_MS: '200', PROFILES_DIR: this.profiles(), ...env,
    });
    const app = await createApp(config, this.log);
    await app.getHttpAdapter().getInstance().ready();
    this.services.push(app);
    return app;
  }

  get ledgerUrl(): string {
    return this.database.url;
  }

  get app(): NestFastifyApplication {
    return this.services[0]!;
  }

  get db(): Database {
    return this.app.get(Database);
  }

  /** An API key of this role. */
  async key(role: Role): Promise<string> {
    const known = this.keys.get(role);
    if (known !== undefined) return known;
    const { key } = await this.app.get(ApiKeyRepository, { strict: false }).create('test', role, 'test', null);
    this.keys.set(role, key);
    return key;
  }

  async call(role: Role, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, headers: Record<string, string> = {}) {
    const answer = await this.app.inject({ method, url, headers: { authorization: `Bearer ${await this.key(role)}`, ...headers }, ...(payload ? { payload } : {}) });
    const isJson = String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body, headers: answer.headers };
  }

  /** The body that creates a target for one of the sandbox's accounts. */
  target(index: number, more: object = {}) {
    const { accountId, region } = this.aws.account(index);
    return {
      name: `t-${accountId.slice(0, 3)}-${region}`, accountId, region, mode: 'SNI_ONLY', profile: `sandbox-${accountId}`,
      provisioningRoleArn: `arn:aws:iam::${accountId}:role/lineside-provisioning`, controlEndpoint: this.edge.url, mqttPort: this.aws.sandbox.mqttPort, quotaPercent: 100, ...more,
    };
  }

  /** Resolves when its check has passed. */
  async addTarget(index: number, more: object = {}): Promise<string> {
    const name = await this.addUncheckedTarget(index, more);
    await this.targetIn('verified', name);
    // What the check asked is not what tests look for.
    this.edge.seen.length = 0;
    return name;
  }

  async addUncheckedTarget(index: number, more: object = {}): Promise<string> {
    const { status, body } = await this.call('officer', 'POST', '/v1/aws/targets', this.target(index, more));
    if (status !== 201) throw new Error(`target: ${status} ${JSON.stringify(body)}`);
    return body.name;
  }

  /** Resolves with what the last check of the target found amiss, once that is something in this state. */
  async checkFinds(state: 'failed' | 'unreachable', name: string) {
    return until(`the check of ${name} finds something ${state}`, async () => {
      const { body } = await this.call('auditor', 'GET', `/v1/aws/targets/${name}`);
      return body.check?.items.find((item: { state: string }) => item.state === state);
    });
  }

  /** Resolves with the target once it is in this state. */
  async targetIn(state: string, name: string) {
    return until(`${name} is ${state}`, async () => {
      const { body } = await this.call('auditor', 'GET', `/v1/aws/targets/${name}`);
      return body.state === state ? body : undefined;
    });
  }

  /** Resolves once it is made; it is in no target yet. */
  async addAuthority(more: object = {}): Promise<{ id: string; fingerprint: string; signatureAlgorithm: string }> {
    const { status, body } = await this.call('officer', 'POST', '/v1/authorities', { family: this.family, ...more }, { 'idempotency-key': randomUUID() });
    if (status !== 202) throw new Error(`authority: ${status} ${JSON.stringify(body)}`);
    return until(`${body.id} is made`, async () => {
      const made = await this.call('officer', 'GET', `/v1/authorities/${body.id}`);
      return made.status === 200 ? made.body : undefined;
    });
  }

  async registration(authority: string, target: string) {
    const { body } = await this.call('auditor', 'GET', `/v1/aws/registrations?authority=${authority}&target=${target}`);
    return body.items[0];
  }

  /** Resolves with the registration once it is in this state. */
  async registrationIn(state: string, authority: string, target: string) {
    return until(`${authority} ${state} in ${target}`, async () => {
      const found = await this.registration(authority, target);
      return found?.state === state ? found : undefined;
    }).catch(async (error: Error) => {
      // What it waits for is worth more than that it waits.
      error.message += `\n${JSON.stringify(await this.db.selectFrom('registration').selectAll().where('authority_id', '=', authority).where('target_name', '=', target).execute())} ${JSON.stringify(await this.db.selectFrom('target_resource').selectAll().where('target_name', '=', target).where('kind', '=', 'ca-certificate').execute())}`;
      throw error;
    });
  }

  /** Resolves when the registration has been looked at from now on. */
  async registrationLookedAt(authority: string, target: string) {
    const rows = () => this.db.selectFrom('registration').where('authority_id', '=', authority).where('target_name', '=', target);
    const { updated_at: before } = await rows().select('updated_at').executeTakeFirstOrThrow();
    await this.db.updateTable('registration').set({ next_attempt_at: new Date() }).where('authority_id', '=', authority).where('target_name', '=', target).execute();
    await until(`${authority} looked at in ${target}`, async () => ((await rows().select('updated_at').executeTakeFirstOrThrow()).updated_at > before ? true : undefined));
  }

  /** The next look at every registration is due now; resolves when all have been looked at again. */
  async lookAgain() {
    const before = new Date();
    await this.db.updateTable('registration').set({ next_attempt_at: before }).execute();
    await until('all registrations looked at again', async () => {
      const old = await this.db.selectFrom('registration').select('authority_id').where('updated_at', '<', before).execute();
      return old.length === 0 ? true : undefined;
    });
  }

  async leaves(event: string) {
    const rows = await this.db.selectFrom('log_leaf').select('body').where('event', '=', event).orderBy('seq').execute();
    return rows.map(({ body }) => readLeaf(body)).map(({ actor, subject, facts }) => ({ actor, subject, data: facts as Record<string, unknown> }));
  }

  async stop(): Promise<void> {
    for (const app of this.services) await app.close();
    await this.edge.close();
    await this.aws.stop();
    await this.database.drop();
  }

  private profiles(): string {
    const folder = join(this.aws.folder, 'profiles');
    mkdirSync(folder, { recursive: true });
    const profile = {
      name: 'device', subject: [{ type: 'CN', value: '{serial}' }], validity: { years: 10 }, backdateMinutes: 60,
      keyUsage: ['digitalSignature'], extendedKeyUsage: ['clientAuth'], publicKeys: ['P-256'],
    };
    writeFileSync(join(folder, 'device.json'), JSON.stringify(profile));
    return folder;
  }
}
