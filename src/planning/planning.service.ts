import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { RegistrationRepository } from '../aws-iot/registrations.repository.js';
import { Profiles } from '../issuance/profiles.js';
import { Database } from '../platform/database/database.js';
import { JobRepository } from '../programming/job.repository.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { orderReferenceUnknown } from '../work-orders/work-order.errors.js';
import { type WorkOrder, WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { type CreateWorkOrder, serialsOf } from './work-orders.schema.js';

/** An order as the API shows it in a list. */
export interface WorkOrderSummary extends Omit<WorkOrder, 'certificatesReserved' | 'authorityFamily'> {
  authority: string;
  certificates: { used: number; quota: number };
}

/** And by itself. */
export interface WorkOrderDescription extends WorkOrderSummary {
  units: Record<UnitState | 'total', number>;
  findings: Finding[];
}

/** Makes orders and opens them for work. */
@Injectable()
export class PlanningService {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly units: UnitRepository,
    private readonly jobs: JobRepository,
    private readonly profiles: Profiles,
    private readonly registrations: RegistrationRepository,
    private readonly methods: ProvisioningMethods,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** The order with all its units, planned. */
  async create(actor: string, body: CreateWorkOrder, id: string): Promise<WorkOrderDescription> {
    if (!this.profiles.has(body.profile)) throw orderReferenceUnknown('profile');
    const { product, line, profile, method, quantity, overage } = body;
    const targets = [...new Set(body.targets)];
    const serials = serialsOf(body);
    this.profiles.assertNames(profile, { order: id, product }, serials);
    await this.db.transaction().execute(async (tx) => {
      await this.orders.insert(tx, { id, product, line, profile, method, quantity, overage, targets, authorityFamily: body.authority }, serials);
      await this.registrations.judge(tx, { order: id });
      await this.audit.record(tx, actor, 'work-order.created', `work-order:${id}`, { id, product, quantity, overage, method, targets });
    });
    return this.describe(id);
  }

  /** Opens the order: there is a job for each of its units. The log tells the queues. */
  async release(actor: string, id: string): Promise<WorkOrderDescription> {
    await this.db.transaction().execute(async (tx) => {
      await this.orders.release(tx, id);
      const units = await this.jobs.insertForOrder(tx, id);
      await this.audit.record(tx, actor, 'work-order.released', `work-order:${id}`, { id, units });
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
    const findings = this.methods.get(order.method).preflight(order, await this.registrations.ofIssuer(order.authorityFamily));
    return { ...summaryOf(order), units: { ...units, total }, findings };
  }
}

function summaryOf({ certificatesReserved, authorityFamily, ...rest }: WorkOrder): WorkOrderSummary {
  return { ...rest, authority: authorityFamily, certificates: { used: certificatesReserved, quota: rest.quantity + rest.overage } };
}
