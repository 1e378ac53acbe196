import { Injectable } from '@nestjs/common';
import { type NotNull, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { Batcher } from '../platform/batcher.js';
import { textArray } from '../platform/database/arrays.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { violatedUnique } from '../platform/database/pg-errors.js';
import type { Json } from '../platform/database/schema.js';
import type { Route } from './route.js';
import type { SerialRules } from './serial-rules.js';
import { ENDED, ORDER_STATES, orderStatesBefore } from './order-state.js';
import type { Ahead, CanaryRule, Method, OrderWindow, ShipGate, WhenTargetUnreachable, WorkOrderState } from './work-order.tables.js';
import {
  orderExhausted, quantityNotRaised, refusalOfOrder, serialTaken, windowNotExtended, workOrderExists, workOrderNotFound, workOrderNotPlanned, workOrderState,
} from './work-order.errors.js';

export interface WorkOrder {
  id: string;
  /** Which order of another system it is. */
  externalId: string | null;
  product: string;
  line: string;
  /** Of the product's hardware; null: not said. */
  revision: string | null;
  /** As the product had them when the order was made. */
  route: Route;
  serialRules: SerialRules;
  profile: string;
  method: Method;
  /** What the order says of its method, as the method's own schema read it. */
  parameters: Record<string, Json>;
  authorityFamily: string;
  shipGate: ShipGate;
  canary: CanaryRule;
  whenTargetUnreachable: WhenTargetUnreachable;
  maxStaleHours: number;
  /** From 1, whose units are handed out first, to 9. */
  priority: number;
  /** What comes before its new units, as the product had it. */
  ahead: Ahead[];
  /** Nothing is handed out or issued before, or from `notAfter` on. */
  notBefore: Date | null;
  notAfter: Date | null;
  /** Where the time is against these two, by the ledger's clock. */
  window: OrderWindow;
  quantity: number;
  overage: number;
  certificatesReserved: number;
  state: WorkOrderState;
  /** What whoever brought it into this state gave as the reason. */
  stateReason: string | null;
  stateSince: Date;
  targets: string[];
  createdAt: Date;
  releasedAt: Date | null;
  /** `key:<id>`; null also of orders that were released before this was kept. */
  releasedBy: string | null;
  /** The ledger was accepted after a restore, and nobody has confirmed the order since. */
  unconfirmed: boolean;
}

export type NewWorkOrder = Pick<WorkOrder, 'id' | 'product' | 'revision' | 'route' | 'serialRules' | 'line' | 'profile' | 'method' | 'parameters' | 'authorityFamily' | 'shipGate' | 'canary' | 'whenTargetUnreachable' | 'maxStaleHours' | 'notBefore' | 'notAfter' | 'quantity' | 'overage' | 'targets' | 'priority' | 'ahead'> & {
  /** Which order of another system it is, and what that said of it. */
  external: { id: string; asked: Record<string, Json> } | null;
};

/** What an order is to have from now on. `notAfter`: null for no end. */
export interface Raised {
  quantity?: number | undefined;
  overage?: number | undefined;
  notAfter?: Date | null | undefined;
}

/** What an order says once and for all. */
export type WorkOrderTerms = Pick<WorkOrder, 'id' | 'product' | 'revision' | 'route' | 'serialRules' | 'line' | 'profile' | 'method' | 'parameters' | 'authorityFamily' | 'shipGate' | 'targets'>;

/** Another request has made the order of this name in another system. */
export class ExternalOrderExists extends Error {}

const targetsOf = sql<string[]>`array(select target_name from work_order_target where work_order_id = work_order.id order by target_name)`;
const DERIVED = [targetsOf.as('targets'), sql<OrderWindow>`order_window(work_order)`.as('window'), sql<boolean>`unconfirmed_epoch is not null`.as('unconfirmed')] as const;

const COLUMNS = [
  'id', 'external_id as externalId', 'product', 'revision', 'route', 'serial_rules as serialRules', 'line_id as line', 'profile', 'method', 'parameters', 'authority_family as authorityFamily', 'ship_gate as shipGate', 'canary', 'not_before as notBefore', 'not_after as notAfter', 'quantity', 'overage',
  'when_target_unreachable as whenTargetUnreachable', 'max_stale_hours as maxStaleHours', 'priority', 'ahead', 'certificates_reserved as certificatesReserved', 'state', 'state_reason as stateReason', 'state_since as stateSince', 'created_at as createdAt', 'released_at as releasedAt', 'released_by as releasedBy',
] as const;

@Injectable()
export class WorkOrderRepository {
  private readonly terms = new LRUCache<string, WorkOrderTerms>({ max: 1_000 });
  /** Ids that were asked for in vain within the last second. */
  private readonly unknown = new LRUCache<string, true>({ max: 1_000, ttl: 1_000 });
  private readonly byId = new Batcher((ids: string[]) => this.findByIds(ids), { lanes: 1, most: 512 });

  constructor(private readonly db: Database) {}

  /**
   * The order's terms, without its state; they never change, so each process reads them once. Requests in flight together share one query,
   * and an id that names no order is asked for once a second.
   */
  async getTerms(id: string): Promise<WorkOrderTerms> {
    const known = this.terms.get(id);
    if (known) return known;
    const order = this.unknown.has(id) ? undefined : await this.byId.submit(id);
    if (!order) {
      this.unknown.set(id, true, { noUpdateTTL: true });
      throw workOrderNotFound(id);
    }
    const { product, revision, route, serialRules, line, profile, method, parameters, authorityFamily, shipGate, targets } = order;
    const terms = { id, product, revision, route, serialRules, line, profile, method, parameters, authorityFamily, shipGate, targets };
    this.terms.set(id, terms);
    return terms;
  }

  private async findByIds(ids: readonly string[]): Promise<(WorkOrder | undefined)[]> {
    const rows = await this.db
      .selectFrom('work_order')
      .select([...COLUMNS, ...DERIVED])
      .where('id', '=', sql<string>`any(${textArray([...new Set(ids)])}::text[])`)
      .execute();
    const orders = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => orders.get(id));
  }

  async get(id: string, ledger: Ledger = this.db): Promise<WorkOrder> {
    const row = await ledger.selectFrom('work_order').select([...COLUMNS, ...DERIVED]).where('id', '=', id).executeTakeFirst();
    if (!row) throw workOrderNotFound(id);
    return row;
  }

  /** The order that is called so in another system, and what that said when it was made. */
  findExternal(externalId: string): Promise<{ id: string; asked: Record<string, Json> } | undefined> {
    return this.db.selectFrom('work_order').select(['id', 'asked']).where('external_id', '=', externalId).$narrowType<{ asked: NotNull }>().executeTakeFirst();
  }

  async list(limit: number, { after, externalId, unconfirmed = false }: { after?: string | undefined; externalId?: string | undefined; unconfirmed?: boolean }): Promise<WorkOrder[]> {
    let rows = this.db.selectFrom('work_order').select([...COLUMNS, ...DERIVED]).orderBy('id').limit(limit);
    if (after !== undefined) rows = rows.where('id', '>', after);
    if (externalId !== undefined) rows = rows.where('external_id', '=', externalId);
    if (unconfirmed) rows = rows.where('unconfirmed_epoch', 'is not', null);
    return rows.execute();
  }

  /** Inserts the order with all its units, planned. Throws `work-order-exists`, ExternalOrderExists or `serial-taken`. */
  async insert(tx: Ledger, order: NewWorkOrder, serials: readonly string[]): Promise<void> {
    this.unknown.delete(order.id);
    try {
      await tx
        .insertInto('work_order')
        .values({
          id: order.id, external_id: order.external?.id ?? null, asked: order.external && JSON.stringify(order.external.asked), product: order.product, revision: order.revision, route: JSON.stringify(order.route), serial_rules: JSON.stringify(order.serialRules), line_id: order.line, profile: order.profile, method: order.method, parameters: JSON.stringify(order.parameters),
          authority_family: order.authorityFamily, ship_gate: order.shipGate, canary: order.canary,
          when_target_unreachable: order.whenTargetUnreachable, max_stale_hours: order.maxStaleHours, not_before: order.notBefore, not_after: order.notAfter, quantity: order.quantity, overage: order.overage, priority: order.priority, ahead: order.ahead, state: 'planned',
        })
        .execute();
    } catch (error) {
      if (violatedUnique(error) === 'work_order_external') throw new ExternalOrderExists();
      throw violatedUnique(error) === 'work_order_pkey' ? workOrderExists(order.id) : error;
    }
    await tx.insertInto('work_order_target').values(order.targets.map((target_name) => ({ work_order_id: order.id, target_name }))).execute();
    await this.insertUnits(tx, order.id, serials);
  }

  /**
   * Adds planned units to the order. A unit of an order that has ended, on which nobody has worked, comes over: otherwise an order
   * that was cancelled for a typing error would keep its serials for good. Throws `serial-taken`.
   */
  async insertUnits(tx: Ledger, id: string, serials: readonly string[]): Promise<void> {
    const { numAffectedRows } = await sql`
      insert into unit (serial, work_order_id, state) select unnest(${serials}::text[]), ${id}, 'planned'
      on conflict (serial) do update set work_order_id = excluded.work_order_id, updated_at = now()
      where unit.state = 'planned' and unit.lease_holder is null
        and exists (select from work_order where work_order.id = unit.work_order_id and work_order.state = any(${ENDED}::text[]))`.execute(tx);
    if (Number(numAffectedRows) === serials.length) return;
    const taken = await tx
      .selectFrom('unit')
      .select(['serial', 'work_order_id as order'])
      .where(sql<boolean>`serial = any(${serials}::text[])`)
      .where((eb) => eb.or([eb('work_order_id', '<>', id), eb('state', '<>', 'planned')]))
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    throw serialTaken(taken?.serial ?? String(serials[0]), taken?.order ?? id);
  }

  async release(tx: Ledger, actor: string, id: string): Promise<void> {
    const to = { state: 'released' as const, released_at: new Date(), released_by: actor, state_since: new Date() };
    const released = await tx.updateTable('work_order').set(to).where('id', '=', id).where('state', '=', 'planned').returning('id').executeTakeFirst();
    if (!released) throw workOrderNotPlanned(id, (await this.get(id, tx)).state);
  }

  /**
   * Moves an order on if it stands where the step may start; from the end of `tx` on the new state decides what is handed out and
   * issued. Throws `work-order-state`. Whoever puts a job back into the queue waits for this, and the other way round (`goesOn`).
   */
  async move(tx: Ledger, id: string, to: WorkOrderState, reason: string | null, from = orderStatesBefore(to)): Promise<void> {
    await tx.selectFrom('work_order').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
    const moved = await tx
      .updateTable('work_order')
      .set({ state: to, state_reason: reason, state_since: new Date() })
      .where('id', '=', id)
      .where('state', 'in', from)
      .returning('id')
      .executeTakeFirst();
    if (!moved) throw workOrderState(id, (await this.get(id, tx)).state, to, from);
  }

  /** Whether jobs of the order may wait for a station, also while it is on hold. That it does stays so until `tx` ends. */
  async goesOn(tx: Ledger, id: string): Promise<boolean> {
    // A key-share lock: it keeps `move` waiting, and no reservation of a certificate, which counts on the same row.
    const order = await tx.selectFrom('work_order').select('state').where('id', '=', id).forKeyShare().executeTakeFirst();
    return order !== undefined && !ENDED.includes(order.state);
  }

  /** Answers what the quota and the window were before. Throws `work-order-state`, `quantity-not-raised`, or `window-not-extended`. */
  async raise(tx: Ledger, id: string, asked: Raised): Promise<{ before: WorkOrder; quantity: number; overage: number; notAfter: Date | null }> {
    await tx.selectFrom('work_order').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
    const before = await this.get(id, tx);
    const { quantity = before.quantity, overage = before.overage, notAfter = before.notAfter } = asked;
    if (ENDED.includes(before.state)) throw workOrderState(id, before.state, 'raised', ORDER_STATES.filter((state) => !ENDED.includes(state)));
    const isAsked = asked.quantity !== undefined || asked.overage !== undefined;
    const isLower = quantity < before.quantity || overage < before.overage;
    if (isLower || (isAsked && quantity === before.quantity && overage === before.overage)) throw quantityNotRaised(id, before.quantity, before.overage);
    // Null: no end.
    if (asked.notAfter !== undefined && (before.notAfter === null || (notAfter !== null && notAfter <= before.notAfter))) throw windowNotExtended(id, before.notAfter);
    await tx.updateTable('work_order').set({ quantity, overage, not_after: notAfter }).where('id', '=', id).execute();
    return { before, quantity, overage, notAfter };
  }

  /** The ids of all released orders. */
  async released(tx: Ledger): Promise<string[]> {
    return (await tx.selectFrom('work_order').select('id').where('state', '=', 'released').orderBy('id').execute()).map(({ id }) => id);
  }

  /** Why `take_quota` (`orders.sql`) gave no more certificates for the order. */
  async refusalOf(id: string): Promise<DomainError> {
    const order = await this.get(id);
    return refusalOfOrder(order) ?? orderExhausted(id);
  }

  /** Why an order that has ended has no canary. */
  async refusalOfCanary(id: string, ledger: Ledger = this.db): Promise<DomainError> {
    return workOrderState(id, (await this.get(id, ledger)).state, 'proved by a canary', ORDER_STATES.filter((state) => !ENDED.includes(state)));
  }

  async giveQuotaBack(tx: Ledger, id: string, certificates = 1): Promise<void> {
    await tx.updateTable('work_order').set((eb) => ({ certificates_reserved: eb('certificates_reserved', '-', certificates) })).where('id', '=', id).execute();
  }
}
