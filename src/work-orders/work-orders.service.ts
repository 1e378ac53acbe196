import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Drafters } from '../issuance/drafters.js';
import { Database } from '../platform/database/database.js';
import type { UnitState } from '../platform/database/schema.js';
import { UNIT_STATES } from './unit-state.js';
import { UnitRepository } from './unit.repository.js';
import { OrderReferenceUnknown } from './work-order.errors.js';
import { type WorkOrder, WorkOrderRepository } from './work-order.repository.js';
import { type CreateWorkOrder, serialsOf } from './work-order.schema.js';

/** An order as the API shows it in a list. */
export interface WorkOrderSummary extends Omit<WorkOrder, 'certificatesReserved' | 'authorityFamily'> {
  authority: string;
  certificates: { used: number; quota: number };
}

/** And by itself. */
export interface WorkOrderDescription extends WorkOrderSummary {
  units: Record<UnitState | 'total', number>;
}

@Injectable()
export class WorkOrdersService {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly units: UnitRepository,
    private readonly profiles: Drafters,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  async create(actor: string, body: CreateWorkOrder, id: string): Promise<WorkOrderDescription> {
    if (!this.profiles.has(body.profile)) throw new OrderReferenceUnknown('profile');
    const { product, line, profile, method, quantity, overage } = body;
    const targets = [...new Set(body.targets)];
    const serials = serialsOf(body);
    this.profiles.assertNames(profile, { order: id, product }, serials);
    await this.db.transaction().execute(async (tx) => {
      await this.orders.insert(tx, { id, product, line, profile, method, quantity, overage, targets, authorityFamily: body.authority }, serials);
      await this.audit.record(tx, actor, 'work-order.created', `work-order:${id}`, { id, product, quantity, overage, method, targets });
    });
    return this.describe(id);
  }

  async list(limit: number, after?: string): Promise<WorkOrderSummary[]> {
    return (await this.orders.list(limit, after)).map(summaryOf);
  }

  async describe(id: string): Promise<WorkOrderDescription> {
    const [order, counted] = await Promise.all([this.orders.get(id), this.units.countByState(id)]);
    const units = Object.fromEntries(UNIT_STATES.map((state) => [state, counted[state] ?? 0])) as Record<UnitState, number>;
    const total = Object.values(units).reduce((sum, count) => sum + count, 0);
    return { ...summaryOf(order), units: { ...units, total } };
  }
}

function summaryOf({ certificatesReserved, authorityFamily, ...rest }: WorkOrder): WorkOrderSummary {
  return { ...rest, authority: authorityFamily, certificates: { used: certificatesReserved, quota: rest.quantity + rest.overage } };
}
