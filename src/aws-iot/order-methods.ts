import { Injectable } from '@nestjs/common';
import type { Ledger } from '../platform/database/database.js';
import type { NewWorkOrder } from '../work-orders/work-order.repository.js';
import { FamilyTargetRepository } from './registrations/family-targets.repository.js';
import { RegistrationRepository } from './registrations/registrations.repository.js';

/** What a new order means for AWS: its family does the order's method in its targets, and whether it may issue is judged. */
@Injectable()
export class OrderMethods {
  constructor(
    private readonly families: FamilyTargetRepository,
    private readonly registrations: RegistrationRepository,
  ) {}

  /** In the transaction that made the order. Throws `family-held`. */
  async take(tx: Ledger, order: NewWorkOrder): Promise<void> {
    await this.registrations.lockPlan(tx);
    await this.families.take(tx, order);
    await this.registrations.judge(tx, { order: order.id });
  }
}
