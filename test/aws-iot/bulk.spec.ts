import {
  CreateThingTypeCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DescribeThingCommand, DescribeThingRegistrationTaskCommand, ListThingPrincipalsCommand, ListThingRegistrationTasksCommand,
} from '@aws-sdk/client-iot';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import { Line } from './support/line.js';

const TEMPLATE = {
  Parameters: { ThingName: { Type: 'String' }, CertificatePem: { Type: 'String' }, CACertificatePem: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' }, ThingTypeName: 'bulk', AttributePayload: { line: 'L1' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'CertificatePem' }, CACertificatePem: { Ref: 'CACertificatePem' }, Status: 'ACTIVE' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'lineside-device' } },
  },
};
const PARAMETERS = { template: TEMPLATE, bucket: 'factory-{account}', prefix: 'line/one' };

let units: CertifiedUnits;
let line: Line;
let s3: S3Client[];

const rows = (unitId: number) => line.db.selectFrom('unit_target').selectAll().where('unit_id', '=', unitId).orderBy('target_name').execute();
const inSync = (unitId: number) => until(`unit ${unitId} in sync`, async () => {
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', unitId).where('state', '=', 'pending').where('step', '<>', 'sent').execute();
  return (await rows(unitId)).every(({ state }) => state === 'in-sync') ? true : undefined;
});
const order = (body: object) => line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, quantity: 10, targets: units.targets, method: 'bulk', parameters: PARAMETERS, ...body });
const released = () => line.call('manager', 'POST', '/v1/work-orders/WO/release');
const tasksIn = async (index: number) => {
  const { taskIds = [] } = await line.aws.iot(index).send(new ListThingRegistrationTasksCommand({}));
  return Promise.all(taskIds.map((taskId) => line.aws.iot(index).send(new DescribeThingRegistrationTaskCommand({ taskId }))));
};
const refusal = async (path: string) => (await line.call('manager', 'GET', path)).body.findings.map(({ problem }: { problem: string }) => problem).join(' ');

beforeAll(async () => {
  line = await Line.start();
  const targets = [await line.addTarget(EU), await line.addTarget(US)];
  units = CertifiedUnits.on(line, targets);
  s3 = [EU, US].map((index) => line.aws.own(new S3Client({ ...line.aws.access(index), forcePathStyle: true })));
  const { id } = await line.addAuthority();
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
  await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  expect((await order({ id: 'WO', quantity: 1_000, serials: ['B-FIRST'] })).status).toBe(201);
}, 90_000);
afterAll(() => line.stop());

const bucketOf = (index: number) => `factory-${line.aws.account(index).accountId}`;

it('releases an order once bucket, thing type and a trial task stand in each target, and says what is missing', async () => {
  await until('the bucket is missed', async () => ((await refusal('/v1/work-orders/WO')).includes(`there is no bucket ${bucketOf(EU)}`) ? true : undefined));
  expect(await refusal('/v1/work-orders/WO')).toContain('there is no thing type bulk');
  expect((await released()).status).toBe(409);
  for (const index of [EU, US]) {
    await s3[index]!.send(new CreateBucketCommand({ Bucket: bucketOf(index) }));
    await line.aws.iot(index).send(new CreateThingTypeCommand({ thingTypeName: 'bulk' }));
  }
  await until('released', async () => {
    await line.lookAgain();
    return (await released()).status === 200 ? true : undefined;
  });
  const [trial, ...others] = await tasksIn(EU);
  expect(others).toEqual([]);
  expect(trial).toMatchObject({ status: 'Completed', successCount: 0, failureCount: 1, inputFileBucket: bucketOf(EU), inputFileKey: expect.stringMatching(/^line\/one\/trial-/) });
  const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
  const { certificateDescription } = await line.aws.iot(US).send(new DescribeCACertificateCommand({ certificateId: fingerprint! }));
  expect(certificateDescription).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'DISABLE' });
});

it('makes units known in every account with one task for all that are certified together', async () => {
  const devices = await Promise.all(['B-1', 'B-2', 'B-3'].map((serial) => units.certify(serial)));
  for (const { unitId } of devices) await inSync(unitId);
  for (const device of devices) expect([await units.connect(device, EU), await units.connect(device, US)]).toEqual(['accepted', 'accepted']);
  expect(await line.aws.iot(US).send(new DescribeThingCommand({ thingName: 'B-2' }))).toMatchObject({ thingTypeName: 'bulk', attributes: { line: 'L1' } });
  for (const index of [EU, US]) {
    const sent = (await tasksIn(index)).filter(({ inputFileKey }) => inputFileKey!.includes('/units-'));
    expect(sent.map(({ successCount }) => successCount).reduce((sum, each) => sum! + each!, 0)).toBe(3);
    const { Body } = await s3[index]!.send(new GetObjectCommand({ Bucket: bucketOf(index), Key: sent[0]!.inputFileKey! }));
    const [first] = (await Body!.transformToString()).split('\n');
    expect(Object.keys(JSON.parse(first!) as object)).toEqual(['ThingName', 'CertificatePem', 'CACertificatePem']);
  }
});
