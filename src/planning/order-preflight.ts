import { Injectable } from '@nestjs/common';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { RegistrationRepository } from '../aws-iot/registrations/registrations.repository.js';
import { CanaryFindings } from '../canary/canary-findings.js';
import { orderNotReady } from './planning.errors.js';
import type { WorkOrder } from '../work-orders/work-order.repository.js';

type Warning = Pick<Finding, 'problem' | 'remedy'>;

/** What would stop the line or keep an order's units from AWS, by what was last seen there. */
@Injectable()
export class OrderPreflight {
  constructor(
    private readonly registrations: RegistrationRepository,
    private readonly methods: ProvisioningMethods,
    private readonly canaries: CanaryFindings,
  ) {}

  async findings(order: WorkOrder): Promise<Finding[]> {
    const found = await this.methods.get(order.method).preflight(order, await this.registrations.ofIssuer(order));
    return order.canary === 'required' ? [...found, ...(await this.canaries.of(order))] : found;
  }

  /** What a canary found of an order that need not wait for one: a factory may have no way to the devices' endpoint. */
  async warnings(order: WorkOrder): Promise<Warning[]> {
    if (order.canary === 'required') return [];
    return (await this.canaries.of(order)).map(({ problem, remedy }) => ({ problem, remedy }));
  }

  /** Throws `order-not-ready` with the findings. */
  async assertReady(order: WorkOrder): Promise<void> {
    const findings = await this.findings(order);
    if (findings.length > 0) throw orderNotReady(order.id, findings);
  }
}
