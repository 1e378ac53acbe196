import { Injectable } from '@nestjs/common';
import { WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import type { Target } from '../targets/targets.schema.js';
import { CertificatePlaces } from '../units/certificate-places.repository.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import { arnOf } from './device-policy.js';
import { ProvisioningMethods } from './methods.js';
import { FIRST_SUCCESSOR_STEP } from './provisioning-method.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

/** A certificate that takes over what another one of its unit has in the target. */
type Successor = ExpectedUnit & { succeeds: string };

/**
 * Brings the second certificate of a unit in the field into a target, the same way for all methods: registered INACTIVE, attached to the Things and policies that
 * the unit's present certificate has there, and only then ACTIVE. Where the target does not know the present certificate, there is nothing to take over, and
 * the method brings the unit there as if it were new.
 */
@Injectable()
export class SuccessorSteps {
  constructor(
    private readonly steps: UnitSteps,
    private readonly units: UnitRegistrationRepository,
    private readonly places: CertificatePlaces,
    private readonly clients: AwsIotClients,
    private readonly methods: ProvisioningMethods,
    private readonly orders: WorkOrderRepository,
  ) {}

  /** One round; keeps what it saw in the units' rows. */
  async reconcile(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    await this.steps.bring(target, units.filter(isSuccessor), (unit) => this.take(target, unit as Successor));
  }

  /** Why a certificate whose place was taken stays in use in the target all the same: the one that has it would not let the device in there. Null where nothing stands against it. */
  async whyFormerStays(target: Target, { standing, unitId, serial }: ExpectedUnit): Promise<string | null> {
    const current = standing === 'former' ? await this.places.ofCurrent(target.name, unitId) : undefined;
    if (!current || current.seenJustNow) return null;
    const lack = await this.steps.lackOf(target, { serial, certificateId: current.certificateId });
    if (lack === null || (lack.of === 'certificate' && current.awaitsDevice)) return null;
    return `The old certificate stays in use, since of the new one ${lack.words} in AWS`;
  }

  private async take(target: Target, unit: Successor): Promise<StepOutcome> {
    switch (unit.step) {
      case FIRST_SUCCESSOR_STEP: return this.findFormer(target, unit);
      case 'register': return (await this.register(target, unit)) ?? { next: 'policies' };
      case 'policies': return (await this.copyPolicies(target, unit)) ?? { next: 'things' };
      case 'things': return (await this.copyThings(target, unit)) ?? { next: 'activate' };
      case 'activate': return (await this.stopOf(target, unit)) ?? this.steps.activate(target, unit);
      default: return { next: FIRST_SUCCESSOR_STEP };
    }
  }

  private async findFormer(target: Target, unit: Successor): Promise<StepOutcome> {
    if (await this.clients.for(target).certificates.find(unit.succeeds)) return (await this.stopOf(target, unit)) ?? { next: 'register' };
    return this.goOnWithoutFormer(target, unit);
  }

  /** There is nothing to take over, or not any more: a certificate that has had it all is activated as it is; otherwise the method brings it there. */
  private async goOnWithoutFormer(target: Target, unit: Successor): Promise<StepOutcome> {
    const { certificates, things } = this.clients.for(target);
    const arn = arnOf(target, `cert/${unit.certificateId}`);
    const isKnown = (await certificates.find(unit.certificateId)) !== undefined;
    if (isKnown && (await things.hasPolicy(arn)) && (await things.thingsOf(arn)).length > 0) return { next: 'activate' };
    const method = this.methods.get(unit.method);
    const expected = method.expect(await this.orders.getTerms(unit.workOrderId)).find((each) => each.target === target.name);
    if (!expected) return { waits: `The order of the unit does not name the target ${target.name}` };
    await this.places.leaveToMethod(target.name, unit, isKnown ? { ...expected, step: await method.resume(target, unit) } : expected);
    return 'left';
  }

  /** A person has stopped the present certificate in AWS (rule 6): its successor must not undo that. One that was put out of use by us is another matter. */
  private async stopOf(target: Target, { succeeds, standing }: Successor): Promise<{ waits: string } | undefined> {
    if (standing !== 'successor') return undefined;
    const status = (await this.clients.for(target).certificates.find(succeeds))?.status;
    if (status !== 'INACTIVE' && status !== 'REVOKED') return undefined;
    return { waits: `The unit's present certificate is ${status} in AWS, which only a person changes there` };
  }

  /** Under its CA where units introduce themselves, so that AWS lists it with the others of the CA; otherwise without. */
  private async register(target: Target, unit: Successor): Promise<{ waits: string } | undefined> {
    if (this.methods.get(unit.method).arrivesAs.length === 0) return this.steps.register(target, unit);
    const { certificates } = this.clients.for(target);
    const { certificate, ca } = await this.units.bytesOf(unit.certificateId);
    if (await certificates.register(certificate, ca, 'INACTIVE')) return undefined;
    const status = (await certificates.find(unit.certificateId))?.status;
    return status === 'REVOKED' ? { waits: 'The certificate is REVOKED in AWS' } : undefined;
  }

  private async copyPolicies(target: Target, unit: Successor): Promise<StepOutcome | undefined> {
    const { things } = this.clients.for(target);
    const own = arnOf(target, `cert/${unit.certificateId}`);
    const policies = await things.policiesOf(arnOf(target, `cert/${unit.succeeds}`));
    if (policies.length === 0 && !(await things.hasPolicy(own))) return this.lack(target, unit, "The unit's present certificate has no policy attached in AWS");
    for (const policy of policies) await things.attachPolicy(policy, own);
    return undefined;
  }

  private async copyThings(target: Target, unit: Successor): Promise<StepOutcome | undefined> {
    const { things } = this.clients.for(target);
    const own = arnOf(target, `cert/${unit.certificateId}`);
    const attached = await things.thingsOf(arnOf(target, `cert/${unit.succeeds}`));
    if (attached.length === 0 && (await things.thingsOf(own)).length === 0) return this.lack(target, unit, "The unit's present certificate is attached to no Thing in AWS");
    for (const { thingName, type } of attached) await things.attach(thingName, own, type);
    return undefined;
  }

  /** Of a certificate that is the unit's present one itself by now, the former one may have been taken apart. */
  private lack(target: Target, unit: Successor, waits: string): Promise<StepOutcome> | StepOutcome {
    return unit.standing === 'successor' ? { waits } : this.goOnWithoutFormer(target, unit);
  }
}

function isSuccessor(unit: ExpectedUnit): unit is Successor {
  return unit.succeeds !== null;
}
