import { sql } from 'kysely';
import { JobCountsRepository } from '../../src/programming/job-counts.repository.js';
import { JobRepository } from '../../src/programming/job.repository.js';
import { WaitingJobsQueries } from '../../src/programming/waiting-jobs.queries.js';
import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import type { Database } from '../../src/platform/database/database.js';
import { LeaseAbsence } from '../../src/work-orders/lease-absence.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterAll(() => bench.close());

const claimAt = (slot: string) => bench.claim(undefined, slot);
const serialOf = ({ answer }: Awaited<ReturnType<typeof claimAt>>) => (answer.body['unit'] as { serial: string } | undefined)?.serial;
const setOrder = (id: string, state: 'released' | 'held') => bench.db.updateTable('work_order').set({ state }).where('id', '=', id).execute();

describe('the next job of a line', () => {
  afterEach(() => bench.clearSlots());

  it('is none of an order whose quota is used up, unless its unit has its certificate', async () => {
    const { serials } = await bench.order(4, { quantity: 1 });
    const first = await bench.claim();
    expect(serialOf(first)).toBe(serials[0]);
    expect((await bench.as('station').post(`/v1/jobs/${first.jobId}/certificate`, { fence: first.fence, csr: csrFor(deviceKey()) })).status).toBe(201);
    expect((await claimAt('2')).answer.status).toBe(204);
    expect((await bench.claim(serials[1], '2')).answer).toMatchObject({ status: 409, body: { code: 'order-exhausted' } });

    await bench.as('station').post(`/v1/jobs/${first.jobId}/release`, { fence: first.fence });
    expect(serialOf(await claimAt('2'))).toBe(serials[0]);
  });

  it('is one that was certified without a station, also when that used the quota up', async () => {
    const { id, serials } = await bench.order(3, { quantity: 1 });
    expect((await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[1], csr: csrFor(deviceKey()) })).status).toBe(201);
    expect([serialOf(await claimAt('1')), (await claimAt('2')).answer.status]).toEqual([serials[1], 204]);
  });

  it('is one of another order while the first one is held, and is scanned in vain', async () => {
    const held = await bench.order(2);
    const open = await bench.order(1);
    await setOrder(held.id, 'held');
    expect(serialOf(await claimAt('1'))).toBe(open.serials[0]);
    expect((await claimAt('2')).answer.status).toBe(204);
    expect((await bench.claim(held.serials[0], '2')).answer).toMatchObject({ status: 409, body: { code: 'work-order-not-released', detail: expect.stringContaining(held.id) } });
    await setOrder(held.id, 'released');
    expect(serialOf(await claimAt('2'))).toBe(held.serials[0]);
  });

  it('is one that was tried least', async () => {
    const { serials } = await bench.order(2);
    const first = await bench.claim();
    await bench.as('station').post(`/v1/jobs/${first.jobId}/release`, { fence: first.fence });
    expect([serialOf(first), serialOf(await claimAt('1')), serialOf(await claimAt('2'))]).toEqual([serials[0], serials[1], serials[0]]);
  });

  it('of an order that is not released yet is told by the order’s name', async () => {
    const body = { id: 'wo-early', product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['EARLY-1'] };
    expect((await bench.as('manager').post('/v1/work-orders', body)).status).toBe(201);
    expect((await bench.claim('EARLY-1')).answer).toMatchObject({ status: 409, body: { code: 'work-order-not-released', detail: 'Work order wo-early is planned, not released' } });
  });
});

