import { createHash } from 'node:crypto';
import type { Role } from '../store/role.repository.js';
import type { RoleSession } from '../store/session.repository.js';

/** Who calls. */
export interface Caller {
  readonly accountId: string;
  /** Of the signature's scope. */
  readonly region: string;
  readonly arn: string;
  /** As GetCallerIdentity and policies name it. */
  readonly userId: string;
  /** The role of a session. Undefined for the account's own keys, which may do everything, as those of an administrator. */
  readonly role: Role | undefined;
  /** Of the session, see RoleSession. */
  readonly sessionPolicy: string | undefined;
  /** The session's tags, `aws:PrincipalTag/…` in policies. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The user whose access keys stand in `<data dir>/credentials`. */
export const userArn = (accountId: string): string => `arn:aws:iam::${accountId}:user/sandbox`;

export const userCaller = (accountId: string): Omit<Caller, 'region'> => ({
  accountId,
  arn: userArn(accountId),
  userId: `AIDA${createHash('sha256').update(accountId).digest('hex').toUpperCase().slice(0, 17)}`,
  role: undefined,
  sessionPolicy: undefined,
  tags: {},
});

export const roleSessionCaller = (role: Role, session: Pick<RoleSession, 'sessionName' | 'tags' | 'policy'>): Omit<Caller, 'region'> => ({
  accountId: role.accountId,
  arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${session.sessionName}`,
  userId: `${role.id}:${session.sessionName}`,
  role,
  sessionPolicy: session.policy,
  tags: session.tags,
});
