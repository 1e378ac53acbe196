import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../accounts.js';
import { reasonOf, type EventLog } from '../event-log.js';
import { ATTRIBUTES_PER_THING, POLICIES_PER_CERTIFICATE } from '../model/limits.js';
import { parsePolicy } from '../model/policy-document.js';
import { AttributeName, AttributeValue, PolicyName, ThingName } from '../model/shapes.js';
import { certificateOf, type CaCertificate } from '../store/ca-certificate.repository.js';
import type { Store } from '../store/store.js';
import type { Attributes } from '../store/thing.repository.js';
import { certificateParameters, evaluate, ProvisioningFailure, type ProvisioningPlan } from './evaluation.js';
import { parseJustInTimeTemplate } from './template.js';

/** Just-in-time provisioning: turns a certificate in PENDING_ACTIVATION into a thing with a policy, as the CA's template says. */
export class JustInTimeProvisioning {
  constructor(
    private readonly store: Store,
    private readonly log: EventLog,
  ) {}

  /**
   * One run. A failure leaves the certificate in PENDING_ACTIVATION and is kept with it. Here a run is one transaction;
   * at AWS it is a row of calls, so that a failure may leave the thing behind.
   */
  run(account: Account, certificateId: string, ca: CaCertificate): void {
    try {
      this.store.transaction(() => {
        const certificate = this.store.certificates.find(account, certificateId);
        // Somebody activated or deleted it since the connection.
        if (certificate?.status !== 'PENDING_ACTIVATION') return;
        const template = parseJustInTimeTemplate(this.templateBody(account, ca));
        const plan = evaluate(template, certificateParameters(certificateOf(certificate)));
        this.makeThing(account, plan);
        this.attachPolicies(account, certificateId, plan);
        if (plan.thing !== undefined) this.attachThing(account, certificateId, plan.thing.name, plan);
        // Last, so that nobody meets an active certificate without its policy.
        this.store.certificates.setStatus(certificate, plan.certificate.status);
      });
    } catch (error) {
      const reason = reasonOf(error);
      this.store.certificates.keepProvisioningFailure(account, certificateId, reason);
      this.log('sandbox.provisioning-failed', { account: account.key, certificateId, caCertificateId: ca.id, reason });
      return;
    }
    this.log('sandbox.provisioned', { account: account.key, certificateId, caCertificateId: ca.id });
  }

  private templateBody(account: Account, ca: CaCertificate): string {
    const { templateBody, templateName } = ca.registrationConfig ?? {};
    if (templateBody !== undefined) return templateBody;
    const template = templateName === undefined ? undefined : this.store.templates.find(account, templateName);
    if (template === undefined) throw new ProvisioningFailure(`The provisioning template ${templateName ?? ''} does not exist.`);
    // The service model says of `enabled` only that it enables the template, and not what that means for JITP.
    if (!template.enabled) throw new ProvisioningFailure(`The provisioning template ${template.name} is not enabled.`);
    const version = this.store.templates.version(template, template.defaultVersion);
    if (version === undefined) throw new ProvisioningFailure(`The provisioning template ${template.name} has no default version.`);
    return version.body;
  }

  private makeThing(account: Account, { thing }: ProvisioningPlan): void {
    if (thing === undefined) return;
    if (!ThingName.safeParse(thing.name).success) throw new ProvisioningFailure(`"${thing.name}" can't be the name of a thing.`);
    // AWS wants these to exist already, and the sandbox has none of them.
    if (thing.thingType !== undefined) throw new ProvisioningFailure(`The thing type ${thing.thingType} does not exist.`);
    if (thing.billingGroup !== undefined) throw new ProvisioningFailure(`The billing group ${thing.billingGroup} does not exist.`);
    if (thing.groups[0] !== undefined) throw new ProvisioningFailure(`The thing group ${thing.groups[0]} does not exist.`);
    const known = this.store.things.find(account, thing.name);
    if (known === undefined) {
      requireUsable(thing.attributes);
      this.store.things.add(account, thing.name, thing.attributes);
      return;
    }
    if (isDeepStrictEqual({ ...known.attributes }, thing.attributes) || thing.onOtherAttributes === 'DO_NOTHING') return;
    if (thing.onOtherAttributes === 'FAIL') throw new ProvisioningFailure(`The thing ${thing.name} exists with other attributes.`);
    const attributes = thing.onOtherAttributes === 'MERGE' ? { ...known.attributes, ...thing.attributes } : thing.attributes;
    requireUsable(attributes);
    this.store.things.setAttributes(known, attributes);
  }

  private attachPolicies(account: Account, certificateId: string, { policies }: ProvisioningPlan): void {
    for (const { name, document } of policies) {
      const known = this.store.policies.find(account, name);
      if (known === undefined) {
        if (document === undefined || !PolicyName.safeParse(name).success) throw new ProvisioningFailure(`The policy ${name} does not exist.`);
        parsePolicy(document);
        this.store.policies.add(account, name, document);
      }
      this.store.policies.attach(account, name, certificateId);
    }
    if (this.store.policies.attachedTo(account, certificateId).length > POLICIES_PER_CERTIFICATE) {
      throw new ProvisioningFailure(`A certificate can't have more than ${POLICIES_PER_CERTIFICATE} policies.`);
    }
  }

  private attachThing(account: Account, certificateId: string, thing: string, { certificate }: ProvisioningPlan): void {
    const others = this.store.things.thingsOf(account, certificateId).filter((other) => other.thing !== thing);
    if (others.some((other) => certificate.principalType === 'EXCLUSIVE_THING' || other.type === 'EXCLUSIVE_THING')) {
      throw new ProvisioningFailure('The certificate is attached to another thing, and one of the two attachments is exclusive.');
    }
    this.store.things.attach(account, { thing, certificateId, type: certificate.principalType });
  }
}

function requireUsable(attributes: Attributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > ATTRIBUTES_PER_THING) throw new ProvisioningFailure(`A thing without a thing type can't have more than ${ATTRIBUTES_PER_THING} attributes.`);
  for (const [name, value] of entries) {
    if (!AttributeName.safeParse(name).success) throw new ProvisioningFailure(`"${name}" can't be the name of an attribute.`);
    if (!AttributeValue.safeParse(value).success) throw new ProvisioningFailure(`"${value}" can't be the value of attribute ${name}.`);
  }
}
