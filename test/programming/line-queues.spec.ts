import { Leases } from '../../src/programming/leases.js';
import { LineQueues } from '../../src/programming/line-queues.js';
import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import { redisWay, type RedisWay } from '../support/redis-way.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let redis: RedisWay;
let bench: ServiceBench;
beforeAll(async () => {
  redis = await redisWay();
  bench = await serviceBench({ REDIS_URL: redis.url });
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  await bench.close();
  redis.close();
});

const waiting = () => bench.redis.zcard('bull:line-line-1~provision:prioritized');
const repair = () => bench.app.get(QueueUpkeep).repair();
/** The queue hears of a change from the log. */
const entries = (count: number) => until(`${count} entries in the queue`, async () => ((await waiting()) === count ? true : undefined));
/** Where a ticket of an earlier test may still come or lie there; nobody is handed its unit. */
const entriesAtLeast = (count: number) => until(`${count} entries in the queue at least`, async () => ((await waiting()) >= count ? true : undefined));
const serialOf = (claim: Awaited<ReturnType<ServiceBench['claim']>>) => (claim.answer.body['unit'] as { serial: string } | undefined)?.serial;

it('hands out an order’s units in the order of their serials', async () => {
  const { serials } = await bench.order(3);
  const claimed = [];
  for (let unit = 0; unit < 3; unit++) {
    const claim = await bench.claim();
    claimed.push(serialOf(claim));
    await bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, outcome: 'FAIL' });
  }
  expect(claimed).toEqual(serials);
});

it('holds ids only', async () => {
  await bench.order(1);
  await entries(1);
  const [id] = await bench.redis.zrange('bull:line-line-1~provision:prioritized', 0, '0');
  expect(id).toMatch(/^job-\d+-a1$/);
  expect(JSON.parse((await bench.redis.hget(`bull:line-line-1~provision:${id}`, 'data'))!)).toEqual({ jobId: expect.any(Number) });
});

it('is rebuilt from the ledger after Redis was wiped, each job once', async () => {
  await bench.redis.flushdb();
  await bench.order(25);
  await entries(25);
  const held = await bench.claim();
  await bench.redis.flushdb();
  await repair();
  expect(await waiting()).toBe(24);
  await repair();
  expect(await waiting()).toBe(24);

  await bench.addKey('station', 'a');
  const seen = new Set([serialOf(held)]);
  await bench.as('station').post(`/v1/jobs/${held.jobId}/result`, { fence: held.fence, outcome: 'FAIL' });
  for (;;) {
    const claim = await bench.claim();
    if (claim.answer.status === 204) break;
    seen.add(serialOf(claim));
    await bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, outcome: 'FAIL' });
  }
  expect(seen.size).toBe(25);
});

it('drops the entry of a unit that was claimed by its serial', async () => {
  const { serials } = await bench.order(2);
  await entries(2);
  const scanned = await bench.claim(serials[0]);
  const next = await bench.claim(undefined, '2');
  expect([serialOf(scanned), serialOf(next)]).toEqual(serials);
});

it('queues a released unit again as its next attempt', async () => {
  const { serials } = await bench.order(1);
  await entries(1);
  const first = await bench.claim();
  expect((await bench.as('station').post(`/v1/jobs/${first.jobId}/release`, { fence: first.fence })).status).toBe(204);
  await entries(1);
  const second = await bench.claim();
  expect(second.answer.body).toMatchObject({ unit: { serial: serials[0] }, attempt: 2, lease: { fence: 2 } });
});

it('brings back an entry whose claim died between Redis and the ledger', async () => {
  await bench.order(1);
  await entries(1);
  expect(await bench.app.get(LineQueues).take({ line: 'line-1', step: 'provision', assignedTo: '' })).toBeDefined();
  expect(await waiting()).toBe(0);
  const [id] = await bench.redis.lrange('bull:line-line-1~provision:active', 0, 0);
  await bench.redis.hset(`bull:line-line-1~provision:${id}`, 'processedOn', Date.now() - 60_000);
  // Fails where the worker's own repair brings it back at the same moment.
  await repair().catch(() => undefined);
  await entries(1);
});

