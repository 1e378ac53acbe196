import { randomInt } from 'node:crypto';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

/** A role of IAM: who may assume it, and what it then may do. Roles belong to an account in all of its regions. */
export interface Role {
  readonly accountId: string;
  readonly name: string;
  /** AROA and 17 letters; a role that is made anew under the same name has another one. */
  readonly id: string;
  /** `/` or `/department/`. */
  readonly path: string;
  readonly arn: string;
  /** The trust policy, JSON. */
  readonly trust: string;
  readonly description: string | undefined;
  readonly longestSessionSeconds: number;
  /** Policy documents (JSON) by name. */
  readonly policies: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

export type NewRole = Pick<Role, 'accountId' | 'name' | 'trust'> & Partial<Pick<Role, 'path' | 'description' | 'longestSessionSeconds' | 'policies'>>;

export class RoleRepository {
  constructor(private readonly database: Database) {}

  /** Whether it is new; one of this name stays as it is. */
  add(role: NewRole): boolean {
    const sql = `INSERT INTO role (account_id, name, id, path, trust, description, longest_session_seconds, policies, created_at)
      VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`;
    const { accountId, name, path = '/', trust, description = null, longestSessionSeconds = 3_600, policies = {} } = role;
    return this.database.run(sql, accountId, name, newId(), path, trust, description, longestSessionSeconds, JSON.stringify(policies), Date.now()) > 0;
  }

  find(accountId: string, name: string): Role | undefined {
    const row = this.database.first('SELECT * FROM role WHERE account_id = ? AND name = ?', accountId, name);
    return row && readRole(row);
  }

  /** By its complete ARN. */
  withArn(arn: string): Role | undefined {
    const [, accountId, name] = /^arn:aws:iam::([0-9]{12}):role\/(?:[!-~]+\/)?([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
    const role = accountId === undefined || name === undefined ? undefined : this.find(accountId, name);
    return role?.arn === arn ? role : undefined;
  }

  page(accountId: string, request: PageRequest): Page<Role> {
    return readPage(this.database, { table: 'role', where: 'account_id = ?', values: [accountId] }, request, readRole);
  }

  setTrust({ accountId, name }: Role, trust: string): void {
    this.database.run('UPDATE role SET trust = ? WHERE account_id = ? AND name = ?', trust, accountId, name);
  }

  setPolicies({ accountId, name }: Role, policies: Readonly<Record<string, string>>): void {
    this.database.run('UPDATE role SET policies = ? WHERE account_id = ? AND name = ?', JSON.stringify(policies), accountId, name);
  }

  remove({ accountId, name }: Role): void {
    this.database.run('DELETE FROM role WHERE account_id = ? AND name = ?', accountId, name);
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const newId = (): string => `AROA${Array.from({ length: 17 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;

function readRole(row: Row): Role {
  const [accountId, name, path] = [text(row, 'account_id'), text(row, 'name'), text(row, 'path')];
  return {
    accountId,
    name,
    path,
    arn: `arn:aws:iam::${accountId}:role${path}${name}`,
    id: text(row, 'id'),
    trust: text(row, 'trust'),
    description: textOrNone(row, 'description'),
    longestSessionSeconds: number(row, 'longest_session_seconds'),
    policies: JSON.parse(text(row, 'policies')) as Record<string, string>,
    createdAt: date(row, 'created_at'),
  };
}
