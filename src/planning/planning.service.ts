import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { OrderMethods } from '../aws-iot/order-methods.js';
import { Database } from '../platform/database/database.js';
import { ENDED } from '../work-orders/order-state.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { type WorkOrder, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { OneHand } from './one-hand.js';
import { OrderPreflight } from './order-preflight.js';
import { OrderReferences } from './order-references.js';
import { type CreateWorkOrder, serialsOf } from './work-orders.schema.js';

/** An order as the API shows it in a list. */
export interface WorkOrderSummary extends Omit<WorkOrder, 'certificatesReserved' | 'authorityFamily' | 'window'> {
  authority: string;
  certificates: { used: number; quota: number };
}

/** And by itself. */
export interface WorkOrderDescription extends WorkOrderSummary {
  units: Record<UnitState | 'total', number>;
  findings: Finding[];
  warnings: { problem: string; remedy: string }[];
}

/** Makes and shows orders. */
@Injectable()
export class PlanningService {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly units: UnitRepository,
    private readonly references: OrderReferences,
    private readonly preflight: OrderPreflight,
    private readonly oneHand: OneHand,
    private readonly methods: OrderMethods,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** The order with all its units, planned. Throws what `OrderReferences.check` does, `work-order-exists`, `serial-taken` or `family-held`. */
  async create(actor: string, body: CreateWorkOrder, id: string, keepAnswer: KeepAnswer): Promise<WorkOrderDescription> {
    const { product, line, profile, method, parameters, shipGate, canary, whenTargetUnreachable, maxStaleHours, quantity, overage } = body;
    const targets = [...new Set(body.targets)];
    const [notBefore, notAfter] = [instantOf(body.notBefore), instantOf(body.notAfter)];
    const order = { id, product, line, profile, method, parameters, shipGate, canary, whenTargetUnreachable, maxStaleHours, notBefore, notAfter, quantity, overage, targets, authorityFamily: body.authority };
    const serials = serialsOf(body.serials, quantity);
    await this.references.check(order, serials);
    await this.db.transaction().execute(async (tx) => {
      await this.orders.insert(tx, order, serials);
      await this.methods.take(tx, order);
      await this.audit.record(tx, actor, 'work-order.created', `work-order:${id}`, { id, product, quantity, overage, method, parameters: JSON.stringify(parameters), shipGate, canary, whenTargetUnreachable, maxStaleHours, notBefore: notBefore?.toISOString() ?? null, notAfter: notAfter?.toISOString() ?? null, targets });
      await keepAnswer(tx, { id });
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
    const [findings, warnings, canary] = await Promise.all([this.preflight.findings(order), this.oneHand.warnings(order), this.preflight.warnings(order)]);
    return { ...summaryOf(order), units: { ...units, total }, findings, warnings: [...warnings, ...canary, ...warningsOfWindow(order)] };
  }
}

function warningsOfWindow({ state, window, notAfter }: WorkOrder): { problem: string; remedy: string }[] {
  if (window !== 'over' || ENDED.includes(state)) return [];
  return [{ problem: `The order's window is over since ${notAfter?.toISOString()}: nothing is handed out or issued.`, remedy: 'Move its end (POST /v1/work-orders/{id}/raise with notAfter), or close the order.' }];
}

/** `undefined`: the order does not say. */
export function instantOf(time: string | undefined): Date | null {
  return time === undefined ? null : new Date(time);
}

function summaryOf({ certificatesReserved, authorityFamily, window: _, ...rest }: WorkOrder): WorkOrderSummary {
  return { ...rest, authority: authorityFamily, certificates: { used: certificatesReserved, quota: rest.quantity + rest.overage } };
}