it('gives a job that no queue holds yet: the ledger knows of it', async () => {
  const { serials } = await bench.order(1);
  await entries(1);
  await bench.redis.flushdb();
  expect(serialOf(await bench.claim())).toBe(serials[0]);
});

it('lets the line go on from the ledger while Redis is away, and catches up when it is back', async () => {
  const { serials } = await bench.order(3);
  redis.cut();
  const first = await bench.claim();
  expect(first.answer).toMatchObject({ status: 200, body: { unit: { serial: serials[0] } } });
  expect((await bench.as('station').post(`/v1/jobs/${first.jobId}/result`, { fence: first.fence, outcome: 'ERROR' })).status).toBe(200);
  const released = await bench.order(2);
  expect((await bench.claim(released.serials[0], '2')).answer.status).toBe(200);
  expect(await bench.as('manager').get('/v1/queues?withWork=true')).toMatchObject({ status: 200, body: { items: [{ line: 'line-1', waiting: null, jobs: { queued: 4, leased: 1 } }] } });
  const health = async () => (await bench.call('GET', '/health/ready', undefined)).body['status'];
  await until('degraded', async () => ((await health()) === 'degraded' ? true : undefined));

  redis.join();
  // The keeper does this every few seconds; the first tries may meet a connection that is still on its way back.
  while (!(await repair().then(() => true, () => false)));
  await until('ready again', async () => ((await health()) === 'ready' ? true : undefined));
  const left = [];
  for (;;) {
    const claim = await bench.claim();
    if (claim.answer.status === 204) break;
    left.push(serialOf(claim));
    await bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, outcome: 'FAIL' });
  }
  expect(left.toSorted()).toEqual([...serials, released.serials[1]].toSorted());
});

it('wakes a waiting station when a lease runs out', async () => {
  const { serials } = await bench.order(1);
  await bench.claim(serials[0]);
  const patient = bench.call('POST', '/v1/station/claims', bench.otherStation, { slot: '1', waitMs: 20_000 });
  await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serials[0]!).execute();
  await bench.app.get(Leases).takeBackExpired();
  expect((await patient).body).toMatchObject({ unit: { serial: serials[0] }, attempt: 2 });
});

it('keeps the tickets of an order that is held while claims find them, and hands them out after it is resumed', async () => {
  const { id, serials } = await bench.order(20);
  await entriesAtLeast(20);
  const failed = () => bench.redis.zcard('bull:line-line-1~provision:failed');
  const failedBefore = await failed();
  const step = (name: string) => bench.as('manager').post(`/v1/work-orders/${id}/${name}`, {});
  expect((await step('hold')).status).toBe(200);
  for (let time = 0; time < 3; time++) expect((await bench.claim()).answer).toMatchObject({ status: 204, headers: { 'retry-after': '3' } });
  expect(await failed()).toBe(failedBefore);
  expect((await step('resume')).status).toBe(200);
  await entriesAtLeast(20);
  expect(serialOf(await bench.claim())).toBe(serials[0]);
});

it('keeps the place of an order that was held among those that came after it', async () => {
  const first = await bench.order(15);
  await entriesAtLeast(15);
  const later = await bench.order(2);
  await entriesAtLeast(17);
  const step = (name: string) => bench.as('manager').post(`/v1/work-orders/${first.id}/${name}`, {});
  expect((await step('hold')).status).toBe(200);
  // This one finds the tickets of the held order first.
  const meanwhile = await bench.claim();
  expect(serialOf(meanwhile)).toBe(later.serials[0]);
  expect((await step('resume')).status).toBe(200);
  await entriesAtLeast(16);
  expect([serialOf(await bench.claim(undefined, '2')), serialOf(await bench.claim(undefined, '1', bench.otherStation))]).toEqual(first.serials.slice(0, 2));
});

it('holds a thousand of a line’s jobs at most, and the ledger gives the rest', async () => {
  await bench.redis.flushdb();
  const { serials } = await bench.order(1_005);
  await entries(1_000);
  expect(serialOf(await bench.claim())).toBe(serials[0]);
});
