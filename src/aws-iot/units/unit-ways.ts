import { Injectable } from '@nestjs/common';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { FreshVerdicts } from '../registrations/fresh-verdicts.js';
import { RegistrationRepository } from '../registrations/registrations.repository.js';
import { UnitLookRepository } from './unit-looks.repository.js';

/** What stands in a target in the way of devices with certificates of an authority, and what to do about it. */
export interface Obstacle {
  /** Null when no authority of the order's family issues. */
  authority: string | null;
  problem: string;
  remedy: string;
}

/** What keeps a unit from its targets whatever its own certificate is like there: how its authority, and what its method needs, stand in them. */
@Injectable()
export class UnitWays {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly rows: UnitLookRepository,
    private readonly fresh: FreshVerdicts,
    private readonly registrations: RegistrationRepository,
  ) {}

  /**
   * By target, where something stands in the way; in the words in which the order and doctor say it. AWS is asked anew where something differed when it was last seen.
   * `certificateId`: the unit's; the authority that issues for its order counts where it has none, or AWS has signed it.
   */
  async of(workOrderId: string, certificateId: string | undefined): Promise<Map<string, Obstacle>> {
    const order = await this.orders.get(workOrderId);
    await this.fresh.look(order);
    const signedBy = certificateId === undefined ? null : await this.rows.authorityOf(certificateId);
    const ways = await this.registrations.ofIssuer(order, signedBy);
    return new Map(ways.flatMap(({ target, authority, problem, remedy }) => (problem === null ? [] : [[target, { authority, problem, remedy: remedy ?? '' }] as const])));
  }
}
