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

/** The ledger's time, and what other processes saw of other clocks: how far each was ahead of the ledger's, and how long ago. */
const LOOK = sql<{ ms: number; others: { of: string; aheadMs: number; ageMs: number }[] }>`
  with ledger as materialized (select clock_timestamp() as now)
  select extract(epoch from now)::float8 * 1000 as ms, coalesce(
    (select json_agg(json_build_object('of', clock, 'aheadMs', ahead_ms, 'ageMs', extract(epoch from now - seen_at)::float8 * 1000)) from clock_sighting), '[]') as others
  from ledger`;

/**
 * The time for whatever is signed: this machine's clock, as long as it agrees with the ledger's and AWS's to `CLOCK_SKEW_MAX_MS`.
 * A clock that is wrong would put wrong dates into certificates and revocation lists, which can't be taken back. What a process sees of
 * AWS's clock it keeps in the ledger, since others may ask AWS nothing, on a machine whose clock the ledger's is too.
 */
@Injectable()
export class SigningClock implements OnModuleInit, OnModuleDestroy {
  private readonly sightings = new Map<string, Sighting>();
  /** Clocks that this process has seen itself since it last kept what it saw. */
  private readonly unkept = new Set<string>();
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
    if (Number.isNaN(+time)) return;
    const known = this.sightings.get(of);
    const sighting = { time: +time, seenAt: performance.now() };
    this.sightings.set(of, sighting);
    this.unkept.add(of);
    if (!known || differ(known, sighting)) this.loop.wake();
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
    const { rows } = await LOOK.execute(this.db);
    const ledger = { time: rows[0]!.ms, seenAt: (before + performance.now()) / 2 };
    const last = this.sightings.get(LEDGER);
    if (last && differ(last, ledger)) {
      this.sightings.clear();
      this.unkept.clear();
      await this.db.deleteFrom('clock_sighting').execute();
    } else this.hear(rows[0]!.others, ledger);
    this.sightings.set(LEDGER, ledger);
    await this.keep(ledger);
  }

  /** What was seen later than by this process itself. A time that is still to come is one that the ledger's clock was set back from. */
  private hear(others: readonly { of: string; aheadMs: number; ageMs: number }[], ledger: Sighting): void {
    for (const { of, aheadMs, ageMs } of others) {
      const seenAt = ledger.seenAt - ageMs;
      if (ageMs >= 0 && seenAt > (this.sightings.get(of)?.seenAt ?? -Infinity)) this.sightings.set(of, { time: ledger.time - ageMs + aheadMs, seenAt });
    }
  }

  private async keep(ledger: Sighting): Promise<void> {
    for (const clock of this.unkept) {
      const { time, seenAt } = this.sightings.get(clock)!;
      const aheadMs = time - seenAt - (ledger.time - ledger.seenAt);
      await sql`insert into clock_sighting as kept (clock, ahead_ms, seen_at) values (${clock}, ${aheadMs}, clock_timestamp() - ${performance.now() - seenAt}::float8 * interval '1 ms')
        on conflict (clock) do update set ahead_ms = excluded.ahead_ms, seen_at = excluded.seen_at where kept.seen_at < excluded.seen_at or kept.seen_at > clock_timestamp()`.execute(this.db);
      // It may have been seen again meanwhile.
      if (this.sightings.get(clock)?.seenAt === seenAt) this.unkept.delete(clock);
    }
  }
}

/** Whether the clock, or the counter of elapsed time, was moved between two sightings of one clock. */
function differ(earlier: Sighting, later: Sighting): boolean {
  return Math.abs(earlier.time - earlier.seenAt - (later.time - later.seenAt)) > RESTED_MS;
}

/** In the largest unit of which there are two. */
function duration(ms: number): string {
  const units = [['days', 86_400_000], ['hours', 3_600_000], ['minutes', 60_000]] as const;
  const [name, unit] = units.find(([, each]) => ms >= 2 * each) ?? (['seconds', 1_000] as const);
  return `${Math.round(ms / unit)} ${name}`;
}
