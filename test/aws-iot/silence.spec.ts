import { randomUUID } from 'node:crypto';
import { AwsIotClients } from '../../src/aws-iot/clients/aws-iot-clients.js';
import { AwsIotUnavailable } from '../../src/aws-iot/aws-iot.errors.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import { inClass } from '../../src/platform/request-class.js';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';

let line: Line;
let name: string;
beforeAll(async () => {
  line = await Line.start();
  name = await line.addTarget(EU);
});
afterEach(() => {
  line.edge.behaviour = 'pass';
});
afterAll(() => line.stop());

it('lets background work ask a target that hangs with one call at a time, and people always', async () => {
  const target = await line.app.get(TargetRepository, { strict: false }).get(name);
  const clients = line.app.get(AwsIotClients, { strict: false });
  const answered: string[] = [];
  clients.whenAnswered((which) => answered.push(which));
  const ask = (thing: string) => clients.for(target).hasThing(thing);
  const asked = (thing: string) => line.edge.seen.filter(({ call }) => call === `GET /things/${thing}`).length;
  const refusal = 'AWS IoT did not answer DescribeThing (ETIMEDOUT), and is asked by one call at a time until it does';

  line.edge.behaviour = 'hang';
  const first = await Promise.allSettled(['A', 'B', 'C'].map(ask));
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(clients.keepsWaiting(name)?.message).toBe(refusal);

  // Whether its pause is over or not, one of these asks at most.
  const next = await Promise.allSettled(['D', 'E', 'F'].map(ask));
  expect(next.filter((result) => result.status === 'rejected' && (result.reason as Error).message === refusal).length).toBeGreaterThanOrEqual(2);
  expect([asked('D'), asked('E'), asked('F')].filter((times) => times > 0).length).toBeLessThanOrEqual(1);

  // A connection that was closed while it lay idle is an answer to whoever takes it up again.
  answered.length = 0;
  const byHand = inClass('people', () => ask('G')).catch(() => undefined);
  await until('a person’s question has come', () => (asked('G') > 0 ? true : undefined));
  line.edge.behaviour = 'pass';
  expect(answered).toEqual([]);
  await expect(inClass('people', () => ask('H'))).resolves.toBe(false);
  await byHand;
  expect([answered.includes(name), clients.keepsWaiting(name)]).toEqual([true, undefined]);
  await expect(Promise.all(['I', 'J', 'K'].map(ask))).resolves.toEqual([false, false, false]);
});

it.each([['stall', 'TimeoutError'], ['cut', 'ECONNRESET']] as const)('takes an answer that ends after its headers (%s) for none, whichever service gives it', async (behaviour, code) => {
  const target = await line.app.get(TargetRepository, { strict: false }).get(name);
  const clients = line.app.get(AwsIotClients, { strict: false });
  const { connections, functions, objects, registrationEvents } = clients.for(target);
  const hasThing = () => clients.for(target).hasThing('A');
  let keptWaiting: string | undefined;
  const asked: Record<string, () => Promise<unknown>> = {
    DescribeThing: () => hasThing().finally(() => (keptWaiting = clients.keepsWaiting(name)?.message)),
    DeleteConnection: () => connections.end('A'),
    GetCallerIdentity: () => clients.for(target).account(),
    GetQueueUrl: () => registrationEvents.queueUrl('a'),
    Invoke: () => functions.hookAuthorities(`arn:aws:lambda:eu-west-1:${target.accountId}:function:a`),
    PutObject: () => objects.takesFiles('a', 'a'),
  };
  line.edge.behaviour = behaviour;
  const answers = await Promise.allSettled(Object.values(asked).map((ask) => inClass('people', ask)));
  for (const [at, operation] of Object.keys(asked).entries()) {
    const answer = answers[at]!;
    const reason: unknown = answer.status === 'rejected' ? answer.reason : 'answered';
    expect([operation, reason]).toEqual([operation, expect.any(AwsIotUnavailable)]);
    expect(reason).toMatchObject({ code, message: expect.stringContaining(`did not answer ${operation} (`) });
  }
  // Only what keeps others waiting is asked by one at a time.
  expect(keptWaiting).toBe(behaviour === 'stall' ? 'AWS IoT did not answer DescribeThing (TimeoutError), and is asked by one call at a time until it does' : undefined);
  line.edge.behaviour = 'pass';
  await expect(inClass('people', hasThing)).resolves.toBe(false);
  expect(clients.keepsWaiting(name)).toBeUndefined();
});

it('goes on asking for what a target answers while one operation hangs', async () => {
  const target = await line.app.get(TargetRepository, { strict: false }).get(name);
  const clients = line.app.get(AwsIotClients, { strict: false });
  const { region } = line.aws.account(EU);
  await line.aws.admin('POST', 'faults', { kind: 'slow', action: 'iot:DescribeThing', region, delayMs: 600_000 });
  await expect(clients.for(target).hasThing('A')).rejects.toThrow('did not answer DescribeThing');
  await expect(clients.for(target).hasThing('B')).rejects.toThrow('did not answer DescribeThing');
  await expect(clients.for(target).certificates.find('0'.repeat(64))).resolves.toBeUndefined();
  expect(clients.keepsWaiting(name)).toBeUndefined();
  await line.aws.admin('DELETE', 'faults');
});

it('has one file of a target under way at a time, so that S3 which hangs there takes no places from others', async () => {
  const us = await line.addTarget(US);
  const { region } = line.aws.account(EU);
  const file = async (target: string) => (await line.db.insertInto('bulk_registration').values({
    target_name: target, settings_hash: randomUUID(), template: 't', bucket: 'b', object_key: `f/${randomUUID()}.json`, role_arn: `arn:aws:iam::${line.aws.account(EU).accountId}:role/r`, state: 'sealed',
  }).returning('id').executeTakeFirstOrThrow()).id;
  const attemptsAt = async (id: number) => (await line.db.selectFrom('bulk_registration').select('attempts').where('id', '=', id).executeTakeFirstOrThrow()).attempts;
  const begun = (id: number) => until('somebody is at it', async () => ((await attemptsAt(id)) > 0 ? true : undefined));
  await line.aws.admin('POST', 'faults', { kind: 'slow', action: 's3:PutObject', region, delayMs: 600_000 });
  await begun(await file(name));
  const second = await file(name);
  // Whoever looks for these finds that one too.
  await begun(await file(us));
  await begun(await file(us));
  expect(await attemptsAt(second)).toBe(0);
  await line.aws.admin('DELETE', 'faults');
});
