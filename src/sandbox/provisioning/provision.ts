import { isDeepStrictEqual } from 'node:util';
import type { Certificate } from '../certificates/x509-certificate.js';
import { AttributeName, AttributeValue, PolicyName, ThingName } from '../model/shapes.js';
import { readCertificate } from '../registry/certificate-input.js';
import { issueFromCsr, registerUnderCa, requireCertificate } from '../registry/certificates.js';
import { addToGroup, requireGroup } from '../registry/groups.js';
import { attachPolicy, createPolicy, requirePolicy } from '../registry/policies.js';
import type { Registry } from '../registry/registry.js';
import { attachPrincipal, changeThing, createThing } from '../registry/things.js';
import type { Attributes, Thing } from '../store/thing.repository.js';
import type { Permit } from './permit.js';
import { ProvisioningFailure, type PlannedCertificate, type PlannedThing, type ProvisioningPlan } from './evaluation.js';

export interface Provisioned {
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly thingName: string | undefined;
  /** By the logical ids of the template. */
  readonly resourceArns: Readonly<Record<string, string>>;
}

/**
 * Makes true what a plan says: all of it or nothing. At AWS it is a row of calls, so that a failure may leave the thing behind.
 * @param permit asked before each call that changes something. A caller of RegisterThing needs the permission for RegisterThing only.
 * @throws ProvisioningFailure, ServiceError, AccessDenied or UnusableRole, whose message says what is in the way
 */
export function provision(registry: Registry, plan: ProvisioningPlan, permit: Permit = () => undefined): Provisioned {
  const { account, store } = registry;
  return store.transaction(() => {
    const certificateId = certificateFor(registry, plan.certificate, permit);
    const thing = plan.thing === undefined ? undefined : thingFor(registry, plan.thing, permit);
    for (const { name, document } of plan.policies) {
      policyFor(registry, name, document, permit);
      permit('AttachPolicy', account.certificateArn(certificateId));
      attachPolicy(registry, name, certificateId);
    }
    if (thing !== undefined) {
      permit('AttachThingPrincipal', '*');
      attachPrincipal(registry, thing.name, certificateId, plan.certificate.principalType);
    }
    // Last, so that nobody meets an active certificate without its policy.
    setStatus(registry, certificateId, plan.certificate, permit);
    const resources: [string, string][] = [
      [plan.certificate.logicalId, `cert/${certificateId}`],
      ...(plan.thing === undefined ? [] : [[plan.thing.logicalId, `thing/${plan.thing.name}`] as [string, string]]),
      ...plan.policies.map(({ logicalId, name }): [string, string] => [logicalId, `policy/${name}`]),
    ];
    return {
      certificateId,
      certificatePem: requireCertificate(registry, certificateId).pem,
      thingName: thing?.name,
      resourceArns: Object.fromEntries(resources.map(([logicalId, resource]) => [logicalId, account.arn(resource)])),
    };
  });
}

/** One that is not known yet waits for activation until everything else stands. */
function certificateFor(registry: Registry, { id, pem, caPem, csr }: PlannedCertificate, permit: Permit): string {
  if (csr !== undefined) {
    permit('CreateCertificateFromCsr', '*');
    return issueFromCsr(registry, csr, 'PENDING_ACTIVATION').id;
  }
  if (pem === undefined) return requireCertificate(registry, id ?? '').id;
  const certificate: Certificate = readCertificate(pem);
  const known = registry.store.certificates.find(registry.account, certificate.id);
  if (known === undefined) {
    permit('RegisterCertificate', '*');
    registerUnderCa(registry, certificate, caPem, 'PENDING_ACTIVATION');
  }
  return certificate.id;
}

