import { Injectable } from '@nestjs/common';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { Target } from '../targets/targets.schema.js';
import { Activations } from '../units/activations.js';
import { BeyondOrderRepository } from '../units/beyond-orders.repository.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { KeepingOut } from './keeping-out.js';
import { ProvisioningMethods } from './methods.js';

const UNKNOWN = 'unknown';

/**
 * Quarantined units, and former certificates of renewed ones, in targets that their orders do not name, in which their devices may come in all the same. What stood there is kept before
 * anything is changed, and their release, or the cancellation of the renewal, brings back just that, the same way for all methods: nothing becomes ACTIVE that was not.
 */
@Injectable()
export class BeyondOrders {
  constructor(
    private readonly rows: BeyondOrderRepository,
    private readonly keepingOut: KeepingOut,
    private readonly clients: AwsIotClients,
    private readonly methods: ProvisioningMethods,
    private readonly activations: Activations,
  ) {}

  /** What AWS does not know yet it registers as INACTIVE where its CA would let the device in. */
  async suspend(target: Target, unit: ExpectedUnit): Promise<void> {
    const status = (await this.clients.for(target).certificates.find(unit.certificateId))?.status ?? UNKNOWN;
    await this.rows.keepFormerStatus(target.name, unit, status);
    if (status === UNKNOWN && this.methods.get(unit.method).arrivesAs.length === 0) return;
    await this.keepingOut.suspend(target, unit);
  }

  async resume(target: Target, unit: ExpectedUnit): Promise<void> {
    const { certificates } = this.clients.for(target);
    const former = await this.rows.formerStatus(target.name, unit);
    if (former === 'ACTIVE' && (await certificates.find(unit.certificateId))?.status === 'INACTIVE') await this.activations.make(target, unit);
    // Somebody else had kept it out before.
    else if (former !== 'INACTIVE' && former !== 'REVOKED') await this.keepingOut.resume(target, unit);
    await this.rows.left(target.name, unit);
  }
}
