import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { named } from '../../platform/http/api-responses.js';
import type { Method } from '../../work-orders/work-order.tables.js';
import { bulkComplaints, LINE_PARAMETERS } from './bulk-template.js';

// Without defaults, so that an order shows what it was made with; what is left out is filled in where it is read.

/** Most characters of a policy, white space not counted (AWS General Reference, "AWS IoT Core endpoints and quotas"). */
const POLICY_SIZE = 2_048;

const Policy = z
  .looseObject({ Version: z.enum(['2012-10-17', '2008-10-17']), Statement: z.union([z.looseObject({}), z.array(z.looseObject({})).min(1)]) })
  .refine((policy) => JSON.stringify(policy).length <= POLICY_SIZE, `is longer than ${POLICY_SIZE} characters`)
  .meta({ description: 'Document of the policy of each device; `{partition}`, `{region}` and `{account}` in it stand for the target’s. Without it a device connects as its own Thing and uses topics under devices/<Thing>/' });

/** Names and attributes of Things as AWS takes them (AWS IoT API reference, CreateThing). */
const Name = z.string().regex(/^[a-zA-Z0-9:_-]{1,128}$/, '1 to 128 letters, digits and :_-');
const AttributeName = z.string().regex(/^[a-zA-Z0-9_.,@/:#-]{1,128}$/, '1 to 128 letters, digits and _.,@/:#-');
const AttributeValue = z.string().regex(/^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/, 'up to 800 letters, digits and _.,@/:#=[]-');
/** What AWS finds in a subject; L it does not find, and what it takes for a serial number is not documented. */
const FromSubject = z.object({ subject: z.enum(['CN', 'O', 'OU', 'C', 'ST', 'dnQualifier']) }).strict();
/** Attributes of a Thing without and with a type (AWS General Reference, "AWS IoT Core endpoints and quotas"). */
const MOST_ATTRIBUTES = { untyped: 3, typed: 50 };

export const JitpParameters = named('JitpParameters', z
  .object({
    thingType: Name.optional(),
    groups: z.array(Name).max(10).optional().meta({ description: 'Thing groups, of which a Thing may be in ten' }),
    billingGroup: Name.optional(),
    attributes: z.record(AttributeName, z.union([AttributeValue, FromSubject])).optional()
      .meta({ description: 'Of each Thing: a text, or what stands in the certificate’s subject, such as `{"subject": "OU"}`' }),
    policy: Policy.optional(),
  })
  .strict()
  .refine(({ thingType, attributes = {} }) => Object.keys(attributes).length <= (thingType === undefined ? MOST_ATTRIBUTES.untyped : MOST_ATTRIBUTES.typed), {
    path: ['attributes'],
    message: `a Thing has ${MOST_ATTRIBUTES.untyped} attributes at most, with a type ${MOST_ATTRIBUTES.typed}`,
  }), { thingType: 'sensor', attributes: { line: 'L1', batch: { subject: 'OU' } } });
export type JitpParameters = z.infer<typeof JitpParameters>;

export const MultiAccountParameters = named('MultiAccountParameters', z
  .object({
    activate: z.enum(['at-issue', 'at-pass']).optional()
      .meta({ description: 'When a unit’s certificates become ACTIVE: as soon as they are registered with policy and Thing (at-issue, the default), or once the unit has passed' }),
  })
  .strict(), { activate: 'at-pass' });

export const JitrParameters = named('JitrParameters', z
  .object({
    policy: Policy.optional(),
    unknown: z.enum(['leave', 'revoke']).optional()
      .meta({ description: 'What becomes of certificates that the family’s CA has signed and the ledger does not know: they stay PENDING_ACTIVATION and are reported (leave, the default), or are REVOKED' }),
  })
  .strict(), { unknown: 'leave' });

/** Most characters of a template (AWS IoT API reference, RegisterThing). */
const TEMPLATE_SIZE = 10_240;
const isOfUnit = (name: string) => (LINE_PARAMETERS as readonly string[]).includes(name);

const Template = z
  .looseObject({ Parameters: z.record(z.string(), z.looseObject({ Default: z.string().optional() })), Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) })
  .refine((template) => JSON.stringify(template).length <= TEMPLATE_SIZE, `is longer than ${TEMPLATE_SIZE} characters`)
  .refine(({ Parameters }) => Object.entries(Parameters).every(([name, { Default }]) => isOfUnit(name) || Default !== undefined), `asks for a parameter without a Default that is none of ${LINE_PARAMETERS.join(', ')}`)
  .refine(({ Resources }) => ['AWS::IoT::Thing', 'AWS::IoT::Certificate'].every((type) => Object.values(Resources).some(({ Type }) => Type === type)), 'makes no Thing, or takes no certificate');

export const SingleThingParameters = named('SingleThingParameters', z
  .object({ template: Template.optional().meta({ description: 'Body of a provisioning template for RegisterThing; without one the plain calls are made' }) })
  .strict(), {});

/** What a device that asks itself may be asked for by a template (`fleet-template.ts`). */
const FLEET_PARAMETERS = ['SerialNumber', 'Voucher', 'VoucherId', 'AWS::IoT::Certificate::Id'];

/** A template that takes the unit's serial for the Thing's name, and the certificate that AWS has signed. */
const FleetTemplate = z
  .looseObject({ Parameters: z.record(z.string(), z.looseObject({ Default: z.string().optional() })), Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}) })) })
  .refine((template) => JSON.stringify(template).length <= TEMPLATE_SIZE, `is longer than ${TEMPLATE_SIZE} characters`)
  .refine(({ Parameters }) => Object.entries(Parameters).every(([name, { Default }]) => FLEET_PARAMETERS.includes(name) || Default !== undefined), `asks for a parameter without a Default that is none of ${FLEET_PARAMETERS.join(', ')}`)
  .refine(({ Parameters }) => FLEET_PARAMETERS.every((name) => name in Parameters), `must have the parameters ${FLEET_PARAMETERS.join(', ')}`)
  .refine(({ Resources }) => Object.values(Resources).some(({ Type, Properties }) => Type === 'AWS::IoT::Thing' && isDeepStrictEqual(Properties['ThingName'], { Ref: 'SerialNumber' })), 'makes no Thing whose name is {"Ref": "SerialNumber"}')
  .refine(({ Resources }) => Object.values(Resources).some(({ Type }) => Type === 'AWS::IoT::Certificate'), 'takes no certificate');
