import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import { Leases } from './leases.js';

/** This process has had no answer from the ledger for so long, in milliseconds, that perhaps no station could renew. */
const AWAY_MS = 5_000;

/**
 * Stations can't renew while the ledger, or this process, is away. So nobody is told that a lease is over, and no lease is taken back,
 * before each of them lasts a whole one again.
 */
@Injectable()
export class LeaseAbsence implements NestInterceptor {
  /** When the ledger last answered, by this process's own clock, in milliseconds. */
  private seenAt = -Infinity;
  private extending: Promise<void> | undefined;

  constructor(
    private readonly leases: Leases,
    private readonly db: Database,
  ) {}

  async intercept(_context: ExecutionContext, next: CallHandler) {
    await this.makeGood();
    return next.handle();
  }

  /** Lengthens the leases, if nobody has seen the ledger for a while. Rejects while it is away. */
  async makeGood(): Promise<void> {
    if (performance.now() - this.seenAt <= AWAY_MS) return;
    this.extending ??= this.leases.extendAll().finally(() => (this.extending = undefined));
    await this.extending;
    this.seen();
  }

  /** Asks the ledger for a sign of life, so that a process that nobody has called for a while is not taken for one that was away. */
  async look(): Promise<void> {
    await sql`select 1`.execute(this.db);
    this.seen();
  }

  private seen() {
    this.seenAt = performance.now();
  }
}
