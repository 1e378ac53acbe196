import { date, text, textOrNone, type Database } from './database.js';

/** Temporary credentials that AssumeRole answered. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  readonly accountId: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly tags: Readonly<Record<string, string>>;
  /** A policy (JSON) that was given with AssumeRole: the session may do what this and the role's policies allow. */
  readonly policy: string | undefined;
  readonly expiresAt: Date;
}

/** Sessions are kept this long after their end, so that whoever uses one is told that it is expired, and not that it is unknown. */
const KEPT_MS = 86_400_000;

export class SessionRepository {
  constructor(private readonly database: Database) {}

  add(session: RoleSession): void {
    const { accessKeyId, secretAccessKey, token, accountId, roleName, roleId, sessionName, tags, policy, expiresAt } = session;
    this.database.run('DELETE FROM role_session WHERE expires_at < ?', Date.now() - KEPT_MS);
    this.database.run(
      `INSERT INTO role_session (access_key_id, secret_access_key, token, account_id, role_name, role_id, session_name, tags, policy, expires_at)
       VALUES (?,?,?,?,?,?,?,?,?,?)`,
      accessKeyId, secretAccessKey, token, accountId, roleName, roleId, sessionName, JSON.stringify(tags), policy ?? null, +expiresAt,
    );
  }

  find(accessKeyId: string): RoleSession | undefined {
    const row = this.database.first('SELECT * FROM role_session WHERE access_key_id = ?', accessKeyId);
    return row && {
      accessKeyId,
      secretAccessKey: text(row, 'secret_access_key'),
      token: text(row, 'token'),
      accountId: text(row, 'account_id'),
      roleName: text(row, 'role_name'),
      roleId: text(row, 'role_id'),
      sessionName: text(row, 'session_name'),
      tags: JSON.parse(text(row, 'tags')) as Record<string, string>,
      policy: textOrNone(row, 'policy'),
      expiresAt: date(row, 'expires_at'),
    };
  }
}
