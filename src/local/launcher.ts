import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCredentials } from './credentials.js';
import type { DataFolder } from './data-folder.js';
import { checkGoldenUnit, type DemoOutcome } from './golden-unit-check.js';
import type { LauncherStatus } from './launcher-status.js';
import { addressAt, ensureLocalTls, serverNames } from './local-tls.js';
import type { ServiceAddress } from '../client/service-call.js';
import { ensureLocalToken, type HsmEnvironment } from './local-hsm.js';
import { type LocalPostgres, startPostgres } from './local-postgres.js';
import { type LocalRedis, startRedis } from './local-redis.js';
import { LocalProblem } from './local.errors.js';
import { LogFiles, putLogAside } from './log-files.js';
import { Part, type PartEnd, type Running } from './part.js';
import { waitForFreePort } from './ports.js';
import { endLeftovers, writeRunRecord } from './run-record.js';
import { planSandbox, planService } from './service-plans.js';
import { StandbyService } from './standby-service.js';
import { fixedPorts, type StartSettings } from './start-settings.js';
import { startProgram } from './started-program.js';

/** How long a service that is replaced may finish its requests. */
const REPLACE_WITHIN_MS = 300;

export interface LaunchContext {
  checkout: string;
  place: DataFolder;
  settings: StartSettings;
  env: NodeJS.ProcessEnv;
  /** Whether a prepared process waits to take the service's place (`npm run dev`). */
  standsBy: boolean;
  /** Called when a part ended that nobody stopped; it is started again. */
  onUnexpectedEnd: (end: PartEnd) => void;
}

/** Starts the parts in the order in which they need each other, starts each again for as long as it lives, and stops them in the opposite order. */
export class Launcher {
  readonly baseUrl: string;
  private readonly logs: LogFiles;
  private postgres: Part<LocalPostgres> | undefined;
  private redis: Part<LocalRedis> | undefined;
  private sandbox: Part | undefined;
  private service: Part | undefined;
  private urls: { database: string | undefined; redis: string | undefined };
  private hsm: HsmEnvironment | undefined;
  private standby: StandbyService | undefined;
  private stopping: Promise<void> | undefined;
  /** Steps of the first start that are under way. */
  private readonly starting = new Set<Promise<unknown>>();

  constructor(private readonly context: LaunchContext) {
    const { settings, place } = context;
    this.baseUrl = `${settings.tls === 'local' ? 'https' : 'http'}://127.0.0.1:${settings.port}`;
    this.urls = { database: settings.databaseUrl, redis: settings.redisUrl };
    const others = [place.postgres, place.redis, place.sandbox, place.service, place.demo].map(({ logFile }) => logFile);
    this.logs = new LogFiles(place.launcher.logFile, others, settings.logFileBytes);
  }

  /** Of the ledger that is in use, with its password; undefined until it runs. */
  get databaseUrl(): string | undefined {
    return this.urls.database;
  }

  /** Where the service answers, and whom to believe there. */
  get address(): ServiceAddress {
    const { place, settings } = this.context;
    return addressAt(this.baseUrl, settings, place);
  }

  /** Ends what is left of a start that was killed, and makes sure that the ports people know are free. */
  async clear(): Promise<void> {
    await endLeftovers(this.context.place.runRecord);
    this.record();
    this.logs.watch();
    await Promise.all(fixedPorts(this.context.settings).map(({ port, setting }) => waitForFreePort(port, setting)));
  }

  async startPostgres(): Promise<void> {
    const place = this.context.place.postgres;
    let port: { port?: number } = {};
    this.postgres = this.part('PostgreSQL', place.logFile, () => startPostgres({ ...place, durable: true, ...port }));
    const postgres = await this.track(this.postgres.start());
    // The service was told the port, so it stays.
    port = { port: postgres.port };
    this.urls = { ...this.urls, database: postgres.url };
  }

