import { createHash } from 'node:crypto';
import type { Certificate } from '../certificates/x509-certificate.js';
import type { Attributes, ThingPrincipalType } from '../store/thing.repository.js';
import { parseTemplate, type CertificateParameter, type Template, type TemplateUse } from './template.js';
import { Resolver, ValueError } from './template-value.js';

/** What to do where a thing or certificate is there already and differs. */
export type Override = 'DO_NOTHING' | 'REPLACE' | 'FAIL';

export interface PlannedThing {
  readonly logicalId: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly type: string | undefined;
  readonly billingGroup: string | undefined;
  readonly groups: readonly string[];
  readonly overrides: { readonly attributes: Override | 'MERGE'; readonly type: Override; readonly groups: Override | 'MERGE' };
}

/** Where the certificate comes from: exactly one of `id`, `pem` and `csr`. */
export interface PlannedCertificate {
  readonly logicalId: string;
  readonly id: string | undefined;
  readonly pem: string | undefined;
  readonly caPem: string | undefined;
  readonly csr: string | undefined;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly onOtherStatus: Override;
  readonly principalType: ThingPrincipalType;
}

/** What a template asks for, for one certificate. */
export interface ProvisioningPlan {
  readonly thing: PlannedThing | undefined;
  readonly certificate: PlannedCertificate;
  /** Without a document the policy must exist. */
  readonly policies: readonly { readonly logicalId: string; readonly name: string; readonly document: string | undefined }[];
  /** For the device; fleet templates only. */
  readonly deviceConfiguration: Readonly<Record<string, string>>;
}

/** Provisioning can't go on. The message is what the account's owner must know. */
export class ProvisioningFailure extends Error {}

/**
 * The parameters that AWS IoT takes from a certificate. Where a field stands in the subject more
 * than once, the first counts, as in policy variables; AWS does not say.
 */
export function certificateParameters(certificate: Certificate): Partial<Record<CertificateParameter, string>> {
  const field = (name: string) => certificate.subject[name]?.[0];
  const fields: Record<CertificateParameter, string | undefined> = {
    'AWS::IoT::Certificate::Country': field('Country'),
    'AWS::IoT::Certificate::Organization': field('Organization'),
    'AWS::IoT::Certificate::OrganizationalUnit': field('OrganizationalUnit'),
    'AWS::IoT::Certificate::DistinguishedNameQualifier': field('DistinguishedNameQualifier'),
    'AWS::IoT::Certificate::StateName': field('State'),
    'AWS::IoT::Certificate::CommonName': field('CommonName'),
    // The guide says "subject", which would be the serialNumber attribute. AWS's own sample, whose certificates have no
    // such attribute, gets the X.509 serial number in decimal, and samples run on AWS. Lineside itself uses CommonName.
    'AWS::IoT::Certificate::SerialNumber': certificate.serialNumber,
    'AWS::IoT::Certificate::Id': certificate.id,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}

/**
 * Fills in a template. A parameter with neither a value nor a default fails just-in-time and fleet provisioning; with RegisterThing
 * and in bulk it "is not replaced with a value" (developer guide): what needs it is left out.
 * @throws ProvisioningFailure, or ServiceError for a template that is not valid
 */
export function evaluate(body: string, use: TemplateUse, given: Readonly<Record<string, string>>): ProvisioningPlan {
  const template = parseTemplate(body, use);
  try {
    return planOf(template, new Resolver(parametersOf(template, use, given), template.mappings));
  } catch (error) {
    throw error instanceof ValueError ? new ProvisioningFailure(error.message) : error;
  }
}

function parametersOf(template: Template, use: TemplateUse, given: Readonly<Record<string, string>>): Record<string, string> {
  const id = given['AWS::IoT::Certificate::Id'];
  const values: Record<string, string> = id === undefined ? {} : { 'AWS::IoT::Certificate::Id': id };
  for (const [name, { Default }] of Object.entries(template.Parameters)) {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? Default;
    if (value !== undefined) values[name] = value;
    else if (use === 'JITP') throw new ProvisioningFailure(`The certificate has no value for parameter ${name}, and the template has no default.`);
    else if (use === 'FLEET_PROVISIONING') throw new ProvisioningFailure(`The device sent no value for parameter ${name}, and the template has no default.`);
  }
  return values;
}

function planOf(template: Template, resolver: Resolver): ProvisioningPlan {
  let thing: PlannedThing | undefined;
  let certificate: PlannedCertificate | undefined;
  const policies: { logicalId: string; name: string; document: string | undefined }[] = [];
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    switch (resource.Type) {
      case 'AWS::IoT::Thing':
        thing = thingOf(logicalId, resource, resolver);
        break;
      case 'AWS::IoT::Certificate':
        certificate = certificateOf(logicalId, resource, resolver);
        break;
      case 'AWS::IoT::Policy':
        policies.push({ logicalId, ...policyOf(resource.Properties, resolver) });
        break;
    }
  }
  if (certificate === undefined) throw new ProvisioningFailure('The template has no certificate.');
  return { thing, certificate, policies, deviceConfiguration: present(template.deviceConfiguration, (value) => resolver.text(value)) };
}

