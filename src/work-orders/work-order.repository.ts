import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { Database, type Ledger } from '../platform/database/database.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { violatedReference, violatedUnique } from '../platform/database/pg-errors.js';
import type { Method, WorkOrderState } from './work-order.tables.js';
import { orderExhausted, orderReferenceUnknown, serialTaken, workOrderExists, workOrderNotFound, workOrderNotPlanned, workOrderNotReleased } from './work-order.errors.js';

export interface WorkOrder {
  id: string;
  product: string;
  line: string;
  profile: string;
  method: Method;
  authorityFamily: string;
  quantity: number;
  overage: number;
  certificatesReserved: number;
  state: WorkOrderState;
  targets: string[];
  createdAt: Date;
  releasedAt: Date | null;
}

export type NewWorkOrder = Pick<WorkOrder, 'id' | 'product' | 'line' | 'profile' | 'method' | 'authorityFamily' | 'quantity' | 'overage' | 'targets'>;

/** What an order says once and for all. */
export type WorkOrderTerms = Pick<WorkOrder, 'id' | 'product' | 'line' | 'profile' | 'method' | 'authorityFamily' | 'targets'>;

const targetsOf = sql<string[]>`array(select target_name from work_order_target where work_order_id = work_order.id order by target_name)`;

const COLUMNS = [
  'id', 'product', 'line_id as line', 'profile', 'method', 'authority_family as authorityFamily', 'quantity', 'overage',
  'certificates_reserved as certificatesReserved', 'state', 'created_at as createdAt', 'released_at as releasedAt',
] as const;

@Injectable()
export class WorkOrderRepository {
  private readonly terms = new LRUCache<string, WorkOrderTerms>({ max: 1_000 });

  constructor(private readonly db: Database) {}

  /** The order's terms, without its state; they never change, so each process reads them once. */
  async getTerms(id: string): Promise<WorkOrderTerms> {
    const known = this.terms.get(id);
    if (known) return known;
    const { product, line, profile, method, authorityFamily, targets } = await this.get(id);
    const terms = { id, product, line, profile, method, authorityFamily, targets };
    this.terms.set(id, terms);
    return terms;
  }

  async get(id: string, ledger: Ledger = this.db): Promise<WorkOrder> {
    const row = await ledger
      .selectFrom('work_order')
      .select([...COLUMNS, targetsOf.as('targets')])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw workOrderNotFound(id);
    return row;
  }

  async list(limit: number, after?: string): Promise<WorkOrder[]> {
    let rows = this.db.selectFrom('work_order').select([...COLUMNS, targetsOf.as('targets')]).orderBy('id').limit(limit);
    if (after !== undefined) rows = rows.where('id', '>', after);
    return rows.execute();
  }

  /** Inserts the order with all its units, planned. */
  async insert(tx: Ledger, order: NewWorkOrder, serials: readonly string[]): Promise<void> {
    try {
      await tx
        .insertInto('work_order')
        .values({
          id: order.id, product: order.product, line_id: order.line, profile: order.profile, method: order.method,
          authority_family: order.authorityFamily, quantity: order.quantity, overage: order.overage, state: 'planned',
        })
        .execute();
      await tx.insertInto('work_order_target').values(order.targets.map((target_name) => ({ work_order_id: order.id, target_name }))).execute();
      await sql`insert into unit (serial, work_order_id, state) select unnest(${serials}::text[]), ${order.id}, 'planned'`.execute(tx);
    } catch (error) {
      const unique = violatedUnique(error);
      if (unique === 'work_order_pkey') throw workOrderExists(order.id);
      if (unique === 'unit_serial_key') throw serialTaken();
      const reference = violatedReference(error);
      if (reference !== undefined) throw orderReferenceUnknown(reference.includes('line') ? 'line' : 'target');
      throw error;
    }
  }

  async release(tx: Ledger, id: string): Promise<void> {
    const released = await tx
      .updateTable('work_order')
      .set({ state: 'released', released_at: new Date() })
      .where('id', '=', id)
      .where('state', '=', 'planned')
      .returning('id')
      .executeTakeFirst();
    if (!released) throw workOrderNotPlanned(id, (await this.get(id, tx)).state);
  }

  /** Why `take_quota` (`orders.sql`) gave no more certificates for the order. */
  async refusalOf(id: string): Promise<DomainError> {
    const order = await this.get(id);
    return order.state === 'released' ? orderExhausted(id) : workOrderNotReleased(id);
  }

  async giveQuotaBack(tx: Ledger, id: string): Promise<void> {
    await tx
      .updateTable('work_order')
      .set((eb) => ({ certificates_reserved: eb('certificates_reserved', '-', 1) }))
      .where('id', '=', id)
      .execute();
  }
}
