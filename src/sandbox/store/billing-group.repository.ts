import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export interface BillingGroup {
  account: string;
  name: string;
  id: string;
  description: string | undefined;
  version: number;
  createdAt: Date;
}

/** Billing groups. Which one a thing is in stands with the thing. */
export class BillingGroupRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, given: Pick<BillingGroup, 'name' | 'description'>): BillingGroup {
    const group = { ...given, account: account.key, id: randomUUID(), version: 1, createdAt: new Date() };
    const sql = 'INSERT INTO billing_group (account, name, id, description, version, created_at) VALUES (?,?,?,?,1,?)';
    this.database.run(sql, account.key, group.name, group.id, group.description ?? null, +group.createdAt);
    return group;
  }

  find(account: Account, name: string): BillingGroup | undefined {
    const row = this.database.first('SELECT * FROM billing_group WHERE account = ? AND name = ?', account.key, name);
    return row && read(row);
  }

  describe(group: BillingGroup, description: string | undefined): void {
    const sql = 'UPDATE billing_group SET description = ?, version = version + 1 WHERE account = ? AND name = ?';
    this.database.run(sql, description ?? null, group.account, group.name);
  }

  remove(group: BillingGroup): void {
    this.database.run('DELETE FROM billing_group WHERE account = ? AND name = ?', group.account, group.name);
  }

  page(account: Account, prefix: string, request: PageRequest): Page<BillingGroup> {
    const query = { table: 'billing_group', where: 'account = ? AND substr(name, 1, length(?)) = ?', values: [account.key, prefix, prefix] };
    return readPage(this.database, query, request, read);
  }
}

const read = (row: Row): BillingGroup => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  id: text(row, 'id'),
  description: textOrNone(row, 'description'),
  version: number(row, 'version'),
  createdAt: date(row, 'created_at'),
});
