import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Ledger } from '../platform/database/database.js';

/** The jobs of an order as a whole: made when it is opened, cancelled when it ends. */
@Injectable()
export class OrderJobs {
  /** A job for each planned unit of the order that has none. Answers how many. */
  async insert(tx: Ledger, order: string): Promise<number> {
    const { numAffectedRows } = await sql`
      insert into job (unit_id, work_order_id, line_id, step, step_number, state)
      select unit.id, unit.work_order_id, work_order.line_id, work_order.route->0->>'name', 1, 'queued'
      from unit join work_order on work_order.id = unit.work_order_id
      where unit.work_order_id = ${order} and unit.state = 'planned' and not unit.canary
        and not exists (select from job where job.unit_id = unit.id and job.state in ('queued', 'leased'))
      order by unit.id`.execute(tx);
    return Number(numAffectedRows ?? 0);
  }

  /** Jobs at stations end with their lease. Answers how many were waiting. */
  async cancelQueued(tx: Ledger, order: string): Promise<number> {
    const { rows } = await sql<{ jobs: number }>`
      with cancelled as (update job set state = 'cancelled', updated_at = now() where work_order_id = ${order} and state = 'queued' returning line_id, step)
      insert into job_tally (line_id, step, state, jobs) select line_id, step, 'cancelled', count(*) from cancelled group by line_id, step returning jobs`.execute(tx);
    return rows.reduce((sum, { jobs }) => sum + jobs, 0);
  }
}
