import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { RevocationService } from '../issuance/revocation.service.js';
import type { Ledger } from '../platform/database/database.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { AttemptRepository, type Ending } from './attempt.repository.js';
import { type Job, JobRepository, leaseOf, type Unexplained } from './job.repository.js';
import { Passing } from './passing.js';
import { countFail, insertStepJob, requeue } from './step-jobs.js';

/** A restart of a station or a power cut costs each unit one lease. When so many ran out, the board itself may be what stops its stations. */
const MOST_LAPSES = 5;
/** ERROR and TIMEOUT are the station's, and a broken fixture gives them to every unit: after so many on one unit a person looks at both. */
const MOST_ERRORS = 10;

/** How an attempt may end without a word on the unit. A station that hands a unit back has said nothing against it. */
export type HandedBack = 'released' | 'lapsed' | 'error';

/** How attempts end, and what then becomes of the job and its unit. All within the caller's transaction, which has the job locked. */
@Injectable()
export class Endings {
  constructor(
    private readonly jobs: JobRepository,
    private readonly attempts: AttemptRepository,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly revocation: RevocationService,
    private readonly passing: Passing,
    private readonly audit: AuditLog,
  ) {}

  /** The attempt decided on the unit. */
  private async conclude(tx: Ledger, actor: string, job: Job, state: 'passed' | 'failed', ending: Ending): Promise<void> {
    // In one packet: none needs another's answer.
    await Promise.all([this.attempts.end(tx, job, ending), this.jobs.end(tx, job, state), this.units.advance(tx, job.unitId, state, leaseOf(job))]);
    // A unit that failed keeps no identity: only a rework leads on, which gives it another.
    if (state === 'failed') await this.revocation.revokeOfUnit(tx, actor, { id: job.unitId, serial: job.serial }, 'cessationOfOperation');
    await this.units.endLease(tx, job.unitId);
  }

  /**
   * The unit passed this step. With the last one it has passed; otherwise the job of the next step waits, and nobody holds the unit: its number is answered,
   * or null where its order has ended and nothing more is begun.
   */
  async pass(tx: Ledger, actor: string, job: Job, ending: Ending): Promise<number | null | undefined> {
    const { route } = await this.orders.getTerms(job.workOrderId);
    if (job.stepNumber >= route.length) {
      await this.conclude(tx, actor, job, 'passed', ending);
      return undefined;
    }
    await this.attempts.end(tx, job, ending);
    await this.jobs.end(tx, job, 'passed');
    const next = (await this.orders.goesOn(tx, job.workOrderId)) ? await insertStepJob(tx, job, { stepNumber: job.stepNumber + 1, fails: 0, follows: job.id }) : null;
    await this.units.endLease(tx, job.unitId);
    return next;
  }

  /** The unit failed this step. It may try again as often as the step allows, with the certificate that it has; then it has failed. */
  async fail(tx: Ledger, actor: string, job: Job, ending: Ending): Promise<void> {
    const { route } = await this.orders.getTerms(job.workOrderId);
    const fails = job.fails + 1;
    if (fails >= (route[job.stepNumber - 1]?.retests ?? 1)) {
      await countFail(tx, job);
      return this.conclude(tx, actor, job, 'failed', ending);
    }
    await this.goOn(tx, actor, { ...job, fails }, ending);
  }

  /** It said nothing about the unit, which goes back to the queue while its order goes on, or is quarantined where another attempt would be of no use. */
  async handBack(tx: Ledger, actor: string, job: Job, how: HandedBack, ending: Ending): Promise<void> {
    await this.goOn(tx, actor, { ...job, lapses: job.lapses + (how === 'lapsed' ? 1 : 0), errors: job.errors + (how === 'error' ? 1 : 0) }, ending);
  }

  private async goOn(tx: Ledger, actor: string, job: Job, ending: Ending): Promise<void> {
    await this.attempts.end(tx, job, ending);
    const reason = (await this.passing.obstacleTo(tx, job)) ?? reasonToSetAside(job);
    if (reason !== undefined) await this.setAside(tx, actor, job, reason);
    else await this.putBack(tx, job);
    await this.units.endLease(tx, job.unitId);
  }

  /** As if the attempt had not begun: no station has heard of it. */
  async undo(tx: Ledger, job: Job): Promise<void> {
    await this.attempts.remove(tx, job);
    await this.putBack(tx, { ...job, attempt: job.attempt - 1 });
    await this.units.endLease(tx, job.unitId);
  }

  /** Where no attempt makes the unit pass any more. Answers whether it is so. */
  async setAsideBeyondHelp(tx: Ledger, actor: string, job: Job): Promise<boolean> {
    const obstacle = await this.passing.obstacleTo(tx, job);
    if (obstacle !== undefined) await this.setAside(tx, actor, job, obstacle);
    return obstacle !== undefined;
  }

  /** Ends the job, whether it is leased or queued, and quarantines its unit. */
  private async setAside(tx: Ledger, actor: string, job: Job, reason: string): Promise<void> {
    await this.jobs.end(tx, job, 'failed');
    await this.units.quarantine(tx, job.unitId, job.held ? leaseOf(job) : undefined);
    const certificate = await this.revocation.fingerprintOf(tx, job.unitId);
    await this.audit.record(tx, actor, 'unit.quarantined', `unit:${job.serial}`, { serial: job.serial, from: job.unitState, certificate, reason });
    await this.audit.record(tx, actor, 'job.set-aside', `unit:${job.serial}`, { job: job.id, serial: job.serial, reason, attempt: job.attempt });
  }

  private async putBack(tx: Ledger, job: Job): Promise<void> {
    if (await this.orders.goesOn(tx, job.workOrderId)) await requeue(tx, job);
    else await this.jobs.end(tx, job, 'cancelled');
  }
}

function reasonToSetAside({ lapses, errors }: Unexplained): string | undefined {
  if (lapses >= MOST_LAPSES) return 'leases-ran-out';
  return errors >= MOST_ERRORS ? 'errors' : undefined;
}
