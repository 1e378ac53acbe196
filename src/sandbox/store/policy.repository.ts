import type { Account } from '../accounts.js';
import { date, number, text, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export interface Policy {
  account: string;
  name: string;
  document: string;
  createdAt: Date;
}

/** IoT policies (one version each) and the certificates that they are attached to. */
export class PolicyRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, name: string, document: string): void {
    const sql = 'INSERT INTO policy (account, name, document, created_at) VALUES (?,?,?,?)';
    this.database.run(sql, account.key, name, document, Date.now());
  }

  find(account: Account, name: string): Policy | undefined {
    const row = this.database.first('SELECT * FROM policy WHERE account = ? AND name = ?', account.key, name);
    return row && read(row);
  }

  remove(policy: Policy): void {
    this.database.run('DELETE FROM policy WHERE account = ? AND name = ?', policy.account, policy.name);
  }

  page(account: Account, request: PageRequest): Page<Policy> {
    return readPage(this.database, { table: 'policy', where: 'account = ?', values: [account.key] }, request, read);
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

  isAttached(account: Account, policy: string, certificateId: string): boolean {
    const sql = 'SELECT 1 FROM policy_target WHERE account = ? AND policy = ? AND certificate_id = ?';
    return this.database.first(sql, account.key, policy, certificateId) !== undefined;
  }

  countTargets(policy: Policy): number {
    const sql = 'SELECT count(*) AS n FROM policy_target WHERE account = ? AND policy = ?';
    return number(this.database.first(sql, policy.account, policy.name) ?? {}, 'n');
  }

  /** All policies of a certificate. There are ten at most. */
  attachedTo(account: Account, certificateId: string): Policy[] {
    const sql = `SELECT policy.* FROM policy_target JOIN policy ON policy.account = policy_target.account AND policy.name = policy_target.policy
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
}

const read = (row: Row): Policy => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  document: text(row, 'document'),
  createdAt: date(row, 'created_at'),
});
