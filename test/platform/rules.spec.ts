import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/platform/database/database.js';
import { installRules, readRules } from '../../src/platform/database/rules.js';
import { type FreshDatabase, freshLedger } from '../support/database.js';
import { newFolder } from '../support/run-folders.js';

let fresh: FreshDatabase;
let db: Database;
beforeEach(async () => {
  fresh = await freshLedger();
  db = await openDatabase({ url: fresh.url, connections: 3, onIdleError: () => undefined });
});
afterEach(async () => {
  await db.destroy();
  await fresh.drop();
});

/** A folder as `src`, with one module's rules. */
function modules(rules: string): string {
  const folder = newFolder('rules');
  mkdirSync(join(folder, 'module'));
  writeFileSync(join(folder, 'module', 'rules.sql'), rules);
  return folder;
}

const functions = async () =>
  (await sql<{ signature: string; id: number }>`select oid::int as id, oid::regprocedure::text as signature from pg_proc where pronamespace = 'public'::regnamespace order by 2`.execute(db)).rows;

it('the ledger has every function of the modules’ .sql files once', async () => {
  const installed = (await functions()).map(({ signature }) => signature.replace(/\(.*/, ''));
  for (const { functionName } of readRules()) expect(installed.filter((name) => name === functionName)).toEqual([functionName]);
});

it('what is installed already stays as it is', async () => {
  const before = await functions();
  await installRules(db as never);
  expect(await functions()).toEqual(before);
});

it('a rule that changed takes the place of the old one, also with other arguments', async () => {
  await installRules(db as never, modules('-- First.\ncreate function twice(n integer) returns integer language sql as $$ select n * 2 $$;\n'));
  await installRules(db as never, modules('create function twice(n bigint, more bigint) returns bigint language sql as $$ select n * 2 + more $$;\n'));
  expect((await functions()).map(({ signature }) => signature).filter((signature) => signature.startsWith('twice'))).toEqual(['twice(bigint,bigint)']);
});

it('a rule that can’t be installed leaves the ones before it', async () => {
  const before = await functions();
  await expect(installRules(db as never, modules('create function record_leaves() returns void language sql as $$ select 1 $$;\ncreate function broken( returns void;\n'))).rejects.toThrow('syntax error');
  expect(await functions()).toEqual(before);
});

it('two processes that start together install them one after the other', async () => {
  const folder = modules('create function once() returns integer language sql as $$ select 1 $$;\n');
  await Promise.all([installRules(db as never, folder), installRules(db as never, folder)]);
  expect((await functions()).map(({ signature }) => signature)).toContain('once()');
});
