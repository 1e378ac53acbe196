import { LineQueues } from '../../src/programming/line-queues.js';
import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import { type ServiceBench, serviceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
beforeEach(async () => {
  await bench.clearSlots();
  await bench.app.get(QueueUpkeep).repair();
});
afterAll(() => bench.close());

const POOL = 'bull:line-line-1~provision:prioritized';
type Given = { id: string; serials: string[] };
const manager = (url: string, body: object) => bench.as('manager').post(url, body);
const serialOf = (claim: Awaited<ReturnType<ServiceBench['claim']>>) => (claim.answer.body['unit'] as { serial: string } | undefined)?.serial;

let orders = 0;
async function order(units: number, terms: object = {}): Promise<Given> {
  const id = `p-${++orders}`;
  const serials = Array.from({ length: units }, (_, index) => `${id.toUpperCase()}-${index + 1}`);
  expect(await manager('/v1/work-orders', { id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: units, targets: ['eu'], serials, ...terms })).toMatchObject({ status: 201 });
  expect(await manager(`/v1/work-orders/${id}/release`, {})).toMatchObject({ status: 200 });
  return { id, serials };
}

/** The serials of the units whose entries wait, in the order in which the queue hands them out. Those whose job is over are dropped by the claim that finds them. */
async function queued(): Promise<string[]> {
  const entries = await bench.redis.zrange(POOL, 0, '-1');
  const rows = await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'unit_id').select(['job.id', 'serial']).where('job.state', '=', 'queued').execute();
  return entries.flatMap((entry) => rows.find(({ id }) => entry.startsWith(`job-${id}-`))?.serial ?? []);
}
const queueIs = (serials: readonly string[]) => until(`the queue is ${serials.join(' ')}`, async () => ((await queued()).join(' ') === serials.join(' ') ? true : undefined));

/** What the line hands out until nothing is left. */
async function handedOut(outcome = 'FAIL'): Promise<(string | undefined)[]> {
  const given = [];
  for (;;) {
    const claim = await bench.claim();
    if (claim.answer.status === 204) return given;
    given.push(serialOf(claim));
    expect((await bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, outcome })).status).toBe(200);
  }
}

/** The ways in which a claim finds its job: from the queue, and from the ledger where the queue has nothing or is not asked. */
const WAYS: [string, () => Promise<void>][] = [
  ['the queue', () => Promise.resolve()],
  ['the ledger, after Redis was emptied', async () => void (await bench.redis.flushdb())],
];

it.each(WAYS)('hands out an urgent order before those that were released before it, from %s', async (_way, prepare) => {
  const normal = await order(2);
  const later = await order(1, { priority: 9 });
  const urgent = await order(2, { priority: 1 });
  await queueIs([...urgent.serials, ...normal.serials, ...later.serials]);
  await prepare();
  expect(await handedOut()).toEqual([...urgent.serials, ...normal.serials, ...later.serials]);
});

it.each(WAYS)('follows the priority of an order that is changed while it runs, on record, from %s', async (_way, prepare) => {
  const first = await order(2);
  const second = await order(2);
  await queueIs([...first.serials, ...second.serials]);
  expect(await manager(`/v1/work-orders/${second.id}/priority`, { priority: 2, reason: 'the truck leaves at noon' })).toMatchObject({ status: 200, body: { id: second.id, priority: 2 } });
  await queueIs([...second.serials, ...first.serials]);
  await prepare();
  expect(await handedOut()).toEqual([...second.serials, ...first.serials]);
  expect(await bench.auditTrail(`work-order:${second.id}`)).toContain('work-order.prioritised');
});

it('is 5 of an order that says none, and is refused outside 1 to 9 and of an order that has ended', async () => {
  const { id } = await order(1);
  expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body).toMatchObject({ priority: 5, ahead: [] });
  for (const priority of [0, 10, 1.5, 'high', null]) expect(await manager(`/v1/work-orders/${id}/priority`, { priority })).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  expect(await bench.as('operator').post(`/v1/work-orders/${id}/priority`, { priority: 1 })).toMatchObject({ status: 403 });
  expect((await manager(`/v1/work-orders/${id}/cancel`, {})).status).toBe(200);
  expect(await manager(`/v1/work-orders/${id}/priority`, { priority: 1 })).toMatchObject({ status: 409, body: { code: 'work-order-state' } });
  expect(await manager('/v1/work-orders/nobody/priority', { priority: 1 })).toMatchObject({ status: 404, body: { code: 'work-order-unknown' } });
});

it.each(WAYS)('hands out reworked units and retests before the new units of their order where the product says so, from %s', async (_way, prepare) => {
  const product = `ahead-${orders}`;
  const route = [{ name: 'provision', retests: 3 }];
  expect(await manager('/v1/products', { name: product, route, ahead: ['rework', 'retest'] })).toMatchObject({ status: 201, body: { ahead: ['rework', 'retest'] } });
  const { id, serials: [failing = '', reworked = '', fresh = ''] } = await order(3, { product });
  expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body).toMatchObject({ ahead: ['rework', 'retest'] });
  const { jobId, fence } = await bench.claim(failing);
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL' })).status).toBe(200);
  await bench.as('operator').post(`/v1/units/${reworked}/quarantine`, { reason: 'a scratch' });
  expect((await bench.as('operator').post(`/v1/units/${reworked}/rework`, { reason: 'polished' })).status).toBe(200);
  await queueIs([reworked, failing, fresh]);
  await prepare();
  expect([serialOf(await bench.claim()), serialOf(await bench.claim(undefined, '2')), serialOf(await bench.claim(undefined, '1', bench.otherStation))]).toEqual([reworked, failing, fresh]);
});

it('hands out what was tried least first where the product says nothing', async () => {
  const { serials: [failing = '', fresh = ''] } = await order(2);
  const { jobId, fence } = await bench.claim(failing);
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
  await queueIs([fresh, failing]);
  expect([serialOf(await bench.claim()), serialOf(await bench.claim(undefined, '2'))]).toEqual([fresh, failing]);
});

it('sorts a queue that holds what an earlier version put there without a priority', async () => {
  const { serials } = await order(2);
  await queueIs(serials);
  const entries = await bench.redis.zrange(POOL, 0, '-1');
  await bench.redis.del(POOL);
  await bench.redis.rpush('bull:line-line-1~provision:wait', ...entries);
  await bench.app.get(QueueUpkeep).repair();
  await queueIs(serials);
  expect(await bench.redis.llen('bull:line-line-1~provision:wait')).toBe(0);
  expect(await bench.app.get(LineQueues).waitingCount({ line: 'line-1', step: 'provision', assignedTo: '' })).toBe(2);
});

it('stays in order where several workers make it anew at the same moment', async () => {
  const { serials } = await order(30);
  await queueIs(serials);
  const entries = await bench.redis.zrange(POOL, 0, '-1');
  for (let round = 0; round < 5; round++) {
    await bench.redis.zadd(POOL, ...entries.flatMap((entry, at) => [String(entries.length - at), entry]));
    await Promise.all([1, 2, 3].map(() => bench.app.get(QueueUpkeep).repair()));
    expect(await queued()).toEqual(serials);
  }
});
