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
  issue(actor: string, { workOrder, serial, ...keySource }: DirectRequest, work: WorkClass = 'station') {
    return this.identities.provision(this.lookUp(actor, workOrder, serial), keySource, work);
  }

  private async lookUp(actor: string, workOrderId: string, serial: string) {
    const workOrder = await this.orders.getTerms(workOrderId);
    const unit = await this.units.getBySerial(serial);
    if (unit.workOrderId !== workOrderId) throw new UnitNotFound(serial);
    return { actor, unit, workOrder, lease: undefined };
  }
}
