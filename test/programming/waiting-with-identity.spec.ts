import { sql } from 'kysely';
import { JobRepository } from '../../src/programming/job.repository.js';
import { LeaseAbsence } from '../../src/work-orders/lease-absence.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const serialOf = (answer: Awaited<ReturnType<ServiceBench['claim']>>['answer']) => (answer.body['unit'] as { serial: string } | undefined)?.serial;
const next = async (db = bench.db) => (await new JobRepository(db, bench.app.get(LeaseAbsence, { strict: false })).findNext({ line: 'line-1', steps: [], workOrder: undefined, assignedTo: '' }, 'a/1', []))?.serial;

describe('an order that gives no more certificates, with spares before the units that have theirs', () => {
  it('has them handed out all the same: one that was certified without a station', async () => {
    const { id, serials } = await bench.order(300, { quantity: 1 });
    expect((await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[299], csr: csrFor(deviceKey()) })).status).toBe(201);
    await until('the last unit is the next', async () => ((await next()) === serials[299] ? true : undefined));
    // What the queues hold of the order is of no use by now.
    const job = await until('its job', async () => { const { answer } = await bench.claim(); return answer.status === 200 ? answer : undefined; });
    expect(serialOf(job)).toBe(serials[299]);
    expect((await bench.claim(undefined, '2')).answer.status).toBe(204);
  });

  it('has one handed out that came back from its station, and none that was reworked since', async () => {
    const { id, serials } = await bench.order(300, { quantity: 1 });
    const { jobId, fence } = await bench.claim(serials[299]);
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
    // As it would stand behind more than a thousand others that were tried before.
    await bench.db.updateTable('job').set({ attempt: 0 }).where('work_order_id', '=', id).execute();
    expect(await next()).toBe(serials[299]);
    expect((await bench.as('operator').post(`/v1/units/${serials[299]}/rework`)).status).toBe(200);
    await sql`update work_order set certificates_reserved = quantity where id = ${id}`.execute(bench.db);
    expect(await next()).toBeUndefined();
  });

  it('has them found by as few rows, however many spares there are', async () => {
    const { id } = await bench.order(1, { quantity: 1 });
    const serial = 'SPARE-20000';
    await sql`insert into unit (serial, work_order_id, state) select 'SPARE-' || n, ${id}, 'planned' from generate_series(1, 20000) as n`.execute(bench.db);
    await sql`insert into job (unit_id, work_order_id, line_id, state) select id, work_order_id, 'line-1', 'queued' from unit where serial like 'SPARE-%' order by id`.execute(bench.db);
    expect((await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(deviceKey()) })).status).toBe(201);
    await until('it is the next', async () => ((await next()) === serial ? true : undefined));
    await sql`vacuum analyze`.execute(bench.db);
    const rows = await bench.db.transaction().execute(async (tx) => {
      const read = async () => (await sql<{ rows: number }>`select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint as rows from pg_stat_xact_user_tables where relname in ('job', 'unit', 'certificate')`.execute(tx)).rows[0]!.rows;
      const before = await read();
      expect(await next(tx as typeof bench.db)).toBe(serial);
      return (await read()) - before;
    });
    expect(rows).toBeLessThan(2_000);
  });
});
