import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';

/** An absence of the ledger counts from this many milliseconds on; from fewer where leases are short. */
const AWAY_MS = 5_000;

/**
 * Stations can't renew while the ledger, or this process, is away. So nobody is told that a lease is over, no lease is taken back, and nobody else gets a
 * certificate for its unit, before each of them lasts a whole one again.
 */
@Injectable()
export class LeaseAbsence {
  /** This process has had no answer from the ledger for so long, in milliseconds, that perhaps some station could not renew. */
  private readonly awayMs: number;
  /** When the ledger last answered, by this process's own clock, in milliseconds. */
  private seenAt = -Infinity;
  private extending: Promise<void> | undefined;

  private extend: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly db: Database,
    @Inject(CONFIG) { LEASE_MS }: Config,
  ) {
    this.awayMs = Math.min(AWAY_MS, LEASE_MS / 3);
  }

  /** Which units are leased is known to whoever keeps the jobs. */
  extendBy(extend: () => Promise<void>): void {
    this.extend = extend;
  }

  /** Lengthens the leases, if nobody has seen the ledger for a while. Rejects while it is away. */
  async makeGood(): Promise<void> {
    if (performance.now() - this.seenAt <= this.awayMs) return;
    this.extending ??= this.extend().finally(() => (this.extending = undefined));
    await this.extending;
    this.seen();
  }

  /** Asks the ledger for a sign of life, so that a process that nobody has called for a while is not taken for one that was away. An answer that is late is none: the ledger was away meanwhile. */
  async look(): Promise<void> {
    const isLate = this.lateness();
    await sql`select 1`.execute(this.db);
    if (!isLate()) this.seen();
  }

  /** From now on: whether the ledger has let itself be waited for so long that perhaps some station could not renew. */
  lateness(): () => boolean {
    const askedAt = performance.now();
    return () => performance.now() - askedAt > this.awayMs;
  }

  private seen() {
    this.seenAt = performance.now();
  }
}
