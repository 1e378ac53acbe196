import { LineQueues } from '../../src/programming/line-queues.js';
import { startOwnRedis } from '../support/own-redis.js';
import { redisWay, type RedisWay } from '../support/redis-way.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let own: Awaited<ReturnType<typeof startOwnRedis>>;
let redis: RedisWay;
let bench: ServiceBench;
beforeAll(async () => {
  own = await startOwnRedis();
  redis = await redisWay();
  bench = await serviceBench({ REDIS_URL: redis.url });
});
afterEach(async () => {
  redis.join();
  await bench.clearSlots();
  // Tickets of jobs that the line above has cancelled.
  await bench.redis.flushdb();
});
afterAll(async () => {
  await bench.close();
  redis.close();
  await own.stop();
});

const waiting = () => bench.redis.zcard('bull:line-line-1~provision:prioritized');
const entries = (count: number) => until(`${count} entries in the queue`, async () => ((await waiting()) === count ? true : undefined));
const serialOf = (claim: Awaited<ReturnType<ServiceBench['claim']>>) => (claim.answer.body['unit'] as { serial: string } | undefined)?.serial;

/** Takes one unit the whole way. */
async function makeOne(serial: string) {
  const { answer, jobId, fence } = await bench.claim();
  expect(serialOf({ answer, jobId, fence })).toBe(serial);
  const station = bench.as('station');
  expect((await station.post(`/v1/jobs/${jobId}/heartbeat`, { fence, phase: 'flash' })).status).toBe(200);
  expect((await station.post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
  expect((await station.post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' })).status).toBe(200);
}

describe('while Redis hangs', () => {
  // A command to Redis takes 5 s to fail: nine claims that each waited for one would take longer than a test may.
  it('a line makes its units, claim by claim, and an order can be opened', async () => {
    const before = await bench.order(2);
    await entries(2);
    redis.hang();
    for (const serial of before.serials) await makeOne(serial);
    const opened = await bench.order(1);
    for (const serial of opened.serials) await makeOne(serial);
    for (let time = 0; time < 6; time++) expect((await bench.claim()).answer.status).toBe(204);
    expect(await bench.as('manager').get('/v1/queues')).toMatchObject({ status: 200, body: { items: expect.arrayContaining([expect.objectContaining({ id: 'line-line-1~provision', waiting: null })]) } });
    expect((await bench.call('GET', '/admin/queues/api/queues', bench.keys.manager)).status).toBe(200);
  });

  it('leases that ran out are taken back all the same', async () => {
    const { serials } = await bench.order(4);
    const claims = [await bench.claim(serials[0]), await bench.claim(serials[1], '2'), await bench.claim(serials[2], '1', bench.otherStation), await bench.claim(serials[3], '2', bench.otherStation)];
    expect(claims.map(({ answer }) => answer.status)).toEqual([200, 200, 200, 200]);
    redis.hang();
    await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', 'in', serials).execute();
    await until('the sweep', async () => {
      const held = await bench.db.selectFrom('unit').select('id').where('serial', 'in', serials).where('lease_holder', 'is not', null).execute();
      return held.length === 0 ? true : undefined;
    });
  });

  it('and when it answers again, the queues are used again and lack nothing', async () => {
    redis.hang();
    const { serials } = await bench.order(3);
    expect(serialOf(await bench.claim())).toBe(serials[0]);
    redis.join();
    await entries(2);
    const queues = bench.app.get(LineQueues);
    const taken = await until('an entry', () => queues.take({ line: 'line-1', step: 'provision', assignedTo: '' }).catch(() => undefined));
    expect(serials).toContain((await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select('serial').where('job.id', '=', taken.jobId).executeTakeFirstOrThrow()).serial);
    await taken.putBack();
    await entries(2);
  });
});

it.each(['cut', 'hang'] as const)('the service starts while Redis is away (%s), works, and uses it when it comes', async (way) => {
  redis[way]();
  await bench.restart();
  const { serials } = await bench.order(3);
  expect(serialOf(await bench.claim())).toBe(serials[0]);
  expect(await bench.call('GET', '/health/ready', undefined)).toMatchObject({ status: 200, body: { status: 'degraded', checks: { redis: { ok: false } } } });
  const patient = bench.call('POST', '/v1/station/claims', bench.otherStation, { slot: '1', waitMs: 20_000 });
  expect((await patient).status).toBe(200);
  redis.join();
  await entries(1);
  await until('a Redis that is known to be back', async () => {
    const { body } = await bench.call('GET', '/health/ready', undefined);
    return (body['checks'] as { redis: { ok: boolean } }).redis.ok ? true : undefined;
  });
});

it('a Redis that would lose what it is given is used for nothing, whether it was so at the start or became so, and readiness says why', async () => {
  const isDegraded = () => until('degraded', async () => {
    const answer = await bench.call('GET', '/health/ready', undefined);
    return answer.body['status'] === 'degraded' ? answer : undefined;
  });
  await bench.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  try {
    expect(await isDegraded()).toMatchObject({ status: 200, body: { ready: true, reasons: [expect.stringContaining('noeviction')], checks: { redis: { ok: false } } } });
    await bench.restart();
    expect(await isDegraded()).toMatchObject({ body: { reasons: [expect.stringContaining('noeviction')] } });
    const { serials } = await bench.order(2);
    for (const serial of serials) await makeOne(serial);
    expect(await bench.redis.keys('bull:*')).toEqual([]);
  } finally {
    await bench.redis.config('SET', 'maxmemory-policy', 'noeviction');
  }
  await bench.order(1);
  await entries(1);
});
