import type { z } from 'zod';
import type { Authority } from '../../certificate-authority/authority.js';
import { AwsEntitlements } from '../../issuance/aws-entitlements.js';
import type { Ledger } from '../../platform/database/database.js';
import type { DomainError } from '../../platform/errors/domain-error.js';
import type { WorkOrderTerms } from '../../work-orders/work-order.repository.js';
import { deviceKeyNeeded } from '../aws-iot.errors.js';
import { AwsIotClients } from '../clients/aws-iot-clients.js';
import { FLEET_HOOK } from '../clients/functions.client.js';
import { policyResource, type Resource, templateResource } from '../registrations/resources.js';
import type { Target } from '../targets/targets.schema.js';
import type { Sweep } from '../units/first-connections.repository.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { devicePolicy, devicePolicyName } from './device-policy.js';
import { hookArn, hookResource } from './fleet-hook.js';
import { FleetImports } from './fleet-imports.js';
import { fleetTemplate, policiesOf } from './fleet-template.js';
import { FleetUnitRepository } from './fleet-units.repository.js';
import { FleetParameters } from './parameters.js';
import type { Expectation, HandOver, Parameters } from './provisioning-method.js';
import { silentCaResource } from './silent-ca.js';
import { type StepOutcome, UnitSteps } from './unit-steps.js';

const LOOK = 'look';
/** The unit was quarantined, and its certificate is INACTIVE by us. */
const ACTIVATE = 'activate';

/** What the two ways of fleet provisioning have in common: the device asks AWS for its certificate, the hook lets in who has a good voucher, and what AWS has signed is taken over. */
export abstract class FleetProvisioning {
  readonly arrivesAs: readonly string[] = [];
  /** AWS's own CA signs another certificate in each account, and a unit has one. */
  readonly mostTargets = 1;

  constructor(
    protected readonly entitlements: AwsEntitlements,
    protected readonly fleetUnits: FleetUnitRepository,
    private readonly imports: FleetImports,
    private readonly steps: UnitSteps,
    private readonly clients: AwsIotClients,
  ) {}

  /** The policy of devices, the hook, the template that asks it, and no CA that lets devices in by itself. */
  resources(authority: Authority, target: Target, family: Parameters): Resource[] {
    const parameters = FleetParameters.parse(family);
    const { policy, hook = FLEET_HOOK } = parameters;
    const devices = devicePolicy(policy, target);
    return [
      policyResource(devices.name, devices.document, target),
      hookResource(hook, authority, target),
      this.templateResource(parameters, target),
      silentCaResource(authority, target),
    ] as Resource[];
  }

  /** From the moment on at which the ledger has the certificate that AWS signed. */
  expect({ targets }: WorkOrderTerms): Expectation[] {
    return targets.map((target) => ({ target, step: LOOK, firstLookMs: 0 }));
  }

  mayPass(ledger: Ledger, unitId: number): Promise<DomainError | undefined> {
    return this.fleetUnits.mayPass(ledger, unitId);
  }

  sweep(target: Target, { authority, parameters }: Pick<Sweep, 'authority' | 'parameters'>): Promise<number> {
    const { template, policy } = FleetParameters.parse(parameters);
    const { name, body } = fleetTemplate(template, devicePolicyName(policy));
    return this.imports.lookThrough(target, { authority, template: name, policies: policiesOf(body) });
  }

  inTheWay(target: Target, unit: { id: number; serial: string }): Promise<string | null> {
    return this.imports.strangers.inTheWay(target, unit);
  }

  /** Nobody is given a claim while the template asks no hook. `now`: AWS is asked, also where the ledger knows of nothing. Throws `may-not-issue`, and with `now` `target-refuses` or `target-unreachable`. */
  requireHook(order: WorkOrderTerms, { now }: { now: boolean }): Promise<void> {
    return this.imports.strangers.requireHook(order, (target) => this.templateResource(FleetParameters.parse(order.parameters), target), now);
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

  /** Name of the fleet template of an order of the family, which it may share with others. */
  templateName({ parameters }: Pick<WorkOrderTerms, 'parameters'>): string {
    const { template, policy } = FleetParameters.parse(parameters);
    return fleetTemplate(template, devicePolicyName(policy)).name;
  }

  /** The same key again gets the same voucher while that is good. `days`: how long it is good; for ever without it. */
  protected async vouch(request: HandOver, days: number | undefined): Promise<{ replayed: boolean; template: string; voucher: string }> {
    const { actor, unit, workOrder, key } = request;
    if ((FleetParameters.parse(workOrder.parameters).keys ?? 'device') === 'device' && !key) throw deviceKeyNeeded(workOrder.id);
    const { entitlement, replayed } = await this.entitlements.entitle(request);
    const voucher = await this.entitlements.voucherOf(entitlement, { actor, serial: unit.serial, days });
    return { replayed: replayed && voucher === entitlement.voucher, template: this.templateName(workOrder), voucher };
  }

  private templateResource({ template, policy, hook = FLEET_HOOK }: z.infer<typeof FleetParameters>, target: Target): Resource {
    return templateResource({ ...fleetTemplate(template, devicePolicyName(policy)), type: 'FLEET_PROVISIONING', hookArn: hookArn(hook, target) }, target) as Resource;
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
}