export type FleetTemplate = z.infer<typeof FleetTemplate>;

const FLEET = {
  template: FleetTemplate.optional().meta({ description: 'Body of the fleet provisioning template; without one it makes the Thing and attaches the policy of devices' }),
  policy: Policy.optional(),
  keys: z.enum(['device', 'aws']).optional().meta({ description: 'Who makes a device’s key: the device, whose voucher is good for this key only (device, the default), or AWS' }),
  hook: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, '1 to 64 letters, digits, - and _').optional().meta({ description: 'Name of the pre-provisioning hook’s function in the target’s account and region; lineside-fleet-hook without it' }),
};
const VoucherDays = z.int().min(1).max(3_650).optional().meta({ description: 'How long each voucher is good; without it for ever' });

/** What both ways of fleet provisioning have in common. */
export const FleetParameters = z.object(FLEET);

export const FleetClaimParameters = named('FleetClaimParameters', z
  .object({
    ...FLEET,
    claim: z
      .object({
        validDays: z.int().min(1).max(3_650).optional().meta({ description: 'How long the claim lets units in from the day on at which it is made: 730 days without it. Units wait in boxes' }),
        retireAfter: z.enum(['date', 'all-connected']).optional()
          .meta({ description: 'When the claim ends: at its date in any case, or once every unit of the order has its certificate and has connected (all-connected, the default)' }),
        voucherDays: VoucherDays,
      })
      .strict()
      .optional(),
  })
  .strict(), { claim: { validDays: 365, retireAfter: 'all-connected' } });
export type FleetClaimParameters = z.infer<typeof FleetClaimParameters>;

export const TrustedUserParameters = named('TrustedUserParameters', z.object({ ...FLEET, voucherDays: VoucherDays }).strict(), {});
export type TrustedUserParameters = z.infer<typeof TrustedUserParameters>;

/** AWS IoT API reference, StartThingRegistrationTask, and S3's rules for names; with what stands for the target's own. */
const Bucket = z.string().regex(/^[a-z0-9{][a-z0-9.{}-]{1,61}[a-z0-9}]$/, 'the name of a bucket: 3 to 63 small letters, digits, dots and hyphens')
  .refine((bucket) => /^[^{}]*$/.test(bucket.replaceAll('{account}', '').replaceAll('{region}', '')), 'has braces other than {account} and {region}');
const Prefix = z.string().max(512).regex(/^[a-zA-Z0-9!_.*'()-]+(\/[a-zA-Z0-9!_.*'()-]+)*$/, 'a folder of the bucket, without a slash at either end');

const BulkTemplate = z
  .looseObject({ Parameters: z.record(z.string(), z.looseObject({ Default: z.string().optional() })), Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) })
  .refine((template) => JSON.stringify(template).length <= TEMPLATE_SIZE, `is longer than ${TEMPLATE_SIZE} characters`);

export const BulkParameters = named('BulkParameters', z
  .object({
    template: BulkTemplate.optional().meta({ description: 'Body of the provisioning template of each task; without one a Thing named like the unit, its certificate, and the usual policy' }),
    bucket: Bucket.meta({ description: 'Bucket of the target’s account that holds the files; `{account}` and `{region}` in it stand for the target’s' }),
    prefix: Prefix.optional().meta({ description: 'Folder of the files in the bucket; `lineside` without it' }),
    signer: z.enum(['hsm', 'aws']).optional().meta({ description: 'Who signs: our HSM when the unit asks (hsm, the default), or AWS from its CSR, in one target; the unit asks again until its certificate has come' }),
  })
  .strict()
  .superRefine(({ template, signer = 'hsm' }, context) => {
    for (const message of template ? bulkComplaints(template, signer) : []) context.addIssue({ code: 'custom', message, path: ['template'], input: template });
  }), { bucket: 'factory-{account}', prefix: 'line-7' });
export type BulkParameters = z.infer<typeof BulkParameters>;

/** The methods that an order may name, each with what the order may say of it. */
export const METHOD_PARAMETERS = {
  jitp: JitpParameters,
  jitr: JitrParameters,
  'multi-account': MultiAccountParameters,
  'single-thing': SingleThingParameters,
  bulk: BulkParameters,
  'fleet-claim': FleetClaimParameters,
  'fleet-trusted-user': TrustedUserParameters,
} as const satisfies Partial<Record<Method, z.ZodType>>;

export type BuiltMethod = keyof typeof METHOD_PARAMETERS;
export const METHOD_NAMES = Object.keys(METHOD_PARAMETERS) as [BuiltMethod, ...BuiltMethod[]];
