import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../platform/database/database.js';
import { WorkLoop } from '../platform/work-loop.js';
import { LeaseAbsence } from '../work-orders/lease-absence.js';
import { Leases } from './leases.js';

const EVERY_MS = 1_000;

/** From one round of the sweep to the next, in milliseconds. */
export const sweepEveryMs = ({ LEASE_MS }: Pick<Config, 'LEASE_MS'>) => Math.min(EVERY_MS, LEASE_MS / 10);

/**
 * Takes back the leases that nobody renews, in the worker role, and notices in every role that the ledger was away. Stations can't renew while no api runs either: a lease is over only if it was over when
 * an api last saw the ledger, and the first one that starts lengthens them all.
 */
@Injectable()
export class LeaseSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: WorkLoop<void>;

  constructor(
    private readonly leases: Leases,
    private readonly absence: LeaseAbsence,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    absence.watch(leases);
    this.loop = WorkLoop.every(LeaseSweep.name, sweepEveryMs(config), () => this.sweep());
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
    if (this.config.ROLES.includes('api')) await this.tellSeen();
    if (this.config.ROLES.includes('worker')) await this.leases.takeBackExpired(undefined, Math.min(this.absence.asOf, await this.seenByApis()));
  }

  private async tellSeen(): Promise<void> {
    await this.db.updateTable('api_sighting').set({ seen_ms: this.absence.asOf }).where('seen_ms', '<', this.absence.asOf).execute();
  }

  private async seenByApis(): Promise<number> {
    return (await this.db.selectFrom('api_sighting').select('seen_ms').executeTakeFirstOrThrow()).seen_ms;
  }
}
