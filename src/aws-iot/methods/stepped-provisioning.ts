import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import type { Target } from '../targets/targets.schema.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { type Finding, type IssuerRegistration, registrationFindings } from './provisioning-method.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

/** What the ways have in common in which a worker takes each unit that has its certificate through steps in AWS (`unit-steps.ts`). */
export abstract class SteppedProvisioning {
  readonly arrivesAs: readonly string[] = [];

  constructor(
    protected readonly steps: UnitSteps,
    private readonly holders: CertificateHolders,
  ) {}

  preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] {
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
}
