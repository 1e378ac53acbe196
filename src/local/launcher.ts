import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCredentials } from './credentials.js';
import type { DataFolder } from './data-folder.js';
import { checkGoldenUnit, type DemoOutcome } from './golden-unit-check.js';
import { rotateLog, type LocalChild } from './local-child.js';
import { ensureLocalToken, type HsmEnvironment } from './local-hsm.js';
import { startPostgres, type LocalPostgres } from './local-postgres.js';
import { startRedis, type LocalRedis } from './local-redis.js';
import { LocalProblem } from './local.errors.js';
import { planSandbox, planService } from './service-plans.js';
import { fixedPorts, type StartSettings } from './start-settings.js';
import { waitForFreePort } from './ports.js';
import { endLeftovers, writeRunRecord } from './run-record.js';
import { StandbyService } from './standby-service.js';
import { SupervisedProgram, type UnexpectedEnd } from './supervised-program.js';

export interface LaunchContext {
  checkout: string;
  place: DataFolder;
  settings: StartSettings;
  env: NodeJS.ProcessEnv;
  /** Whether a prepared process waits to take the service's place (`npm run dev`). */
  standsBy: boolean;
  /** Called when something ended that nobody stopped. */
  onUnexpectedEnd: (end: UnexpectedEnd) => void;
}

/** Starts the parts in the order in which they need each other, and stops them in the opposite one. */
export class Launcher {
  readonly baseUrl: string;
  private postgres: LocalPostgres | undefined;
  private redis: LocalRedis | undefined;
  private hsm: HsmEnvironment | undefined;
  private sandbox: SupervisedProgram | undefined;
  private service: SupervisedProgram | undefined;
  private standby: StandbyService | undefined;
  private stopping: Promise<void> | undefined;
  /** Parts that are starting now. */
  private readonly starting = new Set<Promise<unknown>>();

  constructor(private readonly context: LaunchContext) {
    this.baseUrl = `http://127.0.0.1:${context.settings.port}`;
  }

  /** Ends what is left of a start that was killed, and makes sure that the ports people know are free. */
  async clear(): Promise<void> {
    await endLeftovers(this.context.place.runRecord);
    this.record();
    await Promise.all(fixedPorts(this.context.settings).map(({ port, setting }) => waitForFreePort(port, setting)));
  }

  async startPostgres(): Promise<void> {
    const place = this.context.place.postgres;
    rotateLog(place.logFile);
    await this.track(startPostgres({ ...place, durable: true }), (postgres) => {
      this.postgres = postgres;
      this.keepAlive('PostgreSQL', postgres.child, () => startPostgres({ ...place, durable: true, port: postgres.port }), (next) => (this.postgres = next));
    });
  }

  async startRedis(): Promise<void> {
    const place = this.context.place.redis;
    rotateLog(place.logFile);
    await this.track(startRedis(place), (redis) => {
      this.redis = redis;
      this.keepAlive('Redis', redis.child, () => startRedis({ ...place, port: redis.port }), (next) => (this.redis = next));
    });
  }

  async prepareToken(): Promise<void> {
    this.hsm = await ensureLocalToken(this.context.place.hsm.folder);
  }

  async startSandbox(): Promise<void> {
    const sandbox = new SupervisedProgram(planSandbox({ ...this.context, programs: this.programs }), this.context.onUnexpectedEnd);
    this.sandbox = sandbox;
    await this.track(sandbox.start(), () => undefined);
  }

  async startService(): Promise<void> {
    const { settings, place } = this.context;
    const database = this.postgres?.url ?? settings.databaseUrl;
    const redis = this.redis?.url ?? settings.redisUrl;
    if (!database || !redis) throw new Error('the stores must be started first');
    ensureCredentials(place, this.baseUrl);
    const plan = planService({ ...this.context, programs: this.programs }, { database, redis }, this.hsm);
    const standby = this.context.standsBy ? new StandbyService(plan) : undefined;
    const service = new SupervisedProgram(plan, this.context.onUnexpectedEnd, standby && ((child) => standby.take(child)));
    this.service = service;
    this.standby = standby;
    await this.track(service.start(), () => undefined);
    standby?.prepare();
  }

  /** The service with the code that stands in dist by now. Code that can't be loaded leaves the running service alone. */
  async replaceService(): Promise<void> {
    const { service, standby } = this;
    if (!service || !standby || this.stopping) return;
    await standby.load();
    try {
      await this.track(service.replace(), () => undefined);
    } finally {
      standby.prepare();
    }
  }

  /** Makes the demo line on the first start, and sends one unit the whole way on every start. */
  async checkGoldenUnit(say: (line: string) => void): Promise<DemoOutcome> {
    return this.track(checkGoldenUnit(this.context.place, this.programs, say), () => undefined);
  }

  /** Service, sandbox, Redis, PostgreSQL: each part stops before those that it uses. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopInOrder();
    return this.stopping;
  }

  private async stopInOrder(): Promise<void> {
    await this.service?.stop();
    await this.standby?.stop();
    await this.sandbox?.stop();
    // Parts that are still starting finish or fail first, so that none of them starts after it was stopped.
    await Promise.allSettled(this.starting);
    await this.redis?.stop();
    await this.postgres?.stop();
    await endLeftovers(this.context.place.runRecord);
  }

  private get programs(): string {
    const programs = join(this.context.checkout, 'dist');
    if (!existsSync(join(programs, 'main.js'))) throw new LocalProblem('The program is not built.', 'Run: npm run build');
    return programs;
  }

  private async track<T>(work: Promise<T>, onDone: (result: T) => void): Promise<T> {
    this.starting.add(work);
    try {
      const result = await work;
      onDone(result);
      this.record();
      return result;
    } finally {
      this.starting.delete(work);
    }
  }

  private record(): void {
    const pids = {
      postgres: this.postgres?.child.pid,
      redis: this.redis?.child.pid,
      sandbox: this.sandbox?.pid,
      service: this.service?.pid,
    };
    const running = Object.entries(pids).filter((entry): entry is [string, number] => entry[1] !== undefined);
    writeRunRecord(this.context.place.runRecord, this.context.settings, Object.fromEntries(running));
  }

  /** Starts a store again when it ends, on the same port, since the service was told the port. */
  private keepAlive<T extends { child: LocalChild }>(name: string, child: LocalChild, restart: () => Promise<T>, keep: (next: T) => void): void {
    void child.exited.then(async () => {
      if (this.stopping) return;
      this.context.onUnexpectedEnd({ name, isFinal: false, message: `${name} ended unexpectedly and is started again. Its log: ${child.plan.logFile}` });
      try {
        const next = await this.track(restart(), keep);
        this.keepAlive(name, next.child, restart, keep);
      } catch (error) {
        if (!this.stopping) this.context.onUnexpectedEnd({ name, isFinal: true, message: error instanceof Error ? error.message : String(error) });
      }
    });
  }
}
