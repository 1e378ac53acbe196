import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { WorkLoop } from '../platform/work-loop.js';

/** A committed leaf has its index within about this time. */
const EVERY_MS = 120;
const MOST = 5_000;

/** Gives committed leaves their place in the one log (`log.sql`). Every worker runs one; at any moment one of them does the work. */
@Injectable()
export class Sequencer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;

  constructor(
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.loop = WorkLoop.every(Sequencer.name, EVERY_MS, async () => ((await this.sequence()) ?? 0) >= MOST);
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  /** How many leaves got their index; null when another process was at it. */
  async sequence(): Promise<number | null> {
    const { rows } = await sql<{ sequenced: number | null }>`select sequence_leaves(${MOST}) as sequenced`.execute(this.db);
    return rows[0]?.sequenced ?? null;
  }
}
