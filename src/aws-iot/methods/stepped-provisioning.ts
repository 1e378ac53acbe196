import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import type { Target } from '../targets/targets.schema.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { DEVICE_POLICY } from './device-policy.js';
import { type Finding, type IssuerRegistration, registrationFindings } from './provisioning-method.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

/** The first of the plain calls. */
export const REGISTER = 'register';

/** What the ways have in common in which a worker takes each unit that has its certificate through steps in AWS (`unit-steps.ts`). */
export abstract class SteppedProvisioning {
  readonly arrivesAs: readonly string[] = [];

  constructor(
    protected readonly steps: UnitSteps,
    private readonly holders: CertificateHolders,
  ) {}

  preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] | Promise<Finding[]> {
    return registrationFindings(order, registrations);
  }

  mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    return this.holders.mayPass(ledger, unitId);
  }

  async reconcile(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    await this.steps.bring(target, units, (unit) => this.take(target, unit));
  }

  revoke(target: Target, unit: ExpectedUnit): Promise<boolean> {
    return this.steps.revoke(target, unit);
  }

  suspend(target: Target, unit: ExpectedUnit): Promise<void> {
    return this.steps.suspend(target, unit);
  }

  /** The step at which the unit is, and which one follows. */
  protected abstract take(target: Target, unit: ExpectedUnit): Promise<StepOutcome>;

  /** Registered INACTIVE and without its CA, with its policy and its Thing, and then ACTIVE: each is a step of its own, and any other step begins with the first. `last`: the step after the Thing. */
  protected async byPlainCalls(target: Target, unit: ExpectedUnit, last: () => Promise<string> | string = () => 'activate'): Promise<StepOutcome> {
    switch (unit.step) {
      case REGISTER: return (await this.steps.register(target, unit)) ?? { next: 'policy' };
      case 'policy': return (await this.steps.attachPolicy(target, unit, DEVICE_POLICY), { next: 'thing' });
      case 'thing': return (await this.steps.makeThing(target, unit)) ?? { next: await last() };
      case 'activate': return this.steps.activate(target, unit);
      default: return { next: REGISTER };
    }
  }
}
