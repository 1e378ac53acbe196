import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { WorkLoop } from '../platform/work-loop.js';
import { IssuanceService } from './issuance.service.js';

const EVERY_MS = 10_000;

/** Abandons reservations that a crash has left open: at the start, and every ten seconds. Runs in the worker role. */
@Injectable()
export class LeftBehindReservations implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;

  constructor(
    private readonly issuance: IssuanceService,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.loop = WorkLoop.every(LeftBehindReservations.name, EVERY_MS, () => this.issuance.abandonLeftBehind().then(() => false));
  }

  async onApplicationBootstrap() {
    if (!this.config.ROLES.includes('worker')) return;
    // Before the first caller is answered: their units are free again.
    await this.issuance.abandonLeftBehind().catch(() => undefined);
    this.loop.start();
  }

  async onModuleDestroy() {
    await this.loop.stop();
  }
}
