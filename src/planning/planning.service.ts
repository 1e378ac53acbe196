import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { KeepAnswer } from '../access/replays.js';
import { AuditLog } from '../audit/audit-log.js';
import type { BuiltMethod } from '../aws-iot/methods/parameters.js';
import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { OrderMethods } from '../aws-iot/order-methods.js';
import { Database } from '../platform/database/database.js';
import { hasCode } from '../platform/errors/domain-error.js';
import { NORMAL_PRIORITY } from '../work-orders/order-priority.js';
import { ENDED } from '../work-orders/order-state.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import type { ProductRules } from '../work-orders/product.repository.js';
import { externalOrderDiffers, revisionNotOfProduct, workOrderExists } from '../work-orders/work-order.errors.js';
import { ExternalOrderExists, type WorkOrder, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { OneHand } from './one-hand.js';
import { askedOf, differences } from './order-import.js';
import { OrderDifferences } from './order-differences.js';
import { OrderSerials } from './order-serials.js';
import { OrderPreflight } from './order-preflight.js';
import { OrderReferences } from './order-references.js';
import { ProductsService } from './products.service.js';
import { type CreateWorkOrder, instantOf, parametersFor } from './work-orders.schema.js';

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
    private readonly products: ProductsService,
    private readonly references: OrderReferences,
    private readonly serials: OrderSerials,
    private readonly differences: OrderDifferences,
    private readonly preflight: OrderPreflight,
    private readonly oneHand: OneHand,
    private readonly methods: OrderMethods,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /**
   * The order with all its units, planned; where another system's order of this name was made already (`made: false`), that one. Throws what `OrderReferences.check` does, `work-order-exists`, `serial-taken`,
   * `family-held` or `external-order-differs`.
   */
  async create(actor: string, body: CreateWorkOrder, keepAnswer: KeepAnswer): Promise<{ order: WorkOrderDescription; made: boolean }> {
    const known = await this.findExternal(body);
    if (known !== undefined) return { order: await this.describe(known), made: false };
    const id = body.id ?? `wo-${randomBytes(5).toString('hex')}`;
    try {
      await this.insert(actor, body, id, keepAnswer);
    } catch (error) {
      // The same request may have come twice at once.
      const faster = error instanceof ExternalOrderExists || hasCode(error, 'work-order-exists') ? await this.findExternal(body) : undefined;
      if (faster === undefined && hasCode(error, 'work-order-exists')) throw workOrderExists(id, await this.differences.of(body, id));
      if (faster === undefined) throw error;
      return { order: await this.describe(faster), made: false };
    }
    return { order: await this.describe(id), made: true };
  }

  private async insert(actor: string, body: CreateWorkOrder, id: string, keepAnswer: KeepAnswer): Promise<void> {
    const { product, line, shipGate, canary, whenTargetUnreachable, maxStaleHours, quantity, overage } = body;
    const rules = await this.products.rulesOf(product);
    const { method, parameters } = methodOf(body, rules);
    const [profile, revision] = [body.profile ?? rules.profile ?? 'device', revisionOf(body, rules)];
    const targets = [...new Set(body.targets)];
    const [notBefore, notAfter] = [instantOf(body.notBefore), instantOf(body.notAfter)];
    const { priority = NORMAL_PRIORITY } = body;
    const order = { id, product, revision, priority, ahead: rules.ahead, route: rules.route, serialRules: rules.serials, line, profile, method, parameters, shipGate, canary, whenTargetUnreachable, maxStaleHours, notBefore, notAfter, quantity, overage, targets, authorityFamily: body.authority, external: body.externalId === undefined ? null : { id: body.externalId, asked: askedOf(body) } };
    await this.references.check(order);
    const named = this.serials.named(order, body.serials, quantity);
    await this.db.transaction().execute(async (tx) => {
      await this.products.makeSure(tx, actor, product);
      await this.orders.insert(tx, order, await this.serials.take(tx, order, body.serials, named, quantity));
      await this.methods.take(tx, order);
      await this.audit.record(tx, actor, 'work-order.created', `work-order:${id}`, { id, externalId: body.externalId ?? null, product, revision, route: JSON.stringify(rules.route), profile, quantity, overage, method, parameters: JSON.stringify(parameters), shipGate, canary, whenTargetUnreachable, maxStaleHours, notBefore: notBefore?.toISOString() ?? null, notAfter: notAfter?.toISOString() ?? null, priority, ahead: rules.ahead, targets });
      await keepAnswer(tx, { id });
    });
  }

  /** The id of the order that was made of this order of another system. Throws `external-order-differs` where that said something else. */
  private async findExternal(body: CreateWorkOrder): Promise<string | undefined> {
    const made = body.externalId === undefined ? undefined : await this.orders.findExternal(body.externalId);
    if (made === undefined) return undefined;
    const differs = [...(body.id === undefined || body.id === made.id ? [] : ['id']), ...differences(askedOf(body), made.asked)];
    if (differs.length > 0) throw externalOrderDiffers(body.externalId!, made.id, differs);
    return made.id;
  }

  async list(limit: number, of: Parameters<WorkOrderRepository['list']>[1]): Promise<WorkOrderSummary[]> {
    return (await this.orders.list(limit, of)).map(summaryOf);
  }

  async describe(id: string): Promise<WorkOrderDescription> {
    const [order, counted] = await Promise.all([this.orders.get(id), this.units.countByState(id)]);
    const units = Object.fromEntries(UNIT_STATES.map((state) => [state, counted[state] ?? 0])) as Record<UnitState, number>;
    const total = Object.values(units).reduce((sum, count) => sum + count, 0);
    const [findings, warnings, canary] = await Promise.all([this.preflight.findings(order), this.oneHand.warnings(order), this.preflight.warnings(order)]);
    return { ...summaryOf(order), units: { ...units, total }, findings, warnings: [...warnings, ...canary, ...warningsOfWindow(order), ...warningsOfLoss(order)] };
  }
}

