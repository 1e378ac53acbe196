import * as ca from './ca-certificates.js';
import * as certificates from './certificates.js';
import { describeEndpoint } from './endpoint.js';
import type { Operation } from './operation.js';
import * as policies from './policies.js';
import * as templates from './provisioning-templates.js';
import { deleteRegistrationCode, getRegistrationCode } from './registration-code.js';
import * as things from './things.js';

/** What the control plane can do: AWS's name, the route in the service model, and where it is done. */
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

interface Route {
  name: string;
  run: Operation;
  method: string;
  segments: readonly string[];
}

const ROUTES: readonly Route[] = OPERATIONS.map(([name, route, run]) => {
  const [method = '', path = ''] = route.split(' ');
  return { name, run, method, segments: path.split('/') };
});

/** The operation of a method and path, with the labels of the path decoded. Undefined for what the sandbox doesn't know. */
export function findOperation(method: string, path: string): { name: string; run: Operation; labels: Record<string, string> } | undefined {
  const given = path.split('/');
  for (const { name, run, method: wanted, segments } of ROUTES) {
    if (wanted !== method || segments.length !== given.length) continue;
    const labels: Record<string, string> = {};
    const fits = segments.every((segment, at) => {
      if (!segment.startsWith('{')) return segment === given[at];
      labels[segment.slice(1, -1)] = decodeURIComponent(given[at] ?? '');
      return given[at] !== '';
    });
    if (fits) return { name, run, labels };
  }
  return undefined;
}
