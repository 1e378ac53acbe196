import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts.js';
import { number, text, type Database, type Row } from './database.js';
import { readPage, type Page, type PageRequest } from './page.js';

export type Attributes = Readonly<Record<string, string>>;
export type ThingPrincipalType = 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';

export interface Thing {
  account: string;
  name: string;
  id: string;
  attributes: Attributes;
  version: number;
}

export interface ThingPrincipal {
  thing: string;
  certificateId: string;
  type: ThingPrincipalType;
}

/** Things and the certificates attached to them. */
export class ThingRepository {
  constructor(private readonly database: Database) {}

  add(account: Account, name: string, attributes: Attributes): Thing {
    const thing = { account: account.key, name, id: randomUUID(), attributes, version: 1 };
    const sql = 'INSERT INTO thing (account, name, id, attributes, version) VALUES (?,?,?,?,1)';
    this.database.run(sql, account.key, name, thing.id, JSON.stringify(attributes));
    return thing;
  }

  find(account: Account, name: string): Thing | undefined {
    const row = this.database.first('SELECT * FROM thing WHERE account = ? AND name = ?', account.key, name);
    return row && readThing(row);
  }

  setAttributes(thing: Thing, attributes: Attributes): void {
    const sql = 'UPDATE thing SET attributes = ?, version = version + 1 WHERE account = ? AND name = ?';
    this.database.run(sql, JSON.stringify(attributes), thing.account, thing.name);
  }

  remove(thing: Thing): void {
    this.database.run('DELETE FROM thing WHERE account = ? AND name = ?', thing.account, thing.name);
  }

  /** With an attribute, only the things that have it (and, where given, with this value or a value that starts so). */
  page(
    account: Account,
    filter: { attributeName?: string | undefined; attributeValue?: string | undefined; prefix?: boolean | undefined },
    request: PageRequest,
  ): Page<Thing> {
    const { attributeName, attributeValue, prefix } = filter;
    if (attributeName === undefined) return readPage(this.database, { table: 'thing', where: 'account = ?', values: [account.key] }, request, readThing);
    const matches = prefix === true ? 'substr(value, 1, length(?)) = ?' : 'length(?) >= 0 AND value = ?';
    const where = `account = ? AND EXISTS (SELECT 1 FROM json_each(thing.attributes) WHERE key = ?${attributeValue === undefined ? '' : ` AND ${matches}`})`;
    const values = [account.key, attributeName, ...(attributeValue === undefined ? [] : [attributeValue, attributeValue])];
    return readPage(this.database, { table: 'thing', where, values }, request, readThing);
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

  principalsPage(account: Account, thing: string, request: PageRequest): Page<ThingPrincipal> {
    const query = { table: 'thing_principal', where: 'account = ? AND thing = ?', values: [account.key, thing] };
    return readPage(this.database, query, request, readPrincipal);
  }

  thingsPage(account: Account, certificateId: string, request: PageRequest): Page<ThingPrincipal> {
    const query = { table: 'thing_principal', where: 'account = ? AND certificate_id = ?', values: [account.key, certificateId] };
    return readPage(this.database, query, request, readPrincipal);
  }
}

const readThing = (row: Row): Thing => ({
  account: text(row, 'account'),
  name: text(row, 'name'),
  id: text(row, 'id'),
  attributes: JSON.parse(text(row, 'attributes')) as Attributes,
  version: number(row, 'version'),
});

const readPrincipal = (row: Row): ThingPrincipal => ({
  thing: text(row, 'thing'),
  certificateId: text(row, 'certificate_id'),
  type: text(row, 'type') as ThingPrincipalType,
});
