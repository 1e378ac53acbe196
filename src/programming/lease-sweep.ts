import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { Leases } from './leases.js';

const EVERY_MS = 1_000;

/** Takes back the leases that nobody renews, in the worker role, and notices in every role that the ledger was away. */
@Injectable()
export class LeaseSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;

  constructor(
    private readonly leases: Leases,
    private readonly absence: LeaseAbsence,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    absence.watch(leases);
    this.loop = WorkLoop.every(LeaseSweep.name, Math.min(EVERY_MS, config.LEASE_MS / 10), () => this.sweep());
  }

  async onApplicationBootstrap() {
    // Before the first station is answered.
    await this.sweep().catch(() => undefined);
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }

  private async sweep(): Promise<void> {
    await this.absence.makeGood();
    await this.absence.look();
    if (this.config.ROLES.includes('worker')) await this.leases.takeBackExpired();
  }
}
