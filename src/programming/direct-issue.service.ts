import { Injectable } from '@nestjs/common';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { UnitNotFound } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { DirectRequest } from './job.schema.js';
import { JobRepository } from './job.repository.js';
import { ClaimedElsewhere } from './programming.errors.js';
import { ProvisioningService } from './provisioning.service.js';

/** Issuance without a station: the same way, guarded by the role instead of a lease. */
@Injectable()
export class DirectIssueService {
  constructor(
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly jobs: JobRepository,
    private readonly provisioning: ProvisioningService,
  ) {}

  async issue(actor: string, { workOrder, serial, csr }: DirectRequest) {
    const order = await this.orders.get(workOrder);
    const unit = await this.units.getBySerial(serial);
    if (unit.workOrderId !== workOrder) throw new UnitNotFound(serial);
    return this.provisioning.provision({ actor, unit, order, csr }, async (tx) => {
      const job = await this.jobs.findOpenBySerial(serial, tx);
      if (job?.state === 'leased' && job.station !== null) throw new ClaimedElsewhere(serial, job.station);
    });
  }
}
