import { Injectable, Logger } from '@nestjs/common';
import { AwsLoops } from '../aws-loops.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { Reconciler } from '../registrations/reconciler.js';
import { TargetCheck } from './target-check.js';
import { type ClaimedCheck, TargetCheckRepository } from './target-checks.repository.js';
import type { Target } from './targets.schema.js';
import { TargetRepository } from './targets.repository.js';

const logger = new Logger('TargetChecker');
const WIDTH = 4;

/** Checks each unverified target until its check has passed, in workers; and any target at once for a person, in whatever process he asks. */
@Injectable()
export class TargetChecker {
  private readonly loop: { wake(): void };

  constructor(
    loops: AwsLoops,
    private readonly checks: TargetCheckRepository,
    private readonly targets: TargetRepository,
    private readonly check: TargetCheck,
    private readonly clients: AwsIotClients,
    private readonly reconciler: Reconciler,
  ) {
    this.loop = loops.add({
      name: 'TargetChecker',
      width: WIDTH,
      take: (limit) => checks.claimDue(limit),
      // It changes nothing there.
      takeWhileHeld: (limit) => checks.claimDue(limit),
      work: (claim) => this.run(claim),
    });
  }

  /** A target may be due. Other processes find it within RECONCILE_MS. */
  wake() {
    this.loop.wake();
  }

  /** Asks AWS then and there. Throws `target-unknown`, `target-state` when it is retired. */
  async checkNow(name: string): Promise<Target> {
    await this.run(await this.checks.claim(name));
    return this.targets.get(name);
  }

  private async run(claim: ClaimedCheck): Promise<void> {
    const target = await this.targets.get(claim.name);
    try {
      const checked = await this.check.look(target);
      const wrong = checked.items.filter(({ state }) => state === 'failed' || state === 'unreachable').map(({ finding }) => finding);
      if (wrong.length > 0) logger.warn({ event: 'target.check-failed', target: claim.name, attempt: claim.attempts, detail: wrong.join('; ') });
      if (await this.checks.record(claim, target, checked)) this.reconciler.wake();
    } catch (error) {
      if (!this.clients.signal.aborted) throw error;
      await this.checks.release(claim);
    }
  }
}
