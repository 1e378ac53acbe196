import { sql } from 'kysely';
import type { Ledger } from '../platform/database/database.js';
import type { Job } from './job.repository.js';
import { HAS_IDENTITY } from './waiting-with-identity.js';

/** At which step of its order's route, counted from 1, with how many FAILs there, and after which job a unit goes on. */
export interface Standing {
  stepNumber: number;
  fails: number;
  follows: number | null;
  /** It begins anew after a rework. */
  isRework?: boolean;
}

/** A job of this step of the unit's route waits for a station, next of all where the one that it follows was to be. Answers its number. */
export async function insertStepJob(tx: Ledger, { unitId, workOrderId }: Pick<Job, 'unitId' | 'workOrderId'>, { stepNumber, fails, follows, isRework = false }: Standing): Promise<number> {
  const { rows: [made] } = await sql<{ id: number }>`
    insert into job (unit_id, work_order_id, line_id, step, step_number, state, fails, follows, has_identity, precedence)
    select ${unitId}, id, line_id, route->(${stepNumber}::integer - 1)->>'name', ${stepNumber}, 'queued', ${fails}, ${follows}::bigint, (select ${HAS_IDENTITY} from unit where unit.id = ${unitId}),
      case when exists (select from job as before where before.id = ${follows}::bigint and before.precedence = 0) then 0 when ${isRework} and 'rework' = any(ahead) then 1 else 3 end
    from work_order where id = ${workOrderId} returning id`.execute(tx);
  return made!.id;
}

/** Back in the queue. What is to be next of all stays so until its unit has come through. */
export async function requeue(tx: Ledger, { id, attempt, lapses, errors, fails }: Pick<Job, 'id' | 'attempt' | 'lapses' | 'errors' | 'fails'>): Promise<void> {
  const precedence = sql<number>`case when precedence = 3 and ${fails}::integer > 0 and exists (select from work_order where work_order.id = job.work_order_id and 'retest' = any(ahead)) then 2 else precedence end`;
  await tx
    .updateTable('job')
    .set(({ selectFrom }) => ({
      state: 'queued', station_id: null, slot: null, attempt, lapses, errors, fails, precedence, updated_at: new Date(),
      has_identity: selectFrom('unit').select(HAS_IDENTITY.as('has')).whereRef('unit.id', '=', 'job.unit_id'),
    }))
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirstOrThrow();
}

/** Its present attempt ends with FAIL. */
export async function countFail(tx: Ledger, { id, fails }: Pick<Job, 'id' | 'fails'>): Promise<void> {
  await tx.updateTable('job').set({ fails: fails + 1 }).where('id', '=', id).execute();
}
