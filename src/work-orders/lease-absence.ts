import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/** An absence of the ledger counts from this many milliseconds on; from fewer where leases are short. */
const AWAY_MS = 5_000;
/** In milliseconds since 1970: no lease was over then. */
const BEFORE_ALL = -1;

/** Which units are leased is known to whoever keeps the jobs. */
export interface KeptLeases {
  /** Each lease that was not over at `asOf` lasts a whole one from now. */
  extendAll: (asOf: number) => Promise<void>;
  /** The ledger's clock, in milliseconds since 1970, once leases could be renewed in it. */
  look: () => Promise<number>;
}

/**
 * Stations can't renew while the ledger, or this process, is away or hangs. So a lease is over only if it was over when the ledger was last seen in time (`asOf`): a statement that
 * waits in the ledger takes no lease by a clock that ran meanwhile. And after an absence each lease lasts a whole one again before this moment moves on.
 */
@Injectable()
export class LeaseAbsence {
  /** This process has had no answer from the ledger for so long, in milliseconds, that perhaps some station could not renew. */
  private readonly awayMs: number;
  /** When the ledger was last asked what it answered in time, by this process's own clock, in milliseconds. */
  private seenAt = -Infinity;
  /** The ledger's clock at that time, in milliseconds since 1970. */
  private seen = BEFORE_ALL;
  /** So far, at least, is the ledger's clock ahead of this process's own, in milliseconds. */
  private aheadMs = -Infinity;
  private extending: Promise<void> | undefined;
  private leases: KeptLeases | undefined;

  constructor(@Inject(CONFIG) { LEASE_MS }: Pick<Config, 'LEASE_MS'>) {
    this.awayMs = Math.min(AWAY_MS, LEASE_MS / 3);
  }

  watch(leases: KeptLeases): void {
    this.leases = leases;
  }

  /** The moment by which a lease must have been over to count as over now, by the ledger's clock, in milliseconds since 1970. To be bound when a statement is sent. */
  get asOf(): number {
    return this.seen;
  }

  /** The same for what came in at `receivedAt` (`performance.now()`): a station that asked in time is not late because it was kept waiting. */
  asOfReceipt(receivedAt: number): number {
    return Math.max(BEFORE_ALL, Math.min(this.seen, Math.floor(receivedAt + this.aheadMs)));
  }

  /** Lengthens the leases, if nobody has seen the ledger in time for a while. Rejects while it is away. */
  async makeGood(): Promise<void> {
    if (performance.now() - this.seenAt <= this.awayMs) return;
    this.extending ??= this.extend().finally(() => (this.extending = undefined));
    await this.extending;
  }

  /** Sees the ledger. An answer that comes late, or after an absence that was not made good, says nothing: the ledger was away meanwhile. */
  async look(): Promise<void> {
    const askedAt = performance.now();
    const seen = await this.leases?.look();
    const answeredAt = performance.now();
    if (seen === undefined || answeredAt - this.seenAt > this.awayMs) return;
    this.seenAt = askedAt;
    this.seen = seen;
    this.aheadMs = seen - answeredAt;
  }

  private async extend(): Promise<void> {
    const askedAt = performance.now();
    await this.leases?.extendAll(this.seen);
    this.seenAt = askedAt;
  }
}
