import { Redis } from 'ioredis';
import { CallBudget } from '../../src/aws-iot/call-budget.js';
import { openRedis } from '../../src/platform/redis/redis.js';

const account = (accountId: string) => ({ accountId, region: 'eu-west-1' });
const redis: Redis[] = [];
const connect = async () => {
  const client = openRedis(process.env['REDIS_URL']!, 'budget-test');
  redis.push(client);
  await client.connect();
  return client;
};
afterAll(() => {
  for (const client of redis) client.disconnect();
});

/** The largest number of these times that lie within one second. */
const busiestSecond = (times: number[]) => Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length));

const takeAll = async (budgets: CallBudget[], count: number, accountId: string) => {
  const times: number[] = [];
  await Promise.all(Array.from({ length: count }, async (_, at) => {
    await budgets[at % budgets.length]!.take(account(accountId), 'DescribeCertificate');
    times.push(performance.now());
  }));
  return times.toSorted((a, b) => a - b);
};

it('lets at most ten calls a second through, however many processes ask', async () => {
  const budgets = [new CallBudget(await connect()), new CallBudget(await connect()), new CallBudget(await connect())];
  const times = await takeAll(budgets, 24, '900000000001');
  expect(busiestSecond(times)).toBeLessThanOrEqual(10);
  expect(times.at(-1)! - times[0]!).toBeLessThan(4_000);
});

it('gives each account and each operation a budget of its own', async () => {
  const budget = new CallBudget(await connect());
  const start = performance.now();
  await Promise.all(['900000000002', '900000000003'].flatMap((id) => ['GetPolicy', 'DescribeEndpoint'].map((operation) => budget.take(account(id), operation))));
  expect(performance.now() - start).toBeLessThan(100);
});

it('goes on counting for itself while Redis is away', async () => {
  const budget = new CallBudget(new Redis(1, '127.0.0.1', { lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null }).on('error', () => undefined));
  const times = await takeAll([budget], 12, '900000000004');
  expect(busiestSecond(times)).toBeLessThanOrEqual(10);
});

it('stops waiting when it is told to', async () => {
  const budget = new CallBudget(await connect());
  const stop = new AbortController();
  const waiting = Array.from({ length: 30 }, () => budget.take(account('900000000005'), 'GetPolicy', stop.signal));
  const settled = Promise.allSettled(waiting);
  stop.abort(new Error('stop'));
  const start = performance.now();
  expect((await settled).filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(27);
  expect(performance.now() - start).toBeLessThan(500);
});
