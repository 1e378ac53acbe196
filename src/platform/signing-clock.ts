import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { sql } from 'kysely';
import { Gauge, register } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from './clock.js';
import { Database } from './database/database.js';
import { clockWrong } from './errors/platform.errors.js';
import { HealthChecks } from './health/health-checks.js';
import { WorkLoop } from './work-loop.js';

/** Between two looks at the ledger's clock. */
const EVERY_MS = 10_000;
/** What AWS's clock showed counts for so long; AWS may be out of reach afterwards. */
const AWS_COUNTS_MS = 15 * 60_000;
/** The process's counter of elapsed time rested, as while a machine sleeps: what was reckoned with it counts no more. */
const RESTED_MS = 2_000;
const LEDGER = 'the ledger';
const METRIC = 'lineside_clock_ahead_seconds';

/** Somebody else's clock, as it was seen once. */
interface Sighting {
  /** What it showed, milliseconds since 1970. */
  time: number;
  /** When, by `performance.now()`, which no step of this machine's clock moves. */
  seenAt: number;
}

/**
 * The time for whatever is signed: this machine's clock, as long as it agrees with the ledger's and AWS's to `CLOCK_SKEW_MAX_MS`.
 * A clock that is wrong would put wrong dates into certificates and revocation lists, which can't be taken back.
 */
@Injectable()
export class SigningClock implements OnModuleInit, OnModuleDestroy {
  private readonly sightings = new Map<string, Sighting>();
  private readonly loop = WorkLoop.every(SigningClock.name, EVERY_MS, () => this.lookAtLedger());

  constructor(
    private readonly clock: Clock,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
    checks: HealthChecks,
  ) {
    checks.add('clock', () => Promise.resolve(this.assertRight()));
    const ahead = () => this.ahead();
    // The registry is the process's, and a test builds several services in one.
    register.removeSingleMetric(METRIC);
    new Gauge({
      name: METRIC,
      help: 'How far this machine’s clock is ahead of another one',
      labelNames: ['of'],
      collect() {
        this.reset();
        for (const { of, ms } of ahead()) this.set({ of }, ms / 1_000);
      },
    });
  }

  /** Before anything can be signed. */
  async onModuleInit() {
    await this.lookAtLedger();
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** Throws `clock-wrong`. A step of the clock is noticed at once. */
  now(): Date {
    this.assertRight();
    return this.clock.now();
  }

  /** `of` showed `time` a moment ago, to a second or so: the Date header of an answer. */
  observe(of: string, time: Date): void {
    if (!Number.isNaN(+time)) this.sightings.set(of, { time: +time, seenAt: performance.now() });
  }

  /** Throws `clock-wrong`: to be called before something is begun that ends with a signature. */
  assertRight(): void {
    const wrong = this.ahead().filter(({ ms }) => Math.abs(ms) > this.config.CLOCK_SKEW_MAX_MS);
    if (wrong.length === 0) return;
    // It may be the reckoning that is wrong, or the clock be set right meanwhile.
    this.loop.wake();
    throw clockWrong(wrong.map(({ of, ms }) => `${duration(Math.abs(ms))} ${ms > 0 ? 'ahead of' : 'behind'} that of ${of}`).join(' and '));
  }

  private ahead(): { of: string; ms: number }[] {
    const now = +this.clock.now();
    const at = performance.now();
    return [...this.sightings]
      .filter(([of, { seenAt }]) => of === LEDGER || at - seenAt < AWS_COUNTS_MS)
      .map(([of, { time, seenAt }]) => ({ of, ms: now - (time + at - seenAt) }));
  }

  private async lookAtLedger(): Promise<void> {
    const before = performance.now();
    const { rows } = await sql<{ ms: number }>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`.execute(this.db);
    const seenAt = (before + performance.now()) / 2;
    const time = rows[0]!.ms;
    const last = this.sightings.get(LEDGER);
    if (last && Math.abs(last.time + seenAt - last.seenAt - time) > RESTED_MS) this.sightings.clear();
    this.sightings.set(LEDGER, { time, seenAt });
  }
}

/** In the largest unit of which there are two. */
function duration(ms: number): string {
  const units = [['days', 86_400_000], ['hours', 3_600_000], ['minutes', 60_000]] as const;
  const [name, unit] = units.find(([, each]) => ms >= 2 * each) ?? (['seconds', 1_000] as const);
  return `${Math.round(ms / unit)} ${name}`;
}