function setStatus({ account, store }: Registry, certificateId: string, { status, onOtherStatus }: PlannedCertificate, permit: Permit): void {
  const certificate = store.certificates.find(account, certificateId);
  if (certificate === undefined || certificate.status === status) return;
  if (certificate.status !== 'PENDING_ACTIVATION') {
    if (onOtherStatus === 'DO_NOTHING') return;
    if (onOtherStatus === 'FAIL') throw new ProvisioningFailure(`The certificate is ${certificate.status}, and the template says FAIL.`);
    if (certificate.status === 'REVOKED') throw new ProvisioningFailure("A revoked certificate can't be used again.");
  }
  permit('UpdateCertificate', account.certificateArn(certificateId));
  store.certificates.setStatus(certificate, status);
}

function thingFor(registry: Registry, wanted: PlannedThing, permit: Permit): Thing {
  const { account, store } = registry;
  if (!ThingName.safeParse(wanted.name).success) throw new ProvisioningFailure(`"${wanted.name}" can't be the name of a thing.`);
  requireUsable(wanted.attributes);
  // AWS wants groups to exist, also those that are not joined because the thing is there already.
  for (const group of wanted.groups) requireGroup(registry, group);
  const known = store.things.find(account, wanted.name);
  if (known === undefined) {
    permit('CreateThing', account.arn(`thing/${wanted.name}`));
    const made = createThing(registry, wanted);
    for (const group of wanted.groups) joinGroup(registry, group, made.name, permit);
    return made;
  }
  override(registry, known, wanted, permit);
  return known;
}

function joinGroup(registry: Registry, group: string, thing: string, permit: Permit): void {
  permit('AddThingToThingGroup', registry.account.arn(`thinggroup/${group}`));
  addToGroup(registry, group, thing);
}

/** A thing that is there already, brought nearer to the template as far as its OverrideSettings say. */
function override(registry: Registry, known: Thing, wanted: PlannedThing, permit: Permit): void {
  const { attributes, type, groups } = wanted.overrides;
  const change: { attributes?: Attributes; type?: string | undefined } = {};
  if (!isDeepStrictEqual({ ...known.attributes }, { ...wanted.attributes })) {
    if (attributes === 'FAIL') throw new ProvisioningFailure(`The thing ${known.name} exists with other attributes.`);
    if (attributes === 'MERGE') change.attributes = { ...known.attributes, ...wanted.attributes };
    if (attributes === 'REPLACE') change.attributes = wanted.attributes;
  }
  if (known.type !== wanted.type) {
    if (type === 'FAIL') throw new ProvisioningFailure(`The thing ${known.name} exists with another thing type.`);
    if (type === 'REPLACE') change.type = wanted.type;
  }
  if (Object.keys(change).length > 0) {
    permit('UpdateThing', registry.account.arn(`thing/${known.name}`));
    changeThing(registry, known, change);
  }

  const present = registry.store.thingGroups.groupsOf(registry.account, known.name);
  if (isDeepStrictEqual(present.toSorted(), [...wanted.groups].toSorted()) || groups === 'DO_NOTHING') return;
  if (groups === 'FAIL') throw new ProvisioningFailure(`The thing ${known.name} exists in other groups.`);
  if (groups === 'REPLACE') {
    for (const group of present.filter((name) => !wanted.groups.includes(name))) {
      permit('RemoveThingFromThingGroup', registry.account.arn(`thinggroup/${group}`));
      registry.store.thingGroups.removeThing(registry.account, group, known.name);
    }
  }
  for (const group of wanted.groups) joinGroup(registry, group, known.name, permit);
}

function policyFor(registry: Registry, name: string, document: string | undefined, permit: Permit): void {
  if (document === undefined) {
    requirePolicy(registry, name);
    return;
  }
  if (!PolicyName.safeParse(name).success) throw new ProvisioningFailure(`"${name}" can't be the name of a policy.`);
  if (registry.store.policies.find(registry.account, name) !== undefined) return;
  permit('CreatePolicy', registry.account.arn(`policy/${name}`));
  createPolicy(registry, name, document);
}

function requireUsable(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!AttributeName.safeParse(name).success) throw new ProvisioningFailure(`"${name}" can't be the name of an attribute.`);
    if (!AttributeValue.safeParse(value).success) throw new ProvisioningFailure(`"${value}" can't be the value of attribute ${name}.`);
  }
}
