import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { LeaseService } from './lease.service.js';
import { ProvisioningService } from './provisioning.service.js';
import { QueueService } from './queue.service.js';

const EXPIRE_EVERY_MS = 1_000;
const SETTLE_EVERY_MS = 10_000;
const MEND_EVERY_MS = 10_000;

/** Puts right what crashes, lost stations and a wiped Redis leave behind. Runs in the worker role. */
@Injectable()
export class LineKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LineKeeper.name);
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly leases: LeaseService,
    private readonly queues: QueueService,
    private readonly provisioning: ProvisioningService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap() {
    if (!this.config.ROLES.includes('worker')) return;
    await this.attempt('settle', () => this.provisioning.settle());
    this.every(SETTLE_EVERY_MS, 'settle', () => this.provisioning.settle());
    await this.attempt('mend', () => this.queues.mend());
    this.every(MEND_EVERY_MS, 'mend', () => this.queues.mend());
    // Stations could not renew while the service was away: they get one whole lease before any is taken from them.
    this.after(this.config.LEASE_MS, () => this.every(EXPIRE_EVERY_MS, 'expire', () => this.leases.expire()));
  }

  async onApplicationShutdown() {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.underWay);
  }

  private every(ms: number, what: string, work: () => Promise<unknown>) {
    this.after(ms, () => {
      const running = this.attempt(what, work).then(() => {
        this.underWay.delete(running);
        this.every(ms, what, work);
      });
      this.underWay.add(running);
    });
  }

  private after(ms: number, then: () => void) {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, ms);
    this.timers.add(timer);
  }

  private async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ event: 'line_keeper.failed', what, error });
    }
  }
}
