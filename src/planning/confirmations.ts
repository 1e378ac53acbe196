import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { OrderConfirmations } from '../work-orders/order-confirmations.js';

/** Managers say of orders that what a restored ledger tells of their units was compared, on record. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly confirmations: OrderConfirmations,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Throws `work-order-unknown`, and `ledger-older` while the ledger is held: what it lacks is not known before it was accepted. */
  async confirm(actor: string, ids: readonly string[] | 'all', reason: string): Promise<{ confirmed: number; unconfirmed: number }> {
    const confirmed = await this.db.transaction().execute(async (tx) => {
      await this.audit.assertCurrent(tx);
      return this.confirmIn(tx, actor, ids, reason);
    });
    const { unconfirmed } = await this.db.selectFrom('work_order').select((eb) => eb.fn.countAll<number>().as('unconfirmed')).where('unconfirmed_epoch', 'is not', null).executeTakeFirstOrThrow();
    return { confirmed, unconfirmed: Number(unconfirmed) };
  }

  /** Part of a manager's other change of the order. Answers how many waited for it. */
  async confirmIn(tx: Ledger, actor: string, ids: readonly string[] | 'all', reason: string): Promise<number> {
    const orders = await this.confirmations.confirm(tx, ids);
    for (const { id, epoch } of orders) await this.audit.record(tx, actor, 'work-order.confirmed', `work-order:${id}`, { id, epoch, reason });
    return orders.length;
  }
}
