import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import { SealedSecrets } from '../../platform/sealed-secrets.js';
import type { NewWorkOrder, WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { claimEnded, claimNotReady, deviceKeyNeeded, deviceKeyUnwanted } from '../aws-iot.errors.js';
import { claimPurpose, type FleetClaim as Claim, FleetClaimRepository } from '../claims/fleet-claims.repository.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FLEET_HOOK } from '../clients/functions.client.js';
import { policyResource, type Resource, templateResource } from '../registrations/resources.js';
import { type Endpoint, Endpoints } from '../targets/endpoints.js';
import type { Target } from '../targets/targets.schema.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import { devicePolicy, devicePolicyName } from './device-policy.js';
import { hookArn, hookResource } from './fleet-hook.js';
import { FleetImports } from './fleet-imports.js';
import { claimPolicy, fleetTemplate } from './fleet-template.js';
import { FleetUnitRepository } from './fleet-units.repository.js';
import { FleetClaimParameters } from './parameters.js';
import {
  type Expectation, type Finding, type HandedClaim, type HandOver, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings,
} from './provisioning-method.js';
import { silentCaResource } from './silent-ca.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

const LOOK = 'look';
/** The unit was quarantined, and its certificate is INACTIVE by us. */
const ACTIVATE = 'activate';
/** Units wait in boxes for years before they connect for the first time. */
const VALID_DAYS = 730;

/**
 * Fleet provisioning by claim: the device asks AWS for its certificate itself, with the claim of its order and a voucher of its own (developer guide, "Provisioning by claim"). AWS's
 * CA signs, so an order has one target. The hook (`lambda/fleet-hook.ts`) lets in who has a good voucher; `FleetImports` takes over what was signed.
 */
@Injectable()
export class FleetClaim implements ProvisioningMethod {
  readonly name = 'fleet-claim';
  readonly arrivesAs: readonly string[] = [];
  readonly mostTargets = 1;

  constructor(
    private readonly entitlements: AwsEntitlements,
    private readonly claims: FleetClaimRepository,
    private readonly secrets: SealedSecrets,
    private readonly fleetUnits: FleetUnitRepository,
    private readonly imports: FleetImports,
    private readonly steps: UnitSteps,
    private readonly units: UnitRegistrationRepository,
    private readonly targetEndpoints: Endpoints,
    private readonly clients: AwsIotClients,
  ) {}

  /** Claims are each order's own affair; template, policies and hook are the family's in a target. */
  ofFamily(parameters: Parameters): Parameters {
    const { claim: _, ...family } = parameters;
    return family;
  }

  resources(authority: Authority, target: Target, family: Parameters): Resource[] {
    const { template, policy, keys = 'device', hook = FLEET_HOOK } = FleetClaimParameters.parse(family);
    const devices = devicePolicy(policy, target);
    const fleet = fleetTemplate(template, devices.name);
    const claims = claimPolicy(fleet.name, keys, target);
    return [
      policyResource(devices.name, devices.document, target),
      policyResource(claims.name, claims.document, target),
      hookResource(hook, authority, target),
      templateResource({ ...fleet, type: 'FLEET_PROVISIONING', hookArn: hookArn(hook, target) }, target),
      silentCaResource(authority, target),
    ] as Resource[];
  }

  prepare(tx: Ledger, { id, targets, parameters }: NewWorkOrder): Promise<void> {
    const { claim: { validDays = VALID_DAYS, retireAfter = 'all-connected' } = {} } = FleetClaimParameters.parse(parameters);
    return this.claims.insert(tx, id, targets[0] ?? '', { validDays, retireAfter });
  }

  async preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Promise<Finding[]> {
    const [target = ''] = order.targets;
    const findings = registrationFindings(order, registrations);
    if (!this.secrets.isAvailable) findings.push({ target, problem: `${target}: The claim's key can't be kept: SECRETS_KEY_FILE is not set`, remedy: 'Set SECRETS_KEY_FILE to a file with 32 octets in base64url, the same for all replicas.' });
    const claim = await this.claims.find(order.id);
    if (claim?.state === 'active') return findings;
    const ended = claim?.state === 'ending' || claim?.state === 'ended';
    const problem = ended ? `The claim of the order has ended: ${claim.reason}` : `The claim of the order is not made yet${claim?.detail ? `: ${claim.detail}` : ''}`;
    const remedy = ended ? 'Make a new order.' : 'A worker makes it by itself; if it stays so for minutes, see that one runs and reaches AWS, and that the target\'s role may do what docs/aws/fleet-claim.json says.';
    return [...findings, { target, problem: `${target}: ${problem}`, remedy }];
  }

  /** From the moment on at which the ledger has the certificate that AWS signed. */
  expect({ targets }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: LOOK, firstLookMs: 0 }));
  }

  mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    return this.fleetUnits.mayPass(ledger, unitId);
  }

  endpoints({ targets }: WorkOrderTerms): Promise<Endpoint[]> {
    return this.targetEndpoints.for(targets);
  }

  /** The order's claim and the unit's voucher. The same key again gets the same ones. */
  async handOver({ encryptTo, ...request }: HandOver): Promise<HandedClaim> {
    const { unit, workOrder, key } = request;
    const parameters = FleetClaimParameters.parse(workOrder.parameters);
    if ((parameters.keys ?? 'device') === 'device') {
      if (!key) throw deviceKeyNeeded(workOrder.id);
    } else if (!encryptTo) throw deviceKeyUnwanted(workOrder.id);
    const claim = await this.activeClaim(workOrder.id);
    const { entitlement, replayed } = await this.entitlements.entitle(request);
    const voucher = await this.entitlements.voucherOf(entitlement, unit.serial, parameters.claim?.voucherDays);
    const template = fleetTemplate(parameters.template, devicePolicyName(parameters.policy)).name;
    const pkcs8 = await this.secrets.open(claimPurpose(workOrder.id), claim.sealedKey!);
    return { replayed, certificate: claim.certificate!, certificateId: claim.certificateId!, pkcs8, template, voucher, expiresAt: claim.expiresAt };
  }

  claimPolicy({ parameters }: WorkOrderTerms, target: Target): string {
    const { template, policy, keys = 'device' } = FleetClaimParameters.parse(parameters);
    return claimPolicy(fleetTemplate(template, devicePolicyName(policy)).name, keys, target).name;
  }

  sweep(target: Target): Promise<number> {
    return this.imports.lookThrough(target);
  }

  async reconcile(target: Target, units: readonly ExpectedUnit[]): Promise<void> {
    await this.steps.bring(target, units, (unit) => this.take(target, unit));
  }

  suspend(target: Target, unit: ExpectedUnit): Promise<void> {
    return this.steps.suspend(target, unit);
  }

  resume(): Promise<string> {
    return Promise.resolve(ACTIVATE);
  }

  async revoke(target: Target, { certificateId }: ExpectedUnit): Promise<boolean> {
    return this.clients.for(target).certificates.setStatus(certificateId, 'REVOKED');
  }

  /** AWS has made everything in one go; what is not there now, somebody has taken away. */
  private async take(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    if (unit.step === ACTIVATE) {
      const outcome = await this.steps.activate(target, unit);
      return outcome === 'done' ? { next: LOOK } : { waits: 'AWS does not know the certificate any more' };
    }
    const missing = await this.steps.missing(target, unit);
    return missing === null ? 'done' : { waits: `In AWS ${missing}` };
  }

  private async activeClaim(order: string): Promise<Claim> {
    const claim = await this.claims.find(order);
    if (!claim || claim.state === 'pending') throw claimNotReady(order, claim?.detail ?? null);
    if (claim.state !== 'active' || +claim.expiresAt <= Date.now()) throw claimEnded(order, claim.reason);
    return claim;
  }
}
