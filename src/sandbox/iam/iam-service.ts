import type { AwsService } from '../endpoint/aws-service.js';
import { createQueryService, optionalParameter, parameter, QueryError, type QueryAction, type QueryParameters } from '../endpoint/query-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import type { XmlValue } from '../endpoint/xml.js';
import type { Faults } from '../faults/faults.js';
import type { Role } from '../store/role.repository.js';
import type { Store } from '../store/store.js';
import type { Caller } from './caller.js';
import { MANAGED_POLICIES, managedPolicyArn } from './default-roles.js';
import type { Permissions } from './permissions.js';
import { parsePolicyDocument } from './policy-document.js';

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const DOCUMENT = /^[\t\n\r -ÿ]{1,131072}$/;

/** AWS Identity and Access Management, API version 2010-05-08: roles and their policies. Users, groups and customer-managed policies are not there. */
export function createIam(signatures: SignatureCheck, store: Store, permissions: Permissions, faults: Faults): AwsService {
  /** An action on a role: its ARN is what the caller needs the permission for. */
  const onRole = (name: string, run: (role: Role, parameters: QueryParameters) => XmlValue): [string, QueryAction] => [
    name,
    (caller, parameters) => {
      const roleName = parameter(parameters, 'RoleName', ROLE_NAME);
      const role = store.roles.find(caller.accountId, roleName);
      permissions.require(caller, `iam:${name}`, role?.arn ?? `arn:aws:iam::${caller.accountId}:role/${roleName}`);
      if (role === undefined) throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
      return run(role, parameters);
    },
  ];
  const actions: Record<string, QueryAction> = Object.fromEntries([
    ['CreateRole', (caller: Caller, parameters: QueryParameters) => createRole(store, permissions, caller, parameters)],
    ['ListRoles', (caller: Caller, parameters: QueryParameters) => {
      permissions.require(caller, 'iam:ListRoles', `arn:aws:iam::${caller.accountId}:role/`);
      const size = Math.min(Number(optionalParameter(parameters, 'MaxItems', /^[1-9][0-9]{0,3}$/) ?? 100), 1_000);
      const page = store.roles.page(caller.accountId, { size, after: parameters['Marker'], ascending: true });
      return { Roles: page.items.map(describe), IsTruncated: page.next !== undefined, Marker: page.next };
    }],
    onRole('GetRole', (role) => ({ Role: describe(role) })),
    onRole('UpdateAssumeRolePolicy', (role, parameters) => {
      const trust = parameter(parameters, 'PolicyDocument', DOCUMENT);
      parsePolicyDocument(trust, 'trust');
      store.roles.setTrust(role, trust);
      return {};
    }),
    onRole('DeleteRole', (role) => {
      if (Object.keys(role.policies).length > 0) throw new QueryError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      store.roles.remove(role);
      return {};
    }),
    onRole('PutRolePolicy', (role, parameters) => {
      const document = parameter(parameters, 'PolicyDocument', DOCUMENT);
      parsePolicyDocument(document, 'identity');
      store.roles.setPolicies(role, { ...role.policies, [parameter(parameters, 'PolicyName', POLICY_NAME)]: document });
      return {};
    }),
    onRole('GetRolePolicy', (role, parameters) => {
      const name = parameter(parameters, 'PolicyName', POLICY_NAME);
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(requirePolicy(role, name)) };
    }),
    onRole('DeleteRolePolicy', (role, parameters) => remove(store, role, parameter(parameters, 'PolicyName', POLICY_NAME))),
    onRole('ListRolePolicies', ({ policies }) => ({ PolicyNames: Object.keys(policies).filter((name) => !isManaged(name)), IsTruncated: false })),
    onRole('AttachRolePolicy', (role, parameters) => {
      const arn = parameter(parameters, 'PolicyArn', /^[!-~]{20,2048}$/);
      const [, document] = Object.entries(MANAGED_POLICIES).find(([name]) => managedPolicyArn(name) === arn) ?? [];
      if (document === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
      store.roles.setPolicies(role, { ...role.policies, [arn]: document });
      return {};
    }),
    onRole('DetachRolePolicy', (role, parameters) => remove(store, role, parameter(parameters, 'PolicyArn', /^[!-~]{20,2048}$/))),
    onRole('ListAttachedRolePolicies', ({ policies }) => ({
      AttachedPolicies: Object.keys(policies).filter(isManaged).map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn })),
      IsTruncated: false,
    })),
  ]);
  return createQueryService({ signingName: 'iam', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/', actions }, signatures, faults);
}

function createRole({ roles }: Store, permissions: Permissions, { accountId, ...caller }: Caller, parameters: QueryParameters): XmlValue {
  const name = parameter(parameters, 'RoleName', ROLE_NAME);
  const path = optionalParameter(parameters, 'Path', /^(\/|\/[!-~]{1,510}\/)$/) ?? '/';
  const trust = parameter(parameters, 'AssumeRolePolicyDocument', DOCUMENT);
  const longest = Number(optionalParameter(parameters, 'MaxSessionDuration', /^[0-9]{1,9}$/) ?? 3_600);
  if (longest < 3_600 || longest > 43_200) throw new QueryError('ValidationError', 'MaxSessionDuration must be between 3600 and 43200 seconds.');
  permissions.require({ accountId, ...caller }, 'iam:CreateRole', `arn:aws:iam::${accountId}:role${path}${name}`);
  parsePolicyDocument(trust, 'trust');
  const description = optionalParameter(parameters, 'Description', /^[\t\n\r -~¡-ÿ]{0,1000}$/);
  if (!roles.add({ accountId, name, path, trust, longestSessionSeconds: longest, ...(description === undefined ? {} : { description }) })) {
    throw new QueryError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  }
  const made = roles.find(accountId, name);
  return made && { Role: describe(made) };
}

const describe = (role: Role): XmlValue => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: role.createdAt.toISOString(),
  AssumeRolePolicyDocument: encodeURIComponent(role.trust),
  Description: role.description,
  MaxSessionDuration: role.longestSessionSeconds,
});

const isManaged = (name: string): boolean => name.startsWith('arn:');

const noSuchEntity = (message: string): QueryError => new QueryError('NoSuchEntity', message, 404);

function requirePolicy(role: Role, name: string): string {
  const document = role.policies[name];
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return document;
}

function remove(store: Store, role: Role, name: string): XmlValue {
  requirePolicy(role, name);
  store.roles.setPolicies(role, Object.fromEntries(Object.entries(role.policies).filter(([other]) => other !== name)));
  return {};
}
