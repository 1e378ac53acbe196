import { Injectable } from '@nestjs/common';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FleetImports } from './fleet-imports.js';
import { FleetProvisioning } from './fleet-provisioning.js';
import { FleetUnitRepository } from './fleet-units.repository.js';
import { TrustedUserParameters } from './parameters.js';
import { type Finding, type HandedClaim, type HandOver, type IssuerRegistration, type Parameters, type ProvisioningMethod, registrationFindings } from './provisioning-method.js';
import { UnitSteps } from './unit-steps.js';

/**
 * Fleet provisioning by trusted user: an installer's app brings the claim, which is good for five minutes (developer guide, "Provisioning by trusted user"). The station loads the unit's voucher
 * and nothing else. The app asks `lambda/trusted-user.ts`, or `POST /v1/aws/installer-claims` where it reaches the service.
 */
@Injectable()
export class FleetTrustedUser extends FleetProvisioning implements ProvisioningMethod {
  readonly name = 'fleet-trusted-user';

  constructor(entitlements: AwsEntitlements, fleetUnits: FleetUnitRepository, imports: FleetImports, steps: UnitSteps, clients: AwsIotClients) {
    super(entitlements, fleetUnits, imports, steps, clients);
  }

  /** How long vouchers are good is each order's own affair. */
  ofFamily(parameters: Parameters): Parameters {
    const { voucherDays: _, ...family } = parameters;
    return family;
  }

  preflight(order: WorkOrderTerms, registrations: readonly IssuerRegistration[]): Finding[] {
    return registrationFindings(order, registrations);
  }

  handOver(request: HandOver): Promise<HandedClaim> {
    return this.vouch(request, TrustedUserParameters.parse(request.workOrder.parameters).voucherDays);
  }
}
