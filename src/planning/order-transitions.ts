import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../platform/database/database.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { OrderJobs } from '../programming/order-jobs.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { OneHand } from './one-hand.js';
import { OrderPreflight } from './order-preflight.js';
import { OrderReferences } from './order-references.js';
import { type RaiseWorkOrder, serialsOf } from './work-orders.schema.js';

/** Opens an order for work, holds it, and ends it. Each step is one transaction, on record; the log tells the queues. */
@Injectable()
export class OrderTransitions {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly jobs: OrderJobs,
    private readonly preflight: OrderPreflight,
    private readonly references: OrderReferences,
    private readonly oneHand: OneHand,
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

  /** Throws `order-not-ready`, or `work-order-state`. */
  async resume(actor: string, id: string, keepAnswer: KeepAnswer): Promise<void> {
    const order = await this.orders.get(id);
    if (order.state === 'held') await this.preflight.assertReady(order);
    await this.db.transaction().execute(async (tx) => {
      await this.orders.move(tx, id, 'released', null, ['held']);
      await this.audit.record(tx, actor, 'work-order.resumed', `work-order:${id}`, { id });
      await keepAnswer(tx, { id });
    });
  }

  /** For good. `closed`: what was made is good, stations finish units that have their certificate. `cancelled`: stations stop all of its units. */
  async end(actor: string, id: string, to: 'closed' | 'cancelled', reason: string | null, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.orders.move(tx, id, to, reason);
      const jobs = await this.jobs.cancelQueued(tx, id);
      await this.audit.record(tx, actor, `work-order.${to}`, `work-order:${id}`, { id, reason, jobs });
      await keepAnswer(tx, { id });
    });
  }

  /** More certificates, more units, more time. Throws `quantity-not-raised`, `window-not-extended`, `work-order-state` or `serial-taken`. */
  async raise(actor: string, id: string, { serials: added, notAfter: until, ...asked }: RaiseWorkOrder, keepAnswer: KeepAnswer): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const { before, quantity, overage, notAfter } = await this.orders.raise(tx, id, { ...asked, notAfter: until === null || until === undefined ? until : new Date(until) });
      const serials = added === undefined ? [] : serialsOf(added, quantity - before.quantity);
      if (added !== undefined && serials.length === 0) throw requestInvalid('serials: say the count of the range, or a quantity above the present one');
      this.references.checkSerials(before, serials);
      await this.orders.insertUnits(tx, id, serials);
      if (before.state !== 'planned') await this.jobs.insert(tx, id);
      const facts = { id, quantity, overage, fromQuantity: before.quantity, fromOverage: before.overage, notAfter: notAfter?.toISOString() ?? null, fromNotAfter: before.notAfter?.toISOString() ?? null, units: serials.length };
      await this.audit.record(tx, actor, 'work-order.raised', `work-order:${id}`, facts);
      await keepAnswer(tx, { id });
    });
  }
}
