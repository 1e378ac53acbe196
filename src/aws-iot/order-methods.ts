import { Injectable } from '@nestjs/common';
import type { Ledger } from '../platform/database/database.js';
import type { NewWorkOrder } from '../work-orders/work-order.repository.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { tooManyTargets } from './aws-iot.errors.js';
import { ProvisioningMethods } from './methods/methods.js';
import { FamilyTargetRepository } from './registrations/family-targets.repository.js';
import { RegistrationPlans } from './registrations/registration-plans.repository.js';
import { RegistrationRepository } from './registrations/registrations.repository.js';

/** What a new order means for AWS: its family does the order's method in its targets, and whether it may issue is judged. */
@Injectable()
export class OrderMethods {
  constructor(
    private readonly families: FamilyTargetRepository,
    private readonly plans: RegistrationPlans,
    private readonly registrations: RegistrationRepository,
    private readonly methods: ProvisioningMethods,
  ) {}

  /** In the transaction that made the order. Throws `family-held`, `too-many-targets`, or `request-invalid` where a step of its route would wait for what comes after the last one only. */
  async take(tx: Ledger, order: NewWorkOrder): Promise<void> {
    const method = this.methods.get(order.method);
    if (order.targets.length > (method.mostTargets ?? Infinity)) throw tooManyTargets(order.method, method.mostTargets!);
    const waiting = order.shipGate === 'certified' ? undefined : order.route.find(({ waitFor }) => waitFor === 'shipGate');
    if (waiting && method.letsInAfterPass?.(order)) {
      throw requestInvalid(`parameters.activate: at-pass lets units in once they have passed, and the step ${waiting.name} of the product's route waits until they are ${order.shipGate}`);
    }
    await this.plans.lock(tx);
    await this.families.take(tx, order);
    await method.prepare?.(tx, order);
    await this.registrations.judge(tx, { order: order.id });
  }
}
