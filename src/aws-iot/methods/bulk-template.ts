import { hash } from 'node:crypto';
import { toPem } from '../../x509/pem.js';
import { DEVICE_POLICY } from './device-policy.js';

/** A provisioning template as an order gives it. */
export interface Template {
  Parameters: Record<string, { Default?: string | undefined }>;
  Resources: Record<string, { Type: string; Properties?: unknown; OverrideSettings?: unknown }>;
}

/** What a line of the input file may hold; a template may ask for these. */
export const CSR_PARAMETERS = ['ThingName', 'SerialNumber', 'CSR'] as const;
export const LINE_PARAMETERS = ['ThingName', 'SerialNumber', 'CertificateId', 'CertificatePem', 'CACertificatePem'] as const;

type Resource = Template['Resources'][string];

const RESOURCE_TYPES = ['AWS::IoT::Thing', 'AWS::IoT::Certificate', 'AWS::IoT::Policy'];

/** Who signs: our HSM before, or AWS line by line. */
export type Signer = 'hsm' | 'aws';

/** Of an order without a template: with the usual policy by its name, since AWS makes ten policies a second at most. */
const USUAL: Template = {
  Parameters: { ThingName: {}, CertificatePem: {}, CACertificatePem: {} },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'CertificatePem' }, CACertificatePem: { Ref: 'CACertificatePem' }, Status: 'ACTIVE' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: DEVICE_POLICY } },
  },
};

/** The same where AWS signs. */
const USUAL_OF_AWS: Template = {
  Parameters: { ThingName: {}, CSR: {} },
  Resources: { ...USUAL.Resources, certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: { Ref: 'CSR' }, Status: 'ACTIVE' } } },
};

/**
 * The text that a task is started with. A certificate that AWS knows keeps its status, whatever AWS does where the template does not say (not documented):
 * one that was quarantined or revoked meanwhile must not be activated by a line that was written before.
 */
export function templateBody(given: Template | undefined, signer: Signer): string {
  const template = given ?? (signer === 'aws' ? USUAL_OF_AWS : USUAL);
  const Parameters = Object.fromEntries(Object.entries(template.Parameters).map(([name, parameter]) => [name, { Type: 'String', ...parameter }]));
  const Resources = Object.fromEntries(Object.entries(template.Resources).map(([id, resource]) =>
    [id, resource.Type === 'AWS::IoT::Certificate' ? { ...resource, OverrideSettings: { Status: 'DO_NOTHING', ...record(resource.OverrideSettings) } } : resource]));
  return JSON.stringify({ ...template, Parameters, Resources });
}

/** Why AWS would not do what a bulk registration is for; empty when it would. */
export function bulkComplaints({ Parameters, Resources }: Template, signer: Signer): string[] {
  const ofUnit: readonly string[] = signer === 'aws' ? CSR_PARAMETERS : LINE_PARAMETERS;
  const of = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  const [things, certificates, policies] = [of('AWS::IoT::Thing'), of('AWS::IoT::Certificate'), of('AWS::IoT::Policy')];
  const properties = (resource: Resource | undefined) => record(resource?.Properties);
  const certificate = properties(certificates[0]);
  const { functions, references } = usedIn(Resources);
  return [
    Object.values(Resources).every(({ Type }) => RESOURCE_TYPES.includes(Type)) ? [] : `has a resource that is none of ${RESOURCE_TYPES.join(', ')}`,
    things.length === 1 && certificates.length === 1 ? [] : 'has not exactly one Thing and one certificate',
    ['ThingName', 'SerialNumber'].includes(refOf(properties(things[0])['ThingName']) ?? '') ? [] : 'must name its Thing by {"Ref": "ThingName"} or {"Ref": "SerialNumber"}, which are the unit’s serial',
    signer === 'aws' || (refOf(certificate['CertificatePem']) === 'CertificatePem' && refOf(certificate['CACertificatePem']) === 'CACertificatePem') ? []
      : 'must take the certificate by {"Ref": "CertificatePem"} with CACertificatePem {"Ref": "CACertificatePem"}',
    signer === 'hsm' || refOf(certificate['CertificateSigningRequest']) === 'CSR' ? [] : 'must take the certificate by CertificateSigningRequest {"Ref": "CSR"}, since AWS signs',
    ['CertificateId', signer === 'aws' ? 'CertificatePem' : 'CertificateSigningRequest'].some((name) => name in certificate) ? 'must take the certificate from one place only' : [],
    Object.entries(Parameters).some(([name, { Default }]) => !ofUnit.includes(name) && Default === undefined) ? `asks for a parameter without a Default that is none of ${ofUnit.join(', ')}` : [],
    isActive(certificate['Status']) ? [] : 'makes certificates that are not ACTIVE, so that no unit could connect',
    record(certificates[0]?.OverrideSettings)['Status'] === 'REPLACE' ? 'would activate a certificate again that was revoked or quarantined (OverrideSettings Status REPLACE)' : [],
    policies.length > 0 && policies.every((each) => ('PolicyName' in properties(each)) !== ('PolicyDocument' in properties(each))) ? [] : 'has no policy, or one that has not either PolicyName or PolicyDocument',
    ofUnit.filter((name) => Parameters[name]?.Default !== undefined).map((name) => `has a Default for ${name}, which is each unit’s own`),
    functions.length === 0 ? [] : `uses ${functions.join(', ')}, and AWS documents Ref only for bulk registration`,
    references.filter((name) => !(name in Parameters)).map((name) => `refers to ${name}, which is none of its Parameters`),
  ].flat();
}

