import { Injectable } from '@nestjs/common';
import type { Unit } from '../../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { AwsIotError } from '../aws-iot.errors.js';
import { FleetStrangers } from '../methods/fleet-strangers.js';
import { ProvisioningMethods } from '../methods/methods.js';
import type { ProvisioningMethod } from '../methods/provisioning-method.js';
import { TargetRepository } from '../targets/targets.repository.js';
import { inTime, TookTooLong } from './in-time.js';

/** What one target says of a unit that has no certificate yet. */
export interface AwaitedThere {
  target: string;
  problem: string | null;
  /** Whether AWS could be asked. */
  isKnown: boolean;
  /** AWS's name of the error where it could not. */
  awsError: string | null;
}

/** Looks for what stands in AWS in the way of units that have no certificate yet, and changes nothing there. */
@Injectable()
export class AwaitedUnits {
  constructor(
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly targets: TargetRepository,
    private readonly strangers: FleetStrangers,
  ) {}

  /** In each target of its order. */
  async check(unit: Pick<Unit, 'id' | 'serial' | 'workOrderId'>): Promise<AwaitedThere[]> {
    const { method: name, targets } = await this.orders.getTerms(unit.workOrderId);
    const method = this.methods.get(name);
    return Promise.all(targets.map((target) => this.checkIn(target, unit, method)));
  }

  private async checkIn(target: string, unit: Pick<Unit, 'id' | 'serial'>, method: ProvisioningMethod): Promise<AwaitedThere> {
    const place = await this.targets.get(target);
    if (place.state === 'paused' || place.state === 'retired') return { target, problem: `The target ${target} is ${place.state}, so AWS is not asked`, isKnown: false, awsError: null };
    try {
      const problem = await inTime(method.inTheWay ? method.inTheWay(place, unit) : this.strangers.onThing(place, unit.serial));
      return { target, problem: problem === null ? null : `In AWS ${problem}`, isKnown: true, awsError: null };
    } catch (error) {
      if (!(error instanceof AwsIotError || error instanceof TookTooLong)) throw error;
      return { target, problem: error.message, isKnown: false, awsError: error instanceof AwsIotError ? error.code : null };
    }
  }
}
