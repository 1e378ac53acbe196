import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let database: FreshDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(() => client.end());

it('gives each spec an empty database of its own', async () => {
  await client.query('create table mine (id int)');
  const { rows } = await client.query(`select table_name from information_schema.tables where table_schema = 'public'`);
  expect(rows).toEqual([{ table_name: 'mine' }]);
});

it('lets the ledger in as an ordinary role, not as a superuser', async () => {
  const { rows } = await client.query('select rolsuper from pg_roles where rolname = current_user');
  expect(rows).toEqual([{ rolsuper: false }]);
});

it('drops the database even while a connection is open', async () => {
  const other = await freshDatabase();
  const open = new pg.Client({ connectionString: other.url });
  const cut = new Promise<string>((resolve) => open.on('error', (error) => resolve(error.message)));
  await open.connect();
  await other.drop();
  expect(await cut).toMatch(/terminat/);
});
