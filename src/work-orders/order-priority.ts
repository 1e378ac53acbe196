import type { Ledger } from '../platform/database/database.js';
import { ENDED, ORDER_STATES } from './order-state.js';
import { workOrderNotFound, workOrderState } from './work-order.errors.js';

/** Of an order that says none. From 1, whose units are handed out first, to 9. */
export const NORMAL_PRIORITY = 5;

/** Answers what it was. Throws `work-order-unknown`, or `work-order-state` for an order that has ended. */
export async function changePriority(tx: Ledger, id: string, priority: number): Promise<number> {
  const before = await tx.selectFrom('work_order').select(['state', 'priority']).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!before) throw workOrderNotFound(id);
  if (ENDED.includes(before.state)) throw workOrderState(id, before.state, 'given another priority', ORDER_STATES.filter((state) => !ENDED.includes(state)));
  await tx.updateTable('work_order').set({ priority }).where('id', '=', id).execute();
  return before.priority;
}
