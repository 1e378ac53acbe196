import { Injectable, Logger } from '@nestjs/common';
import { AwsLoops } from '../aws-loops.js';
import type { ClaimedRegistration } from './registration-round.js';
import { RegistrationRepository } from './registrations.repository.js';
import { RegistrationWork } from './registration-work.js';
import { bringAbout, lookAt } from './resource-rounds.js';
import { UnitReconciler } from '../units/unit-reconciler.js';

const logger = new Logger('Reconciler');
/** Registrations worked on at the same time by this process. */
const WIDTH = 8;

/** Rule 6 (docs/architecture.md): makes what the ledger wants true in AWS, and goes on trying. Runs in workers only. */
@Injectable()
export class Reconciler {
  private readonly loop: { wake(): void };

  constructor(
    loops: AwsLoops,
    private readonly registrations: RegistrationRepository,
    private readonly work: RegistrationWork,
    private readonly units: UnitReconciler,
  ) {
    this.loop = loops.add({
      name: 'Reconciler',
      width: WIDTH,
      take: (limit) => registrations.claimDue(limit),
      takeWhileHeld: (limit) => registrations.claimDue(limit, { stoppedWhileHeld: true }),
      work: (claim) => this.reconcile(claim),
    });
  }

  /** There is new work. Other processes find it within RECONCILE_MS. */
  wake() {
    this.loop.wake();
  }

  /**
   * Looks at an authority in targets then and there, and changes nothing there. Answers which of them do not show it as desired or could
   * not be asked, with the reason. `targets`: those; all that are verified when left out.
   */
  async lookNow(authority: string, targets?: readonly string[]): Promise<{ target: string; detail: string }[]> {
    const claims = await this.registrations.claimNow(authority, targets);
    const differing = await Promise.all(claims.map(async (claim) => {
      const outcome = await this.work.attempt(claim, lookAt);
      if (outcome === 'interrupted') {
        await this.registrations.release(claim);
        return [{ target: claim.target, detail: 'the service is shutting down' }];
      }
      await this.registrations.recordRound(claim, outcome);
      return 'detail' in outcome ? [{ target: claim.target, detail: outcome.detail }] : [];
    }));
    return differing.flat();
  }

  /** Makes everything right in one target then and there, because a person wants it so. */
  async makeRight(authority: string, target: string): Promise<void> {
    for (const claim of await this.registrations.claimNow(authority, [target])) await this.bring(claim, true);
  }

  private reconcile(claim: ClaimedRegistration): Promise<void> {
    return this.bring(claim, false);
  }

  private async bring(claim: ClaimedRegistration, ordered: boolean): Promise<void> {
    const outcome = await this.work.attempt(claim, bringAbout, ordered);
    if (outcome === 'interrupted') return this.registrations.release(claim);
    const { authority, target } = claim;
    if ('detail' in outcome) {
      logger.warn({ event: `registration.${outcome.state}`, authority, target, attempt: claim.attempts, detail: outcome.detail });
    }
    await this.registrations.recordRound(claim, outcome);
    if (outcome.state === 'pending') this.units.wake();
  }
}
