import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { Profiles } from '../../issuance/profiles.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { policyResource, type Resource, templateResource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { canaryTopics, devicePolicy } from './device-policy.js';
import { complaintsAboutSubject, jitpTemplate } from './jitp-template.js';
import { KeepingOut } from './keeping-out.js';
import { MetDevices } from './met-devices.js';
import { JitpParameters } from './parameters.js';
import { type CanaryTopics, type Expectation, type Finding, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings } from './provisioning-method.js';
import { RegisteredCa } from './registered-ca.js';
import { requiredResource } from './required-resources.js';
import { UnitSteps } from './unit-steps.js';

const LOOK = 'look';
/** A unit's first connection comes this long after its certificate at the earliest: it must be built in, and AWS drops the first. */
export const FIRST_LOOK_MS = 2_000;
/**
 * Just-in-time provisioning: AWS makes the Thing, attaches the policy and activates the certificate when the device connects for
 * the first time (developer guide, "Just-in-time provisioning"). Nothing is done per unit but looking, and that sparingly: AWS
 * allows ten such calls a second and account.
 */
@Injectable()
export class Jitp implements ProvisioningMethod {
  readonly name = 'jitp';
  readonly arrivesAs = ['ACTIVE'];

  constructor(
    private readonly registeredCa: RegisteredCa,
    private readonly met: MetDevices,
    private readonly steps: UnitSteps,
    private readonly keepingOut: KeepingOut,
    private readonly holders: CertificateHolders,
    private readonly profiles: Profiles,
  ) {}

  ofFamily(parameters: Parameters): Parameters {
    return parameters;
  }

  /** The CA names the template, and auto-registration may begin the moment the CA is active: so the CA is made last. */
  resources(authority: Authority, target: Target, family: Parameters): Resource[] {
    const parameters = JitpParameters.parse(family);
    const { thingType, groups = [], billingGroup } = parameters;
    const policy = devicePolicy(parameters.policy, target);
    const template = jitpTemplate(parameters, policy.name);
    return [
      policyResource(policy.name, policy.document, target),
      ...(thingType === undefined ? [] : [requiredResource('thing-type', thingType)]),
      ...groups.map((group) => requiredResource('thing-group', group)),
      ...(billingGroup === undefined ? [] : [requiredResource('billing-group', billingGroup)]),
      templateResource({ ...template, type: 'JITP' }, target),
      this.registeredCa.resource(authority, target, 'ENABLE', template.name),
    ] as Resource[];
  }

  preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] {
    const { id, product, profile, targets } = order;
    // Serials are alike in what AWS makes of them: they hold no character that it would not take.
    const complaints = complaintsAboutSubject(JitpParameters.parse(order.parameters), this.profiles.get(profile), { serial: 'SERIAL', order: id, product });
    const remedy = 'Let the profile say what the template asks for, or make an order whose parameters ask for less.';
    return [...registrationFindings(order, registrations), ...complaints.flatMap((problem) => targets.map((target) => ({ target, problem: `${target}: ${problem}`, remedy })))];
  }

  expect({ targets }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: LOOK, firstLookMs: FIRST_LOOK_MS }));
  }

  mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    return this.holders.mayPass(ledger, unitId);
  }

  canaryTopics({ parameters }: WorkOrderTerms): CanaryTopics {
    return canaryTopics(parameters['policy']);
  }

  async reconcile(target: Target, expected: readonly ExpectedUnit[]): Promise<void> {
    const { statuses, looked } = await this.met.look(target, expected);
    for (const [status, units] of Map.groupBy(looked, ({ certificateId }) => statuses.get(certificateId))) {
      if (status !== 'ACTIVE') await this.met.later(target, units, status === undefined ? null : detailOf(status));
    }
    const come = await this.met.waitingAt(target, LOOK, statuses, 'ACTIVE');
    await this.steps.bring(target, come, async (unit) => ((await this.met.hasThing(target, unit)) ? 'done' : { waits: detailOf('ACTIVE') }), { connected: true });
  }

  revoke(target: Target, unit: ExpectedUnit): Promise<boolean> {
    return this.keepingOut.revoke(target, unit);
  }

  suspend(target: Target, unit: ExpectedUnit): Promise<void> {
    return this.keepingOut.suspend(target, unit);
  }

  async resume(target: Target, unit: ExpectedUnit): Promise<string> {
    await this.keepingOut.resume(target, unit);
    return LOOK;
  }
}

function detailOf(status: string): string {
  if (status === 'ACTIVE') return 'The certificate is ACTIVE in AWS, but there is no Thing of this name';
  if (status === 'PENDING_ACTIVATION') return 'The device has connected, but AWS has not finished provisioning it';
  return `The certificate is ${status} in AWS`;
}
