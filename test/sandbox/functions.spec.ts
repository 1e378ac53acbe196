import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateProvisioningTemplateCommand, CreateTopicRuleCommand, ReplaceTopicRuleCommand } from '@aws-sdk/client-iot';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { MqttClient } from 'mqtt';
import { Bench, EU, makeFolder } from './support/bench.js';
import { boto3, type BotoCall } from './support/boto3.js';
import { ANYTHING, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';
import { until } from '../support/until.js';

const ROLE = 'arn:aws:iam::111111111111:role/functions';
const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:111111111111:function:${name}`;

/** Handlers as a build would leave them. */
const HANDLERS = {
  echo: `let count = 0; export const handler = async (event, { functionName, invokedFunctionArn }) => ({ event, functionName, invokedFunctionArn, count: ++count, pid: process.pid, colour: process.env.COLOUR });`,
  fails: `export const handler = async () => { throw new TypeError('no such unit'); };`,
  hangs: `export const handler = () => new Promise(() => setInterval(() => undefined, 1_000));`,
  exits: `export const handler = async () => { console.log('about to leave'); process.exit(3); };`,
  judges: `export const handler = async ({ parameters }) => ({ allowProvisioning: parameters.serial === 'L1-7', parameterOverrides: { serial: 'judged-' + parameters.serial } });`,
  mumbles: `export const handler = async () => ({ allowProvisioning: 'yes' });`,
  sends: `
    import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
    const sqs = new SQSClient({});
    export const handler = async (event) => { await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify(event) })); };`,
};

let bench: Bench;
let queueUrl: string;
let sqs: SQSClient;
let device: MqttClient;

beforeAll(async () => {
  const folder = makeFolder();
  for (const [name, code] of Object.entries(HANDLERS)) {
    mkdirSync(join(folder, 'handlers', name), { recursive: true });
    writeFileSync(join(folder, 'handlers', name, 'index.mjs'), code);
  }
  bench = await Bench.start({ folder, settings: { SANDBOX_FUNCTIONS_DIR: join(folder, 'handlers') } });
  sqs = bench.own(new SQSClient(bench.access(EU)));
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'from-functions' }))).QueueUrl!;
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  bench.sandbox.roles.add({
    accountId: '111111111111', name: 'functions', trust: policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    policies: { send: policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }) },
  });
  await boto3(bench, EU, Object.keys(HANDLERS).map((name) => create(name)));
  const ca = await TestAuthority.make();
  await registerCa(bench.iot(EU), ca);
  const unit = await ca.issue('CN=unit');
  await registerDevice(bench.iot(EU), unit, ANYTHING);
  device = bench.device(unit, { servername: bench.account(EU).endpoint, clientId: 'unit' });
  await new Promise<void>((resolve) => device.once('connect', () => resolve()));
});
afterAll(() => bench.stop());

const create = (name: string, more: object = {}): BotoCall => ({
  service: 'lambda', operation: 'create_function',
  arguments: {
    FunctionName: name, Role: ROLE, Runtime: 'nodejs18.x', Handler: 'index.handler', Code: { S3Bucket: 'sandbox', S3Key: name }, Timeout: name === 'hangs' ? 1 : 20,
    Environment: { Variables: { COLOUR: 'blue', QUEUE_URL: queueUrl } }, ...more,
  },
});

const invoke = (FunctionName: string, event: unknown = {}, more: object = {}): BotoCall => ({
  service: 'lambda', operation: 'invoke', arguments: { FunctionName, Payload: Buffer.from(JSON.stringify(event)).toString('base64'), ...more }, bytes: 'Payload',
});

const payloadOf = (answer: Record<string, unknown>): unknown => JSON.parse(Buffer.from(String(answer['Payload']), 'base64').toString());

it('runs built handlers with boto3\'s calls, each function in a process of its own', async () => {
  const [first, second, byArn, failed, missing, dry, unknownFolder, again, otherRole] = await boto3(bench, EU, [
    invoke('echo', { unit: 'L1-7' }),
    invoke('echo', 'again'),
    invoke(arnOf('echo')),
    invoke('fails'),
    invoke('nobody'),
    invoke('echo', {}, { InvocationType: 'DryRun' }),
    create('other', { Code: { S3Bucket: 'sandbox', S3Key: 'nowhere' } }),
    create('echo'),
    create('other', { Role: 'arn:aws:iam::111111111111:role/lineside-rules', Code: { S3Bucket: 'sandbox', S3Key: 'echo' } }),
  ]);
  expect(payloadOf(first!)).toMatchObject({ event: { unit: 'L1-7' }, functionName: 'echo', invokedFunctionArn: arnOf('echo'), count: 1, colour: 'blue' });
  // The process of a function waits for its next event.
  expect(payloadOf(second!)).toMatchObject({ event: 'again', count: 2, pid: (payloadOf(first!) as { pid: number }).pid });
  expect((payloadOf(first!) as { pid: number }).pid).not.toBe(process.pid);
  expect(payloadOf(byArn!)).toMatchObject({ count: 3 });
  expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(payloadOf(failed!)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such unit' });
  expect(missing).toEqual({ code: 'ResourceNotFoundException', status: 404 });
  expect(dry).toMatchObject({ StatusCode: 204 });
  expect(unknownFolder).toEqual({ code: 'InvalidParameterValueException', status: 400 });
  expect(again).toEqual({ code: 'ResourceConflictException', status: 409 });
  expect(otherRole).toEqual({ code: 'InvalidParameterValueException', status: 400 });
});

it('ends a function that takes too long or leaves, and starts the next one anew', async () => {
  const output = bench.log.next('sandbox.function-output');
  const [hung, left, leftAgain] = await boto3(bench, EU, [invoke('hangs'), invoke('exits'), invoke('exits')]);
  expect(payloadOf(hung!)).toMatchObject({ errorType: 'Sandbox.Timedout', errorMessage: 'Error: Task timed out after 1.00 seconds' });
  expect(payloadOf(left!)).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: 'Error: Runtime exited with code 3' });
  expect(leftAgain).toMatchObject({ FunctionError: 'Unhandled' });
  expect(await output).toMatchObject({ function: arnOf('exits'), line: 'about to leave' });
});

it('changes, lists and removes functions', async () => {
  const [, changed, invoked, listed, found, , gone] = await boto3(bench, EU, [
    create('brief', { Code: { S3Bucket: 'sandbox', S3Key: 'echo' } }),
    { service: 'lambda', operation: 'update_function_configuration', arguments: { FunctionName: 'brief', Environment: { Variables: { COLOUR: 'red' } }, Timeout: 7 } },
    invoke('brief'),
    { service: 'lambda', operation: 'list_functions' },
    { service: 'lambda', operation: 'get_function', arguments: { FunctionName: 'brief' } },
    { service: 'lambda', operation: 'delete_function', arguments: { FunctionName: 'brief' } },
    { service: 'lambda', operation: 'get_function', arguments: { FunctionName: 'brief' } },
  ]);
  expect(changed).toMatchObject({ Timeout: 7, Environment: { Variables: { COLOUR: 'red' } } });
  expect(payloadOf(invoked!)).toMatchObject({ colour: 'red' });
  expect((listed!['Functions'] as { FunctionName: string }[]).map(({ FunctionName }) => FunctionName)).toContain('brief');
  expect(found).toMatchObject({ Configuration: { FunctionName: 'brief', Handler: 'index.handler' } });
  expect(gone).toEqual({ code: 'ResourceNotFoundException', status: 404 });
});

describe('a topic rule', () => {
  const RULE_ARN = 'arn:aws:iot:eu-west-1:111111111111:rule/to_function';
  beforeAll(async () => {
    const topicRulePayload = { sql: "SELECT *, clientid() AS client FROM 'units/+'", actions: [{ lambda: { functionArn: arnOf('sends') } }] };
    await bench.iot(EU).send(new CreateTopicRuleCommand({ ruleName: 'to_function', topicRulePayload }));
  });

  it('calls a function whose own policy lets AWS IoT do so for this rule, and the function calls on with its role', async () => {
    const refused = bench.log.next('sandbox.rule-failed');
    await device.publishAsync('units/7', '{"n":0}', { qos: 1 });
    expect(await refused).toMatchObject({ failedAction: 'LambdaAction', failedResource: arnOf('sends'), errorMessage: expect.stringContaining('AddPermission') });
    const permission = { FunctionName: 'sends', StatementId: 'rule', Action: 'lambda:InvokeFunction', Principal: 'iot.amazonaws.com', SourceAccount: '111111111111' };
    const [, wrong, , right, policy] = await boto3(bench, EU, [
      { service: 'lambda', operation: 'add_permission', arguments: { ...permission, SourceArn: `${RULE_ARN}_other` } },
      { service: 'lambda', operation: 'add_permission', arguments: { ...permission, SourceArn: RULE_ARN } },
      { service: 'lambda', operation: 'remove_permission', arguments: { FunctionName: 'sends', StatementId: 'rule' } },
      { service: 'lambda', operation: 'add_permission', arguments: { ...permission, SourceArn: RULE_ARN } },
      { service: 'lambda', operation: 'get_policy', arguments: { FunctionName: 'sends' } },
    ]);
    expect(wrong).toEqual({ code: 'ResourceConflictException', status: 409 });
    expect(JSON.parse(String(right!['Statement']))).toMatchObject({ Principal: { Service: 'iot.amazonaws.com' }, Resource: arnOf('sends') });
    expect(JSON.parse(String(policy!['Policy']))).toMatchObject({ Statement: [{ Sid: 'rule' }] });
    await device.publishAsync('units/7', '{"n":1}', { qos: 1 });
    const body = await until('the function has sent', async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10 }))).Messages?.[0]?.Body);
    expect(JSON.parse(body)).toEqual({ n: 1, client: 'unit' });
  });

  it('tells the log when the function fails', async () => {
    const actions = [{ lambda: { functionArn: arnOf('nobody') } }];
    await bench.iot(EU).send(new ReplaceTopicRuleCommand({ ruleName: 'to_function', topicRulePayload: { sql: "SELECT * FROM 'units/+'", actions } }));
    const failed = bench.log.next('sandbox.rule-failed');
    await device.publishAsync('units/7', '{}', { qos: 1 });
    expect(await failed).toMatchObject({ errorMessage: `Function not found: ${arnOf('nobody')}` });
  });
});

describe('a pre-provisioning hook', () => {
  const text = { Type: 'String' };
  const TEMPLATE = JSON.stringify({
    Parameters: { serial: text, 'AWS::IoT::Certificate::Id': text },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'serial' } } },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' } } },
    },
  });

  async function ask(topic: string, payload: object = {}): Promise<{ topic: string; answer: Record<string, unknown> }> {
    await device.subscribeAsync([`${topic}/json/accepted`, `${topic}/json/rejected`], { qos: 1 });
    const answered = new Promise<{ topic: string; answer: Record<string, unknown> }>((resolve) => {
      device.once('message', (topicOfAnswer, bytes) => resolve({ topic: topicOfAnswer.split('/').at(-1)!, answer: JSON.parse(bytes.toString()) as Record<string, unknown> }));
    });
    await device.publishAsync(`${topic}/json`, JSON.stringify(payload), { qos: 1 });
    return answered;
  }

  /** What a device hears that asks for a thing through a template with this hook. */
  async function provision(name: string, serial: string) {
    const { templateArn } = await bench.iot(EU).send(new CreateProvisioningTemplateCommand({
      templateName: `${name}-${serial}`, templateBody: TEMPLATE, enabled: true, provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside-provisioning',
      preProvisioningHook: { targetArn: arnOf(name), payloadVersion: '2020-04-01' },
    }));
    if (name !== 'echo' && name !== 'nobody') {
      const permission = { FunctionName: name, StatementId: `hook-${serial}`, Action: 'lambda:InvokeFunction', Principal: 'iot.amazonaws.com', SourceArn: templateArn! };
      await boto3(bench, EU, [{ service: 'lambda', operation: 'add_permission', arguments: permission }]);
    }
    const { answer } = await ask('$aws/certificates/create');
    return ask(`$aws/provisioning-templates/${name}-${serial}/provision`, { certificateOwnershipToken: answer['certificateOwnershipToken'], parameters: { serial } });
  }

  it('lets in whom it allows, with its own parameters', async () => {
    expect(await provision('judges', 'L1-7')).toEqual({ topic: 'accepted', answer: { deviceConfiguration: {}, thingName: 'judged-L1-7' } });
  });

  it.each([
    ['says no', 'judges', 'did not allow'],
    ['says something else', 'mumbles', 'did not allow'],
    ['takes too long', 'hangs', 'timed out after 1.00 seconds'],
    ['may not be called by AWS IoT', 'echo', 'AddPermission'],
    ['is not there', 'nobody', 'Function not found'],
  ])('keeps everybody out when it %s', async (_what, name, reason) => {
    expect(await provision(name, 'other')).toEqual({ topic: 'rejected', answer: { statusCode: 403, errorCode: 'ACCESS_DENIED', errorMessage: expect.stringContaining(reason) } });
  });
});
