import { Injectable } from '@nestjs/common';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { BeyondOrders } from '../methods/beyond-orders.js';
import { ProvisioningMethods } from '../methods/methods.js';
import { FIRST_SUCCESSOR_STEP } from '../methods/provisioning-method.js';
import { SuccessorSteps } from '../methods/successor-steps.js';
import type { Target } from '../targets/targets.schema.js';
import { CanaryRemoval } from './canary-removal.js';
import { CertificatePlaces } from './certificate-places.repository.js';
import { UnitChangeRepository } from './unit-changes.repository.js';
import type { ExpectedUnit } from './unit-registrations.repository.js';

/** Keeps devices out of a target whose units were revoked or quarantined, and lets those in again that are quarantined no more. */
@Injectable()
export class UnitChanges {
  constructor(
    private readonly rows: UnitChangeRepository,
    private readonly places: CertificatePlaces,
    private readonly canaries: CanaryRemoval,
    private readonly clients: AwsIotClients,
    private readonly methods: ProvisioningMethods,
    private readonly beyondOrders: BeyondOrders,
    private readonly successors: SuccessorSteps,
  ) {}

  /** Brings about what is desired of the unit, and keeps it. Answers what that has to wait for, else null. Rejects with an AwsIotError. */
  async make(target: Target, unit: ExpectedUnit): Promise<string | null> {
    if (unit.canary && unit.desired === 'REVOKED') {
      await this.canaries.remove(target, unit);
    } else if (unit.desired === 'REVOKED') {
      const known = await this.methods.get(unit.method).revoke(target, unit);
      await this.rows.revoked(target.name, unit, { known, ended: !known || (await this.endSession(target, unit)) });
    } else if (unit.desired === 'INACTIVE') {
      const waits = await this.successors.whyFormerStays(target, unit);
      if (waits !== null) return waits;
      await (unit.beyondOrder ? this.beyondOrders : this.methods.get(unit.method)).suspend(target, unit);
      await this.rows.suspended(target.name, unit, { ended: await this.endSession(target, unit) });
    } else if (unit.beyondOrder) {
      await this.beyondOrders.resume(target, unit);
    } else {
      await this.rows.resumed(target.name, unit, unit.succeeds === null ? await this.methods.get(unit.method).resume(target, unit) : FIRST_SUCCESSOR_STEP);
    }
    return null;
  }

  /** A device is connected as its Thing, perhaps with another certificate by now. False where the target does not let us end its connection, which then goes on for minutes. */
  private async endSession(target: Target, unit: ExpectedUnit): Promise<boolean> {
    return (await this.places.hasAnotherWayIn(target.name, unit)) || this.clients.for(target).connections.end(unit.serial);
  }
}