type Resource<T> = Extract<Template['Resources'][string], { Type: T }>;

function thingOf(logicalId: string, { Properties, OverrideSettings }: Resource<'AWS::IoT::Thing'>, resolver: Resolver): PlannedThing {
  const optional = (value: typeof Properties.ThingTypeName) => (value === undefined ? undefined : resolver.text(value));
  const name = resolver.text(Properties.ThingName);
  if (name === undefined) throw new ProvisioningFailure('The parameter that names the thing has no value.');
  return {
    logicalId,
    name,
    attributes: present(Properties.AttributePayload, (value) => resolver.text(value)),
    type: optional(Properties.ThingTypeName),
    billingGroup: optional(Properties.BillingGroup),
    groups: Properties.ThingGroups.map((group) => resolver.text(group)).filter((group) => group !== undefined),
    overrides: OverrideSettings,
  };
}

function certificateOf(logicalId: string, { Properties, OverrideSettings }: Resource<'AWS::IoT::Certificate'>, resolver: Resolver): PlannedCertificate {
  const source = (value: typeof Properties.CertificateId) => (value === undefined ? undefined : resolver.text(value));
  const [id, pem, csr] = [source(Properties.CertificateId), source(Properties.CertificatePem), source(Properties.CertificateSigningRequest)];
  if (id === undefined && pem === undefined && csr === undefined) throw new ProvisioningFailure('The parameter that names the certificate has no value.');
  return {
    logicalId,
    id,
    pem,
    csr,
    caPem: source(Properties.CACertificatePem),
    status: Properties.Status,
    onOtherStatus: OverrideSettings.Status,
    principalType: Properties.ThingPrincipalType,
  };
}

function policyOf({ PolicyName, PolicyDocument }: Resource<'AWS::IoT::Policy'>['Properties'], resolver: Resolver): { name: string; document: string | undefined } {
  if (PolicyName !== undefined) {
    const name = resolver.text(PolicyName);
    if (name === undefined) throw new ProvisioningFailure('The parameter that names the policy has no value.');
    return { name, document: undefined };
  }
  const document = typeof PolicyDocument === 'string' ? PolicyDocument : JSON.stringify(resolver.inside(PolicyDocument));
  // The guide says "a hash of the policy document": AWS shows 40 upper-case hex digits and not how they are made.
  return { name: createHash('sha1').update(document).digest('hex').toUpperCase(), document };
}

/** The entries that have a value. */
function present<T>(values: Readonly<Record<string, T>>, resolve: (value: T) => string | undefined): Record<string, string> {
  const resolved = Object.entries(values).map(([name, value]): [string, string | undefined] => [name, resolve(value)]);
  return Object.fromEntries(resolved.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
