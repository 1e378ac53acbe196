import type { Account } from '../accounts.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export type TemplateType = 'FLEET_PROVISIONING' | 'JITP';

export interface ProvisioningHook {
  payloadVersion?: string | undefined;
  targetArn: string;
}

export interface Template {
  account: string;
  name: string;
  description: string | undefined;
  enabled: boolean;
  roleArn: string;
  type: TemplateType;
  hook: ProvisioningHook | undefined;
  defaultVersion: number;
  createdAt: Date;
  modifiedAt: Date;
}

export interface TemplateVersion {
  version: number;
  body: string;
  createdAt: Date;
}

/** Provisioning templates and their versions. */
export class TemplateRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, given: Omit<Template, 'account' | 'defaultVersion' | 'createdAt' | 'modifiedAt'>, body: string): void {
    const now = Date.now();
    this.database.transaction(() => {
      this.database.run(
        `INSERT INTO template (account, name, description, enabled, role_arn, type, hook, default_version, created_at, modified_at)
         VALUES (?,?,?,?,?,?,?,1,?,?)`,
        account.key,
        given.name,
        given.description ?? null,
        given.enabled ? 1 : 0,
        given.roleArn,
        given.type,
        given.hook === undefined ? null : JSON.stringify(given.hook),
        now,
        now,
      );
      this.insertVersion(account.key, given.name, 1, body);
    });
  }

  find(account: Account, name: string): Template | undefined {
    const row = this.database.first('SELECT * FROM template WHERE account = ? AND name = ?', account.key, name);
    return row && readTemplate(row);
  }

  update(template: Template, change: Partial<Pick<Template, 'description' | 'enabled' | 'roleArn' | 'hook' | 'defaultVersion'>>): void {
    const next = { ...template, ...change };
    this.database.run(
      `UPDATE template SET description = ?, enabled = ?, role_arn = ?, hook = ?, default_version = ?, modified_at = ?
       WHERE account = ? AND name = ?`,
      next.description ?? null,
      next.enabled ? 1 : 0,
      next.roleArn,
      next.hook === undefined ? null : JSON.stringify(next.hook),
      next.defaultVersion,
      Date.now(),
      template.account,
      template.name,
    );
  }

  /** Answers the number of the new version. Numbers are never used again. */
  addVersion(template: Template, body: string): number {
    const sql = 'UPDATE template SET newest_version = newest_version + 1 WHERE account = ? AND name = ? RETURNING newest_version';
    const version = number(this.database.first(sql, template.account, template.name) ?? {}, 'newest_version');
    this.insertVersion(template.account, template.name, version, body);
    return version;
  }

  version(template: Template, version: number): TemplateVersion | undefined {
    const row = this.database.first(
      'SELECT * FROM template_version WHERE account = ? AND template = ? AND version = ?',
      template.account,
      template.name,
      version,
    );
    return row && readVersion(row);
  }

  countVersions(template: Template): number {
    const sql = 'SELECT count(*) AS n FROM template_version WHERE account = ? AND template = ?';
    return Number(this.database.first(sql, template.account, template.name)?.['n']);
  }

  removeVersion(template: Template, version: number): void {
    this.database.run(
      'DELETE FROM template_version WHERE account = ? AND template = ? AND version = ?',
      template.account,
      template.name,
      version,
    );
  }

  remove(template: Template): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM template_version WHERE account = ? AND template = ?', template.account, template.name);
      this.database.run('DELETE FROM template WHERE account = ? AND name = ?', template.account, template.name);
    });
  }

  page(account: Account, request: PageRequest): Page<Template> {
    return readPage(this.database, { table: 'template', where: 'account = ?', values: [account.key] }, request, readTemplate);
  }

  versionsPage(template: Template, request: PageRequest): Page<TemplateVersion> {
    const query = { table: 'template_version', where: 'account = ? AND template = ?', values: [template.account, template.name] };
    return readPage(this.database, query, request, readVersion);
  }

  private insertVersion(account: string, template: string, version: number, body: string): void {
    const sql = 'INSERT INTO template_version (account, template, version, body, created_at) VALUES (?,?,?,?,?)';
    this.database.run(sql, account, template, version, body, Date.now());
  }
}

function readTemplate(row: Row): Template {
  const hook = textOrNone(row, 'hook');
  return {
    account: text(row, 'account'),
    name: text(row, 'name'),
    description: textOrNone(row, 'description'),
    enabled: number(row, 'enabled') === 1,
    roleArn: text(row, 'role_arn'),
    type: text(row, 'type') as TemplateType,
    hook: hook === undefined ? undefined : (JSON.parse(hook) as ProvisioningHook),
    defaultVersion: number(row, 'default_version'),
    createdAt: date(row, 'created_at'),
    modifiedAt: date(row, 'modified_at'),
  };
}

const readVersion = (row: Row): TemplateVersion => ({
  version: number(row, 'version'),
  body: text(row, 'body'),
  createdAt: date(row, 'created_at'),
});
