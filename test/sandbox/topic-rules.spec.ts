import {
  CreateTopicRuleCommand,
  DeleteTopicRuleCommand,
  DisableTopicRuleCommand,
  EnableTopicRuleCommand,
  GetTopicRuleCommand,
  IoTClient,
  ListTopicRulesCommand,
  ReplaceTopicRuleCommand,
  UpdateCACertificateCommand,
  type TopicRulePayload,
} from '@aws-sdk/client-iot';
import { CreateQueueCommand, DeleteMessageCommand, PurgeQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { MqttClient } from 'mqtt';
import { parseQuery } from '../../src/sandbox/rules/sql.js';
import { Bench, EU } from './support/bench.js';
import { failure } from './support/failure.js';
import { ANYTHING, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';

const ROLE = 'arn:aws:iam::111111111111:role/lineside-rules';

let bench: Bench;
let iot: IoTClient;
let sqs: SQSClient;
let ca: TestAuthority;
let unit: Issued;
let device: MqttClient;
let counter = 0;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  sqs = bench.own(new SQSClient(bench.access(EU)));
  ca = await TestAuthority.make();
  await registerCa(iot, ca);
  unit = await ca.issue('CN=unit');
  await registerDevice(iot, unit, ANYTHING);
  device = bench.device(unit, { servername: bench.account(EU).endpoint, clientId: 'unit' });
  await new Promise<void>((resolve) => device.once('connect', () => resolve()));
});
afterAll(() => bench.stop());

async function newQueue(): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName: `rule-${counter++}` }))).QueueUrl!;
}

/** A rule that sends what it selects to a queue of its own. */
async function newRule(sql: string, more: Partial<TopicRulePayload> = {}): Promise<{ ruleName: string; queueUrl: string }> {
  const [ruleName, queueUrl] = [`rule_${counter++}`, await newQueue()];
  await iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload: { sql, actions: [{ sqs: { roleArn: ROLE, queueUrl } }], ...more } }));
  return { ruleName, queueUrl };
}

/** The next message, taken from the queue. */
async function next(QueueUrl: string): Promise<string | undefined> {
  const [message] = (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))).Messages ?? [];
  if (message !== undefined) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message?.Body;
}

const publish = (topic: string, payload: object | string) => device.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 });