/** As the order says, or its product, or the service's own. Throws `request-invalid` for parameters that are not of the method. */
function methodOf({ method, parameters }: CreateWorkOrder, rules: ProductRules) {
  const chosen = method ?? (rules.method as BuiltMethod | null) ?? 'jitp';
  return { method: chosen, parameters: parametersFor(chosen, parameters) };
}

/** Throws `order-reference-unknown` for one that the product does not allow, and for none where it allows several. */
function revisionOf({ product, revision }: CreateWorkOrder, { revisions }: ProductRules): string | null {
  const chosen = revision ?? (revisions.length === 1 ? revisions[0] : undefined);
  if (revisions.length > 0 && (chosen === undefined || !revisions.includes(chosen))) throw revisionNotOfProduct(product, revision, revisions);
  return chosen ?? null;
}

function warningsOfWindow({ state, window, notAfter }: WorkOrder): { problem: string; remedy: string }[] {
  if (window !== 'over' || ENDED.includes(state)) return [];
  return [{ problem: `The order's window is over since ${notAfter?.toISOString()}: nothing is handed out or issued.`, remedy: 'Move its end (POST /v1/work-orders/{id}/raise with notAfter), or close the order.' }];
}

function warningsOfLoss({ unconfirmed }: WorkOrder): { problem: string; remedy: string }[] {
  if (!unconfirmed) return [];
  return [{ problem: 'The ledger was accepted after it had lost what it held: units of the order may have certificates that it does not know, and get no renewal.', remedy: 'Compare them with what AWS has (docs/operations.md, Restore), then confirm the order (POST /v1/work-orders/confirm), or resume it where it is held.' }];
}

function summaryOf({ certificatesReserved, authorityFamily, window: _, ...rest }: WorkOrder): WorkOrderSummary {
  return { ...rest, authority: authorityFamily, certificates: { used: certificatesReserved, quota: rest.quantity + rest.overage } };
}
