import pg from 'pg';
import { ClassPools, sharesOf } from '../../src/platform/database/class-pools.js';
import { isLedgerDown } from '../../src/platform/database/pg-errors.js';
import { PipelinedPool } from '../../src/platform/database/pipelined-pool.js';
import { inClass } from '../../src/platform/request-class.js';
import { type FreshDatabase, freshDatabase } from '../support/database.js';
import { until } from '../support/until.js';

let fresh: FreshDatabase;
let pools: ClassPools;
beforeEach(async () => {
  fresh = await freshDatabase();
  pools = new ClassPools({ connectionString: fresh.url, connectionTimeoutMillis: 400 }, 10, () => undefined);
});
afterEach(async () => {
  await pools.end();
  await fresh.drop();
});

const take = (name: 'station' | 'issuer' | 'people', count: number) => Promise.all(Array.from({ length: count }, () => inClass(name, () => pools.connect())));
const giveBack = (clients: readonly pg.PoolClient[]) => clients.forEach((client) => client.release());

it('gives each class of callers connections of its own, and stations what is left', () => {
  expect(sharesOf(10)).toEqual({ station: 4, issuer: 2, people: 2, background: 2 });
  expect(sharesOf(20)).toEqual({ station: 8, issuer: 4, people: 4, background: 4 });
});

it('answers a station while issuers and people hold all of theirs', async () => {
  const held = [...(await take('issuer', 2)), ...(await take('people', 2))];
  const [station] = await take('station', 1);
  expect((await station!.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  giveBack([...held, station!]);
});

it('tells a class whose connections are all at work that the ledger is busy, and lets it in when one is free', async () => {
  const held = await take('people', 2);
  await expect(inClass('people', () => pools.connect())).rejects.toMatchObject({ code: 'ledger-busy', status: 503, retryable: true });
  giveBack(held);
  giveBack(await take('people', 1));
});

it('tells of each connection that is cut, idle or at work', async () => {
  let lost = 0;
  const own = new ClassPools({ connectionString: fresh.url }, 10, () => undefined, () => void (lost += 1));
  const [atWork, idle] = await Promise.all([own.connect(), own.connect()]);
  const pids = [atWork, idle].map((client) => (client as unknown as { processID: number }).processID);
  idle.release();
  const [other] = await take('people', 1);
  await other!.query('select pg_terminate_backend(pid) from unnest($1::integer[]) as pid', [pids]);
  expect(await until('both told', async () => (lost >= 2 ? lost : undefined))).toBeGreaterThanOrEqual(2);
  atWork.release(true);
  giveBack([other!]);
  await own.end();
});

it('gives a connection up whose statement has no answer in time, but not for work in the background', async () => {
  const own = new PipelinedPool(new ClassPools({ connectionString: fresh.url, query_timeout: 300, pipeline: true } as pg.PoolConfig, 10, () => undefined));
  for (let time = 0; time < 3; time++) {
    const station = await inClass('station', () => own.connect());
    expect(isLedgerDown(await station.query('select pg_sleep(30)', []).catch((error: unknown) => error))).toBe(true);
    station.release();
  }
  const next = await inClass('station', () => own.connect());
  expect((await next.query('select 1 as one', [])).rows).toEqual([{ one: 1 }]);
  next.release();
  const patient = await own.connect();
  expect((await patient.query('select pg_sleep(0.6)', [])).rows).toHaveLength(1);
  patient.release();
  await own.end();
});

it('refuses at once beyond what may wait, and says when to come back', async () => {
  const held = await take('people', 2);
  const waiting = Array.from({ length: 51 }, () => inClass('people', () => pools.connect()).then(() => 'in', (error: { code: string; retryAfterMs?: number }) => error));
  const first = await Promise.race(waiting);
  expect(first).toMatchObject({ code: 'ledger-busy', retryAfterMs: expect.any(Number) });
  const answers = await Promise.all(waiting);
  expect(answers.every((answer) => typeof answer === 'object' && answer.code === 'ledger-busy')).toBe(true);
  giveBack(held);
});
