import { z } from 'zod';
import { invalidRequest } from '../service-error.js';
import type { TemplateType } from '../store/template.repository.js';

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

const Reference = z.strictObject({ Ref: z.string() });
const Value = z.union([z.string(), Reference]);
export type Value = z.infer<typeof Value>;

const Override = z.enum(['DO_NOTHING', 'REPLACE', 'FAIL']);
const OverrideOrMerge = z.enum(['DO_NOTHING', 'REPLACE', 'FAIL', 'MERGE']);

const ThingResource = z.strictObject({
  Type: z.literal('AWS::IoT::Thing'),
  Properties: z.strictObject({
    ThingName: Value,
    AttributePayload: z.record(z.string(), Value).optional(),
    ThingTypeName: Value.optional(),
    ThingGroups: z.array(Value).optional(),
    BillingGroup: Value.optional(),
  }),
  OverrideSettings: z
    .strictObject({ AttributePayload: OverrideOrMerge.optional(), ThingTypeName: Override.optional(), ThingGroups: OverrideOrMerge.optional() })
    .optional(),
});

const CertificateResource = z.strictObject({
  Type: z.literal('AWS::IoT::Certificate'),
  Properties: z.strictObject({
    CertificateId: z.strictObject({ Ref: z.literal('AWS::IoT::Certificate::Id') }),
    // The guide writes ACTIVE as well as Active.
    Status: z
      .string()
      .transform((status) => status.toUpperCase())
      .pipe(z.enum(['ACTIVE', 'INACTIVE']))
      .default('ACTIVE'),
    ThingPrincipalType: z.enum(['EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING']).default('NON_EXCLUSIVE_THING'),
  }),
  OverrideSettings: z.strictObject({ Status: Override.optional() }).optional(),
});

const PolicyResource = z.strictObject({
  Type: z.literal('AWS::IoT::Policy'),
  Properties: z
    .strictObject({ PolicyName: Value.optional(), PolicyDocument: z.union([z.string(), z.record(z.string(), z.json())]).optional() })
    .refine((policy) => (policy.PolicyName === undefined) !== (policy.PolicyDocument === undefined), 'needs PolicyName or PolicyDocument, not both'),
});

const Parameters = z.record(z.string(), z.strictObject({ Type: z.literal('String'), Default: z.string().optional() })).default({});

/** Functions, Mappings and DeviceConfiguration are refused, since AWS documents them for fleet templates only. */
const JustInTimeTemplate = z
  .strictObject({
    Parameters,
    Resources: z.record(z.string(), z.discriminatedUnion('Type', [ThingResource, CertificateResource, PolicyResource])),
  })
  .superRefine(({ Parameters: declared, Resources }, context) => {
    const types = Object.values(Resources).map(({ Type }) => Type);
    const count = (wanted: string) => types.filter((type) => type === wanted).length;
    if (count('AWS::IoT::Certificate') !== 1) context.addIssue('Resources must hold exactly one AWS::IoT::Certificate');
    if (count('AWS::IoT::Thing') > 1) context.addIssue('Resources can hold one AWS::IoT::Thing only');
    for (const name of referencesIn(Resources)) {
      if (!Object.hasOwn(declared, name)) context.addIssue(`Ref to ${name}, which Parameters does not declare`);
    }
  });
export type JustInTimeTemplate = z.infer<typeof JustInTimeTemplate>;

/** The sandbox keeps fleet templates without running them, so only their outline is checked. */
const FleetTemplate = z.looseObject({ Parameters: z.record(z.string(), z.looseObject({})).default({}), Resources: z.record(z.string(), z.looseObject({})) });

/** Throws InvalidRequestException for a template that AWS IoT would not take. */
export function validateTemplate(body: string, type: TemplateType): void {
  parse(body, type === 'JITP' ? JustInTimeTemplate : FleetTemplate);
}

export function parseJustInTimeTemplate(body: string): JustInTimeTemplate {
  return parse(body, JustInTimeTemplate);
}

function parse<T extends z.ZodType>(body: string, schema: T): z.infer<T> {
  if (body.length > LIMIT) throw invalidRequest(`The template has more than ${LIMIT} characters.`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw invalidRequest('The template is not JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
  throw invalidRequest(`The template is not valid: ${problems.join('; ')}`);
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const reference = Reference.safeParse(value);
  return reference.success ? [reference.data.Ref] : Object.values(value).flatMap(referencesIn);
}
