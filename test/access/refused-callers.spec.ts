import { mock } from 'node:test';
import { AuditLog } from '../../src/audit/audit-log.js';
import { newApiKey } from '../../src/access/api-key.js';
import { CallCounts } from '../../src/platform/http/call-counts.js';
import { channelOf } from '../../src/platform/redis/redis.js';
import { type Answer, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const PROBLEM = { type: expect.stringMatching(/^urn:lineside:problem:/), title: expect.any(String), detail: expect.any(String), operatorAction: expect.any(String), requestId: expect.any(String) };

describe('a refused caller', () => {
  const refusals = async (subject: string) =>
    (await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'access.refused').where('subject', '=', subject).execute()).map(({ body }) => JSON.parse(body.toString()) as { facts: Record<string, unknown> });

  it('is on record with reason, address and how often, and in the metrics', async () => {
    const unknown = newApiKey('manager');
    for (let time = 0; time < 3; time++) await bench.call('GET', '/v1/queues', unknown.text);
    const leaves = await until('on record', async () => {
      const found = await refusals(`key:${unknown.id}`);
      return found.reduce((sum, { facts }) => sum + Number(facts['times']), 0) === 3 ? found : undefined;
    });
    expect(leaves[0]!.facts).toMatchObject({ reason: 'caller-unknown', address: '127.0.0.1', key: `key:${unknown.id}` });
    expect(String((await bench.call('GET', '/metrics', undefined)).body['text'])).toMatch(/lineside_access_refused_total\{reason="caller-unknown"\} [1-9]/);
  });

  it('with a role that does not do is on record too', async () => {
    const key = await bench.addKey('operator');
    await bench.call('POST', '/v1/work-orders', key, {});
    const id = key.split('_')[2]!;
    const [leaf] = await until('on record', async () => ((await refusals(`key:${id}`)).length > 0 ? refusals(`key:${id}`) : undefined));
    expect(leaf!.facts).toMatchObject({ reason: 'role-missing', key: `key:${id}`, times: 1 });
  });

  it('is on record once the ledger can be written again, with each time that was refused meanwhile', async () => {
    const audit = bench.app.get(AuditLog, { strict: false });
    const unwritten = mock.method(audit, 'record', () => Promise.reject(new Error('terminating connection')));
    const unknown = newApiKey('manager');
    for (let time = 0; time < 2; time++) await bench.call('GET', '/v1/queues', unknown.text);
    await until('tried in vain', async () => (unwritten.mock.callCount() > 0 ? true : undefined));
    await bench.call('GET', '/v1/queues', unknown.text);
    unwritten.mock.restore();
    const [leaf] = await until('on record', async () => ((await refusals(`key:${unknown.id}`)).length > 0 ? refusals(`key:${unknown.id}`) : undefined));
    expect(leaf!.facts).toMatchObject({ key: `key:${unknown.id}`, times: 3 });
  });

  it('is refused before its body is read', async () => {
    const answer = await bench.call('POST', '/v1/work-orders', undefined, '{"broken', { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'caller-unknown' } });
  });
});

describe('too many requests', () => {
  let small: ServiceBench;
  beforeAll(async () => {
    small = await serviceBench({ RATE_LIMIT_PER_MINUTE: '40', FAILED_AUTHENTICATIONS_PER_MINUTE: '10' });
  });
  afterAll(() => small.close());

  it('are answered 429 with when to come back, for that key alone', async () => {
    const answers: Answer[] = [];
    for (let call = 0; call < 90; call++) answers.push(await small.as('auditor').get('/v1/queues'));
    const refused = answers.filter(({ status }) => status === 429);
    // Counting starts again with the minute, which may be once on the way.
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(40);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ body: { ...PROBLEM, code: 'too-many-requests', retryable: true } });
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0);
    expect((await small.as('operator').get('/v1/queues')).status).toBe(200);
  });

  it('without a valid key are counted by address, whatever the header says, and hold back no known key from there', async () => {
    const answers = [];
    for (let call = 0; call < 35; call++) answers.push(await small.call('GET', '/v1/queues', newApiKey('manager').text));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(20);
    expect((await small.as('manager').get('/v1/queues')).status).toBe(200);
  });

  it('without a valid key are counted on record and in the metrics also beyond both limits', async () => {
    const refused = async () => {
      const leaves = await small.db.selectFrom('log_leaf').select('body').where('event', '=', 'access.refused').execute();
      return leaves.reduce((sum, { body }) => sum + Number((JSON.parse(body.toString()) as { facts: { times: number } }).facts.times), 0);
    };
    const counted = async () => Number(/lineside_access_refused_total\{reason="caller-unknown"\} (\d+)/.exec(String((await small.as('operator').get('/metrics')).body['text']))?.[1] ?? 0);
    const before = await counted();
    for (let call = 0; call < 90; call++) await small.call('GET', '/v1/queues', newApiKey('manager').text);
    expect(await counted()).toBe(before + 90);
    await until('all on record', async () => ((await refused()) === before + 90 ? true : undefined));
  });

  it('are not counted for another installation, in another database of the same Redis', async () => {
    const elsewhere = new URL(small.config.REDIS_URL);
    elsewhere.pathname = '/15';
    const [here, there] = [new CallCounts(small.redis, small.config), new CallCounts(small.redis, { ...small.config, REDIS_URL: elsewhere.href })];
    const witness = new CallCounts(small.redis, small.config);
    for (const counts of [here, there, witness]) counts.onApplicationBootstrap();
    await until('heard by a replica', () => {
      here.exceed('key:y', 5);
      there.isSpent('key:y', 5); // counts are of the present minute, which it has to know
      return witness.isSpent('key:y', 5) || undefined;
    });
    expect(there.isSpent('key:y', 1)).toBe(false);
    for (const counts of [here, there, witness]) await counts.onModuleDestroy();
  });

  it('are counted over all replicas', async () => {
    const counts = () => new CallCounts(small.redis, small.config);
    const [here, there] = [counts(), counts()];
    for (const replica of [here, there]) replica.onApplicationBootstrap();
    // Whatever else is on the channel ends nobody.
    await small.redis.publish(channelOf(small.config, 'lineside:counts'), '{"from": 1');
    const retryAfterMs = await until('heard by the other', async () => {
      here.exceed('key:x', 5);
      return there.isSpent('key:x', 5) ? there.exceed('key:x', 5) : undefined;
    });
    expect(retryAfterMs).toBeGreaterThan(0);
    for (const replica of [here, there]) await replica.onModuleDestroy();
  });
});
