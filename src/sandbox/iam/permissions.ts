import type { RoleRepository, Role } from '../store/role.repository.js';
import { roleSessionCaller, type Caller } from './caller.js';
import { decide, type Question } from './policy-decision.js';
import { parsePolicyDocument } from './policy-document.js';

type Context = Readonly<Record<string, readonly string[]>>;

/** The caller may not do this. Each service has its own form for it. */
export class AccessDenied extends Error {}

/** A role that a service is to use and can't: it doesn't exist, or it doesn't trust the service. */
export class UnusableRole extends Error {}

/** What callers and roles may do. The account's own keys may do everything in it. */
export class Permissions {
  constructor(private readonly roles: RoleRepository) {}

  allows(caller: Caller, action: string, resource: string, context: Context = {}): boolean {
    const { role, sessionPolicy } = caller;
    if (role === undefined) return true;
    const question = { action, resource, context: { ...contextOf(caller), ...context } };
    const ofSession = sessionPolicy === undefined ? 'allow' : decide(parsePolicyDocument(sessionPolicy, 'identity'), question);
    return ofSession === 'allow' && decideRole(role, question) === 'allow';
  }

  /** @throws AccessDenied */
  require(caller: Caller, action: string, resource: string, context: Context = {}): void {
    if (this.allows(caller, action, resource, context)) return;
    throw new AccessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`);
  }

  /**
   * The caller hands a role to an AWS service: the role must stand in the caller's account, the caller must be allowed
   * `iam:PassRole` for this service, and the role must trust the service.
   * @throws AccessDenied, UnusableRole
   */
  requirePassable(caller: Caller, roleArn: string, service: string): void {
    const owner = /^arn:aws:iam::([0-9]{12}):role\/./.exec(roleArn)?.[1];
    if (owner === undefined) throw new UnusableRole(`${roleArn} is not the ARN of a role.`);
    if (owner !== caller.accountId) throw new AccessDenied('Cross-account pass role is not allowed.');
    this.require(caller, 'iam:PassRole', roleArn, { 'iam:passedtoservice': [service] });
    this.requireUsable(roleArn, service, caller.region);
  }

  /**
   * The role as the service has it now in a region. `aws:SourceArn` names no single resource, so that a trust policy may bind the role to the
   * account and region (`arn:aws:iot:<region>:<account>:*`; AWS IoT Developer Guide, "Cross-service confused deputy prevention").
   * @throws UnusableRole
   */
  requireUsable(roleArn: string, service: string, region: string): Role {
    const role = this.roles.withArn(roleArn);
    if (role === undefined) throw new UnusableRole(`The role ${roleArn} does not exist.`);
    const context = { 'aws:sourceaccount': [role.accountId], 'aws:sourcearn': [`arn:aws:${service.split('.')[0]}:${region}:${role.accountId}:*`] };
    if (decide(parsePolicyDocument(role.trust, 'trust'), { action: 'sts:AssumeRole', principals: [service], context }) !== 'allow') {
      throw new UnusableRole(`The role ${roleArn} cannot be assumed by ${service} in ${region}: its trust policy does not allow it.`);
    }
    return role;
  }

  /** A service as it acts with a role that was handed to it. @throws UnusableRole */
  assumedByService(roleArn: string, service: string, region: string): Caller {
    return { ...roleSessionCaller(this.requireUsable(roleArn, service, region), { sessionName: service.split('.')[0] ?? '', tags: {}, policy: undefined }), region };
  }

  /**
   * For something that has a policy of its own. Within its account either that policy or the caller's own must allow it, from another
   * account both; a Deny of either wins (IAM, "Policy evaluation logic").
   * @throws AccessDenied
   */
  requireOnResource(caller: Caller, action: string, { arn, accountId, policy }: { arn: string; accountId: string; policy: string | undefined }): void {
    const question = { action, resource: arn, principals: principalsOf(caller), context: contextOf(caller) };
    const ofResource = policy === undefined ? undefined : decide(parsePolicyDocument(policy, 'resource'), question);
    const own = this.allows(caller, action, arn);
    const denied = caller.role !== undefined && decideRole(caller.role, question) === 'deny';
    const allowed = accountId === caller.accountId ? own || ofResource === 'allow' : own && ofResource === 'allow';
    if (allowed && ofResource !== 'deny' && !denied) return;
    const why = accountId === caller.accountId ? `no identity-based policy allows the ${action} action` : `no resource-based policy allows the ${action} action`;
    throw new AccessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${arn} because ${why}`);
  }
}

const decideRole = ({ policies }: Role, question: Question): 'allow' | 'deny' | undefined =>
  decide(Object.values(policies).flatMap((document) => parsePolicyDocument(document, 'identity')), question);

/** The condition keys that say who asks. */
export const contextOf = ({ accountId, arn, region, role, userId, tags }: Caller): Context => ({
  'aws:principalarn': [role?.arn ?? arn],
  'aws:principalaccount': [accountId],
  'aws:requestedregion': [region],
  'aws:userid': [userId],
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, [value]])),
});

/** The names by which a policy of a role or queue may mean a caller. */
export const principalsOf = ({ accountId, arn, role }: Caller): string[] => [arn, ...(role === undefined ? [] : [role.arn]), `arn:aws:iam::${accountId}:root`];
