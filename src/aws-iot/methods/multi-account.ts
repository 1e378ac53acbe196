import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { type WorkOrderTerms, WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { policyResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import { BeyondOrderRepository } from '../units/beyond-orders.repository.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { canaryTopics, DEVICE_POLICY, devicePolicyDocument } from './device-policy.js';
import { MultiAccountParameters } from './parameters.js';
import { AWAITS_PASS, type CanaryTopics, type Expectation, type Finding, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings } from './provisioning-method.js';
import { silentCaResource } from './silent-ca.js';
import { REGISTER, SteppedProvisioning } from './stepped-provisioning.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

/**
 * Multi-account registration: each certificate is registered without its CA in every target, INACTIVE at first, gets its policy and its Thing, and is
 * activated (developer guide, "Multi-account registration"). So a device's first connection is let in, in each account, told apart by SNI.
 */
@Injectable()
export class MultiAccount extends SteppedProvisioning implements ProvisioningMethod {
  readonly name = 'multi-account';
  /** A CA that lets devices in by itself, in whichever account, lets in those that are not activated. */
  readonly everywhere = true;

  constructor(
    steps: UnitSteps,
    holders: CertificateHolders,
    private readonly orders: WorkOrderRepository,
    private readonly beyond: BeyondOrderRepository,
  ) {
    super(steps, holders);
  }

  /** When units are activated is each order's own affair. */
  ofFamily(): Parameters {
    return {};
  }

  resources(authority: Authority, target: Target): Resource[] {
    return [policyResource(DEVICE_POLICY, devicePolicyDocument(target), target), silentCaResource(authority, target)] as Resource[];
  }

  /** Units that wait for their pass are kept out of other accounts too. */
  override async preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Promise<Finding[]> {
    const findings = registrationFindings(order, registrations);
    if (!isAtPass(order)) return findings;
    const open = await this.beyond.openBeyond(order.id);
    return [...findings, ...open.map(({ target, problem, remedy }) => ({ target, problem: `${target}: ${problem}`, remedy }))];
  }

  letsInAfterPass = isAtPass;

  expect({ targets }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: REGISTER, firstLookMs: 0 }));
  }

  canaryTopics(): CanaryTopics {
    return canaryTopics(undefined);
  }

  /** Each step is one that may be taken again, so the unit goes through all of them. */
  resume(): Promise<string> {
    return Promise.resolve(REGISTER);
  }

  protected async take(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    if (unit.step !== AWAITS_PASS) return this.byPlainCalls(target, unit, () => this.last(unit));
    return this.steps.hasPassed(unit) ? { next: 'activate' } : { waits: 'The unit has not passed yet' };
  }

  private async last({ workOrderId }: ExpectedUnit): Promise<string> {
    return isAtPass(await this.orders.getTerms(workOrderId)) ? AWAITS_PASS : 'activate';
  }
}

const isAtPass = ({ parameters }: Pick<WorkOrderTerms, 'parameters'>) => MultiAccountParameters.parse(parameters).activate === 'at-pass';
