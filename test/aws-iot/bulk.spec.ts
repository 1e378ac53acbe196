import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateThingTypeCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DescribeThingCommand, DescribeThingRegistrationTaskCommand, IoTClient, ListThingRegistrationTasksCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { BulkLineRepository } from '../../src/aws-iot/bulk-registrations/bulk-lines.repository.js';
import { BulkRegistrationRepository } from '../../src/aws-iot/bulk-registrations/bulk-registrations.repository.js';
import { EU, US } from '../sandbox/support/bench.js';
import { boto3, type BotoCall, runPython } from '../sandbox/support/boto3.js';
import { until } from '../support/until.js';
import { manyWaiting, PARAMETERS, policyOfUs, TEMPLATE } from './support/bulk-order.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import { Line } from './support/line.js';

const PROVISIONING = 'lineside-provisioning';
const US_ROLE = 'arn:aws:iam::222222222222:role/lineside';

let units: CertifiedUnits;
let line: Line;
let authority: string;
/** Clients that wait where the account's rate is used up. */
let patient: IoTClient[];

// What the account's owner does, with AWS's own Python SDK.
const owner = (index: number, ...calls: BotoCall[]) => boto3(line.aws, index, calls);
const bucketOf = (index: number) => `factory-${line.aws.account(index).accountId}`;
const rows = (unitId: number) => line.db.selectFrom('unit_target').selectAll().where('unit_id', '=', unitId).orderBy('target_name').execute();
/** What waits for its time is due now, but for what is in a file. */
const soon = (unitId: number) => line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', unitId).where('state', '=', 'pending').where('step', '<>', 'sent').execute();
const inSync = (unitId: number) => until(`unit ${unitId} in sync`, async () => {
  await soon(unitId);
  return (await rows(unitId)).every(({ state }) => state === 'in-sync') ? true : undefined;
});
const statusIn = async (index: number, certificateId: string) => (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;
const order = (body: object) => line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, quantity: 10, targets: units.targets, method: 'bulk', parameters: PARAMETERS, ...body });
const released = () => line.call('manager', 'POST', '/v1/work-orders/WO/release');
const problemIn = async (index: number): Promise<string> => (await line.registration(authority, units.targets[index]!)).problem ?? '';
const tasksIn = async (index: number) => {
  const { taskIds = [] } = await patient[index]!.send(new ListThingRegistrationTasksCommand({}));
  return Promise.all(taskIds.map((taskId) => patient[index]!.send(new DescribeThingRegistrationTaskCommand({ taskId }))));
};
/** The newest registration that the unit is or was in, in the target of that index. */
const registrationOf = async (unitId: number, index: number) => {
  const { id } = await line.db.selectFrom('bulk_line').innerJoin('bulk_registration', 'bulk_registration.id', 'bulk_line.bulk_registration_id').select('bulk_registration.id')
    .where('unit_id', '=', unitId).where('target_name', '=', units.targets[index]!).orderBy('bulk_registration.id', 'desc').executeTakeFirstOrThrow();
  return (await line.call('operator', 'GET', `/v1/aws/bulk-registrations/${id}`)).body;
};
/** What waits after a failure is due now, but for what somebody is at work on. */
const goOn = () => line.db.updateTable('bulk_registration').set({ next_attempt_at: new Date(0) }).where('state', '<>', 'ended').where('next_attempt_at', '<', sql<Date>`now() + interval '60 seconds'`).execute();
const inFile = (unitId: number) => until('in a file', async () => ((await rows(unitId)).every(({ step }) => step === 'sent') ? true : undefined));

