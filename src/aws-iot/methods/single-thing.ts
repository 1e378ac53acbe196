import { Injectable } from '@nestjs/common';
import type { Authority } from '../../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../../certificate-authority/certificate-authority.service.js';
import { type WorkOrderTerms, WorkOrderRepository } from '../../work-orders/work-order.repository.js';
import { toPem } from '../../x509/pem.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { caCertificateResource, policyResource, type Resource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import { type ExpectedUnit, UnitRegistrationRepository } from '../units/unit-registrations.repository.js';
import { CertificateHolders } from './certificate-holders.js';
import { DEVICE_POLICY, devicePolicyDocument } from './device-policy.js';
import type { Expectation, Parameters, ProvisioningMethod } from './provisioning-method.js';
import { SingleThingParameters } from './parameters.js';
import { SteppedProvisioning } from './stepped-provisioning.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

const FIRST = 'register';
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
    private readonly authorities: CertificateAuthorityService,
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
    const desired = { mode: target.mode, status: 'ACTIVE', autoRegistration: 'DISABLE', templateName: null };
    return [
      policyResource(DEVICE_POLICY, devicePolicyDocument(target), target),
      caCertificateResource(authority, target, desired, (code) => this.authorities.verificationCertificate(authority, code)),
    ] as Resource[];
  }

  expect({ targets, parameters }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: parameters['template'] === undefined ? FIRST : BY_TEMPLATE, firstLookMs: 0 }));
  }

  /** What a template made is there, and the plain calls activate it; what is not there they make. */
  resume(): Promise<string> {
    return Promise.resolve(FIRST);
  }

  protected async take(target: Target, unit: ExpectedUnit): Promise<StepOutcome> {
    switch (unit.step) {
      case BY_TEMPLATE: return this.registerThing(target, unit);
      case FIRST: return (await this.steps.register(target, unit)) ?? { next: 'policy' };
      case 'policy': return (await this.steps.attachPolicy(target, unit, DEVICE_POLICY), { next: 'thing' });
      case 'thing': return (await this.steps.makeThing(target, unit)) ?? { next: 'activate' };
      case 'activate': return this.steps.activate(target, unit);
      default: return { next: FIRST };
    }
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
