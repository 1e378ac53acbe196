import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../../certificate-authority/certificate-authority.service.js';
import type { DeviceKey } from '../../issuance/device-key.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import { type WorkOrderTerms, WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { BulkCsrRepository } from '../bulk-registrations/bulk-csrs.repository.js';
import { BulkLineRepository, STEPS } from '../bulk-registrations/bulk-lines.repository.js';
import { type BulkSettings, BulkRegistrationRepository } from '../bulk-registrations/bulk-registrations.repository.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { caCertificateResource, policyResource, type Resource } from '../registrations/resources.js';
import { type Endpoint, Endpoints } from '../targets/endpoints.js';
import { TargetRepository } from '../targets/targets.repository.js';
import type { Target } from '../targets/targets.schema.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import type { Files } from '../clients/permission-probes.js';
import { bucketResource, trialResource } from './bulk-resources.js';
import { namedBy, settingsHash, type Signer, templateBody } from './bulk-template.js';
import { CertificateHolders } from './certificate-holders.js';
import { DEVICE_POLICY, devicePolicyDocument } from './device-policy.js';
import { BulkParameters } from './parameters.js';
import { type Expectation, type Finding, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings } from './provisioning-method.js';
import { requiredResource } from './required-resources.js';
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
export class Bulk implements ProvisioningMethod {
  readonly name = 'bulk';
  readonly arrivesAs: readonly string[] = [];

  constructor(
    private readonly authorities: CertificateAuthorityService,
    private readonly steps: UnitSteps,
    private readonly holders: CertificateHolders,
    private readonly targetEndpoints: Endpoints,
    private readonly orders: WorkOrderRepository,
    private readonly clients: AwsIotClients,
    private readonly units: UnitRegistrationRepository,
    private readonly registrations: BulkRegistrationRepository,
    private readonly targets: TargetRepository,
    private readonly lines: BulkLineRepository,
    private readonly csrs: BulkCsrRepository,
  ) {}

  /** Template and bucket are tried once for the family before anything is issued. */
  ofFamily(parameters: Parameters): Parameters {
    return parameters;
  }

  /** A task wants the CA of each certificate to be registered; it lets nobody in by itself. The trial comes last but for it, since it needs all that is before. */
  resources(authority: Authority, target: Target, family: Parameters): Resource[] {
    const { template } = BulkParameters.parse(family);
    const settings = settingsOf(family, target);
    const named = namedBy(template);
    const desired = { mode: target.mode, status: 'ACTIVE', autoRegistration: 'DISABLE', templateName: null };
    return [
      policyResource(DEVICE_POLICY, devicePolicyDocument(target), target),
      ...named.thingTypes.map((name) => requiredResource('thing-type', name)),
      ...named.groups.map((name) => requiredResource('thing-group', name)),
      ...named.billingGroups.map((name) => requiredResource('billing-group', name)),
      ...named.policies.map((name) => requiredResource('policy', name)),
      bucketResource(settings),
      trialResource(settings, { find: () => this.registrations.trial(target.name, settings), begin: () => this.registrations.openTrial(target.name, settings) }),
      caCertificateResource(authority, target, desired, (code) => this.authorities.verificationCertificate(authority, code)),
    ] as Resource[];
  }

  preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] {
    const findings = registrationFindings(order, registrations);
    if (signerOf(order) === 'hsm' || order.targets.length === 1) return findings;
    const remedy = 'Make an order for one target, or let our HSM sign.';
    return [...findings, ...order.targets.slice(1).map((target) => ({ target, problem: `${target}: AWS signs a unit's certificate in one account, and it is known in no other`, remedy }))];
  }

  isSignedByAws(order: WorkOrderTerms): boolean {
    return signerOf(order) === 'aws';
  }

  /** Its certificate comes with the reports of a task. */
  async askAws(order: WorkOrderTerms, unitId: number, { spkiSha256 }: Pick<DeviceKey, 'spkiSha256'>, csr: string): Promise<void> {
    for (const name of order.targets) {
      const target = await this.targets.get(name);
      await this.csrs.join(name, settingsOf(order.parameters, target), unitId, spkiSha256, csr);
    }
  }

  /** What AWS has signed it has registered, too. */
  expect(order: WorkOrderTerms): Expectation[] {
    return order.targets.map((target) => ({ target, step: signerOf(order) === 'aws' ? STEPS.verify : STEPS.gather, firstLookMs: 0 }));
  }

  mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    return this.holders.mayPass(ledger, unitId);
  }

  endpoints({ targets }: WorkOrderTerms): Promise<Endpoint[]> {
    return this.targetEndpoints.for(targets);
  }

  async reconcile(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    const gathered = units.filter(({ step }) => step === STEPS.gather);
    for (const alike of Map.groupBy(gathered, ({ workOrderId }) => workOrderId).values()) await this.join(target, alike);
    const others = units.filter(({ step }) => step !== STEPS.gather);
    if (others.length > 0) await this.steps.bring(target, others, (unit) => this.take(target, unit));
  }

  revoke(target: Target, unit: ExpectedUnit): Promise<boolean> {
    return this.steps.revoke(target, unit);
  }

  /** What AWS does not know yet it registers as INACTIVE, so that a line that is under way does not let the device in. What AWS has signed and does not know any more lets nobody in. */
  async suspend(target: Target, { certificateId, authority }: ExpectedUnit): Promise<void> {
    const { certificates } = this.clients.for(target);
    const known = await certificates.find(certificateId);
    if (known?.status === 'INACTIVE' || known?.status === 'REVOKED') return;
    if (known && (await certificates.setStatus(certificateId, 'INACTIVE'))) return;
    if (authority === '') return;
    const { certificate, ca } = await this.units.bytesOf(certificateId);
    // A task may have been faster.
    if (!(await certificates.register(certificate, ca, 'INACTIVE'))) await certificates.setStatus(certificateId, 'INACTIVE');
  }

  /** A certificate that was registered only to keep its device out is removed, so that its line makes everything. */
  async resume(target: Target, { certificateId, serial }: ExpectedUnit): Promise<string> {
    const { certificates, things } = this.clients.for(target);
    const known = await certificates.find(certificateId);
    if (known?.status !== 'INACTIVE') return STEPS.verify;
    if ((await things.certificatesOf(serial)).includes(certificateId)) await certificates.setStatus(certificateId, 'ACTIVE');
    else await certificates.remove(certificateId);
    return STEPS.verify;
  }

  /** Units of one order. */
  private async join(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    const { parameters } = await this.orders.getTerms(units[0]!.workOrderId);
    await this.lines.join(target.name, settingsOf(parameters, target), units);
  }

  private async take(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    if (unit.step === STEPS.gather) return (await this.join(target, [unit]), 'left');
    const line = await this.lines.latest(target.name, unit);
    const missing = await this.steps.missing(target, unit);
    if (missing === null) return (await this.steps.takeOffFormer(target, unit)) ?? 'done';
    // Its hour is over, and the file is still on its way.
    if (unit.step === STEPS.sent && line && !line.hasEnded) return { waits: `In bulk registration ${line.id}` };
    if (signerOf(await this.orders.getTerms(unit.workOrderId)) === 'aws') return { waits: `In AWS ${missing}` };
    if (!line || unit.step === STEPS.again) return { next: STEPS.gather };
    if (!(await this.units.reached(target.name, unit, STEPS.again))) return 'left';
    if (line.outcome !== 'failed') return { waits: `Bulk registration ${line.id} has ended, but ${missing}` };
    const waits = `AWS refused the unit in bulk registration ${line.id}${line.errorCode === null ? '' : ` (${line.errorCode})`}: ${line.reason ?? missing}`;
    return PASSING.test(`${line.errorCode ?? ''} ${line.reason ?? ''}`) ? { waits } : { waits, leastRounds: REFUSED_ROUNDS };
  }
}

/** Where the files of a family with these parameters lie in the target. */
export function bulkFiles(parameters: Parameters, { accountId, region }: Pick<Target, 'accountId' | 'region'>): Files {
  const { bucket, prefix = 'lineside' } = BulkParameters.parse(parameters);
  return { bucket: bucket.replaceAll('{account}', accountId).replaceAll('{region}', region), prefix };
}

const signerOf = ({ parameters }: Pick<WorkOrderTerms, 'parameters'>): Signer => BulkParameters.parse(parameters).signer ?? 'hsm';

function settingsOf(parameters: Parameters, target: Target): BulkSettings {
  const { provisioningRoleArn: roleArn } = target;
  const { template, signer = 'hsm' } = BulkParameters.parse(parameters);
  const { bucket, prefix } = bulkFiles(parameters, target);
  const settings = { template: templateBody(template, signer), bucket, folder: prefix, roleArn };
  return { hash: settingsHash(settings), ...settings, signer };
}
