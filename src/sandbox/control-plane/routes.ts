import findMyWay, { type HTTPMethod, type HTTPVersion } from 'find-my-way';
import { invalidRequest } from '../service-error.js';
import { deleteRegistrationCode, describeEndpoint, getRegistrationCode } from './account.js';
import * as ca from './ca-certificates.js';
import * as certificates from './certificates.js';
import type { Operation } from './operation.js';
import * as policies from './policies.js';
import * as templates from './provisioning-templates.js';
import * as things from './things.js';

/** What the control plane can do: AWS's name, method and path as the service model writes them, and the function that does it. */
const OPERATIONS: readonly (readonly [name: string, route: string, run: Operation])[] = [
  ['GetRegistrationCode', 'GET /registrationcode', getRegistrationCode],
  ['DeleteRegistrationCode', 'DELETE /registrationcode', deleteRegistrationCode],

  ['RegisterCACertificate', 'POST /cacertificate', ca.registerCaCertificate],
  ['UpdateCACertificate', 'PUT /cacertificate/{certificateId}', ca.updateCaCertificate],
  ['DescribeCACertificate', 'GET /cacertificate/{certificateId}', ca.describeCaCertificate],
  ['DeleteCACertificate', 'DELETE /cacertificate/{certificateId}', ca.deleteCaCertificate],
  ['ListCACertificates', 'GET /cacertificates', ca.listCaCertificates],

  ['RegisterCertificate', 'POST /certificate/register', certificates.registerCertificate],
  ['RegisterCertificateWithoutCA', 'POST /certificate/register-no-ca', certificates.registerCertificateWithoutCa],
  ['DescribeCertificate', 'GET /certificates/{certificateId}', certificates.describeCertificate],
  ['UpdateCertificate', 'PUT /certificates/{certificateId}', certificates.updateCertificate],
  ['DeleteCertificate', 'DELETE /certificates/{certificateId}', certificates.deleteCertificate],
  ['ListCertificates', 'GET /certificates', certificates.listCertificates],
  ['ListCertificatesByCA', 'GET /certificates-by-ca/{caCertificateId}', certificates.listCertificatesByCa],

  ['CreateProvisioningTemplate', 'POST /provisioning-templates', templates.createProvisioningTemplate],
  ['UpdateProvisioningTemplate', 'PATCH /provisioning-templates/{templateName}', templates.updateProvisioningTemplate],
  ['DescribeProvisioningTemplate', 'GET /provisioning-templates/{templateName}', templates.describeProvisioningTemplate],
  ['DeleteProvisioningTemplate', 'DELETE /provisioning-templates/{templateName}', templates.deleteProvisioningTemplate],
  ['ListProvisioningTemplates', 'GET /provisioning-templates', templates.listProvisioningTemplates],
  ['CreateProvisioningTemplateVersion', 'POST /provisioning-templates/{templateName}/versions', templates.createProvisioningTemplateVersion],
  ['ListProvisioningTemplateVersions', 'GET /provisioning-templates/{templateName}/versions', templates.listProvisioningTemplateVersions],
  ['DescribeProvisioningTemplateVersion', 'GET /provisioning-templates/{templateName}/versions/{versionId}', templates.describeProvisioningTemplateVersion],
  ['DeleteProvisioningTemplateVersion', 'DELETE /provisioning-templates/{templateName}/versions/{versionId}', templates.deleteProvisioningTemplateVersion],

  ['CreateThing', 'POST /things/{thingName}', things.createThing],
  ['DescribeThing', 'GET /things/{thingName}', things.describeThing],
  ['DeleteThing', 'DELETE /things/{thingName}', things.deleteThing],
  ['ListThings', 'GET /things', things.listThings],
  ['AttachThingPrincipal', 'PUT /things/{thingName}/principals', things.attachThingPrincipal],
  ['DetachThingPrincipal', 'DELETE /things/{thingName}/principals', things.detachThingPrincipal],
  ['ListThingPrincipals', 'GET /things/{thingName}/principals', things.listThingPrincipals],
  ['ListThingPrincipalsV2', 'GET /things/{thingName}/principals-v2', things.listThingPrincipalsV2],
  ['ListPrincipalThings', 'GET /principals/things', things.listPrincipalThings],
  ['ListPrincipalThingsV2', 'GET /principals/things-v2', things.listPrincipalThingsV2],

  ['CreatePolicy', 'POST /policies/{policyName}', policies.createPolicy],
  ['GetPolicy', 'GET /policies/{policyName}', policies.getPolicy],
  ['DeletePolicy', 'DELETE /policies/{policyName}', policies.deletePolicy],
  ['ListPolicies', 'GET /policies', policies.listPolicies],
  ['AttachPolicy', 'PUT /target-policies/{policyName}', policies.attachPolicy],
  ['DetachPolicy', 'POST /target-policies/{policyName}', policies.detachPolicy],
  ['ListAttachedPolicies', 'POST /attached-policies/{target}', policies.listAttachedPolicies],
  ['ListTargetsForPolicy', 'POST /policy-targets/{policyName}', policies.listTargetsForPolicy],

  ['DescribeEndpoint', 'GET /endpoint', describeEndpoint],
];

/** Paths are as long as Node lets a request's head be, 16 KB; the router's own limit of a label would be 100 characters. */
const router = findMyWay<HTTPVersion.V1>({ maxParamLength: 16_384, onBadUrl: () => undefined });
for (const [name, route, run] of OPERATIONS) {
  const [method, path = ''] = route.split(' ');
  router.on(method as HTTPMethod, path.replace(/\{(\w+)\}/g, ':$1'), () => undefined, { name, run });
}

/**
 * The operation of a method and path, with the labels of the path decoded. Undefined for what the sandbox doesn't know.
 * @throws ServiceError where a percent sign in the path is followed by no character of UTF-8
 */
export function findOperation(method: string, path: string): { name: string; run: Operation; labels: Record<string, string> } | undefined {
  const match = router.find(method as HTTPMethod, path);
  if (match === null) return undefined;
  // Only the router's answer to a path that it can't decode comes without an operation.
  const found = match.store as { name: string; run: Operation } | null;
  if (found === null) throw invalidRequest('The path is not well encoded.');
  const labels = Object.entries(match.params).map(([name, value = '']): [string, string] => [name, value]);
  // The router takes `/things/` for a thing without a name.
  return labels.some(([, value]) => value === '') ? undefined : { ...found, labels: Object.fromEntries(labels) };
}
