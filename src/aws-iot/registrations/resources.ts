import { isDeepStrictEqual } from 'node:util';
import type { Authority } from '../../certificate-authority/authority.js';
import type { Json } from '../../platform/database/schema.js';
import { AwsIotRefused } from '../aws-iot.errors.js';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { CaSettings, ObservedCa } from '../clients/ca-certificates.client.js';
import type { ObservedPolicy } from '../clients/policies.client.js';
import type { ObservedTemplate } from '../clients/provisioning-templates.client.js';
import type { Target } from '../targets/targets.schema.js';

/** What differs between what should be and what is. */
export interface Difference {
  what: string;
  /** Which of `desired` it is about; without one that of `change`. */
  setting?: string;
  /** The setting that `apply` makes right; without one it is taken over, or a person changes it in AWS. */
  change?: string;
  /** What a person does about it, in sentences; of what keeps devices out and `apply` can't make right, or a person stopped. */
  remedy?: string;
  /** An emergency stop: only a person lifts it, and who made it in AWS lifts it there (rule 6). */
  isStop?: true;
  /** Devices can't come in while it is so. */
  keepsOut?: true;
  /** Devices need it as it was, so a person's change keeps them out until he has it made right, or takes it over: that says that they get in with it. */
  mayKeepOut?: true;
  /** Made right only when a person orders it, however it came about: devices may be kept out for a moment. */
  onlyOrdered?: true;
  /** It goes away by itself within moments. */
  isUnderWay?: true;
}

/**
 * Something that must stand in a target before a unit is made there. Looking, comparing and changing are apart, so that a plan
 * is made by the very code that applies it, and every round can be broken off anywhere and begun again by anybody.
 */
export interface Resource<Observed extends object = object> {
  kind: 'policy' | 'template' | 'ca-certificate' | 'queue' | 'topic-rule' | 'hook' | 'thing-type' | 'thing-group' | 'billing-group' | 'bucket' | 'registration-task';
  name: string;
  desired: Record<string, Json>;
  /** Undefined when the target has none. Throws AwsIotRefused when it belongs to another account. */
  observe(aws: AwsIotClient): Promise<Observed | undefined>;
  difference(observed: Observed): Difference[];
  /** What `create` (null) or `apply` makes of which settings; by itself or where it answers nothing, what is desired of all, or of those that `apply` changes. */
  asks?(differences: readonly Difference[] | null, letsDevicesIn: boolean): Record<string, Json> | undefined;
  /** Makes it; a CA that lets no device in by itself yet unless `letsDevicesIn`. One that somebody else has made meanwhile is left as it is. */
  create(aws: AwsIotClient, letsDevicesIn: boolean): Promise<void>;
  /** Makes right what `differences` name a change for. `letsDevicesIn`: as of `create`, for what has to be made anew. */
  apply(aws: AwsIotClient, differences: readonly Difference[], letsDevicesIn: boolean): Promise<void>;
}

/** A policy with this document (JSON). Another document comes as a new version. */
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
    difference: (observed) => (sameJson(observed.document, document) ? [] : [{ what: `the policy ${name} has another document`, change: 'document', mayKeepOut: true }]),
    create: (aws) => aws.policies.create(name, document),
    apply: (aws) => aws.policies.replace(name, document),
  };
}

/** A provisioning template that is wanted in a target. `hookArn`: function that is asked before each device is provisioned; for fleet provisioning only. */
export interface WantedTemplate {
  name: string;
  /** JSON. */
  body: string;
  type: 'JITP' | 'FLEET_PROVISIONING';
  hookArn?: string | null;
}

