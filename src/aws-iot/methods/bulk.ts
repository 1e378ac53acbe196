import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import type { DeviceKey } from '../../issuance/device-key.js';
import { type WorkOrderTerms, WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { BulkLineRepository, STEPS } from '../bulk-registrations/bulk-lines.repository.js';
import { SignedByAws } from '../bulk-registrations/signed-by-aws.js';
import type { Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { settingsOf, signerOf } from './bulk-files.js';
import { BulkResources } from './bulk-resources.js';
import { CertificateHolders } from './certificate-holders.js';
import { KeepingOut } from './keeping-out.js';
import { type Expectation, type Finding, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings } from './provisioning-method.js';
import { SteppedProvisioning } from './stepped-provisioning.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

/** A line that AWS refused is sent again no sooner than after so many rounds of waiting, a minute: somebody has to mend something first. */
const REFUSED_ROUNDS = 6;
/** AWS's errors after which the same line may go through without anybody doing anything. */
const PASSING = /throttl|internal|unavailable|timeout/i;

/**
 * Bulk registration: units that have their certificate are written into files, and AWS registers them line by line with a template (developer guide, "Bulk
 * registration"). `bulk-registrations/` makes the files and reads what became of each line; here a unit joins one, and counts once AWS shows it complete.
 */
@Injectable()
export class Bulk extends SteppedProvisioning implements ProvisioningMethod {
  readonly name = 'bulk';

  constructor(
    steps: UnitSteps,
    holders: CertificateHolders,
    private readonly needed: BulkResources,
    private readonly orders: WorkOrderRepository,
    private readonly keepingOut: KeepingOut,
    private readonly lines: BulkLineRepository,
    private readonly signedByAws: SignedByAws,
  ) {
    super(steps, holders);
  }

  /** Template and bucket are tried once for the family before anything is issued. */
  ofFamily(parameters: Parameters): Parameters {
    return parameters;
  }

  resources(authority: Authority, target: Target, family: Parameters): Resource[] {
    return this.needed.of(authority, target, family);
  }

  override preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] {
    const findings = registrationFindings(order, registrations);
    if (signerOf(order) === 'hsm' || order.targets.length === 1) return findings;
    const remedy = 'Make an order for one target, or let our HSM sign.';
    return [...findings, ...order.targets.slice(1).map((target) => ({ target, problem: `${target}: AWS signs a unit's certificate in one account, and it is known in no other`, remedy }))];
  }

  isSignedByAws(order: WorkOrderTerms): boolean {
    return signerOf(order) === 'aws';
  }

  /** Its certificate comes with the reports of a task. */
  askAws(order: WorkOrderTerms, unitId: number, key: Pick<DeviceKey, 'spkiSha256'>, csr: string): Promise<void> {
    return this.signedByAws.ask(order, unitId, key, csr);
  }

  /** What AWS has signed it has registered, too. */
  expect(order: WorkOrderTerms): Expectation[] {
    return order.targets.map((target) => ({ target, step: signerOf(order) === 'aws' ? STEPS.verify : STEPS.gather, firstLookMs: 0 }));
  }

  override async reconcile(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    const gathered = units.filter(({ step }) => step === STEPS.gather);
    for (const alike of Map.groupBy(gathered, ({ workOrderId }) => workOrderId).values()) await this.join(target, alike);
    const others = units.filter(({ step }) => step !== STEPS.gather);
    if (others.length > 0) await super.reconcile(target, others);
  }

  /** A line that is under way would let the device in. */
  override suspend(target: Target, unit: ExpectedUnit): Promise<void> {
    return this.keepingOut.suspend(target, unit);
  }

  async resume(target: Target, unit: ExpectedUnit): Promise<string> {
    await this.keepingOut.resume(target, unit);
    return STEPS.verify;
  }

  /** Units of one order. */
  private async join(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    const { parameters } = await this.orders.getTerms(units[0]!.workOrderId);
    await this.lines.join(target.name, settingsOf(parameters, target), units);
  }

  protected async take(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    if (unit.step === STEPS.gather) return (await this.join(target, [unit]), 'left');
    const line = await this.lines.latest(target.name, unit);
    const missing = await this.steps.missing(target, unit);
    if (missing === null) return (await this.steps.takeOffFormer(target, unit)) ?? 'done';
    // Its hour is over, and the file is still on its way.
    if (unit.step === STEPS.sent && line && !line.hasEnded) return { waits: `In bulk registration ${line.id}` };
    if (signerOf(await this.orders.getTerms(unit.workOrderId)) === 'aws') return { waits: `In AWS ${missing}` };
    if (!line || unit.step === STEPS.again) return { next: STEPS.gather };
    if (line.outcome !== 'failed') return { waits: `Bulk registration ${line.id} has ended, but ${missing}`, step: STEPS.again };
    const waits = `AWS refused the unit in bulk registration ${line.id}${line.errorCode === null ? '' : ` (${line.errorCode})`}: ${line.reason ?? missing}`;
    return PASSING.test(`${line.errorCode ?? ''} ${line.reason ?? ''}`) ? { waits, step: STEPS.again } : { waits, step: STEPS.again, leastRounds: REFUSED_ROUNDS };
  }
}
