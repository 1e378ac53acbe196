import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import type { RegisteredCertificate } from '../clients/certificates.client.js';
import { FirstConnectionRepository } from '../units/first-connections.repository.js';
import { policyResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { canaryTopics, devicePolicy } from './device-policy.js';
import { KeepingOut } from './keeping-out.js';
import { MetDevices } from './met-devices.js';
import { JitrParameters } from './parameters.js';
import type { CanaryTopics, Expectation, Parameters, ProvisioningMethod } from './provisioning-method.js';
import { eventsQueueResource, topicRuleResource } from './topic-rule.js';
import { RegisteredCa } from './registered-ca.js';
import { SteppedProvisioning } from './stepped-provisioning.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

const LOOK = 'look';
/** The unit was quarantined: that its certificate is INACTIVE was ours. */
const AGAIN = 'look-again';
const FIRST_LOOK_MS = 2_000;

/**
 * Just-in-time registration: AWS registers a certificate at its device's first connection, PENDING_ACTIVATION, and tells of it (developer guide, "Auto-registration
 * of device certificates"). The event comes through a queue (`registration-events.ts`), or the sweep finds the certificate; either makes the unit due. The unit's own certificate gets policy
 * and Thing and is activated then, so that the device is let in when it comes again.
 */
@Injectable()
export class Jitr extends SteppedProvisioning implements ProvisioningMethod {
  readonly name = 'jitr';
  override readonly arrivesAs = ['PENDING_ACTIVATION'];

  constructor(
    steps: UnitSteps,
    holders: CertificateHolders,
    private readonly registeredCa: RegisteredCa,
    private readonly met: MetDevices,
    private readonly keepingOut: KeepingOut,
    private readonly connections: FirstConnectionRepository,
  ) {
    super(steps, holders);
  }

  ofFamily(parameters: Parameters): Parameters {
    return parameters;
  }

  /** Events are told from the moment on at which the CA lets devices in, so the CA is made last. */
  resources(authority: Authority, target: Target, parameters: Parameters): Resource[] {
    const { name, document } = devicePolicy(JitrParameters.parse(parameters).policy, target);
    return [
      policyResource(name, document, target),
      eventsQueueResource(),
      topicRuleResource(authority.fingerprint, target),
      this.registeredCa.resource(authority, target, 'ENABLE'),
    ] as Resource[];
  }

  expect({ targets }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: LOOK, firstLookMs: FIRST_LOOK_MS }));
  }

  canaryTopics({ parameters }: WorkOrderTerms): CanaryTopics {
    return canaryTopics(parameters['policy']);
  }

  /** Units whose certificates AWS does not know yet are left for later; the others go through their steps. */
  override async reconcile(target: Target, expected: readonly ExpectedUnit[]): Promise<void> {
    const waiting = expected.filter(({ step }) => step === LOOK || step === AGAIN);
    const { statuses, looked } = await this.met.look(target, waiting);
    await this.met.later(target, looked.filter(({ certificateId }) => !statuses.has(certificateId)), null);
    const come = expected.filter((unit) => !waiting.includes(unit) || statuses.has(unit.certificateId));
    await this.steps.bring(target, come, (unit) => this.take(target, unit, statuses.get(unit.certificateId)), { connected: true });
  }

  override revoke(target: Target, unit: ExpectedUnit): Promise<boolean> {
    return this.keepingOut.revoke(target, unit);
  }

  resume(): Promise<string> {
    return Promise.resolve(AGAIN);
  }

  /** `leave`, the default: with two ledgers revoking what this ledger does not know kills good units for good. After a restore it does too: with `revoke` they are left until the family's orders are confirmed. */
  async unknown(target: Target, authority: string, certificates: readonly RegisteredCertificate[]): Promise<void> {
    const parameters = await this.connections.parametersOf(authority, target.name);
    if (JitrParameters.parse(parameters).unknown !== 'revoke' || (await this.connections.mayHaveLost(authority))) return;
    for (const { id, status } of certificates) {
      if (status === 'PENDING_ACTIVATION') await this.keepingOut.revokeUnknown(target, id);
    }
  }

  protected async take(target: Target, unit: ExpectedUnit, status?: string): Promise<StepOutcome> {
    switch (unit.step) {
      case LOOK: return status === 'PENDING_ACTIVATION' || status === 'ACTIVE' ? { next: 'policy' } : { waits: `The certificate is ${status} in AWS, which only a person changes there` };
      case AGAIN: return status === 'REVOKED' ? { waits: 'The certificate is REVOKED in AWS' } : { next: 'policy' };
      case 'policy': return (await this.steps.attachPolicy(target, unit, await this.policyOf(target, unit)), { next: 'thing' });
      case 'thing': return (await this.steps.makeThing(target, unit)) ?? { next: 'activate' };
      case 'activate': return (await this.steps.activate(target, unit)) === 'done' ? 'done' : { next: LOOK };
      default: return { next: LOOK };
    }
  }

  private async policyOf(target: Target, { authority }: ExpectedUnit): Promise<string> {
    return devicePolicy(JitrParameters.parse(await this.connections.parametersOf(authority, target.name)).policy, target).name;
  }
}
