import type { Account } from '../accounts.js';
import { date, number, text, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export interface Policy {
  account: string;
  name: string;
  /** Of the default version. */
  document: string;
  defaultVersion: number;
  createdAt: Date;
  modifiedAt: Date;
}

export interface PolicyVersion {
  version: number;
  document: string;
  createdAt: Date;
}

const WITH_DOCUMENT = `SELECT policy.*, policy_version.document FROM policy
  JOIN policy_version ON policy_version.account = policy.account AND policy_version.policy = name AND version = default_version`;

/** IoT policies with their versions, and the certificates that they are attached to. */
export class PolicyRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, name: string, document: string): void {
    const now = Date.now();
    this.database.transaction(() => {
      this.database.run('INSERT INTO policy (account, name, created_at, modified_at) VALUES (?,?,?,?)', account.key, name, now, now);
      this.insertVersion(account.key, name, 1, document);
    });
  }

  find(account: Account, name: string): Policy | undefined {
    const row = this.database.first(`${WITH_DOCUMENT} WHERE policy.account = ? AND name = ?`, account.key, name);
    return row && read(row);
  }

  remove(policy: Policy): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM policy_version WHERE account = ? AND policy = ?', policy.account, policy.name);
      this.database.run('DELETE FROM policy WHERE account = ? AND name = ?', policy.account, policy.name);
    });
  }

  /** Names. */
  page(account: Account, request: PageRequest): Page<string> {
    const query = { table: 'policy', where: 'account = ?', values: [account.key] };
    return readPage(this.database, query, request, (row) => text(row, 'name'));
  }

  /** Answers the number of the new version. Numbers are never used again. */
  addVersion(policy: Policy, document: string): number {
    return this.database.transaction(() => {
      const sql = 'UPDATE policy SET newest_version = newest_version + 1 WHERE account = ? AND name = ? RETURNING newest_version';
      const version = number(this.database.first(sql, policy.account, policy.name) ?? {}, 'newest_version');
      this.insertVersion(policy.account, policy.name, version, document);
      return version;
    });
  }

  setDefaultVersion(policy: Policy, version: number): void {
    const sql = 'UPDATE policy SET default_version = ?, modified_at = ? WHERE account = ? AND name = ?';
    this.database.run(sql, version, Date.now(), policy.account, policy.name);
  }

  /** Newest first. There are five at most. */
  versions(policy: Policy): PolicyVersion[] {
    const sql = 'SELECT * FROM policy_version WHERE account = ? AND policy = ? ORDER BY version DESC';
    return this.database.all(sql, policy.account, policy.name).map(readVersion);
  }

  removeVersion(policy: Policy, version: number): void {
    this.database.run('DELETE FROM policy_version WHERE account = ? AND policy = ? AND version = ?', policy.account, policy.name, version);
  }

  attach(account: Account, policy: string, certificateId: string): void {
    const sql = 'INSERT INTO policy_target (account, policy, certificate_id) VALUES (?,?,?) ON CONFLICT DO NOTHING';
    this.database.run(sql, account.key, policy, certificateId);
  }

  detach(account: Account, policy: string, certificateId: string): void {
    const sql = 'DELETE FROM policy_target WHERE account = ? AND policy = ? AND certificate_id = ?';
    this.database.run(sql, account.key, policy, certificateId);
  }

  detachAll(account: Account, certificateId: string): void {
    this.database.run('DELETE FROM policy_target WHERE account = ? AND certificate_id = ?', account.key, certificateId);
  }

  countTargets(policy: Policy): number {
    const sql = 'SELECT count(*) AS n FROM policy_target WHERE account = ? AND policy = ?';
    return number(this.database.first(sql, policy.account, policy.name) ?? {}, 'n');
  }

  /** All policies of a certificate. There are ten at most. */
  attachedTo(account: Account, certificateId: string): Policy[] {
    const sql = `${WITH_DOCUMENT} JOIN policy_target ON policy_target.account = policy.account AND policy_target.policy = name
      WHERE policy_target.account = ? AND policy_target.certificate_id = ? ORDER BY policy_target.seq`;
    return this.database.all(sql, account.key, certificateId).map(read);
  }

  attachedPage(account: Account, certificateId: string, request: PageRequest): Page<string> {
    const query = { table: 'policy_target', where: 'account = ? AND certificate_id = ?', values: [account.key, certificateId] };
    return readPage(this.database, query, request, (row) => text(row, 'policy'));
  }

  /** Certificate ids. */
  targetsPage(account: Account, policy: string, request: PageRequest): Page<string> {
    const query = { table: 'policy_target', where: 'account = ? AND policy = ?', values: [account.key, policy] };
    return readPage(this.database, query, request, (row) => text(row, 'certificate_id'));
  }

  private insertVersion(account: string, policy: string, version: number, document: string): void {
    const sql = 'INSERT INTO policy_version (account, policy, version, document, created_at) VALUES (?,?,?,?,?)';
    this.database.run(sql, account, policy, version, document, Date.now());
  }
}

const read = (row: Row): Policy => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  document: text(row, 'document'),
  defaultVersion: number(row, 'default_version'),
  createdAt: date(row, 'created_at'),
  modifiedAt: date(row, 'modified_at'),
});

const readVersion = (row: Row): PolicyVersion => ({
  version: number(row, 'version'),
  document: text(row, 'document'),
  createdAt: date(row, 'created_at'),
});
