import pg from 'pg';
import { isLedgerDown } from '../../src/platform/database/pg-errors.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';

let database: FreshDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
});
afterEach(async () => {
  await client.end().catch(() => undefined);
  await database.drop();
});

const errorOf = (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => error);

/** Ends the client's connection from the server's side, as a crash of PostgreSQL does, and waits until the client knows. */
async function cut() {
  const known = new Promise((resolve) => client.once('end', resolve));
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  await other.end();
  await known;
}

it('knows a ledger that went away while a statement ran', async () => {
  const running = errorOf(client.query('select pg_sleep(60)'));
  await cut();
  expect(isLedgerDown(await running)).toBe(true);
});

it('knows a ledger that went away between two statements of one transaction', async () => {
  await client.query('begin');
  await cut();
  const error = await errorOf(client.query('rollback'));
  expect(error).toBeInstanceOf(Error);
  expect(isLedgerDown(error)).toBe(true);
});

it('does not take a statement that PostgreSQL refuses for a ledger that is away', async () => {
  expect(isLedgerDown(await errorOf(client.query('select 1 / 0')))).toBe(false);
});
