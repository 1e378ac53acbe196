import { Redis } from 'ioredis';
import { CallBudget, callsPerSecond } from '../../src/aws-iot/clients/call-budget.js';
import { type AnyRedis, openRedis } from '../../src/platform/redis/redis.js';

const account = (accountId: string, quotaPercent = 100) => ({ accountId, region: 'eu-west-1', quotaPercent });
const redis: AnyRedis[] = [];
const connect = async () => {
  const client = openRedis({ REDIS_URL: process.env['REDIS_URL']! }, 'budget-test');
  redis.push(client);
  await client.connect();
  return client;
};
afterAll(() => {
  for (const client of redis) client.disconnect();
});

/** When each of so many calls, all asked for at once, was let through, in milliseconds since then. */
const takeAll = async (budgets: CallBudget[], count: number, accountId: string) => {
  const start = performance.now();
  const times = await Promise.all(Array.from({ length: count }, async (_, at) => {
    await budgets[at % budgets.length]!.take(account(accountId), 'DescribeCertificate');
    return performance.now() - start;
  }));
  return times.toSorted((a, b) => a - b);
};

/** Those that came earlier than ten a second allow: two at once and eight each second. A busy machine only lets calls through later. */
const tooEarly = (times: number[]) => times.filter((time, at) => time < (at - 1) * 125 - 5);

it('lets at most ten calls a second through, however many processes ask', async () => {
  const budgets = [new CallBudget(await connect()), new CallBudget(await connect()), new CallBudget(await connect())];
  const times = await takeAll(budgets, 24, '900000000001');
  expect(tooEarly(times)).toEqual([]);
  expect(times.at(-1)).toBeLessThan(15_000);
});

it('uses no more of the quota than the target says, of a raised one too', async () => {
  expect([1, 50, 80, 90, 100, 1_000].map((percent) => callsPerSecond('DescribeCertificate', percent))).toEqual([0.1, 5, 8, 8, 8, 98]);
  expect(callsPerSecond('CreateThing', 50)).toBe(50);
  const budget = new CallBudget(await connect());
  const start = performance.now();
  const times = await Promise.all(Array.from({ length: 8 }, () => budget.take(account('900000000006', 50), 'DescribeCertificate').then(() => performance.now() - start)));
  expect(times.toSorted((a, b) => a - b).filter((time, at) => time < (at - 1) * 200 - 5)).toEqual([]);
});

it('gives each account and each operation a budget of its own', async () => {
  const budget = new CallBudget(await connect());
  const stop = new AbortController();
  let answered = 0;
  // Half a minute's calls of one kind are waiting.
  const busy = Promise.allSettled(Array.from({ length: 250 }, async () => {
    await budget.take(account('900000000002'), 'GetPolicy', stop.signal);
    answered++;
  }));
  await Promise.all(([['900000000002', 'DescribeEndpoint'], ['900000000003', 'GetPolicy']] as const).map(([id, operation]) => budget.take(account(id), operation)));
  expect(answered).toBeLessThan(200);
  stop.abort(new Error('enough'));
  await busy;
});

it('goes on counting for itself while Redis is away', async () => {
  const budget = new CallBudget(new Redis(1, '127.0.0.1', { lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null }).on('error', () => undefined));
  expect(tooEarly(await takeAll([budget], 12, '900000000004'))).toEqual([]);
});

it('stops waiting when it is told to', async () => {
  const budget = new CallBudget(await connect());
  const stop = new AbortController();
  // Half a minute's calls.
  const waiting = Array.from({ length: 250 }, () => budget.take(account('900000000005'), 'GetPolicy', stop.signal));
  const settled = Promise.allSettled(waiting);
  const start = performance.now();
  stop.abort(new Error('stop'));
  expect((await settled).filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(240);
  expect(performance.now() - start).toBeLessThan(10_000);
});