describe('a topic rule', () => {
  it('sends each just-in-time registration to a queue', async () => {
    await iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, newAutoRegistrationStatus: 'ENABLE' }));
    const { queueUrl } = await newRule(`SELECT * FROM '$aws/events/certificates/registered/${ca.id}'`, { awsIotSqlVersion: '2016-03-23' });
    const others = await newRule("SELECT * FROM '#'");
    const fresh = await ca.issue('CN=fresh');
    expect(await bench.tryDevice(fresh, { servername: bench.account(EU).endpoint, clientId: 'fresh' })).toBe('closed');
    expect(JSON.parse((await next(queueUrl))!)).toEqual({
      certificateId: fresh.id, caCertificateId: ca.id, timestamp: expect.any(Number), certificateStatus: 'PENDING_ACTIVATION', awsAccountId: '111111111111',
      certificateRegistrationTimestamp: expect.stringMatching(/^[0-9]{13}$/),
    });
    // A filter that begins with a wildcard hears nothing of AWS's own topics.
    await publish('plain', 'text');
    expect(await next(others.queueUrl)).toBe('text');
    await iot.send(new DeleteTopicRuleCommand({ ruleName: others.ruleName }));
  });

  it('tells when a device has connected and left', async () => {
    const { queueUrl } = await newRule("SELECT *, topic(4) AS change FROM '$aws/events/presence/#' WHERE clientId = 'present'");
    expect(await bench.tryDevice(unit, { servername: bench.account(EU).endpoint, clientId: 'present' })).toBe('accepted');
    expect(JSON.parse((await next(queueUrl))!)).toMatchObject({ clientId: 'present', eventType: 'connected', change: 'connected', principalIdentifier: unit.id });
    expect(JSON.parse((await next(queueUrl))!)).toMatchObject({ clientId: 'present', eventType: 'disconnected' });
  });

  it('selects members and says who sent what where', async () => {
    const { queueUrl } = await newRule("SELECT *, topic() AS topic, topic(2) AS line, clientid() AS client, principal() AS who, accountid(), missing.part FROM 'lines/+/state' WHERE state.code >= 3 AND NOT state.name = 'idle'");
    await publish('lines/L1/state', { state: { code: 2, name: 'busy' } });
    await publish('lines/L1/state', { state: { code: 3, name: 'idle' } });
    await publish('lines/L1/state/deep', { state: { code: 3, name: 'busy' } });
    await publish('lines/L1/state', 'no JSON');
    await publish('lines/L2/state', { state: { code: 3, name: 'busy' } });
    expect(JSON.parse((await next(queueUrl))!)).toEqual({
      state: { code: 3, name: 'busy' }, topic: 'lines/L2/state', line: 'L2', client: 'unit', who: unit.id, accountid: '111111111111',
    });
  });

  it('fills templates in the queue\'s address, and sends bytes as base64 where it should', async () => {
    const queueUrl = await newQueue();
    const template = queueUrl.replace(/[^-]+$/, '${topic(2)}');
    await newRule("SELECT * FROM 'raw/+'", { actions: [{ sqs: { roleArn: ROLE, queueUrl: template, useBase64: true } }] });
    await device.publishAsync(`raw/${queueUrl.split('-').at(-1)}`, Buffer.from([0, 255]), { qos: 1 });
    expect(await next(queueUrl)).toBe('AP8=');
  });

  it('does nothing while it is disabled, and what its replacement says afterwards', async () => {
    const { ruleName, queueUrl } = await newRule("SELECT * FROM 'switch'");
    await iot.send(new DisableTopicRuleCommand({ ruleName }));
    await publish('switch', 'lost');
    await iot.send(new EnableTopicRuleCommand({ ruleName }));
    await publish('switch', 'heard');
    expect(await next(queueUrl)).toBe('heard');
    const topicRulePayload = { sql: "SELECT a FROM 'other'", actions: [{ sqs: { roleArn: ROLE, queueUrl } }], description: 'replaced' };
    await iot.send(new ReplaceTopicRuleCommand({ ruleName, topicRulePayload }));
    await publish('switch', 'lost');
    await publish('other', { a: 1, b: 2 });
    expect(await next(queueUrl)).toBe('{"a":1}');
    const { rule, ruleArn } = await iot.send(new GetTopicRuleCommand({ ruleName }));
    expect(ruleArn).toBe(`arn:aws:iot:eu-west-1:111111111111:rule/${ruleName}`);
    expect(rule).toMatchObject({ ruleName, ...topicRulePayload, ruleDisabled: false, awsIotSqlVersion: '2015-10-08', createdAt: expect.any(Date) });
    const { rules } = await iot.send(new ListTopicRulesCommand({ topic: 'other' }));
    expect(rules).toMatchObject([{ ruleName, topicPattern: 'other', ruleDisabled: false }]);
    await iot.send(new DeleteTopicRuleCommand({ ruleName }));
    expect(await failure(iot.send(new GetTopicRuleCommand({ ruleName })))).toMatchObject({ name: 'UnauthorizedException', status: 401 });
  });

  it('tells its error action when its role may not send any more, or the queue is gone', async () => {
    const roleName = `rule-${counter++}`;
    const role = bench.sandbox.roles.find('111111111111', 'lineside-rules')!;
    bench.sandbox.roles.add({ ...role, name: roleName });
    const [queueUrl, errors] = [await newQueue(), await newQueue()];
    const failing = { sqs: { roleArn: ROLE.replace('lineside-rules', roleName), queueUrl } };
    await newRule("SELECT * FROM 'failing'", { actions: [failing, { sqs: { roleArn: ROLE, queueUrl: `${queueUrl}-none` } }], errorAction: { sqs: { roleArn: ROLE, queueUrl: errors } } });
    bench.sandbox.roles.setPolicies(bench.sandbox.roles.find('111111111111', roleName)!, {});
    const logged = bench.log.next('sandbox.rule-failed');
    await publish('failing', 'x');
    expect(JSON.parse((await next(errors))!)).toMatchObject({
      topic: 'failing', clientId: 'unit', base64OriginalPayload: 'eA==',
      failures: [
        { failedAction: 'SqsAction', failedResource: queueUrl, errorMessage: expect.stringContaining('sqs:SendMessage') },
        { failedAction: 'SqsAction', failedResource: `${queueUrl}-none`, errorMessage: 'The specified queue does not exist.' },
      ],
    });
    expect(await logged).toMatchObject({ topic: 'failing', failedAction: 'SqsAction' });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
  });

  it('is refused with a role that isn\'t there, a statement that can\'t be read, an action that isn\'t here, and a FIFO queue', async () => {
    const queueUrl = await newQueue();
    const attempt = (more: Partial<TopicRulePayload>) =>
      failure(iot.send(new CreateTopicRuleCommand({ ruleName: 'refused', topicRulePayload: { sql: "SELECT * FROM 'x'", actions: [{ sqs: { roleArn: ROLE, queueUrl } }], ...more } })));
    expect(await attempt({ actions: [{ sqs: { roleArn: `${ROLE}-none`, queueUrl } }] })).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await attempt({ actions: [{ sqs: { roleArn: ROLE.replace('1111', '2222'), queueUrl } }] })).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(await attempt({ actions: [{ sqs: { roleArn: ROLE, queueUrl: `${queueUrl}.fifo` } }] })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await attempt({ actions: [{ sqs: { roleArn: ROLE, queueUrl: '${nothing()}' } }] })).toMatchObject({ name: 'InvalidRequestException' });
    const unknown = await attempt({ actions: [{ s3: { roleArn: ROLE, bucketName: 'b', key: 'k' } }] });
    expect([unknown.name, unknown.message]).toEqual(['InvalidRequestException', expect.stringContaining('It has sqs and lambda.')]);
    expect(await attempt({ sql: "SELECT * FROM 'a/#/b'" })).toMatchObject({ name: 'SqlParseException', status: 400 });
    expect(await attempt({ sql: "SELECT get_thing_shadow('a') FROM 'x'" })).toMatchObject({ name: 'SqlParseException' });
  });

  it('needs iam:PassRole of a session', async () => {
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'sts:AssumeRole' }] });
    const rules = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
    bench.sandbox.roles.add({ accountId: '111111111111', name: 'ruler', trust, policies: { rules } });
    const sts = bench.own(new STSClient(bench.access(EU)));
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/ruler', RoleSessionName: 'ruler' }));
    const keys = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
    const session = bench.own(new IoTClient(bench.access(EU, keys)));
    const topicRulePayload = { sql: "SELECT * FROM 'x'", actions: [{ sqs: { roleArn: ROLE, queueUrl: await newQueue() } }] };
    const refused = await failure(session.send(new CreateTopicRuleCommand({ ruleName: 'passed', topicRulePayload })));
    expect([refused.name, refused.message]).toEqual(['AccessDeniedException', expect.stringContaining('iam:PassRole')]);
  });
});