/** A provisioning template with this body, enabled. Another body comes as a new version. */
export function templateResource({ name, body, type, hookArn = null }: WantedTemplate, target: Target): Resource<ObservedTemplate> {
  const roleArn = target.provisioningRoleArn;
  return {
    kind: 'template',
    name,
    desired: { type, enabled: true, roleArn, body, ...(type === 'JITP' ? {} : { hookArn }) },
    observe: (aws) => aws.templates.find(name),
    difference: (observed) =>
      [
        observed.type === type ? [] : { what: `the type ${observed.type}`, setting: 'type', keepsOut: true as const, remedy: `Delete the template ${name} in AWS; POST …/apply makes it anew then.` },
        observed.enabled ? [] : { what: 'been disabled', change: 'enabled', keepsOut: true as const },
        observed.roleArn === roleArn ? [] : { what: 'another role', change: 'roleArn', mayKeepOut: true as const },
        sameJson(observed.body, body) ? [] : { what: 'another body', change: 'body', mayKeepOut: true as const },
        observed.hookArn === hookArn ? [] : { what: observed.hookArn === null ? 'no pre-provisioning hook' : 'another pre-provisioning hook', change: 'hookArn', keepsOut: true as const },
      ].flat().map((difference) => ({ ...difference, what: `the template ${name} has ${difference.what}` })),
    create: (aws) => aws.templates.create(name, { type, body, roleArn, hookArn }),
    async apply(aws, differences) {
      const differs = (setting: string) => differences.some(({ change }) => change === setting);
      if (differs('body')) await aws.templates.replace(name, body);
      const settings = { ...(differs('enabled') ? { enabled: true } : {}), ...(differs('roleArn') ? { roleArn } : {}), ...(differs('hookArn') ? { hookArn } : {}) };
      if (Object.keys(settings).length > 0) await aws.templates.update(name, settings);
    },
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
  const shut = { ...desired, autoRegistration: 'DISABLE' };
  const remedy = liftingRemedy(authority, target, desired.autoRegistration);
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
      const differences = settings.filter((setting) => observed[setting] !== desired[setting]).map((change): Difference => {
        if (change === 'status' && observed.status === 'INACTIVE') return { what: 'the CA is INACTIVE, which only a person lifts', change, isStop: true, keepsOut: true, remedy };
        if (change === 'autoRegistration' && observed.autoRegistration === 'DISABLE') return { what: 'auto-registration of the CA is off', change, keepsOut: true, remedy };
        return { what: `the CA's ${change} is ${observed[change]} instead of ${desired[change]}`, change, mayKeepOut: true };
      });
      if (observed.mode === desired.mode) return differences;
      return [...differences, { what: `the CA is registered in mode ${observed.mode} instead of ${desired.mode}, which only deleting and registering it again changes`, change: 'mode', onlyOrdered: true }];
    },
    asks: (differences, letsDevicesIn) => (differences === null || differences.some(({ change }) => change === 'mode') ? { ...(letsDevicesIn ? desired : shut) } : undefined),
    async create(aws, letsDevicesIn) {
      const settings = letsDevicesIn ? desired : shut;
      if (desired.mode === 'SNI_ONLY') return aws.caCertificates.register(certificate, settings);
      return aws.caCertificates.register(certificate, settings, await verification(await aws.caCertificates.registrationCode()));
    },
    async apply(aws, differences, letsDevicesIn) {
      if (differences.some(({ change }) => change === 'mode')) {
        await aws.caCertificates.remove(fingerprint);
        return this.create(aws, letsDevicesIn);
      }
      const changed = settings.filter((setting) => differences.some(({ change }) => change === setting));
      // With the template AWS takes auto-registration off too.
      const again = changed.includes('templateName') && desired.templateName === null ? (['autoRegistration'] as const) : [];
      return aws.caCertificates.update(fingerprint, Object.fromEntries([...changed, ...again].map((setting) => [setting, desired[setting]])));
    },
  };
}

/** What lifts a stop that a person has made in AWS. */
export function liftingRemedy({ id, fingerprint }: Authority, { name, region }: Target, autoRegistration: string): string {
  return `If whoever stopped it agrees, an officer lifts it: POST /v1/aws/registrations/${id}/${name}/apply. In AWS it is aws iot update-ca-certificate --region ${region} --certificate-id ${fingerprint} `
    + `--new-status ACTIVE --new-auto-registration-status ${autoRegistration}.`;
}

/** AWS may answer with other white space or another order of members. */
export function sameJson(left: string, right: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}