beforeAll(async () => {
  line = await Line.start();
  patient = [EU, US].map((index) => line.aws.own(new IoTClient({ ...line.aws.access(index), maxAttempts: 10 })));
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: 'sts:AssumeRole' }] };
  await owner(US, { service: 'iam', operation: 'create_role', arguments: { RoleName: 'lineside', AssumeRolePolicyDocument: JSON.stringify(trust) } }, policyOfUs(true));
  const targets = [await line.addTarget(EU), await line.addTarget(US, { profile: 'sandbox-111111111111', roleArn: US_ROLE })];
  units = CertifiedUnits.on(line, targets);
  authority = (await line.addAuthority()).id;
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  expect((await order({ id: 'WO', quantity: 1_000, serials: ['B-FIRST'] })).status).toBe(201);
});
afterAll(() => line.stop());

it('releases an order once bucket, thing type and a trial task stand in each target, and says what is missing', async () => {
  for (const index of [EU, US]) await until('the bucket is missed', async () => ((await problemIn(index)).includes(`there is no bucket ${bucketOf(index)}`) ? true : undefined));
  expect(await problemIn(EU)).toContain('there is no thing type bulk');
  expect((await released()).status).toBe(409);
  await owner(EU, ...[EU, US].map((index) => ({ service: 's3', operation: 'create_bucket', arguments: { Bucket: bucketOf(index) }, credentials: line.aws.keys(index) })));
  for (const index of [EU, US]) await line.aws.iot(index).send(new CreateThingTypeCommand({ thingTypeName: 'bulk' }));
  await goOn();
  await until('the right to pass the role is missed', async () => (/the trial task came to nothing: AWS IoT refused StartThingRegistrationTask .*iam:PassRole/.test(await problemIn(US)) ? true : undefined));
  expect((await released()).status).toBe(409);
  await owner(US, policyOfUs(false));
  await goOn();
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${authority}`)).body.state === 'registered' ? true : undefined));
  expect((await line.call('officer', 'POST', `/v1/authorities/${authority}/activate`)).status).toBe(200);
  await until('released', async () => ((await released()).status === 200 ? true : undefined));
  for (const index of [EU, US]) {
    const [trial, ...others] = await tasksIn(index);
    expect(others).toEqual([]);
    expect(trial).toMatchObject({ status: 'Completed', successCount: 0, failureCount: 1, inputFileBucket: bucketOf(index), inputFileKey: expect.stringMatching(/^line\/one\/trial-/) });
  }
  const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
  const { certificateDescription } = await line.aws.iot(US).send(new DescribeCACertificateCommand({ certificateId: fingerprint! }));
  expect(certificateDescription).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'DISABLE' });
});

it('makes units known in every account with one task for all that are certified together', async () => {
  const devices = await Promise.all(['B-1', 'B-2', 'B-3'].map((serial) => units.certify(serial)));
  for (const { unitId } of devices) await inSync(unitId);
  for (const device of devices) expect([await units.connect(device, EU), await units.connect(device, US)]).toEqual(['accepted', 'accepted']);
  expect(await line.aws.iot(US).send(new DescribeThingCommand({ thingName: 'B-2' }))).toMatchObject({ thingTypeName: 'bulk', attributes: { line: 'L1' } });
  const { id, lines } = await registrationOf(devices[0]!.unitId, EU);
  const { body } = await line.call('auditor', 'GET', `/v1/aws/bulk-registrations?target=${units.targets[EU]}&open=false`);
  expect(body.items[0]).toMatchObject({ id, state: 'ended', lines, succeeded: lines, failed: 0, percentage: 100, taskStatus: 'Completed', waitsFor: null, detail: null });
  expect((await line.leaves('unit.registered')).filter(({ subject }) => subject === 'unit:B-1').map(({ data }) => data['target']).toSorted()).toEqual(units.targets);
});

it('lets paho in, which nobody here wrote, and lets it talk under its own topics', async () => {
  const device = await units.certify('B-PAHO');
  await inSync(device.unitId);
  const files = { ca: join(line.aws.folder, 'data', 'ca.pem'), cert: join(line.aws.folder, 'paho.pem'), key: join(line.aws.folder, 'paho.key') };
  for (const [file, text] of [[files.cert, device.pem], [files.key, device.keyPem]] as const) writeFileSync(file, text);
  const seen = await runPython('paho_device.py', { ...files, version: 4, clientId: 'B-PAHO', topic: 'devices/B-PAHO/hello', endpoint: line.aws.account(US).endpoint, port: line.aws.sandbox.mqttPort }, line.aws.folder);
  expect(seen).toMatchObject({ connected: '0', granted: ['1'], message: 'hello' });
});

it('waits for a task of somebody else’s in the account, and says so', async () => {
  const Body = Buffer.from('{}\n'.repeat(60)).toString('base64');
  const arguments_ = { templateBody: JSON.stringify(TEMPLATE), inputFileBucket: bucketOf(EU), inputFileKey: 'theirs.json', roleArn: `arn:aws:iam::111111111111:role/${PROVISIONING}` };
  const [, theirs] = await owner(EU, { service: 's3', operation: 'put_object', arguments: { Bucket: bucketOf(EU), Key: 'theirs.json', Body }, bytes: 'Body' }, { service: 'iot', operation: 'start_thing_registration_task', arguments: arguments_ });
  const device = await units.certify('B-LATER');
  await inFile(device.unitId);
  const waiting = await until('waits for theirs', async () => {
    const seen = await registrationOf(device.unitId, EU);
    return seen.waitsFor === theirs!['taskId'] ? seen : undefined;
  });
  expect(waiting).toMatchObject({ state: 'uploaded', taskId: null, detail: expect.stringContaining(`somebody else’s in the account, ${theirs!['taskId']} with s3://factory-111111111111/theirs.json`), remedy: expect.stringContaining('stop-thing-registration-task') });
  await inSync(device.unitId);
  expect(await units.connect(device, EU)).toBe('accepted');
});

