import { isDeepStrictEqual } from 'node:util';
import type { Authority } from '../certificate-authority/authority.js';
import type { Json } from '../platform/database/schema.js';
import { AwsIotRefused, AwsIotUnavailable } from './aws-iot.errors.js';
import type { AwsIotClient, ObservedPolicy, ObservedTemplate } from './clients/aws-iot.client.js';
import type { CaSettings, ObservedCa } from './clients/ca-certificates.client.js';
import type { Target } from './targets.schema.js';

/** What differs between what should be and what is. `change`: the setting that `apply` makes right; without one a person decides. */
export interface Difference {
  what: string;
  change?: string;
  /** Devices can't come in while it is so. */
  keepsOut?: true;
}

/**
 * Something that must stand in a target before a unit is made there. Looking, comparing and changing are apart, so that a plan
 * is made by the very code that applies it, and every round can be broken off anywhere and begun again by anybody.
 */
export interface Resource<Observed extends object = object> {
  kind: 'policy' | 'template' | 'ca-certificate';
  name: string;
  desired: Record<string, Json>;
  /** Undefined when the target has none. Throws AwsIotRefused when it belongs to another account. */
  observe(aws: AwsIotClient): Promise<Observed | undefined>;
  difference(observed: Observed): Difference[];
  /** Makes it. One that somebody else has made meanwhile is left as it is. */
  create(aws: AwsIotClient): Promise<void>;
  /** Makes right what `differences` name a change for. */
  apply(aws: AwsIotClient, differences: readonly Difference[]): Promise<void>;
}

/** How one round at a resource ended. `changed`: the settings that were made right. */
export interface ResourceRound {
  observed: Record<string, Json>;
  differences: Difference[];
  changed: string[];
}

/** Observes, creates what is missing, applies what may be applied, and observes what came of it. */
export async function bringAbout<Observed extends object>(resource: Resource<Observed>, aws: AwsIotClient): Promise<ResourceRound> {
  let observed = await resource.observe(aws);
  if (!observed) {
    await resource.create(aws);
    observed = await mustObserve(resource, aws);
  }
  let differences = resource.difference(observed);
  const changed = differences.flatMap(({ change }) => change ?? []);
  if (changed.length > 0) {
    await resource.apply(aws, differences);
    observed = await mustObserve(resource, aws);
    differences = resource.difference(observed);
  }
  return { observed: { ...(observed as Record<string, Json>) }, differences, changed };
}

/** One look, which changes nothing in the target. */
export async function lookAt<Observed extends object>(resource: Resource<Observed>, aws: AwsIotClient): Promise<ResourceRound> {
  const observed = await resource.observe(aws);
  if (!observed) return { observed: {}, differences: [{ what: `there is no ${resource.kind} ${resource.name}` }], changed: [] };
  return { observed: { ...(observed as Record<string, Json>) }, differences: resource.difference(observed), changed: [] };
}

async function mustObserve<Observed extends object>(resource: Resource<Observed>, aws: AwsIotClient): Promise<Observed> {
  const observed = await resource.observe(aws);
  if (!observed) throw new AwsIotUnavailable(`The ${resource.kind} ${resource.name} was made, but AWS IoT does not show it yet`);
  return observed;
}

/** A policy with this document (JSON). One with another document is shown and not overwritten. */
export function policyResource(name: string, document: string, target: Target): Resource<ObservedPolicy> {
  return {
    kind: 'policy',
    name,
    desired: { document },
    async observe(aws) {
      const policy = await aws.policies.find(name);
      // The ARN names the account that really answers. A CA in somebody else's account would be hard to take back.
      const account = policy?.arn.split(':')[4];
      if (policy && account !== target.accountId) throw new AwsIotRefused('WrongAccount', `The credentials belong to account ${account} and not to ${target.accountId}`);
      return policy;
    },
    difference: (observed) => (sameJson(observed.document, document) ? [] : [{ what: `the policy ${name} has another document` }]),
    create: (aws) => aws.policies.create(name, document),
    apply: () => Promise.resolve(),
  };
}

/** A JITP template with this body (JSON). Somebody may have good reasons for a changed one, so it is shown and not overwritten. */
export function jitpTemplateResource(name: string, body: string, target: Target): Resource<ObservedTemplate> {
  const roleArn = target.provisioningRoleArn;
  return {
    kind: 'template',
    name,
    desired: { type: 'JITP', enabled: true, roleArn, body },
    observe: (aws) => aws.templates.find(name),
    difference: (observed) =>
      [
        observed.type === 'JITP' ? [] : { what: `the type ${observed.type}`, keepsOut: true as const },
        observed.enabled ? [] : { what: 'been disabled', keepsOut: true as const },
        observed.roleArn === roleArn ? [] : { what: 'another role' },
        sameJson(observed.body, body) ? [] : { what: 'another body' },
      ].flat().map((difference) => ({ ...difference, what: `the template ${name} has ${difference.what}` })),
    create: (aws) => aws.templates.createJitp(name, body, roleArn),
    apply: () => Promise.resolve(),
  };
}

/** What the ledger wants of one authority in one target. */
export interface DesiredCa extends CaSettings {
  mode: Target['mode'];
}

/** The authority's certificate, registered. `verification` makes the proof for a registration code that DEFAULT mode wants (DER). */
export function caCertificateResource(
  authority: Authority,
  target: Target,
  desired: DesiredCa,
  verification: (registrationCode: string) => Promise<Buffer>,
): Resource<ObservedCa> {
  const { fingerprint, certificate } = authority;
  const settings = ['status', 'autoRegistration', 'templateName'] as const;
  return {
    kind: 'ca-certificate',
    name: fingerprint,
    desired: { ...desired },
    async observe(aws) {
      const ca = await aws.caCertificates.find(fingerprint);
      if (ca && ca.ownedBy !== null && ca.ownedBy !== target.accountId) {
        throw new AwsIotRefused('WrongAccount', `The CA is owned by account ${ca.ownedBy} and not by ${target.accountId}`);
      }
      return ca;
    },
    difference(observed) {
      // Somebody's emergency stop is never undone without a person's yes (rule 6).
      if (observed.status === 'INACTIVE' && desired.status === 'ACTIVE') return [{ what: 'the CA is INACTIVE, which only a person lifts', keepsOut: true }];
      const differences: Difference[] = settings.filter((setting) => observed[setting] !== desired[setting]).map((change) => ({ what: `the CA's ${change} stays different`, change }));
      if (observed.mode === desired.mode) return differences;
      return [...differences, { what: `the CA is registered in mode ${observed.mode} instead of ${desired.mode}, which only deleting and registering it again can change` }];
    },
    async create(aws) {
      if (desired.mode === 'SNI_ONLY') return aws.caCertificates.register(certificate, desired);
      return aws.caCertificates.register(certificate, desired, await verification(await aws.caCertificates.registrationCode()));
    },
    apply(aws, differences) {
      const changed = settings.filter((setting) => differences.some(({ change }) => change === setting));
      // With the template AWS takes auto-registration off too.
      const again = changed.includes('templateName') && desired.templateName === null ? (['autoRegistration'] as const) : [];
      return aws.caCertificates.update(fingerprint, Object.fromEntries([...changed, ...again].map((setting) => [setting, desired[setting]])));
    },
  };
}

/** AWS may answer with other white space or another order of members. */
function sameJson(left: string, right: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}