/** What a template names and AWS does not make while it provisions: by fixed names only. */
export function namedBy({ Parameters, Resources }: Template = USUAL): { thingTypes: string[]; groups: string[]; billingGroups: string[]; policies: string[] } {
  const fixed = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    const text = Parameters[refOf(value) ?? '']?.Default;
    return text === undefined ? [] : [text];
  };
  const all = (type: string, property: string) =>
    [...new Set(Object.values(Resources).filter(({ Type }) => Type === type).flatMap(({ Properties }) => [record(Properties)[property]].flat()).flatMap(fixed))];
  return {
    thingTypes: all('AWS::IoT::Thing', 'ThingTypeName'), groups: all('AWS::IoT::Thing', 'ThingGroups'), billingGroups: all('AWS::IoT::Thing', 'BillingGroup'),
    policies: all('AWS::IoT::Policy', 'PolicyName').filter((name) => name !== DEVICE_POLICY),
  };
}

/** A unit with its certificate and its CA's in DER. */
export interface BulkUnit {
  serial: string;
  certificateId: string;
  certificate: Buffer;
  ca: Buffer;
}

/** A line of the input file, without its end: what the template asks for, and no more, since AWS does not say what it does with the rest. */
export function inputLine(template: string, { serial, certificateId, certificate, ca }: BulkUnit): string {
  const { Parameters } = JSON.parse(template) as Template;
  const all: Record<(typeof LINE_PARAMETERS)[number], () => string> = {
    ThingName: () => serial, SerialNumber: () => serial, CertificateId: () => certificateId,
    CertificatePem: () => toPem('CERTIFICATE', certificate), CACertificatePem: () => toPem('CERTIFICATE', ca),
  };
  return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([name]) => name in Parameters).map(([name, value]) => [name, value()])));
}

/** The same where AWS signs; the CSR in PEM. */
export function csrLine(template: string, { serial, csr }: { serial: string; csr: string }): string {
  const { Parameters } = JSON.parse(template) as Template;
  const all = { ThingName: serial, SerialNumber: serial, CSR: csr };
  return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([name]) => name in Parameters)));
}

/** By which registrations with the same settings are told. */
export function settingsHash(settings: { template: string; bucket: string; folder: string; roleArn: string }): string {
  return hash('sha256', JSON.stringify([settings.template, settings.bucket, settings.folder, settings.roleArn])).slice(0, 16);
}

function isActive(status: unknown): boolean {
  return status === undefined || (typeof status === 'string' && status.toUpperCase() === 'ACTIVE');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function refOf(value: unknown): string | undefined {
  const { Ref } = record(value);
  return typeof Ref === 'string' ? Ref : undefined;
}

/** Functions and parameters that the resources use. A policy's document that is a text holds neither. */
function usedIn(value: unknown): { functions: string[]; references: string[] } {
  if (typeof value !== 'object' || value === null) return { functions: [], references: [] };
  const inner = Object.values(value).map(usedIn);
  const functions = Object.keys(value).filter((name) => name.startsWith('Fn::'));
  const reference = refOf(value);
  return {
    functions: [...new Set([...functions, ...inner.flatMap((each) => each.functions)])],
    references: [...new Set([...(reference === undefined ? [] : [reference]), ...inner.flatMap((each) => each.references)])],
  };
}
