import findMyWay, { type HTTPMethod, type HTTPVersion } from 'find-my-way';
import { invalidRequest } from '../service-error.js';
import { deleteRegistrationCode, describeEndpoint, getRegistrationCode } from './account.js';
import * as billingGroups from './billing-groups.js';
import * as ca from './ca-certificates.js';
import * as certificates from './certificates.js';
import * as indexing from './fleet-indexing.js';
import * as issued from './issued-certificates.js';
import type { Operation } from './operation.js';
import * as policies from './policies.js';
import * as policyVersions from './policy-versions.js';
import { createProvisioningClaim } from './provisioning-claims.js';
import * as templates from './provisioning-templates.js';
import { registerThing } from './register-thing.js';
import * as tasks from './registration-tasks.js';
import * as thingGroups from './thing-groups.js';
import * as principals from './thing-principals.js';
import * as thingTypes from './thing-types.js';
import * as things from './things.js';
import * as rules from './topic-rules.js';

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
  ['CreateCertificateFromCsr', 'POST /certificates', issued.createCertificateFromCsr],
  ['CreateKeysAndCertificate', 'POST /keys-and-certificate', issued.createKeysAndCertificate],
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

  ['CreateProvisioningClaim', 'POST /provisioning-templates/{templateName}/provisioning-claim', createProvisioningClaim],

  ['CreateThing', 'POST /things/{thingName}', things.createThing],
  ['UpdateThing', 'PATCH /things/{thingName}', things.updateThing],
  ['DescribeThing', 'GET /things/{thingName}', things.describeThing],
  ['DeleteThing', 'DELETE /things/{thingName}', things.deleteThing],
  ['ListThings', 'GET /things', things.listThings],
  ['RegisterThing', 'POST /things', registerThing],
  ['StartThingRegistrationTask', 'POST /thing-registration-tasks', tasks.startThingRegistrationTask],
  ['DescribeThingRegistrationTask', 'GET /thing-registration-tasks/{taskId}', tasks.describeThingRegistrationTask],
  ['ListThingRegistrationTasks', 'GET /thing-registration-tasks', tasks.listThingRegistrationTasks],
  ['ListThingRegistrationTaskReports', 'GET /thing-registration-tasks/{taskId}/reports', tasks.listThingRegistrationTaskReports],
  ['StopThingRegistrationTask', 'PUT /thing-registration-tasks/{taskId}/cancel', tasks.stopThingRegistrationTask],
  ['GetThingConnectivityData', 'POST /things/{thingName}/connectivity-data', indexing.getThingConnectivityData],
  ['UpdateIndexingConfiguration', 'POST /indexing/config', indexing.updateIndexingConfiguration],
  ['GetIndexingConfiguration', 'GET /indexing/config', indexing.getIndexingConfiguration],
  ['AttachThingPrincipal', 'PUT /things/{thingName}/principals', principals.attachThingPrincipal],
  ['DetachThingPrincipal', 'DELETE /things/{thingName}/principals', principals.detachThingPrincipal],
  ['ListThingPrincipals', 'GET /things/{thingName}/principals', principals.listThingPrincipals],
  ['ListThingPrincipalsV2', 'GET /things/{thingName}/principals-v2', principals.listThingPrincipalsV2],
  ['ListPrincipalThings', 'GET /principals/things', principals.listPrincipalThings],
  ['ListPrincipalThingsV2', 'GET /principals/things-v2', principals.listPrincipalThingsV2],

  ['CreateThingType', 'POST /thing-types/{thingTypeName}', thingTypes.createThingType],
  ['DescribeThingType', 'GET /thing-types/{thingTypeName}', thingTypes.describeThingType],
  ['DeprecateThingType', 'POST /thing-types/{thingTypeName}/deprecate', thingTypes.deprecateThingType],
  ['DeleteThingType', 'DELETE /thing-types/{thingTypeName}', thingTypes.deleteThingType],
  ['ListThingTypes', 'GET /thing-types', thingTypes.listThingTypes],

  ['CreateThingGroup', 'POST /thing-groups/{thingGroupName}', thingGroups.createThingGroup],
  ['UpdateThingGroup', 'PATCH /thing-groups/{thingGroupName}', thingGroups.updateThingGroup],
  ['DescribeThingGroup', 'GET /thing-groups/{thingGroupName}', thingGroups.describeThingGroup],
  ['DeleteThingGroup', 'DELETE /thing-groups/{thingGroupName}', thingGroups.deleteThingGroup],
  ['ListThingGroups', 'GET /thing-groups', thingGroups.listThingGroups],
  ['AddThingToThingGroup', 'PUT /thing-groups/addThingToThingGroup', thingGroups.addThingToThingGroup],
  ['RemoveThingFromThingGroup', 'PUT /thing-groups/removeThingFromThingGroup', thingGroups.removeThingFromThingGroup],
  ['UpdateThingGroupsForThing', 'PUT /thing-groups/updateThingGroupsForThing', thingGroups.updateThingGroupsForThing],
  ['ListThingsInThingGroup', 'GET /thing-groups/{thingGroupName}/things', thingGroups.listThingsInThingGroup],
  ['ListThingGroupsForThing', 'GET /things/{thingName}/thing-groups', thingGroups.listThingGroupsForThing],

  ['CreateBillingGroup', 'POST /billing-groups/{billingGroupName}', billingGroups.createBillingGroup],
  ['UpdateBillingGroup', 'PATCH /billing-groups/{billingGroupName}', billingGroups.updateBillingGroup],
  ['DescribeBillingGroup', 'GET /billing-groups/{billingGroupName}', billingGroups.describeBillingGroup],
  ['DeleteBillingGroup', 'DELETE /billing-groups/{billingGroupName}', billingGroups.deleteBillingGroup],
  ['ListBillingGroups', 'GET /billing-groups', billingGroups.listBillingGroups],
  ['AddThingToBillingGroup', 'PUT /billing-groups/addThingToBillingGroup', billingGroups.addThingToBillingGroup],
  ['RemoveThingFromBillingGroup', 'PUT /billing-groups/removeThingFromBillingGroup', billingGroups.removeThingFromBillingGroup],
  ['ListThingsInBillingGroup', 'GET /billing-groups/{billingGroupName}/things', billingGroups.listThingsInBillingGroup],

  ['CreatePolicy', 'POST /policies/{policyName}', policies.createPolicy],
  ['GetPolicy', 'GET /policies/{policyName}', policies.getPolicy],
  ['DeletePolicy', 'DELETE /policies/{policyName}', policies.deletePolicy],
  ['ListPolicies', 'GET /policies', policies.listPolicies],
  ['CreatePolicyVersion', 'POST /policies/{policyName}/version', policyVersions.createPolicyVersion],
  ['ListPolicyVersions', 'GET /policies/{policyName}/version', policyVersions.listPolicyVersions],
  ['GetPolicyVersion', 'GET /policies/{policyName}/version/{policyVersionId}', policyVersions.getPolicyVersion],
  ['DeletePolicyVersion', 'DELETE /policies/{policyName}/version/{policyVersionId}', policyVersions.deletePolicyVersion],
  ['SetDefaultPolicyVersion', 'PATCH /policies/{policyName}/version/{policyVersionId}', policyVersions.setDefaultPolicyVersion],
  ['AttachPolicy', 'PUT /target-policies/{policyName}', policies.attachPolicy],
  ['DetachPolicy', 'POST /target-policies/{policyName}', policies.detachPolicy],
  ['AttachPrincipalPolicy', 'PUT /principal-policies/{policyName}', policies.attachPrincipalPolicy],
  ['DetachPrincipalPolicy', 'DELETE /principal-policies/{policyName}', policies.detachPrincipalPolicy],
  ['ListPrincipalPolicies', 'GET /principal-policies', policies.listPrincipalPolicies],
  ['ListPolicyPrincipals', 'GET /policy-principals', policies.listPolicyPrincipals],
  ['ListAttachedPolicies', 'POST /attached-policies/{target}', policies.listAttachedPolicies],
  ['ListTargetsForPolicy', 'POST /policy-targets/{policyName}', policies.listTargetsForPolicy],

  ['CreateTopicRule', 'POST /rules/{ruleName}', rules.createTopicRule],
  ['GetTopicRule', 'GET /rules/{ruleName}', rules.getTopicRule],
  ['ListTopicRules', 'GET /rules', rules.listTopicRules],
  ['ReplaceTopicRule', 'PATCH /rules/{ruleName}', rules.replaceTopicRule],
  ['DeleteTopicRule', 'DELETE /rules/{ruleName}', rules.deleteTopicRule],
  ['EnableTopicRule', 'POST /rules/{ruleName}/enable', rules.enableTopicRule],
  ['DisableTopicRule', 'POST /rules/{ruleName}/disable', rules.disableTopicRule],

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