describe('a ledger full of old work', () => {
  const OLD = 20_000;
  beforeAll(async () => {
    const { id } = await bench.order(1);
    await bench.clearSlots();
    await sql`insert into unit (serial, work_order_id, state) select 'OLD-' || n, ${id}, 'passed' from generate_series(1, ${OLD}) as n`.execute(bench.db);
    await sql`insert into job (unit_id, work_order_id, line_id, state, attempt) select id, work_order_id, 'line-1', 'passed', 1 from unit where serial like 'OLD-%'`.execute(bench.db);
    await sql`insert into attempt (job_id, number, unit_id, station_id, slot, fence) select id, 1, unit_id, 'a', '1', 1 from job where attempt = 1 and state = 'passed'`.execute(bench.db);
    // Orders that were never finished nor closed: one held, one whose quota is used up.
    for (const state of ['held', 'released']) {
      await sql`insert into work_order (id, product, line_id, profile, method, authority_family, quantity, state)
        values (${`stale-${state}`}, 'sensor', 'line-1', 'device', 'jitp', 'Test', 1, ${state})`.execute(bench.db);
      await sql`insert into unit (serial, work_order_id, state) select ${`STALE-${state}-`} || n, ${`stale-${state}`}, 'planned' from generate_series(1, ${OLD / 4}) as n`.execute(bench.db);
      await sql`insert into job (unit_id, work_order_id, line_id, state) select id, work_order_id, 'line-1', 'queued' from unit where work_order_id = ${`stale-${state}`}`.execute(bench.db);
    }
    await sql`update work_order set certificates_reserved = 1 where id = 'stale-released'`.execute(bench.db);
    await sql`insert into job_tally (line_id, state, jobs) values ('line-1', 'passed', ${OLD})`.execute(bench.db);
    await sql`vacuum analyze`.execute(bench.db);
  });

  // What waits in the stale orders stays.
  afterEach(async () => {
    await bench.db.updateTable('job').set({ state: 'cancelled', station_id: null, slot: null }).where('state', 'in', ['queued', 'leased']).where('work_order_id', 'not like', 'stale-%').execute();
  });

  /** Rows that `work` reads of these tables, in one transaction of its own. */
  async function rowsRead(work: (db: Database) => Promise<unknown>): Promise<number> {
    return bench.db.transaction().execute(async (tx) => {
      const read = async () => {
        const { rows } = await sql<{ rows: number }>`
          select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint as rows from pg_stat_xact_user_tables
          where relname in ('job', 'unit', 'attempt', 'job_tally', 'certificate')`.execute(tx);
        return rows[0]!.rows;
      };
      const before = await read();
      await work(tx as Database);
      return (await read()) - before;
    });
  }

  it('does not slow a claim, what goes into the queues, or the count of what has ended', async () => {
    const { serials } = await bench.order(3);
    const claim = await rowsRead(async (db) => {
      expect((await new JobRepository(db, bench.app.get(LeaseAbsence, { strict: false })).findNext({ line: 'line-1', steps: [], workOrder: undefined, assignedTo: '' }, 'a/1', []))?.serial).toBe(serials[0]);
    });
    const fill = await rowsRead(async (db) => {
      expect(await new WaitingJobsQueries(db).next({ line: 'line-1', step: 'provision', assignedTo: '' }, 1_000)).toHaveLength(3);
    });
    const fold = await rowsRead((db) => new JobCountsRepository(db).fold());
    expect(claim).toBeLessThan(500);
    expect(fill).toBeLessThan(500);
    expect(fold).toBeLessThan(50);
  });

  it('does not slow a claim by what waits in another step', async () => {
    const { id, serials } = await bench.order(2);
    await sql`update job set step = 'test', step_number = 2 from unit where unit.id = unit_id and unit.serial = ${serials[1]!}`.execute(bench.db);
    for (const workOrder of [undefined, id]) {
      const rows = await rowsRead(async (db) => {
        expect((await new JobRepository(db, bench.app.get(LeaseAbsence, { strict: false })).findNext({ line: 'line-1', steps: ['test'], workOrder, assignedTo: '' }, 'a/1', []))?.serial).toBe(serials[1]);
      });
      expect(rows).toBeLessThan(20);
    }
  });

  it('does not slow the page of a unit, nor the count of a line’s jobs by more than the jobs that wait', async () => {
    const plan = async (query: ReturnType<typeof sql>) => JSON.stringify((await sql`explain (format json) ${query}`.execute(bench.db)).rows);
    for (const table of ['job', 'attempt']) expect(await plan(sql`select * from ${sql.table(table)} where unit_id = 1`)).toContain('by_unit');
    const { serials } = await bench.order(3);
    await bench.claim(serials[0]);
    const before = (await new JobCountsRepository(bench.db).byPlace()).get('line-1~provision');
    const waiting = OLD / 2 + 2;
    expect(before).toMatchObject({ queued: waiting, leased: 1 });
    expect(await rowsRead((db) => new JobCountsRepository(db).byPlace())).toBeLessThan(waiting + 100);
  });

  it('is counted as it ends, and added up by the queues’ repair without a change of the sum', async () => {
    const count = async () => ((await bench.as('manager').get('/v1/queues')).body as { items: { jobs: Record<string, number> }[] }).items[0]!.jobs;
    await bench.app.get(QueueUpkeep).repair();
    const before = await count();
    await bench.order(2);
    for (const outcome of ['FAIL', 'FAIL']) {
      const { jobId, fence } = await bench.claim();
      await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome });
    }
    const after = await count();
    expect(after).toEqual({ ...before, failed: before['failed']! + 2 });
    expect((await bench.db.selectFrom('job_tally').select('id').execute()).length).toBeGreaterThan(2);
    await Promise.all([bench.app.get(QueueUpkeep).repair(), bench.app.get(JobCountsRepository).fold()]);
    expect(await count()).toEqual(after);
    expect((await bench.db.selectFrom('job_tally').select('id').execute()).length).toBeLessThanOrEqual(2);
  });
});
