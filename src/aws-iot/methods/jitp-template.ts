import { hash } from 'node:crypto';
import { fillSubject, type Profile, type SubjectFields } from '../../issuance/profile.js';
import type { Json } from '../../platform/database/schema.js';
import type { JitpParameters } from './parameters.js';

/** What AWS finds in a certificate's subject, by the type of the attribute (developer guide, "Just-in-time provisioning"). It finds no L, and what it takes for SerialNumber is not documented. */
const FIELDS = { C: 'Country', O: 'Organization', OU: 'OrganizationalUnit', dnQualifier: 'DistinguishedNameQualifier', ST: 'StateName', CN: 'CommonName' } as const;

/** The template of the first edition, which stands in accounts already. */
const FIRST_TEMPLATE = { name: 'lineside-jitp', sha256: '372d165c92694fa41af7b44b1d922d9dfd7a40c751a65832c0d232ef6fb4ed71' };
const COMMON_NAME = 'AWS::IoT::Certificate::CommonName';
const CERTIFICATE_ID = 'AWS::IoT::Certificate::Id';
/** Of a Thing's attribute, as AWS takes it (AWS IoT API reference, AttributePayload). */
const VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;

/**
 * The template for a family: what AWS does with a device's first connection (developer guide, "Just-in-time provisioning"). A template's name follows from its body,
 * so that one is never changed in place: other parameters, or a Lineside that makes another template, have one of their own beside it.
 */
export function jitpTemplate(parameters: JitpParameters, policyName: string): { name: string; body: string } {
  const body = JSON.stringify({
    Parameters: Object.fromEntries([COMMON_NAME, CERTIFICATE_ID, ...subjectsOf(parameters).map(reference)].map((name) => [name, { Type: 'String' }])),
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: COMMON_NAME }, ...propertiesOf(parameters) } },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: CERTIFICATE_ID }, Status: 'ACTIVE' } },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
    },
  });
  const sha256 = hash('sha256', body);
  return { name: sha256 === FIRST_TEMPLATE.sha256 ? FIRST_TEMPLATE.name : `${FIRST_TEMPLATE.name}-${sha256.slice(0, 12)}`, body };
}

/** What of the template AWS would not find in, or not take from, certificates of this profile; sentences. A unit would be stuck at its first connection for good. */
export function complaintsAboutSubject(parameters: JitpParameters, profile: Pick<Profile, 'subject'>, fields: SubjectFields): string[] {
  const subject = fillSubject(profile, fields);
  const missing = subjectsOf(parameters).filter((type) => !subject.some((attribute) => attribute.type === type)).map((type) => `the profile's subject has no ${type}, which the template asks for`);
  const bad = subjectsOf(parameters).flatMap((type) => subject.filter((attribute) => attribute.type === type && !VALUE.test(attribute.value)))
    .map(({ type, value }) => `AWS takes no attribute with the value "${value}" of the subject's ${type}: it may have up to 800 letters, digits and _.,@/:#=[]-`);
  const twice = subjectsOf(parameters).filter((type) => subject.filter((attribute) => attribute.type === type).length > 1)
    .map((type) => `the profile's subject has ${type} more than once, and AWS does not say which one it takes`);
  return [...missing, ...twice, ...bad];
}

function propertiesOf({ thingType, groups = [], billingGroup, attributes = {} }: JitpParameters): Record<string, Json> {
  return {
    ...(thingType === undefined ? {} : { ThingTypeName: thingType }),
    ...(groups.length === 0 ? {} : { ThingGroups: [...groups] }),
    ...(billingGroup === undefined ? {} : { BillingGroup: billingGroup }),
    ...(Object.keys(attributes).length === 0 ? {} : {
      AttributePayload: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? value : { Ref: reference(value.subject) }])),
    }),
  };
}

type Field = keyof typeof FIELDS;

/** Attributes of the subject that the template asks for, besides the common name, each once. */
function subjectsOf({ attributes = {} }: JitpParameters): Field[] {
  return [...new Set(Object.values(attributes).flatMap((value) => (typeof value === 'string' || value.subject === 'CN' ? [] : [value.subject])))];
}

function reference(type: Field): string {
  return `AWS::IoT::Certificate::${FIELDS[type]}`;
}
