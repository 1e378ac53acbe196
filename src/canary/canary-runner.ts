import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AwsIotError } from '../aws-iot/aws-iot.errors.js';
import { CONFIG, type Config } from '../config/config.js';
import { Instance } from '../platform/database/instance.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { WorkLoop } from '../platform/work-loop.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { CanaryEnding } from './canary-ending.js';
import { CanaryTrial } from './canary-trial.js';
import { CanaryUnits } from './canary-units.js';
import { type Canary, CanaryRepository } from './canary.repository.js';
import type { CanaryResult } from './canary.tables.js';

const logger = new Logger('CanaryRunner');
const WIDTH = 4;
/** For what AWS is asked, beside connecting and the HSM. */
const LOOKS_MS = 120_000;

type ClaimedCanary = Canary & { unitId: number };

/** Takes canaries through their order's method in every target. A canary's private key is in the memory of this process alone. Runs in workers only. */
@Injectable()
export class CanaryRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly loop: WorkLoop<ClaimedCanary>;

  constructor(
    canaries: CanaryRepository,
    private readonly ending: CanaryEnding,
    private readonly units: CanaryUnits,
    private readonly trial: CanaryTrial,
    private readonly orders: WorkOrderRepository,
    instance: Instance,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const holdMs = config.CANARY_PATIENCE_MS + config.HSM_BATCH_DEADLINE_MS + LOOKS_MS;
    this.loop = new WorkLoop({
      name: 'CanaryRunner',
      everyMs: config.RECONCILE_MS,
      width: WIDTH,
      take: async (limit) => {
        await ending.sweep();
        return canaries.claim(limit, instance.number, holdMs);
      },
      work: (canary) => this.run(canary),
    });
  }

  onApplicationBootstrap() {
    if (this.config.ROLES.includes('worker')) this.loop.start();
  }

  async onModuleDestroy() {
    this.stopping.abort();
    await this.loop.stop();
  }

  /** A canary waits. */
  wake() {
    this.loop.wake();
  }

  private async run(canary: ClaimedCanary): Promise<void> {
    const { signal } = this.stopping;
    let results: CanaryResult[];
    try {
      const { canary: loaded, endpoints } = await this.units.load(canary);
      results = await Promise.all(endpoints.map((endpoint) => this.trial.in(endpoint, loaded, signal)));
    } catch (error) {
      // Whoever comes next ends it.
      if (signal.aborted) return;
      if (!(error instanceof DomainError || error instanceof AwsIotError)) logger.error({ event: 'canary.broken', canary: canary.serial, error });
      const { targets } = await this.orders.getTerms(canary.workOrder);
      results = targets.map((target) => ({ target, passed: false, ...failureOf(error), checks: [] }));
    }
    await this.ending.end(canary, results);
  }
}

/** What came before its first connection. */
function failureOf(error: unknown): Pick<CanaryResult, 'step' | 'problem' | 'remedy'> {
  if (error instanceof DomainError) return { step: 'certificate', problem: error.message, remedy: error.action.others };
  if (error instanceof AwsIotError) return { step: 'look', problem: error.message, remedy: 'See that the service reaches AWS, then run the canary again.' };
  return { step: 'certificate', problem: 'Something went wrong inside the service', remedy: 'Look at the log of the worker, then run the canary again.' };
}