  async startRedis(): Promise<void> {
    const place = this.context.place.redis;
    let port: { port?: number } = {};
    this.redis = this.part('Redis', place.logFile, () => startRedis({ ...place, ...port }));
    const redis = await this.track(this.redis.start());
    port = { port: redis.port };
    this.urls = { ...this.urls, redis: redis.url };
  }

  async prepareToken(): Promise<void> {
    this.hsm = await ensureLocalToken(this.context.place.hsm.folder);
  }

  async startSandbox(): Promise<void> {
    const plan = planSandbox({ ...this.context, programs: this.programs });
    this.sandbox = this.part(plan.name, plan.logFile, (onChild) => startProgram(plan, onChild));
    await this.track(this.sandbox.start());
  }

  async startService(): Promise<void> {
    const { database, redis } = this.urls;
    if (!database || !redis) throw new Error('the stores must be started first');
    const { place, settings } = this.context;
    if (settings.tls === 'local') ensureLocalTls(place, serverNames(settings.host));
    ensureCredentials(place, this.address);
    const plan = planService({ ...this.context, programs: this.programs }, { database, redis }, this.hsm);
    const standby = this.context.standsBy ? new StandbyService(plan) : undefined;
    const needs: Part[] = this.postgres ? [this.postgres] : [];
    this.service = this.part(plan.name, plan.logFile, (onChild) => startProgram(plan, onChild, standby && ((child) => standby.take(child))), needs);
    this.standby = standby;
    await this.track(this.service.start());
    standby?.prepare();
  }

  /** The service with the code that stands in dist by now. Code that can't be loaded leaves the running service alone. */
  async replaceService(): Promise<void> {
    const { service, standby } = this;
    if (!service || !standby || this.stopping) return;
    await standby.load();
    try {
      await this.track(service.replace(REPLACE_WITHIN_MS));
    } finally {
      standby.prepare();
    }
  }

  /** Makes the demo line on the first start, and sends one unit the whole way on every start. */
  async checkGoldenUnit(say: (line: string) => void): Promise<DemoOutcome> {
    return this.track(checkGoldenUnit(this.context.place, this.programs, say));
  }

  /** Holds no secret. @param isReady whether the whole start is done */
  status(isReady: boolean): LauncherStatus {
    const parts = [this.postgres, this.redis, this.sandbox, this.service].filter((part) => part !== undefined);
    return { url: isReady ? this.baseUrl : null, parts: parts.map((part) => part.status()), writesLost: this.logs.writesLost };
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
    // What is still being done finishes or fails first, so that nothing starts after it was stopped.
    await Promise.allSettled(this.starting);
    await this.redis?.stop();
    await this.postgres?.stop();
    await endLeftovers(this.context.place.runRecord);
    this.logs.close();
  }

  private get programs(): string {
    const programs = join(this.context.checkout, 'dist');
    if (!existsSync(join(programs, 'main.js'))) throw new LocalProblem('The program is not built.', 'Run: npm run build');
    return programs;
  }

  private part<R extends Running>(name: string, logFile: string, start: (onChild: (child: R['child']) => void) => Promise<R>, needs: readonly Part[] = []): Part<R> {
    putLogAside(logFile);
    return new Part({
      name, logFile, start, needs,
      onChange: ({ state, restarts }) => {
        this.record();
        if (state === 'running' && restarts > 0) this.logs.tell('part.started', { part: name, restarts });
      },
      onEnd: (end) => {
        this.logs.tell('part.ended', { part: name, reason: end.reason, restartInMs: end.pauseMs });
        this.context.onUnexpectedEnd(end);
      },
    });
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.starting.add(work);
    try {
      return await work;
    } finally {
      this.starting.delete(work);
    }
  }

  private record(): void {
    const { postgres, redis, sandbox, service } = this;
    const pids = Object.entries({ postgres, redis, sandbox, service }).flatMap(([name, part]) => (part?.pid === undefined ? [] : [[name, part.pid] as const]));
    this.logs.attempt(() => writeRunRecord(this.context.place.runRecord, this.context.settings, Object.fromEntries(pids)));
  }
}
