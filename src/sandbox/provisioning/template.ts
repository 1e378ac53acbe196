import { z } from 'zod';
import { invalidRequest } from '../service-error.js';
import { functionsFor, namesIn, Reference, type Value } from './template-value.js';

const LIMIT = 10_240;

/** What AWS IoT takes from the subject of a certificate, and the certificate's id. */
export const CERTIFICATE_PARAMETERS = [
  'AWS::IoT::Certificate::Country',
  'AWS::IoT::Certificate::Organization',
  'AWS::IoT::Certificate::OrganizationalUnit',
  'AWS::IoT::Certificate::DistinguishedNameQualifier',
  'AWS::IoT::Certificate::StateName',
  'AWS::IoT::Certificate::CommonName',
  'AWS::IoT::Certificate::SerialNumber',
  'AWS::IoT::Certificate::Id',
] as const;
export type CertificateParameter = (typeof CERTIFICATE_PARAMETERS)[number];

const CERTIFICATE_ID = 'AWS::IoT::Certificate::Id';

/** Who runs a template. `REGISTER_THING` stands for RegisterThing and for bulk tasks. Each has a grammar of its own (developer guide, "Provisioning templates"). */
export type TemplateUse = 'JITP' | 'FLEET_PROVISIONING' | 'REGISTER_THING';

const Override = z.enum(['DO_NOTHING', 'REPLACE', 'FAIL']);
const OverrideOrMerge = z.enum(['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE']);

/** The guide's examples write AttributePayload, and its prose ATTRIBUTE_PAYLOAD. */
const ThingOverrides = z
  .strictObject({
    AttributePayload: OverrideOrMerge.optional(),
    ATTRIBUTE_PAYLOAD: OverrideOrMerge.optional(),
    ThingTypeName: Override.optional(),
    THING_TYPE_NAME: Override.optional(),
    ThingGroups: OverrideOrMerge.optional(),
    THING_GROUPS: OverrideOrMerge.optional(),
  })
  .transform((given) => ({
    // AWS does not document the default. Leaving an existing thing as it is can't destroy anything.
    attributes: given.AttributePayload ?? given.ATTRIBUTE_PAYLOAD ?? ('DO_NOTHING' as const),
    type: given.ThingTypeName ?? given.THING_TYPE_NAME ?? ('DO_NOTHING' as const),
    groups: given.ThingGroups ?? given.THING_GROUPS ?? ('DO_NOTHING' as const),
  }));

/** The guide writes ACTIVE as well as Active. */
const Status = z
  .string()
  .transform((status) => status.toUpperCase())
  .pipe(z.enum(['ACTIVE', 'INACTIVE']))
  .default('ACTIVE');

const Parameters = z.record(z.string(), z.strictObject({ Type: z.literal('String'), Default: z.string().optional() })).default({});

/** At the top of fleet templates: map → key → sub-key → value. */
const Mappings = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))));

function grammarOf(use: TemplateUse) {
  const functions = functionsFor(use);
  const AnyValue: z.ZodType<Value> = functions.value;
  const Thing = z.strictObject({
    Type: z.literal('AWS::IoT::Thing'),
    Properties: z.strictObject({
      ThingName: AnyValue,
      AttributePayload: z.record(z.string(), AnyValue).default({}),
      ThingTypeName: AnyValue.optional(),
      ThingGroups: z.array(AnyValue).default([]),
      BillingGroup: AnyValue.optional(),
      /** Taken and not kept: the sandbox has no software packages. */
      PackageVersions: z.record(z.string(), AnyValue).optional(),
    }),
    OverrideSettings: ThingOverrides.prefault({}),
  });
  const Certificate = z.strictObject({
    Type: z.literal('AWS::IoT::Certificate'),
    Properties: z
      .strictObject({
        CertificateId: AnyValue.optional(),
        CertificatePem: AnyValue.optional(),
        CACertificatePem: AnyValue.optional(),
        CertificateSigningRequest: AnyValue.optional(),
        Status,
        ThingPrincipalType: z.enum(['EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING']).default('NON_EXCLUSIVE_THING'),
      })
      .superRefine((given, context) => {
        const sources = [given.CertificateId, given.CertificatePem, given.CertificateSigningRequest].filter((source) => source !== undefined);
        const byReference = Reference.safeParse(given.CertificateId);
        if (use !== 'REGISTER_THING' && (sources.length !== 1 || byReference.data?.Ref !== CERTIFICATE_ID)) {
          context.addIssue(`needs CertificateId {"Ref": "${CERTIFICATE_ID}"} and no other source`);
        }
        if (sources.length !== 1) context.addIssue('needs exactly one of CertificateId, CertificatePem and CertificateSigningRequest');
        if (given.CACertificatePem !== undefined && given.CertificatePem === undefined) context.addIssue('CACertificatePem goes with CertificatePem only');
      }),
    OverrideSettings: z.strictObject({ Status: Override.default('DO_NOTHING') }).prefault({}),
  });
  const Policy = z.strictObject({
    Type: z.literal('AWS::IoT::Policy'),
    Properties: z
      .strictObject({ PolicyName: AnyValue.optional(), PolicyDocument: z.union([z.string(), z.record(z.string(), z.json())]).optional() })
      .refine((policy) => (policy.PolicyName === undefined) !== (policy.PolicyDocument === undefined), 'needs PolicyName or PolicyDocument, not both'),
  });
  return z
    .strictObject({
      Parameters,
      Resources: z.record(z.string(), z.discriminatedUnion('Type', [Thing, Certificate, Policy])),
      ...(use === 'FLEET_PROVISIONING' ? { Mappings: Mappings.default({}), DeviceConfiguration: z.record(z.string(), AnyValue).default({}) } : {}),
    })
    .superRefine((template, context) => {
      const types = Object.values(template.Resources).map(({ Type }) => Type);
      const count = (wanted: string) => types.filter((type) => type === wanted).length;
      if (count('AWS::IoT::Certificate') !== 1) context.addIssue('Resources must hold exactly one AWS::IoT::Certificate');
      if (count('AWS::IoT::Thing') > 1) context.addIssue('Resources can hold one AWS::IoT::Thing only');
      const { references, functions: used } = namesIn(template);
      for (const name of used) if (!functions.names.includes(name)) context.addIssue(`${name} can't stand in a template of this kind`);
      for (const name of references) {
        const implied = name === CERTIFICATE_ID && use !== 'REGISTER_THING';
        if (!implied && !Object.hasOwn(template.Parameters, name)) context.addIssue(`Ref to ${name}, which Parameters does not declare`);
      }
    })
    .transform((template) => ({
      ...template,
      mappings: ('Mappings' in template ? template.Mappings : {}) as z.infer<typeof Mappings>,
      deviceConfiguration: ('DeviceConfiguration' in template ? template.DeviceConfiguration : {}) as Readonly<Record<string, Value>>,
    }));
}

const GRAMMARS = { JITP: grammarOf('JITP'), FLEET_PROVISIONING: grammarOf('FLEET_PROVISIONING'), REGISTER_THING: grammarOf('REGISTER_THING') };

export type Template = z.infer<(typeof GRAMMARS)['JITP']>;

/** @throws ServiceError InvalidRequestException for a template that AWS IoT would not take for this use */
export function parseTemplate(body: string, use: TemplateUse): Template {
  if (body.length > LIMIT) throw invalidRequest(`The template has more than ${LIMIT} characters.`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw invalidRequest('The template is not JSON.');
  }
  const parsed = GRAMMARS[use].safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
  throw invalidRequest(`The template is not valid: ${problems.join('; ')}`);
}
