import {
  CreateThingCommand,
  DescribeThingCommand,
  DescribeThingRegistrationTaskCommand,
  GetIndexingConfigurationCommand,
  GetThingConnectivityDataCommand,
  ListThingPrincipalsCommand,
  ListThingRegistrationTaskReportsCommand,
  ListThingRegistrationTasksCommand,
  StartThingRegistrationTaskCommand,
  StopThingRegistrationTaskCommand,
  UpdateIndexingConfigurationCommand,
  type IoTClient,
  type ReportType,
} from '@aws-sdk/client-iot';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { until } from '../support/until.js';
import { Bench, EU } from './support/bench.js';
import { failure } from './support/failure.js';
import { ANYTHING, registerCa, ROLE } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';

const text = { Type: 'String' };
const TEMPLATE = JSON.stringify({
  Parameters: { ThingName: text, Pem: text, CaPem: text },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'Pem' }, CACertificatePem: { Ref: 'CaPem' }, Status: 'ACTIVE' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [ANYTHING] }) } },
  },
});

let bench: Bench;
let iot: IoTClient;
let s3: S3Client;
let ca: TestAuthority;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  const credentials = bench.sandbox.credentials.find(({ accountId }) => accountId === bench.account(EU).accountId)!;
  s3 = new S3Client({ endpoint: bench.sandbox.endpointUrl, region: 'eu-west-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket: 'factory' }));
  ca = await TestAuthority.make();
  await registerCa(iot, ca);
});
afterAll(async () => {
  s3.destroy();
  await bench.stop();
});

const put = (Key: string, lines: readonly string[]) => s3.send(new PutObjectCommand({ Bucket: 'factory', Key, Body: lines.join('\n') }));

const start = async (inputFileKey: string, roleArn = ROLE) =>
  (await iot.send(new StartThingRegistrationTaskCommand({ templateBody: TEMPLATE, inputFileBucket: 'factory', inputFileKey, roleArn }))).taskId!;

const describeTask = (taskId: string) => iot.send(new DescribeThingRegistrationTaskCommand({ taskId }));

const ended = (taskId: string) =>
  until(`the end of ${taskId}`, async () => {
    const task = await describeTask(taskId);
    return ['InProgress', 'Cancelling'].includes(task.status!) ? undefined : task;
  });

