import type { AwsService } from '../endpoint/aws-service.js';
import { createQueryService, listOf, optionalParameter, parameter, QueryError, type QueryParameters } from '../endpoint/query-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import type { XmlValue } from '../endpoint/xml.js';
import type { Faults } from '../faults/faults.js';
import { roleSessionCaller, type Caller } from '../iam/caller.js';
import { AccessDenied, contextOf, principalsOf, type Permissions } from '../iam/permissions.js';
import { decide } from '../iam/policy-decision.js';
import { parsePolicyDocument } from '../iam/policy-document.js';
import type { Role } from '../store/role.repository.js';
import type { Store } from '../store/store.js';
import { openSession } from './role-session.js';

/** A session made with another session's credentials lasts an hour at most ("role chaining"). */
const LONGEST_CHAINED_SECONDS = 3_600;
const TAGS_PER_SESSION = 50;

/** AWS Security Token Service, API version 2011-06-15: AssumeRole and GetCallerIdentity. */
export function createSts(signatures: SignatureCheck, store: Store, permissions: Permissions, faults: Faults, longestSessionSeconds: number): AwsService {
  return createQueryService(
    {
      signingName: 'sts',
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      actions: {
        // Nobody can be denied this one.
        GetCallerIdentity: ({ arn, userId, accountId }) => ({ Arn: arn, UserId: userId, Account: accountId }),
        AssumeRole: (caller, parameters) => assumeRole({ store, permissions, longestSessionSeconds }, caller, parameters),
      },
    },
    signatures,
    faults,
  );
}

interface Tokens {
  readonly store: Store;
  readonly permissions: Permissions;
  readonly longestSessionSeconds: number;
}

function assumeRole({ store, permissions, longestSessionSeconds }: Tokens, caller: Caller, parameters: QueryParameters): XmlValue {
  const roleArn = parameter(parameters, 'RoleArn', /^[\t\n\r -ÿ]{20,2048}$/);
  const sessionName = parameter(parameters, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const externalId = optionalParameter(parameters, 'ExternalId', /^[\w+=,.@:/-]{2,1224}$/);
  const policy = optionalParameter(parameters, 'Policy', /^[\t\n\r -ÿ]{1,2048}$/);
  if (policy !== undefined) parsePolicyDocument(policy, 'identity');
  const tags = readTags(parameters);
  for (const name of ['PolicyArns.member.1.arn', 'TransitiveTagKeys.member.1', 'SerialNumber', 'SourceIdentity', 'ProvidedContexts.member.1.ProviderArn']) {
    if (parameters[name] !== undefined) throw new QueryError('ValidationError', `The sandbox has no ${name.split('.')[0]} of AssumeRole.`);
  }
  const role = store.roles.withArn(roleArn);
  const asked = {
    ...(externalId === undefined ? {} : { 'sts:externalid': [externalId] }),
    'sts:rolesessionname': [sessionName],
    ...(tags.size === 0 ? {} : { 'aws:tagkeys': [...tags.keys()] }),
    ...Object.fromEntries([...tags].map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, [value]])),
  };
  // Whether the role is missing or not for this caller is not told, as at AWS.
  requireTrust(permissions, caller, role, 'sts:AssumeRole', roleArn, asked);
  if (tags.size > 0) requireTrust(permissions, caller, role, 'sts:TagSession', roleArn, asked);
  const seconds = Math.min(durationOf(parameters, caller, role), longestSessionSeconds);

  const session = openSession(store, role, { sessionName, policy, tags: Object.fromEntries(tags), seconds });
  const { arn, userId } = roleSessionCaller(role, session);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId, SecretAccessKey: session.secretAccessKey, SessionToken: session.token, Expiration: session.expiresAt.toISOString().replace('.000', ''),
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    PackedPolicySize: policy === undefined && tags.size === 0 ? undefined : Math.ceil(((policy?.length ?? 0) + [...tags].join('').length) / 40),
  };
}

/**
 * The role's trust policy must allow it. A caller who is a role himself also needs it from his own policies, unless the role is of
 * the same account and names him (IAM, "Policy evaluation logic").
 */
function requireTrust(permissions: Permissions, caller: Caller, role: Role | undefined, action: string, roleArn: string, asked: Record<string, string[]>): asserts role is Role {
  const context = { ...contextOf(caller), ...asked };
  const trusts = (principals: readonly string[]): boolean =>
    role !== undefined && decide(parsePolicyDocument(role.trust, 'trust'), { action, principals, context }) === 'allow';
  const own = principalsOf(caller).filter((one) => !one.endsWith(':root'));
  const allowed = trusts(principalsOf(caller)) && ((role?.accountId === caller.accountId && trusts(own)) || permissions.allows(caller, action, roleArn, asked));
  if (!allowed) throw new AccessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
}

function durationOf(parameters: QueryParameters, caller: Caller, role: Role): number {
  const seconds = Number(optionalParameter(parameters, 'DurationSeconds', /^[0-9]{1,9}$/) ?? 3_600);
  if (seconds < 900) throw new QueryError('ValidationError', "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900");
  if (seconds > role.longestSessionSeconds) throw new QueryError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  if (caller.role !== undefined && seconds > LONGEST_CHAINED_SECONDS) {
    throw new QueryError('ValidationError', 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.');
  }
  return seconds;
}

function readTags(parameters: QueryParameters): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { Key = '', Value = '' } of listOf(parameters, 'Tags.member')) {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(Key) || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(Value)) {
      throw new QueryError('ValidationError', 'A session tag has a key of 1 to 128 and a value of 0 to 256 characters: letters, digits, spaces and _.:/=+-@.');
    }
    if ([...tags.keys()].some((key) => key.toLowerCase() === Key.toLowerCase())) throw new QueryError('InvalidParameterValue', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    tags.set(Key, Value);
  }
  if (tags.size > TAGS_PER_SESSION) throw new QueryError('ValidationError', `A session can't have more than ${TAGS_PER_SESSION} tags.`);
  return tags;
}
