import { sql } from 'kysely';
import { numbers, type OldLedger, startOldLedger } from '../support/old-ledger.js';

const COUNTS = `select (select count(*) from log_leaf) as leaves, (select count(*) from log_index) as indexed, (select count(*) from certificate) as certificates,
  (select count(*) from unit) as units, (select count(*) from job) as jobs, (select count(*) from work_order) as orders, (select count(*) from api_key) as keys`;

let old: OldLedger;
beforeAll(async () => {
  old = await startOldLedger('0005', COUNTS);
});
afterAll(() => old?.close());

it('keeps every row, and its leaves where they were', async () => {
  const { rows } = await sql<Record<string, unknown>>`select (select count(*) from log_leaf where seq <= 131) as leaves, (select count(*) from log_index where index < 131) as indexed,
    (select count(*) from certificate) as certificates, (select count(*) from unit) as units, (select count(*) from job) as jobs, (select count(*) from work_order) as orders,
    (select count(*) from api_key where name = 'bootstrap' or created_at < (select min(created_at) from api_key) + interval '1 hour') as keys`.execute(old.db);
  expect(numbers(rows[0]!)).toEqual(old.before);
  expect(old.before).toMatchObject({ certificates: 14, orders: 9 });
});

it('counts the leaves that it has by their events', async () => {
  const { rows } = await sql<{ event: string; leaves: number }>`select event, count(*) as leaves from log_leaf join log_index using (seq) group by event order by event`.execute(old.db);
  expect(await old.db.selectFrom('log_count').select(['event', 'leaves']).orderBy('event').execute()).toEqual(rows);
});

it('says of keys that nobody is known to have made them', async () => {
  const { items } = await old.get('auditor', '/v1/access/keys');
  expect(new Set(items.filter(({ name }: { name: string }) => name === 'bootstrap').map(({ createdBy }: { createdBy: string }) => createdBy))).toEqual(new Set(['system']));
});

it('names the unit that has another one’s key, which was allowed once, and goes on', async () => {
  const shared = await old.db.selectFrom('shared_device_key').innerJoin('unit', 'unit.id', 'unit_id').select('serial').execute();
  expect(shared).toEqual([{ serial: 'F-2' }]);
  const first = await old.db.selectFrom('device_key').innerJoin('unit', 'unit.id', 'unit_id').select(['serial', 'compromised_at']).where('serial', '=', 'F-1').execute();
  expect(first).toEqual([{ serial: 'F-1', compromised_at: expect.any(Date) }]);
});

it('adds up the jobs that have ended', async () => {
  const { rows } = await sql<{ state: string; jobs: number }>`select state, count(*) as jobs from job where state in ('passed', 'failed', 'cancelled') group by state order by state`.execute(old.db);
  const tally = await old.db.selectFrom('job_tally').select(({ fn }) => ['state', fn.sum<number>('jobs').as('jobs')]).groupBy('state').orderBy('state').execute();
  expect(tally.map(({ state, jobs }) => [state, Number(jobs)])).toEqual(rows.map(({ state, jobs }) => [state, Number(jobs)]));
  expect(rows.map(({ state }) => state)).toEqual(['failed', 'passed']);
});

it('shows an order whose family does not exist, with what is wrong, and hands its units to nobody', async () => {
  expect(await old.get('manager', '/v1/work-orders/direct-1')).toMatchObject({ state: 'released', releasedBy: null, findings: [expect.objectContaining({ problem: expect.any(String) }), expect.anything()] });
  const claimed = await old.db.selectFrom('unit').select('serial').where('work_order_id', '=', 'direct-1').where('state', '!=', 'planned').execute();
  expect(claimed).toEqual([]);
});
