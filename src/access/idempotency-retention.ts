import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import { WorkLoop } from '../platform/work-loop.js';

const HOUR_MS = 3_600_000;

/** Answers are kept for 30 days: a station may be off over a holiday and then repeat its last request. */
@Injectable()
export class IdempotencyRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop = WorkLoop.every(IdempotencyRetention.name, HOUR_MS, () => this.forgetOld());

  constructor(private readonly db: Database) {}

  onApplicationBootstrap() {
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  async forgetOld(): Promise<void> {
    await this.db.deleteFrom('idempotency').where('created_at', '<', sql<Date>`now() - interval '30 days'`).execute();
  }
}
