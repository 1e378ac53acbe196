import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { Leases } from './leases.js';

const EVERY_MS = 1_000;
/** This process has not swept for so long: it has just started, or its ledger was away, and perhaps no station could renew. */
const AWAY_MS = 5_000;

/** Takes back the leases that nobody renews. Runs in the worker role. */
@Injectable()
export class LeaseSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;
  /** Of this process's own clock, in milliseconds. */
  private sweptAt = -Infinity;

  constructor(
    private readonly leases: Leases,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.loop = WorkLoop.every(LeaseSweep.name, EVERY_MS, () => this.sweep());
  }

  async onApplicationBootstrap() {
    if (!this.config.ROLES.includes('worker')) return;
    // Before the first station is answered.
    await this.sweep().catch(() => undefined);
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  private async sweep(): Promise<void> {
    if (performance.now() - this.sweptAt > AWAY_MS) await this.leases.extendAll();
    else await this.leases.takeBackExpired();
    this.sweptAt = performance.now();
  }
}
