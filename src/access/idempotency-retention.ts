import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';

const HOUR_MS = 3_600_000;

/** Answers are kept for 30 days: a station may be off over a holiday and then repeat its last request. */
@Injectable()
export class IdempotencyRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(IdempotencyRetention.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly db: Database) {}

  onApplicationBootstrap() {
    this.timer = setInterval(() => {
      this.forgetOld().catch((error: unknown) => this.logger.warn({ event: 'idempotency.not_tidied', error }));
    }, HOUR_MS).unref();
  }

  onApplicationShutdown() {
    clearInterval(this.timer);
  }

  async forgetOld(): Promise<void> {
    await this.db.deleteFrom('idempotency').where('created_at', '<', sql<Date>`now() - interval '30 days'`).execute();
  }
}
