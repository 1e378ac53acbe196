import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { RedisServers, type RedisServer } from '../support/redis-servers.js';
import { until } from '../support/until.js';

let servers: RedisServers;
let bench: ServiceBench;
beforeEach(() => {
  servers = new RedisServers();
});
afterEach(async () => {
  await bench.close();
  await servers.stop();
});

const isReady = async () => {
  const { body } = await bench.call('GET', '/health/ready', undefined);
  return (body['checks'] as { redis: { ok: boolean } }).redis.ok ? true : undefined;
};
const queued = (entry: RedisServer, list: string, count: number) => until(`${count} entries in ${list}`, async () => ((await entry.client.zcard(list).catch(() => -1)) === count ? true : undefined));

/** Takes the line's units the whole way, until there is none. Answers their serials. */
async function workOff(key = bench.keys.station): Promise<string[]> {
  const serials: string[] = [];
  for (;;) {
    const { answer, jobId, fence } = await bench.claim(undefined, '1', key);
    if (answer.status === 204) return serials;
    expect(answer.status).toBe(200);
    serials.push((answer.body['unit'] as { serial: string }).serial);
    expect((await bench.call('POST', `/v1/jobs/${jobId}/certificate`, key, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
    expect((await bench.call('POST', `/v1/jobs/${jobId}/result`, key, { fence, outcome: 'PASS' })).status).toBe(200);
  }
}

it('follows the Sentinels to the replica that takes over, and neither loses nor doubles a unit by what that had not heard of', async () => {
  const master = await servers.start();
  const replica = await servers.start([`replicaof 127.0.0.1 ${master.port}`]);
  const sentinel = await servers.sentinel(master);
  await until('a replica that is known', async () => (String(await sentinel.client.call('SENTINEL', 'REPLICAS', 'mymaster')).includes(String(replica.port)) ? true : undefined));
  bench = await serviceBench({ REDIS_URL: 'redis://no-such-host.invalid:1', REDIS_SENTINELS: `127.0.0.1:${sentinel.port}` });
  await until('ready', isReady);
  const { serials } = await bench.order(6);
  await queued(replica, 'bull:line-line-1~provision:prioritized', 6);

  // Acknowledged by the master, and never heard of by the replica.
  replica.signal('SIGSTOP');
  const first = await bench.claim();
  expect(first.answer.status).toBe(200);
  const done = (first.answer.body['unit'] as { serial: string }).serial;
  expect((await bench.as('station').post(`/v1/jobs/${first.jobId}/certificate`, { fence: first.fence, csr: csrFor(deviceKey()) })).status).toBe(201);
  expect((await bench.as('station').post(`/v1/jobs/${first.jobId}/result`, { fence: first.fence, outcome: 'PASS' })).status).toBe(200);
  await master.kill();
  replica.signal('SIGCONT');

  const others = await workOff();
  expect([done, ...others].toSorted()).toEqual(serials.toSorted());
  await until('a master that was a replica', async () => (String(await replica.client.info('replication')).includes('role:master') ? true : undefined));
  await until('ready', isReady);
  const next = await bench.order(3);
  await queued(replica, 'bull:line-line-1~provision:prioritized', 3);
  expect((await workOff()).toSorted()).toEqual(next.serials.toSorted());
});

it('keeps its queues in a Cluster, each in one place, and fills them again after all of it was lost', async () => {
  const nodes = await servers.cluster();
  bench = await serviceBench({ REDIS_URL: 'redis://127.0.0.1', REDIS_CLUSTER: nodes.map(({ port }) => `127.0.0.1:${port}`).join(',') });
  await until('ready', isReady);
  const { serials } = await bench.order(4);
  const list = '{bull-line-1~provision}:line-line-1~provision:prioritized';
  const entries = (count: number) => until(`${count} entries`, async () => {
    const lengths = await Promise.all(nodes.map(({ client }) => client.zcard(list).catch(() => 0)));
    return lengths.includes(count) ? true : undefined;
  });
  await entries(4);
  const { answer, jobId, fence } = await bench.claim();
  expect(answer.status).toBe(200);
  await entries(3);
  await Promise.all(nodes.map(({ client }) => client.flushall()));
  await bench.app.get(QueueUpkeep).repair();
  await entries(3);
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
  expect((await workOff()).toSorted()).toEqual(serials.toSorted());
});
