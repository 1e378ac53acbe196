import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { WorkLoop } from '../work-loop.js';

export interface Check {
  ok: boolean;
  /** How long the answer took, in milliseconds. */
  ms: number;
  detail?: string;
  /** The published code of what is wrong, where there is one. */
  code?: ErrorCode;
}

export interface HealthReport {
  /** `degraded`: something is away that the line goes on without. */
  status: 'ready' | 'degraded' | 'not-ready';
  /** True unless `not-ready`. */
  ready: boolean;
  /** One sentence for each part that does not work. */
  reasons: string[];
  checks: Record<string, Check>;
}

interface Part {
  probe: () => Promise<unknown>;
  isNeeded: boolean;
  /** A probe that has not ended. No other one is sent until it has. */
  pending?: Promise<unknown> | undefined;
}

const LOOK_EVERY_MS = 2_000;
const PROBE_DEADLINE_MS = 3_000;

/**
 * What must work before stations are let in. Each capability adds the probe of what it stands on. Probes run in the
 * background, one round for everybody who asks, so that asking costs neither the HSM nor the ledger anything.
 */
@Injectable()
export class HealthChecks implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly parts = new Map<string, Part>();
  /** Gives up the probes of this round that have not ended. */
  private readonly waiting = new Set<(reason: string) => void>();
  private readonly loop = WorkLoop.every(HealthChecks.name, LOOK_EVERY_MS, () => this.look());
  private last: HealthReport | undefined;
  private looking: Promise<HealthReport> | undefined;
  /** A look that somebody has asked for and that has not begun. */
  private next: Promise<HealthReport> | undefined;

  onApplicationBootstrap() {
    this.loop.start();
  }

  async onModuleDestroy() {
    const stopped = this.loop.stop();
    for (const giveUp of this.waiting) giveUp('the service is shutting down');
    await stopped;
  }

  /** `probe` rejects with a message that may be shown when its part does not work. `needed: false`: the line goes on without it. */
  add(name: string, probe: () => Promise<unknown>, { needed = true } = {}) {
    this.parts.set(name, { probe, isNeeded: needed });
  }

  /** What the last round found. Only who asks before the first one has ended waits for it, a few seconds at most. */
  async report(): Promise<HealthReport> {
    return this.last ?? this.look();
  }

  /** What was well has just failed somewhere: look now, or once more when the present look has ended. */
  lookNow(): void {
    this.next ??= (this.looking ?? Promise.resolve()).then(() => {
      this.next = undefined;
      return this.look();
    });
  }

  private look(): Promise<HealthReport> {
    this.looking ??= this.probeAll().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async probeAll(): Promise<HealthReport> {
    const results = await Promise.all([...this.parts].map(async ([name, part]) => ({ name, part, check: await this.check(part) })));
    const broken = results.filter(({ check }) => !check.ok);
    const status = broken.length === 0 ? 'ready' : broken.some(({ part }) => part.isNeeded) ? 'not-ready' : 'degraded';
    this.last = {
      status,
      ready: status !== 'not-ready',
      reasons: broken.map(({ name, check }) => `${name}: ${check.detail}`),
      checks: Object.fromEntries(results.map(({ name, check }) => [name, check])),
    };
    return this.last;
  }

  private async check(part: Part): Promise<Check> {
    const start = performance.now();
    const ms = () => Math.round(performance.now() - start);
    const answer = Promise.withResolvers<unknown>();
    const giveUp = (reason: string) => answer.reject(new Error(reason));
    const timer = setTimeout(() => giveUp(`no answer within ${PROBE_DEADLINE_MS} ms`), PROBE_DEADLINE_MS);
    this.waiting.add(giveUp);
    this.probe(part).then(answer.resolve, answer.reject);
    try {
      await answer.promise;
      return { ok: true, ms: ms() };
    } catch (error) {
      return { ok: false, ms: ms(), detail: error instanceof Error ? error.message : 'failed', ...(error instanceof DomainError ? { code: error.code } : {}) };
    } finally {
      clearTimeout(timer);
      this.waiting.delete(giveUp);
    }
  }

  private probe(part: Part): Promise<unknown> {
    part.pending ??= Promise.try(part.probe).finally(() => (part.pending = undefined));
    return part.pending;
  }
}
