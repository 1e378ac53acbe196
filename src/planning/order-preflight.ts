import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { RegistrationRepository } from '../aws-iot/registrations/registrations.repository.js';
import { orderNotReady } from './planning.errors.js';
import type { WorkOrder } from '../work-orders/work-order.repository.js';

/** What would stop the line or keep an order's units from AWS, by what was last seen there. */
@Injectable()
export class OrderPreflight {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly methods: ProvisioningMethods,
  ) {}

  async findings(order: WorkOrder): Promise<Finding[]> {
    return this.methods.get(order.method).preflight(order, await this.registrations.ofIssuer(order.authorityFamily));
  }

  /** Throws `order-not-ready` with the findings. */
  async assertReady(order: WorkOrder): Promise<void> {
    const findings = await this.findings(order);
    if (findings.length > 0) throw orderNotReady(order.id, findings);
  }
}
