import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { number, text, textOrNone, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export type Attributes = Readonly<Record<string, string>>;
export type ThingPrincipalType = 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';

export interface Thing {
  account: string;
  name: string;
  id: string;
  attributes: Attributes;
  type: string | undefined;
  billingGroup: string | undefined;
  version: number;
}

export interface ThingFilter {
  attributeName?: string | undefined;
  attributeValue?: string | undefined;
  prefix?: boolean | undefined;
  type?: string | undefined;
  billingGroup?: string | undefined;
}

export interface ThingPrincipal {
  thing: string;
  certificateId: string;
  type: ThingPrincipalType;
}

/** Things and the certificates attached to them. */
export class ThingRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, name: string, attributes: Attributes, more: { type?: string | undefined; billingGroup?: string | undefined } = {}): Thing {
    const thing = { account: account.key, name, id: randomUUID(), attributes, type: more.type, billingGroup: more.billingGroup, version: 1 };
    const sql = 'INSERT INTO thing (account, name, id, attributes, type, billing_group, version) VALUES (?,?,?,?,?,?,1)';
    this.database.run(sql, account.key, name, thing.id, JSON.stringify(attributes), more.type ?? null, more.billingGroup ?? null);
    return thing;
  }

  find(account: Account, name: string): Thing | undefined {
    const row = this.database.first('SELECT * FROM thing WHERE account = ? AND name = ?', account.key, name);
    return row && readThing(row);
  }

  update(thing: Thing, change: Partial<Pick<Thing, 'attributes' | 'type' | 'billingGroup'>>): void {
    const next = { ...thing, ...change };
    const sql = 'UPDATE thing SET attributes = ?, type = ?, billing_group = ?, version = version + 1 WHERE account = ? AND name = ?';
    this.database.run(sql, JSON.stringify(next.attributes), next.type ?? null, next.billingGroup ?? null, thing.account, thing.name);
  }

  remove(thing: Thing): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM thing_group_member WHERE account = ? AND thing = ?', thing.account, thing.name);
      this.database.run('DELETE FROM thing WHERE account = ? AND name = ?', thing.account, thing.name);
    });
  }

  /** The things that fit all of what is given. `prefix` is about the value of the attribute. */
  page(account: Account, filter: ThingFilter, request: PageRequest): Page<Thing> {
    const { attributeName, attributeValue, prefix } = filter;
    const where = ['account = ?'];
    const values = [account.key];
    if (filter.type !== undefined) {
      where.push('type = ?');
      values.push(filter.type);
    }
    if (filter.billingGroup !== undefined) {
      where.push('billing_group = ?');
      values.push(filter.billingGroup);
    }
    if (attributeName !== undefined) {
      const matches = prefix === true ? 'substr(value, 1, length(?)) = ?' : 'length(?) >= 0 AND value = ?';
      where.push(`EXISTS (SELECT 1 FROM json_each(thing.attributes) WHERE key = ?${attributeValue === undefined ? '' : ` AND ${matches}`})`);
      values.push(attributeName, ...(attributeValue === undefined ? [] : [attributeValue, attributeValue]));
    }
    return readPage(this.database, { table: 'thing', where: where.join(' AND '), values }, request, readThing);
  }

  attach(account: Account, principal: ThingPrincipal): void {
    this.database.run(
      `INSERT INTO thing_principal (account, thing, certificate_id, type) VALUES (?,?,?,?)
       ON CONFLICT (account, thing, certificate_id) DO UPDATE SET type = excluded.type`,
      account.key,
      principal.thing,
      principal.certificateId,
      principal.type,
    );
  }

  /** Whether it was attached. */
  detach(account: Account, thing: string, certificateId: string): boolean {
    const sql = 'DELETE FROM thing_principal WHERE account = ? AND thing = ? AND certificate_id = ?';
    return this.database.run(sql, account.key, thing, certificateId) > 0;
  }

  principalsOf(account: Account, thing: string): ThingPrincipal[] {
    return this.database.all('SELECT * FROM thing_principal WHERE account = ? AND thing = ?', account.key, thing).map(readPrincipal);
  }

  thingsOf(account: Account, certificateId: string): ThingPrincipal[] {
    const sql = 'SELECT * FROM thing_principal WHERE account = ? AND certificate_id = ?';
    return this.database.all(sql, account.key, certificateId).map(readPrincipal);
  }

  isAttached(account: Account, thing: string, certificateId: string): boolean {
    const sql = 'SELECT 1 FROM thing_principal WHERE account = ? AND thing = ? AND certificate_id = ?';
    return this.database.first(sql, account.key, thing, certificateId) !== undefined;
  }

  principalsPage(account: Account, thing: string, type: ThingPrincipalType | undefined, request: PageRequest): Page<ThingPrincipal> {
    const query = ofType({ table: 'thing_principal', where: 'account = ? AND thing = ?', values: [account.key, thing] }, type);
    return readPage(this.database, query, request, readPrincipal);
  }

  thingsPage(account: Account, certificateId: string, type: ThingPrincipalType | undefined, request: PageRequest): Page<ThingPrincipal> {
    const query = ofType({ table: 'thing_principal', where: 'account = ? AND certificate_id = ?', values: [account.key, certificateId] }, type);
    return readPage(this.database, query, request, readPrincipal);
  }
}

function ofType<T extends { where: string; values: string[] }>(query: T, type: ThingPrincipalType | undefined): T {
  return type === undefined ? query : { ...query, where: `${query.where} AND type = ?`, values: [...query.values, type] };
}

const readThing = (row: Row): Thing => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  id: text(row, 'id'),
  attributes: JSON.parse(text(row, 'attributes')) as Attributes,
  type: textOrNone(row, 'type'),
  billingGroup: textOrNone(row, 'billing_group'),
  version: number(row, 'version'),
});

const readPrincipal = (row: Row): ThingPrincipal => ({
  thing: text(row, 'thing'),
  certificateId: text(row, 'certificate_id'),
  type: text(row, 'type') as ThingPrincipalType,
});