it.each(['lost-answer', 'cut', 'throttle'])('starts one task for the same lines, though a fault (%s) strikes each call for it', async (kind) => {
  const calls = ['StartThingRegistrationTask', 'DescribeThingRegistrationTask', 'ListThingRegistrationTasks', 'ListThingRegistrationTaskReports'];
  for (const call of calls) await line.aws.admin('POST', 'faults', { kind, action: `iot:${call}`, times: call.startsWith('Start') ? 1 : 2 });
  const device = await units.certify(`B-${kind}`);
  await until('in sync', async () => {
    await soon(device.unitId);
    await goOn();
    return (await rows(device.unitId)).every(({ state }) => state === 'in-sync') ? true : undefined;
  });
  expect((await line.aws.admin('GET', 'faults')).body).toEqual({ faults: [] });
  for (const index of [EU, US]) {
    const { key } = await registrationOf(device.unitId, index);
    expect((await tasksIn(index)).filter(({ inputFileKey }) => inputFileKey === key)).toHaveLength(1);
    expect(await units.connect(device, index)).toBe('accepted');
  }
});

it('goes on where a worker has died between the start and its record, and between the end and the reports', async () => {
  const device = await units.certify('B-CRASH');
  await inSync(device.unitId);
  const { id, taskId } = await registrationOf(device.unitId, EU);
  const tasks = (await tasksIn(EU)).length;
  for (const lost of [{ state: 'starting', task_id: null }, { state: 'reporting', task_id: taskId }] as const) {
    await line.db.updateTable('bulk_line').set({ outcome: null }).where('bulk_registration_id', '=', id).execute();
    await line.db.updateTable('unit_target').set({ state: 'pending', step: 'sent', next_attempt_at: sql<Date>`now() + interval '1 hour'` }).where('unit_id', '=', device.unitId).where('target_name', '=', units.targets[EU]!).execute();
    await line.db.updateTable('bulk_registration').set({ ...lost, next_attempt_at: new Date(0) }).where('id', '=', id).execute();
    await inSync(device.unitId);
    expect(await registrationOf(device.unitId, EU)).toMatchObject({ id, state: 'ended', taskId, succeeded: 1, failed: 0 });
  }
  expect(await tasksIn(EU)).toHaveLength(tasks);
});

