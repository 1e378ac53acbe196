import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { Verdicts } from '../issuance/verdicts.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { orderExhausted, refusalOfOrder, refusalOfState, unitNotOpen } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { JobRepository } from './job.repository.js';
import { retestLimitReached } from './programming.errors.js';

/** A unit that waits for an attempt is in one of these. */
const OPEN: ReadonlySet<UnitState> = new Set<UnitState>(['planned', 'claimed', 'reserved', 'certified', 'reworking']);

/** Says why nobody gets a unit that was scanned and that no station holds. */
@Injectable()
export class Unclaimable {
  constructor(
    private readonly jobs: JobRepository,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly verdicts: Verdicts,
    private readonly methods: ProvisioningMethods,
  ) {}

  async refusalOf(scanned: string): Promise<DomainError> {
    const { id, serial, state, workOrderId } = await this.units.getBySerial((await this.units.findSerialInOtherCase(scanned)) ?? scanned);
    const last = state === 'failed' ? await this.jobs.findLast(id) : undefined;
    if (last && last.fails > 1) return retestLimitReached(serial, last.step, last.fails);
    const refused = refusalOfState(serial, state);
    if (refused) return refused;
    if (!OPEN.has(state)) return unitNotOpen(serial, state);
    const order = await this.orders.get(workOrderId);
    // What is for good comes before a verdict.
    const refusal = refusalOfOrder(order) ?? (await this.methods.get(order.method).asksNoMore?.(order.id, id)) ?? (await this.verdicts.refusalOf(order));
    if (refusal) return refusal;
    return order.certificatesReserved >= order.quantity + order.overage ? orderExhausted(order.id) : unitNotOpen(serial, state);
  }
}
