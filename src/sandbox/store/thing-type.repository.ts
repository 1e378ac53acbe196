import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { date, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export interface ThingType {
  account: string;
  name: string;
  id: string;
  description: string | undefined;
  searchable: readonly string[];
  createdAt: Date;
  deprecatedAt: Date | undefined;
}

/** Thing types. What they change is how many attributes a thing may have. */
export class ThingTypeRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, given: Pick<ThingType, 'name' | 'description' | 'searchable'>): ThingType {
    const type = { ...given, account: account.key, id: randomUUID(), createdAt: new Date(), deprecatedAt: undefined };
    const sql = 'INSERT INTO thing_type (account, name, id, description, searchable, created_at) VALUES (?,?,?,?,?,?)';
    this.database.run(sql, account.key, type.name, type.id, type.description ?? null, JSON.stringify(type.searchable), +type.createdAt);
    return type;
  }

  find(account: Account, name: string): ThingType | undefined {
    const row = this.database.first('SELECT * FROM thing_type WHERE account = ? AND name = ?', account.key, name);
    return row && read(row);
  }

  setDeprecated(type: ThingType, deprecated: boolean): void {
    const sql = 'UPDATE thing_type SET deprecated_at = ? WHERE account = ? AND name = ?';
    this.database.run(sql, deprecated ? Date.now() : null, type.account, type.name);
  }

  isUsed(type: ThingType): boolean {
    return this.database.first('SELECT 1 FROM thing WHERE account = ? AND type = ? LIMIT 1', type.account, type.name) !== undefined;
  }

  remove(type: ThingType): void {
    this.database.run('DELETE FROM thing_type WHERE account = ? AND name = ?', type.account, type.name);
  }

  page(account: Account, name: string | undefined, request: PageRequest): Page<ThingType> {
    const values = name === undefined ? [account.key] : [account.key, name];
    const where = name === undefined ? 'account = ?' : 'account = ? AND name = ?';
    return readPage(this.database, { table: 'thing_type', where, values }, request, read);
  }
}

const read = (row: Row): ThingType => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  id: text(row, 'id'),
  description: textOrNone(row, 'description'),
  searchable: JSON.parse(text(row, 'searchable')) as string[],
  createdAt: date(row, 'created_at'),
  deprecatedAt: row['deprecated_at'] === null ? undefined : date(row, 'deprecated_at'),
});
