import { sql } from 'kysely';
import type { Ledger } from '../platform/database/database.js';
import type { Job } from './job.repository.js';

/** At which step of its order's route, counted from 1, with how many FAILs there, and after which job a unit goes on. */
export interface Standing {
  stepNumber: number;
  fails: number;
  follows: number | null;
}

/** A job of this step of the unit's route waits for a station. Answers its number. */
export async function insertStepJob(tx: Ledger, { unitId, workOrderId }: Pick<Job, 'unitId' | 'workOrderId'>, { stepNumber, fails, follows }: Standing): Promise<number> {
  const { rows: [made] } = await sql<{ id: number }>`
    insert into job (unit_id, work_order_id, line_id, step, step_number, state, fails, follows)
    select ${unitId}, id, line_id, route->(${stepNumber}::integer - 1)->>'name', ${stepNumber}, 'queued', ${fails}, ${follows}::bigint from work_order where id = ${workOrderId} returning id`.execute(tx);
  return made!.id;
}

/** Its present attempt ends with FAIL. */
export async function countFail(tx: Ledger, { id, fails }: Pick<Job, 'id' | 'fails'>): Promise<void> {
  await tx.updateTable('job').set({ fails: fails + 1 }).where('id', '=', id).execute();
}
