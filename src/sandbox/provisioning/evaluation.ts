import { createHash } from 'node:crypto';
import type { Certificate } from '../certificates/x509-certificate.js';
import type { Attributes, ThingPrincipalType } from '../store/thing.repository.js';
import type { CertificateParameter, JustInTimeTemplate, Value } from './template.js';

/** What a template asks for, for one certificate. */
export interface ProvisioningPlan {
  thing:
    | { name: string; attributes: Attributes; onOtherAttributes: 'DO_NOTHING' | 'REPLACE' | 'FAIL' | 'MERGE'; thingType?: string; billingGroup?: string; groups: string[] }
    | undefined;
  certificate: { status: 'ACTIVE' | 'INACTIVE'; principalType: ThingPrincipalType };
  policies: { name: string; /** Absent for a policy that must exist. */ document?: string }[];
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

/** Fills in a template. Throws `ProvisioningFailure` where a parameter has neither a value nor a default. */
export function evaluate(template: JustInTimeTemplate, given: Readonly<Record<string, string>>): ProvisioningPlan {
  const values: Record<string, string> = {};
  for (const [name, { Default }] of Object.entries(template.Parameters)) {
    const value = given[name] ?? Default;
    if (value === undefined) throw new ProvisioningFailure(`The certificate has no value for parameter ${name}, and the template has no default.`);
    values[name] = value;
  }
  const resolve = (value: Value): string => (typeof value === 'string' ? value : (values[value.Ref] ?? ''));

  const plan: ProvisioningPlan = { thing: undefined, certificate: { status: 'ACTIVE', principalType: 'NON_EXCLUSIVE_THING' }, policies: [] };
  for (const resource of Object.values(template.Resources)) {
    switch (resource.Type) {
      case 'AWS::IoT::Thing': {
        const { ThingName, AttributePayload = {}, ThingTypeName, BillingGroup, ThingGroups = [] } = resource.Properties;
        plan.thing = {
          name: resolve(ThingName),
          attributes: Object.fromEntries(Object.entries(AttributePayload).map(([name, value]) => [name, resolve(value)])),
          // AWS does not document the default. Leaving an existing thing as it is can't destroy anything.
          onOtherAttributes: resource.OverrideSettings?.AttributePayload ?? 'DO_NOTHING',
          groups: ThingGroups.map(resolve),
          ...(ThingTypeName === undefined ? {} : { thingType: resolve(ThingTypeName) }),
          ...(BillingGroup === undefined ? {} : { billingGroup: resolve(BillingGroup) }),
        };
        break;
      }
      case 'AWS::IoT::Certificate':
        plan.certificate = { status: resource.Properties.Status, principalType: resource.Properties.ThingPrincipalType };
        break;
      case 'AWS::IoT::Policy':
        plan.policies.push(policyOf(resource.Properties, resolve));
        break;
    }
  }
  return plan;
}

function policyOf(
  { PolicyName, PolicyDocument }: { PolicyName?: Value | undefined; PolicyDocument?: unknown },
  resolve: (value: Value) => string,
): ProvisioningPlan['policies'][number] {
  if (PolicyName !== undefined) return { name: resolve(PolicyName) };
  const document = typeof PolicyDocument === 'string' ? PolicyDocument : JSON.stringify(resolveInside(PolicyDocument, resolve));
  // The guide says "a hash of the policy document": AWS shows 40 upper-case hex digits and not how they are made.
  return { name: createHash('sha1').update(document).digest('hex').toUpperCase(), document };
}

function resolveInside(value: unknown, resolve: (value: Value) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveInside(item, resolve));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'Ref' && typeof only[1] === 'string') return resolve({ Ref: only[1] });
  return Object.fromEntries(entries.map(([name, item]) => [name, resolveInside(item, resolve)]));
}
