import { Injectable } from '@nestjs/common';
import type { WorkClass } from '../hsm/hsm.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { UnitNotFound } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { IdentityService } from './identity.service.js';
import type { DirectRequest } from './job.schema.js';

/** Issuance without a station: the same way, on the caller's role instead of a lease. */
@Injectable()
export class DirectIssueService {
  constructor(
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly identities: IdentityService,
  ) {}

  /** `work`: a batch lets stations go first at the HSM. */
  async issue(actor: string, { workOrder, serial, ...keySource }: DirectRequest, work: WorkClass = 'station') {
    const terms = await this.orders.getTerms(workOrder);
    const unit = await this.units.getBySerial(serial);
    if (unit.workOrderId !== workOrder) throw new UnitNotFound(serial);
    return this.identities.provision({ actor, unit, workOrder: terms, lease: undefined, work }, keySource);
  }
}
