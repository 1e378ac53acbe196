import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { OrderJobs } from '../programming/order-jobs.js';
import { changePriority } from '../work-orders/order-priority.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { Confirmations } from './confirmations.js';
import { OneHand } from './one-hand.js';
import { OrderBalanceQueries } from './order-balance.queries.js';
import { OrderPreflight } from './order-preflight.js';
import { OrderSerials } from './order-serials.js';
import { orderUnaccounted } from './planning.errors.js';
import type { RaiseWorkOrder } from './work-orders.schema.js';

/** Opens an order for work, holds it, and ends it. Each step is one transaction, on record; the log tells the queues. */
@Injectable()
export class OrderTransitions {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly jobs: OrderJobs,
    private readonly preflight: OrderPreflight,
    private readonly serials: OrderSerials,
    private readonly oneHand: OneHand,
    private readonly balances: OrderBalanceQueries,
    private readonly confirmations: Confirmations,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** There is a job for each of its units from now on. Throws `order-not-ready`, or `work-order-not-planned`. */
  async release(actor: string, id: string, keepAnswer: KeepAnswer): Promise<void> {
    const order = await this.orders.get(id);
    if (order.state === 'planned') await this.preflight.assertReady(order);
    await this.db.transaction().execute(async (tx) => {
      await this.orders.release(tx, actor, id);
      const units = await this.jobs.insert(tx, id);
      await this.audit.record(tx, actor, 'work-order.released', `work-order:${id}`, { id, units, oneHand: await this.oneHand.stations(actor, order.line, tx) });
      await keepAnswer(tx, { id });
    });
  }

  /** No job is handed out and nothing is issued until it is resumed. Stations finish units that have their certificate, and hand the others back. */
  async hold(actor: string, id: string, reason: string | null, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.orders.move(tx, id, 'held', reason);
      await this.audit.record(tx, actor, 'work-order.held', `work-order:${id}`, { id, reason });
      await keepAnswer(tx, { id });
    });
  }

  /** Of an order that was held when a restored ledger was accepted it says too that its units were compared. Throws `order-not-ready`, or `work-order-state`. */
  async resume(actor: string, id: string, keepAnswer: KeepAnswer): Promise<void> {
    const order = await this.orders.get(id);
    if (order.state === 'held') await this.preflight.assertReady(order);
    await this.db.transaction().execute(async (tx) => {
      await this.orders.move(tx, id, 'released', null, ['held']);
      await this.audit.record(tx, actor, 'work-order.resumed', `work-order:${id}`, { id });
      await this.confirmations.confirmIn(tx, actor, [id], 'resumed');
      await keepAnswer(tx, { id });
    });
  }

  /**
   * For good: what was made is good, stations finish units that have their certificate. Throws `order-unaccounted` unless the units of which nobody can say where they are were named.
   * They are counted with the order locked, so that nothing is issued meanwhile.
   */
  async close(actor: string, id: string, { reason, unaccounted }: { reason: string | null; unaccounted: number | undefined }, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.orders.move(tx, id, 'closed', reason);
      const balance = await this.balances.of(id, tx);
      if ((unaccounted ?? 0) !== balance.unaccountedIfClosed) throw orderUnaccounted(id, unaccounted, balance);
      await this.end(tx, actor, 'work-order.closed', id, reason, balance.unaccountedIfClosed, keepAnswer);
    });
  }

  /** For good, and stations stop all of its units. */
  async cancel(actor: string, id: string, reason: string | null, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.orders.move(tx, id, 'cancelled', reason);
      await this.end(tx, actor, 'work-order.cancelled', id, reason, (await this.balances.of(id, tx)).unaccountedIfClosed, keepAnswer);
    });
  }

  /** More certificates, more units, more time. Throws `quantity-not-raised`, `window-not-extended`, `work-order-state` or `serial-taken`. */
  async raise(actor: string, id: string, { serials: added, notAfter: until, ...asked }: RaiseWorkOrder, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const { before, quantity, overage, notAfter } = await this.orders.raise(tx, id, { ...asked, notAfter: until === null || until === undefined ? until : new Date(until) });
      const more = quantity - before.quantity;
      const named = added === undefined ? [] : this.serials.named(before, added, more);
      const serials = added === undefined ? [] : await this.serials.take(tx, before, added, named, more);
      if (added !== undefined && serials.length === 0) throw requestInvalid('serials: say the count of the range, or a quantity above the present one');
      await this.orders.insertUnits(tx, id, serials);
      if (before.state !== 'planned') await this.jobs.insert(tx, id);
      const facts = { id, quantity, overage, fromQuantity: before.quantity, fromOverage: before.overage, notAfter: notAfter?.toISOString() ?? null, fromNotAfter: before.notAfter?.toISOString() ?? null, units: serials.length };
      await this.audit.record(tx, actor, 'work-order.raised', `work-order:${id}`, facts);
      await keepAnswer(tx, { id });
    });
  }

  /** From now on its units are handed out before or after those of other orders. Throws `work-order-state`. */
  async prioritise(actor: string, id: string, priority: number, reason: string | null, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const fromPriority = await changePriority(tx, id, priority);
      if (fromPriority !== priority) await this.audit.record(tx, actor, 'work-order.prioritised', `work-order:${id}`, { id, priority, fromPriority, reason });
      await keepAnswer(tx, { id });
    });
  }

  private async end(tx: Ledger, actor: string, event: 'work-order.closed' | 'work-order.cancelled', id: string, reason: string | null, unaccounted: number, keepAnswer: KeepAnswer): Promise<void> {
    const jobs = await this.jobs.cancelQueued(tx, id);
    await this.audit.record(tx, actor, event, `work-order:${id}`, { id, reason, jobs, unaccounted });
    await keepAnswer(tx, { id });
  }
}
