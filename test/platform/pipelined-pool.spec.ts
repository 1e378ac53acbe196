import { sql } from 'kysely';
import { bigintArray, byteaArray, textArray } from '../../src/platform/database/arrays.js';
import { Database, openDatabase, run } from '../../src/platform/database/database.js';
import { type FreshDatabase, freshLedger } from '../support/database.js';

let database: FreshDatabase;
let db: Database;

beforeAll(async () => {
  database = await freshLedger();
  db = await openDatabase({ url: database.url, connections: 2, onIdleError: () => undefined });
  await sql`create table thing (id integer primary key, name text)`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});
beforeEach(() => sql`truncate thing`.execute(db));

const ids = async () => (await run<{ id: number }>(db, 'select id from thing order by id', [])).map(({ id }) => id);
const insert = (ledger: Database | Parameters<typeof run>[0], id: number) => run(ledger, 'insert into thing (id) values ($1)', [id]);

it('gives each of the statements that travel together its own answer, in order', async () => {
  const answers = await db.transaction().execute((tx) =>
    Promise.all([1, 2, 3].map((number) => run<{ twice: number }>(tx, 'select $1::integer * 2 as twice', [number]))),
  );
  expect(answers).toEqual([[{ twice: 2 }], [{ twice: 4 }], [{ twice: 6 }]]);
});

it('commits nothing of a transaction in which one of the statements that travel together fails', async () => {
  await insert(db, 2);
  const failed = db.transaction().execute((tx) => Promise.all([insert(tx, 1), insert(tx, 2), insert(tx, 3)]));
  await expect(failed).rejects.toMatchObject({ code: '23505' });
  expect(await ids()).toEqual([2]);
});

it('commits nothing of a transaction whose caller throws while its statements are under way', async () => {
  const failed = db.transaction().execute(async (tx) => {
    void insert(tx, 1);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await ids()).toEqual([]);
  await db.transaction().execute((tx) => insert(tx, 4));
  expect(await ids()).toEqual([4]);
});

it('prepares on a connection what is asked often, and answers it as before', async () => {
  await db.connection().execute(async (one) => {
    const prepared = async () => (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(one)).rows.map(({ statement }) => statement);
    const often = 'select $1::text || name as said from (values (\'!\')) as said (name)';
    expect(await run(one, often, ['a'])).toEqual([{ said: 'a!' }]);
    expect(await prepared()).not.toContain(often);
    for (const word of ['b', 'c', 'd', 'e', 'f']) expect(await run(one, often, [word])).toEqual([{ said: `${word}!` }]);
    expect(await prepared()).toContain(often);
  });
});

it('carries arrays of octets, texts and numbers as they are, empty ones too', async () => {
  const octets = [Buffer.from([0, 255, 92, 34]), Buffer.alloc(0), Buffer.alloc(70_000, 7)];
  const texts = ['', 'ä"\\{},NULL', 'line\nbreak'];
  const numbers = [0, -1, 2 ** 53 - 1];
  for (const count of [3, 1, 0]) {
    const values = [byteaArray(octets.slice(0, count)), textArray(texts.slice(0, count)), bigintArray(numbers.slice(0, count))];
    const [row] = await run<{ octets: Buffer[]; texts: string[]; numbers: string[] }>(db, 'select $1::bytea[] as octets, $2::text[] as texts, $3::bigint[] as numbers', values);
    expect(row?.octets.map((each) => each.toString('hex'))).toEqual(octets.slice(0, count).map((each) => each.toString('hex')));
    expect(row?.texts).toEqual(texts.slice(0, count));
    expect(row?.numbers.map(Number)).toEqual(numbers.slice(0, count));
  }
});
