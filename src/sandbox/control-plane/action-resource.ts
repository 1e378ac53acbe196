import type { Account } from '../accounts.js';

/**
 * The ARN that an IAM policy of the caller must name for an operation (Service Authorization Reference, "Actions, resources, and
 * condition keys for AWS IoT"; from memory, not checked again). Operations that are not tied to one resource there want `*`.
 */
export function resourceArn(account: Account, operation: string, labels: Readonly<Record<string, string>>): string {
  const { thingName, policyName, templateName, certificateId, caCertificateId, ruleName, thingTypeName, thingGroupName, billingGroupName, target } = labels;
  if (WITHOUT_RESOURCE.has(operation)) return '*';
  if (target?.startsWith('arn:') === true) return target;
  if (thingName !== undefined) return account.arn(`thing/${thingName}`);
  if (policyName !== undefined) return account.arn(`policy/${policyName}`);
  if (templateName !== undefined) return account.arn(`provisioningtemplate/${templateName}`);
  if (operation.includes('CACertificate') && certificateId !== undefined) return account.arn(`cacert/${certificateId}`);
  if (certificateId !== undefined) return account.certificateArn(certificateId);
  if (caCertificateId !== undefined) return account.arn(`cacert/${caCertificateId}`);
  if (ruleName !== undefined) return account.arn(`rule/${ruleName}`);
  if (thingTypeName !== undefined) return account.arn(`thingtype/${thingTypeName}`);
  if (thingGroupName !== undefined) return account.arn(`thinggroup/${thingGroupName}`);
  if (billingGroupName !== undefined) return account.arn(`billinggroup/${billingGroupName}`);
  return '*';
}

/** Their path names something, but their permission is not bound to it. */
const WITHOUT_RESOURCE = new Set([
  'AttachThingPrincipal', 'DetachThingPrincipal', 'ListThingPrincipals', 'ListThingPrincipalsV2', 'ListPrincipalThings', 'ListPrincipalThingsV2', 'ListCertificatesByCA',
  'AttachPolicy', 'DetachPolicy', 'AttachPrincipalPolicy', 'DetachPrincipalPolicy', 'ListTargetsForPolicy', 'ListPolicyPrincipals', 'ListAttachedPolicies',
]);
