import type { RoleRepository } from '../store/role.repository.js';

export const trustOf = (service: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });

const allowing = (...actions: string[]): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });

/** AWS's managed policies that a role of the sandbox can have, by their name behind `arn:aws:iam::aws:policy/`. */
export const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  AdministratorAccess: allowing('*'),
  'service-role/AWSIoTThingsRegistration': allowing(...[
    'AddThingToThingGroup', 'AttachPolicy', 'AttachPrincipalPolicy', 'AttachThingPrincipal', 'CreateCertificateFromCsr', 'CreatePolicy', 'CreateThing',
    'DescribeCertificate', 'DescribeThing', 'DescribeThingGroup', 'DescribeThingType', 'DetachPolicy', 'DetachThingPrincipal', 'GetPolicy', 'ListAttachedPolicies',
    'ListPolicyPrincipals', 'ListPrincipalPolicies', 'ListPrincipalThings', 'ListTargetsForPolicy', 'ListThingGroupsForThing', 'ListThingPrincipals',
    'RegisterCertificate', 'RegisterThing', 'RemoveThingFromThingGroup', 'UpdateCertificate', 'UpdateThing', 'UpdateThingGroupsForThing',
    'AddThingToBillingGroup', 'DescribeBillingGroup', 'RemoveThingFromBillingGroup',
  ].map((operation) => `iot:${operation}`)),
};

export const managedPolicyArn = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/** The roles that each account has from the start, and gets again at each start where they are missing. */
export function addDefaultRoles(roles: RoleRepository, accountIds: Iterable<string>): void {
  const things = 'service-role/AWSIoTThingsRegistration';
  for (const accountId of new Set(accountIds)) {
    const trust = trustOf('iot.amazonaws.com');
    const registration = MANAGED_POLICIES[things] ?? '';
    roles.add({ accountId, name: 'lineside-provisioning', trust, policies: { [managedPolicyArn(things)]: registration, files: allowing('s3:GetObject', 's3:ListBucket', 's3:PutObject'), queues: allowing('sqs:SendMessage') } });
    roles.add({ accountId, name: 'lineside-rules', trust, policies: { queues: allowing('sqs:SendMessage') } });
    roles.add({ accountId, name: 'lineside-fleet-hook', trust: trustOf('lambda.amazonaws.com'), policies: { things: allowing('iot:DescribeThing', 'iot:ListThingPrincipals') } });
  }
}
