import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { type WorkOrderTerms, WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { toPem } from '../../x509/pem.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { policyResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { DEVICE_POLICY, devicePolicyDocument } from './device-policy.js';
import type { Expectation, Parameters, ProvisioningMethod } from './provisioning-method.js';
import { SingleThingParameters } from './parameters.js';
import { RegisteredCa } from './registered-ca.js';
import { REGISTER, SteppedProvisioning } from './stepped-provisioning.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

const BY_TEMPLATE = 'register-thing';

/**
 * One call per unit and target, for benches and repairs: RegisterThing with a template of the order's own (developer guide, "Single thing provisioning"), or,
 * without one, the plain calls that it stands for.
 */
@Injectable()
export class SingleThing extends SteppedProvisioning implements ProvisioningMethod {
  readonly name = 'single-thing';

  constructor(
    steps: UnitSteps,
    holders: CertificateHolders,
    private readonly registeredCa: RegisteredCa,
    private readonly orders: WorkOrderRepository,
    private readonly clients: AwsIotClients,
    private readonly units: UnitRegistrationRepository,
  ) {
    super(steps, holders);
  }

  /** The template is each order's own affair. */
  ofFamily(): Parameters {
    return {};
  }

  /** RegisterThing wants the CA of a certificate to be registered; it lets nobody in by itself. */
  resources(authority: Authority, target: Target): Resource[] {
    return [
      policyResource(DEVICE_POLICY, devicePolicyDocument(target), target),
      this.registeredCa.resource(authority, target, 'DISABLE'),
    ] as Resource[];
  }

  expect({ targets, parameters }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: parameters['template'] === undefined ? REGISTER : BY_TEMPLATE, firstLookMs: 0 }));
  }

  /** What a template made is there, and the plain calls activate it; what is not there they make. */
  resume(): Promise<string> {
    return Promise.resolve(REGISTER);
  }

  protected async take(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    return unit.step === BY_TEMPLATE ? this.registerThing(target, unit) : this.byPlainCalls(target, unit);
  }

  /** AWS refuses a certificate that it has already; then what stands there counts. */
  private async registerThing(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    const { template } = SingleThingParameters.parse((await this.orders.getTerms(unit.workOrderId)).parameters);
    const { certificate, ca } = await this.units.bytesOf(unit.certificateId);
    const parameters = {
      ThingName: unit.serial, SerialNumber: unit.serial, CertificateId: unit.certificateId, CertificatePem: toPem('CERTIFICATE', certificate), CACertificatePem: toPem('CERTIFICATE', ca),
    };
    try {
      await this.clients.for(target).things.registerThing(JSON.stringify(template ?? {}), parameters);
    } catch (error) {
      if (!(error instanceof AwsIotRefused)) throw error;
      return (await this.steps.missing(target, unit)) === null ? 'done' : { waits: error.message };
    }
    const missing = await this.steps.missing(target, unit);
    return missing === null ? 'done' : { waits: `RegisterThing has answered, but ${missing}` };
  }
}