describe('the SQL of rules', () => {
  it.each([
    'SELECT', "SELECT * FROM x", "SELECT * FROM 'x' WHERE", "SELECT * FROM 'x' WHERE a =", "SELECT 1 FROM 'x'", "SELECT *, FROM 'x'", "SELECT * FROM 'x' GROUP BY a", "SELECT a; FROM 'x'",
    "SELECT topic(0) FROM 'x'", "SELECT (a FROM 'x'",
  ])('refuses %s', (sql) => {
    expect(() => parseQuery(sql)).toThrow(/sandbox|needs a name/);
  });

  it('reads names, texts and precedence as AWS does', () => {
    expect(parseQuery("select a.b, 'it''s' as t from 'x' where a = 1 or not b = 'c' and d <> false")).toEqual({
      all: false,
      columns: [{ name: 'b', expression: { kind: 'path', names: ['a', 'b'] } }, { name: 't', expression: { kind: 'literal', value: "it's" } }],
      filter: 'x',
      where: {
        kind: 'operator', operator: 'OR',
        left: { kind: 'operator', operator: '=', left: { kind: 'path', names: ['a'] }, right: { kind: 'literal', value: 1 } },
        right: {
          kind: 'operator', operator: 'AND',
          left: { kind: 'not', operand: { kind: 'operator', operator: '=', left: { kind: 'path', names: ['b'] }, right: { kind: 'literal', value: 'c' } } },
          right: { kind: 'operator', operator: '<>', left: { kind: 'path', names: ['d'] }, right: { kind: 'literal', value: false } },
        },
      },
    });
  });
});
