import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgresFolders } from '../../setup/programs.mjs';

export interface FreshDatabase {
  url: string;
  /** Removes the database, and closes the connections that a failed test left open. */
  drop(): Promise<void>;
}

/** A ledger with all tables and rules and no rows, which `makeLedgerTemplate` has made once for the run: migrating each anew takes several times as long. */
export const LEDGER_TEMPLATE = 'empty_ledger';

const INVALID_CATALOG_NAME = '3D000';

/** A new, empty database for one spec, in the PostgreSQL of this test run. */
export function freshDatabase(): Promise<FreshDatabase> {
  return newDatabase('template0');
}

/** A new ledger for one spec, whose tables are up to date; empty on a server of the spec's own, where the service makes them. */
export async function freshLedger(): Promise<FreshDatabase> {
  try {
    return await newDatabase(LEDGER_TEMPLATE);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INVALID_CATALOG_NAME) throw error;
    return freshDatabase();
  }
}

/** Nobody may be connected to the template. */
async function newDatabase(template: string): Promise<FreshDatabase> {
  const server = process.env['DATABASE_URL'];
  if (!server) throw new Error('DATABASE_URL is missing: run the tests through jest.config.js, whose globalSetup starts PostgreSQL');
  const name = `spec_${randomBytes(8).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(server, name) };
}

/** object_in_use; insufficient_privilege, which is what an autovacuum worker at work there gives. */
const NOT_NOW = new Set(['55006', '42501']);

/** PostgreSQL waits five seconds for those whom it has ended, which an autovacuum on a busy machine may outlast, and may not end an autovacuum itself. */
async function drop(server: string, name: string, tries = 4): Promise<void> {
  try {
    await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    if (tries === 1 || !(error instanceof pg.DatabaseError) || !NOT_NOW.has(error.code ?? '')) throw error;
    // Without FORCE it asks the autovacuum to end, and waits for it.
    await administer(server, `DROP DATABASE IF EXISTS ${name}`).catch(() => undefined);
    await drop(server, name, tries - 1);
  }
}

export async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const runProgram = promisify(execFile);

/** As the handbook says: `pg_dump`, to be put back by `restoreDatabase`. */
export async function dumpDatabase(url: string, file: string): Promise<void> {
  await runProgram(postgresProgram('pg_dump'), ['--format=custom', `--file=${file}`, `--dbname=${url}`]);
}

/** Puts the backup in the place of the database. Nobody may be connected. */
export async function restoreDatabase(url: string, file: string): Promise<void> {
  const server = process.env['DATABASE_URL']!;
  const name = new URL(url).pathname.slice(1);
  await drop(server, name);
  await administer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  await runProgram(postgresProgram('pg_restore'), ['--no-owner', '--exit-on-error', `--dbname=${url}`, file]);
}

function postgresProgram(name: string): string {
  const folder = findPostgresFolders()[0];
  if (folder === undefined) throw new Error('PostgreSQL is not installed');
  return join(folder.folder, name);
}
