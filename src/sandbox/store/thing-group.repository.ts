import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { date, number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';
import type { Attributes } from './thing.repository.js';

export interface ThingGroup {
  account: string;
  name: string;
  id: string;
  parent: string | undefined;
  description: string | undefined;
  attributes: Attributes;
  version: number;
  createdAt: Date;
}

/** Static thing groups, their hierarchy, and the things in them. */
export class ThingGroupRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, given: Pick<ThingGroup, 'name' | 'parent' | 'description' | 'attributes'>): ThingGroup {
    const group = { ...given, account: account.key, id: randomUUID(), version: 1, createdAt: new Date() };
    this.database.run(
      'INSERT INTO thing_group (account, name, id, parent, description, attributes, version, created_at) VALUES (?,?,?,?,?,?,1,?)',
      account.key,
      group.name,
      group.id,
      group.parent ?? null,
      group.description ?? null,
      JSON.stringify(group.attributes),
      +group.createdAt,
    );
    return group;
  }

  find(account: Account, name: string): ThingGroup | undefined {
    const row = this.database.first('SELECT * FROM thing_group WHERE account = ? AND name = ?', account.key, name);
    return row && read(row);
  }

  update(group: ThingGroup, change: Pick<ThingGroup, 'description' | 'attributes'>): void {
    const sql = 'UPDATE thing_group SET description = ?, attributes = ?, version = version + 1 WHERE account = ? AND name = ?';
    this.database.run(sql, change.description ?? null, JSON.stringify(change.attributes), group.account, group.name);
  }

  hasChildren(group: ThingGroup): boolean {
    return this.database.first('SELECT 1 FROM thing_group WHERE account = ? AND parent = ? LIMIT 1', group.account, group.name) !== undefined;
  }

  remove(group: ThingGroup): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM thing_group_member WHERE account = ? AND thing_group = ?', group.account, group.name);
      this.database.run('DELETE FROM thing_group WHERE account = ? AND name = ?', group.account, group.name);
    });
  }

  /** From the root to the parent, without the group itself. */
  ancestors(account: Account, group: ThingGroup): ThingGroup[] {
    const parent = group.parent === undefined ? undefined : this.find(account, group.parent);
    return parent === undefined ? [] : [...this.ancestors(account, parent), parent];
  }

  /** With a parent its children, and with `recursive` all that is below them too; without a parent every group, or only the roots. */
  page(account: Account, filter: { parent: string | undefined; recursive: boolean; prefix: string }, request: PageRequest): Page<ThingGroup> {
    const where = ['account = ?', 'substr(name, 1, length(?)) = ?'];
    const values = [account.key, filter.prefix, filter.prefix];
    if (filter.parent === undefined) {
      if (!filter.recursive) where.push('parent IS NULL');
    } else if (filter.recursive) {
      where.push(`name IN (${BELOW})`);
      values.push(account.key, filter.parent, account.key);
    } else {
      where.push('parent = ?');
      values.push(filter.parent);
    }
    return readPage(this.database, { table: 'thing_group', where: where.join(' AND '), values }, request, read);
  }

  addThing(account: Account, group: string, thing: string): void {
    const sql = 'INSERT INTO thing_group_member (account, thing_group, thing) VALUES (?,?,?) ON CONFLICT DO NOTHING';
    this.database.run(sql, account.key, group, thing);
  }

  removeThing(account: Account, group: string, thing: string): void {
    this.database.run('DELETE FROM thing_group_member WHERE account = ? AND thing_group = ? AND thing = ?', account.key, group, thing);
  }

  /** All groups that a thing was put into. There are ten at most. */
  groupsOf(account: Account, thing: string): string[] {
    const sql = 'SELECT thing_group FROM thing_group_member WHERE account = ? AND thing = ? ORDER BY seq';
    return this.database.all(sql, account.key, thing).map((row) => text(row, 'thing_group'));
  }

  groupsPage(account: Account, thing: string, request: PageRequest): Page<string> {
    const query = { table: 'thing_group_member', where: 'account = ? AND thing = ?', values: [account.key, thing] };
    return readPage(this.database, query, request, (row) => text(row, 'thing_group'));
  }

  thingsPage(account: Account, group: string, recursive: boolean, request: PageRequest): Page<string> {
    const query = recursive
      ? { table: 'thing_group_member', where: `account = ? AND (thing_group = ? OR thing_group IN (${BELOW}))`, values: [account.key, group, account.key, group, account.key] }
      : { table: 'thing_group_member', where: 'account = ? AND thing_group = ?', values: [account.key, group] };
    return readPage(this.database, query, request, (row) => text(row, 'thing'));
  }
}

/** Names of all groups below one: account, name, account. */
const BELOW = `WITH RECURSIVE below (name) AS (
    SELECT name FROM thing_group WHERE account = ? AND parent = ?
    UNION SELECT child.name FROM thing_group AS child JOIN below ON child.parent = below.name WHERE child.account = ?)
  SELECT name FROM below`;

const read = (row: Row): ThingGroup => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  id: text(row, 'id'),
  parent: textOrNone(row, 'parent'),
  description: textOrNone(row, 'description'),
  attributes: JSON.parse(text(row, 'attributes')) as Attributes,
  version: number(row, 'version'),
  createdAt: date(row, 'created_at'),
});
