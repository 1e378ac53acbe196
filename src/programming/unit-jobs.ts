import { Injectable } from '@nestjs/common';
import type { Ledger } from '../platform/database/database.js';
import type { Unit } from '../work-orders/unit.repository.js';
import { workOrderEnded } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { JobRepository } from './job.repository.js';
import type { JobState } from './job.tables.js';
import { Leases } from './leases.js';

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
      .returning('line_id')
      .executeTakeFirst();
    if (cancelled) await tx.insertInto('job_tally').values({ line_id: cancelled.line_id, state: 'cancelled', jobs: 1 }).execute();
  }

  /** A new job that follows the unit's last one. Throws `work-order-ended`. */
  async insertNext(tx: Ledger, { id: unitId, workOrderId: order }: Unit): Promise<{ id: number; follows: number | null }> {
    if (!(await this.orders.goesOn(tx, order))) throw workOrderEnded(order);
    const last = await tx.selectFrom('job').select('id').where('unit_id', '=', unitId).orderBy('id', 'desc').limit(1).executeTakeFirst();
    const follows = last?.id ?? null;
    const { id } = await tx
      .insertInto('job')
      .columns(['unit_id', 'work_order_id', 'line_id', 'state', 'follows'])
      .expression((eb) =>
        eb.selectFrom('work_order').select([eb.val(unitId).as('unit_id'), 'id', 'line_id', eb.val('queued' as JobState).as('state'), eb.cast<number | null>(eb.val(follows), 'bigint').as('follows')]).where('id', '=', order))
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, follows };
  }
}