async function report(taskId: string, reportType: ReportType) {
  const { resourceLinks } = await iot.send(new ListThingRegistrationTaskReportsCommand({ taskId, reportType }));
  const response = await fetch(resourceLinks![0]!);
  expect(response.status).toBe(200);
  return (await response.text()).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a bulk registration task', () => {
  it('registers line by line, and tells in its reports what became of each', async () => {
    const [one, two] = [await ca.issue('CN=bulk-1'), await ca.issue('CN=bulk-2')];
    const foreign = await (await TestAuthority.make()).issue('CN=bulk-3');
    const lineOf = (ThingName: string, { pem }: { pem: string }) => JSON.stringify({ ThingName, Pem: pem, CaPem: ca.pem });
    await put('orders/one.json', [lineOf('bulk-1', one), '{', lineOf('bulk-3', foreign), '', lineOf('bulk-2', two), '']);
    const taskId = await start('orders/one.json');
    expect(await ended(taskId)).toMatchObject({ status: 'Completed', successCount: 2, failureCount: 2, percentageProgress: 100, inputFileKey: 'orders/one.json', roleArn: ROLE });

    const arn = (resource: string) => `arn:aws:iot:eu-west-1:111111111111:${resource}`;
    const results = await report(taskId, 'RESULTS');
    expect(results).toMatchObject([
      { lineNumber: 1, response: { CertificatePem: one.pem, ResourceArns: { thing: arn('thing/bulk-1'), certificate: arn(`cert/${one.id}`) } } },
      { lineNumber: 5, response: { CertificatePem: two.pem, ResourceArns: { thing: arn('thing/bulk-2'), certificate: arn(`cert/${two.id}`) } } },
    ]);
    expect(await report(taskId, 'ERRORS')).toMatchObject([
      { lineNumber: 2, response: { ErrorMessage: 'The line is not JSON.' } },
      { lineNumber: 3, response: { ErrorMessage: expect.stringContaining('not signed by the CA') } },
    ]);
    expect((await iot.send(new ListThingPrincipalsCommand({ thingName: 'bulk-2' }))).principals).toEqual([arn(`cert/${two.id}`)]);
    expect(await failure(iot.send(new DescribeThingCommand({ thingName: 'bulk-3' })))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await bench.tryDevice(one, { servername: bench.account(EU).endpoint, clientId: 'bulk-1' })).toBe('accepted');
    expect((await iot.send(new ListThingRegistrationTasksCommand({ status: 'Completed' }))).taskIds).toContain(taskId);
  });

  it('is alone in its account, keeps to the quota, and can be stopped', async () => {
    await put('many.json', Array.from({ length: 200 }, (_, at) => JSON.stringify({ ThingName: `many-${at}`, Pem: 'x', CaPem: 'x' })));
    await bench.admin('PUT', 'throttling', { on: true });
    const taskId = await start('many.json');
    expect(await failure(start('many.json'))).toMatchObject({ name: 'InvalidRequestException', message: expect.stringContaining(taskId) });
    await iot.send(new StopThingRegistrationTaskCommand({ taskId }));
    await bench.admin('PUT', 'throttling', { on: false });
    const task = await ended(taskId);
    expect(task.status).toBe('Cancelled');
    expect(task.failureCount!).toBeLessThan(200);
    expect(await failure(iot.send(new StopThingRegistrationTaskCommand({ taskId })))).toMatchObject({ name: 'InvalidRequestException' });
  });

  it('fails where its role may not read the file, or there is none', async () => {
    const missing = await ended(await start('nowhere.json'));
    expect(missing).toMatchObject({ status: 'Failed', message: 'The specified key does not exist.' });
    const { resourceLinks } = await iot.send(new ListThingRegistrationTaskReportsCommand({ taskId: missing.taskId, reportType: 'RESULTS' }));
    expect(resourceLinks).toEqual([]);
    const blind = await ended(await start('orders/one.json', 'arn:aws:iam::111111111111:role/lineside-rules'));
    expect(blind.status).toBe('Failed');
    expect(blind.message).toContain('s3:GetObject');
    expect(await failure(start('orders/one.json', 'arn:aws:iam::111111111111:role/nobody'))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(describeTask('none'))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('GetThingConnectivityData', () => {
  it('tells whether a device is connected, once fleet indexing keeps it', async () => {
    const get = (thingName: string, includeSocketInformation?: boolean) => iot.send(new GetThingConnectivityDataCommand({ thingName, includeSocketInformation }));
    await iot.send(new CreateThingCommand({ thingName: 'watched' }));
    expect(await failure(get('watched'))).toMatchObject({ name: 'IndexNotReadyException', status: 400 });
    const thingIndexingConfiguration = { thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' } as const;
    await iot.send(new UpdateIndexingConfigurationCommand({ thingIndexingConfiguration }));
    expect((await iot.send(new GetIndexingConfigurationCommand({}))).thingIndexingConfiguration).toMatchObject(thingIndexingConfiguration);
    const never = await get('watched');
    expect([never.connected, never.timestamp]).toEqual([false, undefined]);

    const unit = await ca.issue('CN=watched');
    await put('watched.json', [JSON.stringify({ ThingName: 'watched', Pem: unit.pem, CaPem: ca.pem })]);
    await ended(await start('watched.json'));
    const before = Date.now();
    const device = bench.device(unit, { servername: bench.account(EU).endpoint, clientId: 'watched', keepalive: 60 });
    await new Promise((resolve) => device.once('connect', resolve));
    const connected = await get('watched', true);
    expect(connected).toMatchObject({ connected: true, clientId: 'watched', disconnectReason: 'NONE', keepAliveDuration: 60, sourceIp: '127.0.0.1' });
    expect(+connected.timestamp!).toBeGreaterThanOrEqual(before - 1);
    await device.endAsync();
    const left = await until('the end of the connection', async () => {
      const data = await get('watched');
      return data.connected === true ? undefined : data;
    });
    expect(left).toMatchObject({ disconnectReason: 'CLIENT_INITIATED_DISCONNECT' });
    expect(left.sourceIp).toBeUndefined();
    expect(await failure(get('nobody'))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
