import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { newApiKey } from '../../src/access/api-key.js';
import { ensureLocalToken } from '../../src/local/local-hsm.js';
import { startPostgres } from '../../src/local/local-postgres.js';
import { startRedis } from '../../src/local/local-redis.js';
import { Part, type Running } from '../../src/local/part.js';
import { findFreePort } from '../../src/local/ports.js';
import { startProgram } from '../../src/local/started-program.js';
import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { ensureDemoLine } from '../../src/simulation/demo-line.js';
import { Balancer } from './balancer.js';

/** As `npm start` runs them, on one machine. */
const NODE = [process.execPath, '--max-semi-space-size=2'];
const NAMES = ['postgres', 'redis', 'sandbox', 'api', 'api-2', 'worker', 'worker-2'] as const;
export type PartName = (typeof NAMES)[number];

/** The product as processes of its own, each started again when it ends, on free ports and data of its own, which stay in `folder`. */
export class Installation {
  private readonly parts = new Map<PartName, Part>();
  private demoLine: DemoCredentials | undefined;
  private redisUrl = '';
  private balancer: Balancer | undefined;

  private constructor(
    readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly replicas: 1 | 2,
  ) {}

  /**
   * @param settings of the service, beside those that it needs to be started
   * @param replicas of the api, behind a balancer where there are two, and of the worker
   */
  static async start(folder: string, settings: Readonly<Record<string, string>> = {}, replicas: 1 | 2 = 1): Promise<Installation> {
    const installation = new Installation(folder, settings, replicas);
    try {
      await installation.bringUp();
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  get demo(): DemoCredentials {
    return this.demoLine!;
  }

  /** Process ids of what runs at this moment. */
  processes(): Record<string, number> {
    return Object.fromEntries([...this.parts].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])));
  }

  /** To the process itself; what it has started ends with it. */
  signal(name: PartName, signal: NodeJS.Signals): void {
    const pid = this.parts.get(name)?.pid;
    if (pid === undefined) throw new Error(`${name} does not run`);
    process.kill(pid, signal);
  }

  restarts(name: PartName): number {
    return this.parts.get(name)?.status().restarts ?? 0;
  }

  /** As somebody does who takes Redis for a cache. */
  async flushRedis(): Promise<void> {
    const redis = new Redis(this.redisUrl);
    await redis.flushall();
    redis.disconnect();
  }

  async stop(): Promise<void> {
    this.balancer?.stop();
    for (const name of NAMES.toReversed()) {
      // One that was stopped by a signal takes no other.
      if (this.parts.get(name)?.pid !== undefined) this.signal(name, 'SIGCONT');
      await this.parts.get(name)?.stop();
    }
  }

  private async bringUp(): Promise<void> {
    const { folder } = this;
    for (const name of ['logs', 'secrets']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    const sandbox = join(folder, 'sandbox');
    const [postgres, redis, hsm] = await Promise.all([this.startPostgres(), this.startRedis(), ensureLocalToken(join(folder, 'hsm'))]);
    this.redisUrl = redis;
    await this.startListener('sandbox', 'sandbox/main.js', ['SANDBOX_PORT', 'SANDBOX_MQTT_PORT', 'SANDBOX_PROXY_PORT'], { SANDBOX_DATA_DIR: sandbox });

    const keys = Object.fromEntries((['admin', 'manager', 'officer', 'issuer'] as const).map((role) => [role, newApiKey(role).text])) as Record<'admin' | 'manager' | 'officer' | 'issuer', string>;
    const service = {
      ...hsm, DATABASE_URL: postgres, REDIS_URL: redis, CSR_READERS: '0', AWS_SHARED_CREDENTIALS_FILE: join(sandbox, 'credentials'), AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true',
      BOOTSTRAP_KEYS_FILE: this.secret('bootstrap-keys.json', JSON.stringify(keys)), SECRETS_KEY_FILE: this.secret('secrets-key', randomBytes(32).toString('base64url')), ...this.settings,
    };
    const { PORT: port } = await this.startListener('api', 'main.js', ['PORT'], { ...service, ROLES: 'api' });
    await this.startOurs('worker', 'worker.js', service);
    let baseUrl = `http://127.0.0.1:${port}`;
    if (this.replicas === 2) {
      const { PORT: second } = await this.startListener('api-2', 'main.js', ['PORT'], { ...service, ROLES: 'api' });
      await this.startOurs('worker-2', 'worker.js', service);
      this.balancer = await Balancer.start([Number(port), Number(second)]);
      baseUrl = this.balancer.url;
    }
    this.demoLine = await ensureDemoLine({ baseUrl, keys, sandbox: { folder: sandbox }, credentialsFile: join(folder, 'credentials.json') });
  }

  private async startPostgres(): Promise<string> {
    const place = this.placeOf('postgres');
    let port: { port?: number } = {};
    const started = await this.startPart('postgres', () => startPostgres({ ...place, durable: true, ...port }));
    port = { port: started.port };
    return started.url;
  }

  private async startRedis(): Promise<string> {
    const place = this.placeOf('redis');
    let port: { port?: number } = {};
    const started = await this.startPart('redis', () => startRedis({ ...place, ...port }));
    port = { port: started.port };
    return started.url;
  }

  /** On free ports, which these settings name. One that somebody takes before the program does is replaced. */
  private async startListener<Port extends string>(name: PartName, program: string, ports: readonly Port[], settings: Record<string, string>): Promise<Record<Port, string>> {
    for (let tries = 1; ; tries++) {
      const free = Object.fromEntries(await Promise.all(ports.map(async (port) => [port, String(await findFreePort())]))) as Record<Port, string>;
      try {
        await this.startOurs(name, program, { ...settings, ...free });
        return free;
      } catch (error) {
        if (tries === 3 || !String(error).includes('EADDRINUSE')) throw error;
      }
    }
  }

  private async startOurs(name: PartName, program: string, settings: Record<string, string>): Promise<void> {
    const { PATH, HOME } = process.env;
    const env = { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }), ...settings };
    const plan = { name, command: [...NODE, resolve('dist', program)], cwd: resolve('.'), env, logFile: this.logOf(name), readyWithinMs: 90_000 };
    await this.startPart(name, (onChild) => startProgram(plan, onChild));
  }

  private async startPart<R extends Running>(name: PartName, start: (onChild: (child: R['child']) => void) => Promise<R>): Promise<R> {
    const part = new Part<R>({ name, logFile: this.logOf(name), start });
    this.parts.set(name, part);
    return part.start();
  }

  private placeOf(name: PartName) {
    return { folder: join(this.folder, name), passwordFile: join(this.folder, 'secrets', name), logFile: this.logOf(name) };
  }

  private logOf(name: PartName): string {
    return join(this.folder, 'logs', `${name}.log`);
  }

  private secret(name: string, text: string): string {
    const file = join(this.folder, 'secrets', name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }
}