it('names each unit that AWS refused, and gives its line as a file that AWS takes as it is', async () => {
  const rights = { service: 'iam', arguments: { RoleName: PROVISIONING, PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSIoTThingsRegistration' } };
  await owner(EU, { ...rights, operation: 'detach_role_policy' });
  const device = await units.certify('B-REFUSED');
  const refused = await until('refused', async () => {
    const [eu] = await rows(device.unitId);
    return eu!.step === 'again' && eu!.detail !== null ? eu : undefined;
  });
  expect(refused).toMatchObject({ state: 'pending', detail: expect.stringMatching(/^AWS refused the unit in bulk registration \d+ .*iot:RegisterCertificate/) });
  expect(+refused!.next_attempt_at).toBeGreaterThan(Date.now() + 20_000);
  const { id, failed } = await registrationOf(device.unitId, EU);
  const path = `/v1/aws/bulk-registrations/${id}`;
  expect(failed).toBe(1);
  expect((await line.call('operator', 'GET', `${path}/failures`)).body).toEqual({ items: [{ line: 1, serial: 'B-REFUSED', certificateId: device.certificateId, errorCode: expect.any(String), reason: expect.stringContaining('iot:RegisterCertificate') }], nextCursor: null });
  const file = await line.call('operator', 'GET', `${path}/failed-lines`);
  expect(file.headers['content-type']).toBe('application/x-ndjson');
  expect(file.body).toMatchObject({ ThingName: 'B-REFUSED', CertificatePem: device.pem });

  // Somebody sends it by hand.
  await owner(EU, { ...rights, operation: 'attach_role_policy' });
  const put = { service: 's3', operation: 'put_object', arguments: { Bucket: bucketOf(EU), Key: 'again.json', Body: Buffer.from(`${JSON.stringify(file.body)}\n`).toString('base64') }, bytes: 'Body' };
  const start = { service: 'iot', operation: 'start_thing_registration_task', arguments: { templateBody: JSON.stringify(TEMPLATE), inputFileBucket: bucketOf(EU), inputFileKey: 'again.json', roleArn: `arn:aws:iam::111111111111:role/${PROVISIONING}` } };
  await owner(EU, put, start);
  await until('ACTIVE', async () => ((await statusIn(EU, device.certificateId)) === 'ACTIVE' ? true : undefined));
  const tasks = (await tasksIn(EU)).length;
  expect((await line.call('operator', 'POST', `${path}/send-again`)).body).toEqual({ units: 1 });
  await inSync(device.unitId);
  expect(await tasksIn(EU)).toHaveLength(tasks);
  expect((await line.call('operator', 'GET', '/v1/aws/bulk-registrations/999999')).body).toMatchObject({ code: 'bulk-registration-unknown' });
});

it('sends a refused unit again by itself', async () => {
  const device = await units.certify('B-AGAIN');
  await inSync(device.unitId);
  await owner(EU, { service: 'iot', operation: 'detach_thing_principal', arguments: { thingName: 'B-AGAIN', principal: `arn:aws:iot:eu-west-1:111111111111:cert/${device.certificateId}` } });
  await line.db.updateTable('unit_target').set({ state: 'pending', step: 'verify', next_attempt_at: new Date(0) }).where('unit_id', '=', device.unitId).where('target_name', '=', units.targets[EU]!).execute();
  const before = await registrationOf(device.unitId, EU);
  await until('said', async () => ((await rows(device.unitId))[0]!.detail?.includes(`Bulk registration ${before.id} has ended, but there is no Thing B-AGAIN with the certificate attached`) ? true : undefined));
  await inSync(device.unitId);
  expect((await registrationOf(device.unitId, EU)).id).toBeGreaterThan(before.id);
  expect(await units.connect(device, EU)).toBe('accepted');
});

it('never lets in what was revoked or set aside, whether before its line or after, and lets in again what is released', async () => {
  const [revoked, early, aside] = [await units.certify('B-BAD'), await units.certify('B-EARLY'), await units.certify('B-ASIDE')];
  for (const [device, step] of [[early, 'revoke'], [aside, 'quarantine']] as const) await setAside(device, step);
  for (const { unitId } of [revoked, early, aside]) await inSync(unitId);
  await setAside(revoked, 'revoke');
  await until('to be revoked', async () => ((await rows(revoked.unitId)).every(({ desired }) => desired === 'REVOKED') ? true : undefined));
  await inSync(revoked.unitId);
  for (const index of [EU, US]) {
    expect([await statusIn(index, revoked.certificateId), await statusIn(index, early.certificateId), await statusIn(index, aside.certificateId)]).toEqual(['REVOKED', 'REVOKED', 'INACTIVE']);
    for (const device of [revoked, early, aside]) expect(await units.connect(device, index)).toBe('closed');
  }
  expect((await line.call('manager', 'POST', '/v1/units/B-ASIDE/release', {})).status).toBe(200);
  await until('wanted again', async () => ((await rows(aside.unitId)).every(({ desired }) => desired === 'ACTIVE') ? true : undefined));
  await inSync(aside.unitId);
  expect([await units.connect(aside, EU), await units.connect(aside, US)]).toEqual(['accepted', 'accepted']);
});

async function setAside({ serial, certificateId }: Device, step: 'revoke' | 'quarantine') {
  const { status } = step === 'revoke' ? await line.call('officer', 'POST', `/v1/certificates/${certificateId}/revoke`, { reason: 'keyCompromise' }) : await line.call('manager', 'POST', `/v1/units/${serial}/quarantine`, { reason: 'looked at' });
  expect(status).toBe(200);
}

it('keeps out what a task has activated although it was set aside meanwhile', async () => {
  const device = await units.certify('B-RACE');
  await inSync(device.unitId);
  await setAside(device, 'quarantine');
  await until('to be kept out', async () => ((await rows(device.unitId)).every(({ desired }) => desired === 'INACTIVE') ? true : undefined));
  await inSync(device.unitId);
  // A line that was written before comes through only now.
  await owner(EU, { service: 'iot', operation: 'update_certificate', arguments: { certificateId: device.certificateId, newStatus: 'ACTIVE' } });
  const { id } = await registrationOf(device.unitId, EU);
  await line.db.updateTable('bulk_registration').set({ state: 'reporting', next_attempt_at: new Date(0) }).where('id', '=', id).execute();
  await until('kept out again', async () => ((await statusIn(EU, device.certificateId)) === 'INACTIVE' ? true : undefined));
  expect(await units.connect(device, EU)).toBe('closed');
});

it('writes each unit once, into files of so many lines at most, and reads them by pages', async () => {
  const [many, most] = [1_300, 1_100];
  const waiting = await manyWaiting(line, many);
  const lines = line.app.get(BulkLineRepository, { strict: false });
  lines.mostLines = most;
  const settings = { hash: 'many', template: JSON.stringify(TEMPLATE), bucket: 'b', folder: 'f', roleArn: 'arn:aws:iam::111111111111:role/p', signer: 'hsm' as const };
  for (let at = 0; at < many; at += 250) await lines.join('paused', settings, waiting.slice(at, at + 250) as never);
  await lines.join('paused', settings, waiting.slice(0, 250) as never);
  const registrations = line.app.get(BulkRegistrationRepository, { strict: false });
  const [second, first] = await registrations.list({ target: 'paused', limit: 3 });
  expect([first!.lines, second!.lines]).toEqual([most, many - most]);
  expect(await lines.seal(first!)).toMatchObject({ state: 'sealed', lines: most });
  const pages: number[][] = [];
  for await (const page of lines.pages(first!.id)) pages.push(page.map(({ line: number }) => number));
  expect([pages.length, pages.flat()]).toEqual([3, Array.from({ length: most }, (_, at) => at + 1)]);
});
