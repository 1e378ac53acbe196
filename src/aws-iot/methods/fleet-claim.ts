import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import { SealedSecrets } from '../../platform/sealed-secrets.js';
import type { NewWorkOrder, WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { claimEnded, claimNotReady, deviceKeyUnwanted } from '../aws-iot.errors.js';
import { claimPurpose, type FleetClaim as Claim, FleetClaimRepository } from '../claims/fleet-claims.repository.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { policyResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import { FleetImports } from './fleet-imports.js';
import { FleetProvisioning } from './fleet-provisioning.js';
import { claimPolicy } from './fleet-template.js';
import { FleetUnitRepository } from './fleet-units.repository.js';
import { FleetClaimParameters } from './parameters.js';
import { type Finding, type HandedClaim, type HandOver, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings } from './provisioning-method.js';
import { UnitSteps } from './unit-steps.js';

/** Units wait in boxes for years before they connect for the first time. */
const VALID_DAYS = 730;

/**
 * Fleet provisioning by claim: the device asks AWS for its certificate itself, with the claim of its order and a voucher of its own (developer guide, "Provisioning by claim"). AWS's
 * CA signs, so an order has one target. The hook (`lambda/fleet-hook.ts`) lets in who has a good voucher; `FleetImports` takes over what was signed.
 */
@Injectable()
export class FleetClaim extends FleetProvisioning implements ProvisioningMethod {
  readonly name = 'fleet-claim';

  constructor(
    entitlements: AwsEntitlements,
    fleetUnits: FleetUnitRepository,
    imports: FleetImports,
    steps: UnitSteps,
    clients: AwsIotClients,
    private readonly claims: FleetClaimRepository,
    private readonly secrets: SealedSecrets,
  ) {
    super(entitlements, fleetUnits, imports, steps, clients);
  }

  /** Claims are each order's own affair; template, policies and hook are the family's in a target. */
  ofFamily(parameters: Parameters): Parameters {
    const { claim: _, ...family } = parameters;
    return family;
  }

  override resources(authority: Authority, target: Target, family: Parameters): Resource[] {
    const { keys = 'device' } = FleetClaimParameters.parse(family);
    const claims = claimPolicy(this.templateName({ parameters: family }), keys, target);
    return [policyResource(claims.name, claims.document, target) as Resource, ...super.resources(authority, target, family)];
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
    const ended = claim !== undefined && hasEnded(claim);
    if (claim?.state === 'active' && !ended) return findings;
    const problem = ended ? claimEnded(order.id, claim.reason).message : `The claim of the order is not made yet${claim?.detail ? `: ${claim.detail}` : ''}`;
    const remedy = ended ? `A security officer has a new claim made (POST /v1/aws/claims/${order.id}/replace).` : 'A worker makes it by itself; if it stays so for minutes, see that one runs and reaches AWS, and that the target\'s role may do what docs/aws/fleet-claim.json says.';
    return [...findings, { target, problem: `${target}: ${problem}`, remedy }];
  }

  /** The order's claim and the unit's voucher. */
  async handOver(request: HandOver): Promise<HandedClaim> {
    const { workOrder, encryptTo } = request;
    const { keys = 'device', claim: wanted } = FleetClaimParameters.parse(workOrder.parameters);
    if (keys === 'aws' && !encryptTo) throw deviceKeyUnwanted(workOrder.id);
    const claim = await this.activeClaim(workOrder.id);
    await this.requireHook(workOrder, { now: false });
    const vouched = await this.vouch(request, wanted?.voucherDays);
    const pkcs8 = await this.secrets.open(claimPurpose(workOrder.id), claim.sealedKey!);
    return { ...vouched, claim: { certificate: claim.certificate!, certificateId: claim.certificateId!, pkcs8, expiresAt: claim.expiresAt } };
  }

  async asksNoMore(order: string, unitId: number): Promise<DomainError | undefined> {
    const claim = await this.claims.find(order);
    return claim && hasEnded(claim) && !(await this.fleetUnits.isCertified(unitId)) ? claimEnded(order, claim.reason) : undefined;
  }

  claimPolicy({ parameters }: WorkOrderTerms, target: Target): string {
    const { keys = 'device' } = FleetClaimParameters.parse(parameters);
    return claimPolicy(this.templateName({ parameters }), keys, target).name;
  }

  private async activeClaim(order: string): Promise<Claim> {
    const claim = await this.claims.find(order);
    if (!claim || claim.state === 'pending') throw claimNotReady(order, claim?.detail ?? null);
    if (hasEnded(claim)) throw claimEnded(order, claim.reason);
    return claim;
  }
}

const hasEnded = ({ state, expiresAt }: Claim): boolean => state === 'ending' || state === 'ended' || +expiresAt <= Date.now();
