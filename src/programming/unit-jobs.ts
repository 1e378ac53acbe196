import { Injectable } from '@nestjs/common';
import type { Ledger } from '../platform/database/database.js';
import type { Unit } from '../work-orders/unit.repository.js';
import { workOrderEnded } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { type Job, JobRepository } from './job.repository.js';
import { Leases } from './leases.js';
import { insertStepJob } from './step-jobs.js';

/** The jobs of one unit, when a supervisor decides on it. */
@Injectable()
export class UnitJobs {
  constructor(
    private readonly jobs: JobRepository,
    private readonly orders: WorkOrderRepository,
    private readonly leases: Leases,
  ) {}

  /** A station whose lease is over has the unit no more, also where nobody has noticed yet. */
  async takeBackExpired(serial: string): Promise<void> {
    const job = await this.jobs.findOpenBySerial(serial);
    if (job?.state === 'leased' && !job.held) await this.leases.takeBackExpired(job.id);
  }

  /** The unit's open job is over; a unit that a station holds refuses the rest of the change. Before the unit's row, as everywhere. */
  async cancelOpen(tx: Ledger, serial: string): Promise<void> {
    const cancelled = await tx
      .updateTable('job')
      .set({ state: 'cancelled', station_id: null, slot: null, updated_at: new Date() })
      .where('unit_id', 'in', (eb) => eb.selectFrom('unit').select('id').where('serial', '=', serial))
      .where('state', 'in', ['queued', 'leased'])
      .returning(['line_id', 'step'])
      .executeTakeFirst();
    if (cancelled) await tx.insertInto('job_tally').values({ ...cancelled, state: 'cancelled', jobs: 1 }).execute();
  }

  /**
   * A new job that follows the unit's last one: of its route's first step, or (`goesOn`) of the step at which it stood, with what it had failed there.
   * Throws `work-order-ended`.
   */
  async insertNext(tx: Ledger, { id: unitId, workOrderId }: Unit, { goesOn }: { goesOn: boolean }): Promise<{ id: number; follows: number | null }> {
    if (!(await this.orders.goesOn(tx, workOrderId))) throw workOrderEnded(workOrderId);
    const last = await this.jobs.findLast(unitId, tx);
    const follows = last?.id ?? null;
    const stood = goesOn && last?.workOrderId === workOrderId ? await this.standing(last) : FIRST;
    return { id: await insertStepJob(tx, { unitId, workOrderId }, { ...stood, follows, isRework: !goesOn }), follows };
  }

  private async standing({ state, stepNumber, fails, workOrderId }: Job): Promise<{ stepNumber: number; fails: number }> {
    const { route } = await this.orders.getTerms(workOrderId);
    return state === 'passed' ? { stepNumber: Math.min(stepNumber + 1, route.length), fails: 0 } : { stepNumber, fails };
  }
}

const FIRST = { stepNumber: 1, fails: 0 };
