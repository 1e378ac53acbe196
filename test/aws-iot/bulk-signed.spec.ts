import { generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { AttachThingPrincipalCommand, CreateKeysAndCertificateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { CONFIG } from '../../src/config/config.js';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import { checkBulkRegistrations } from '../../src/local/bulk-checks.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { toPem } from '../../src/x509/pem.js';
import { EU, US } from '../sandbox/support/bench.js';
import { boto3, type BotoCall } from '../sandbox/support/boto3.js';
import { until } from '../support/until.js';
import { ProvisioningRights } from './support/bulk-rest.js';
import { certificatesOf, removeFromAws, statusOf } from './support/certificates-in-aws.js';
import { Line } from './support/line.js';

const PARAMETERS = { bucket: 'factory-{account}', signer: 'aws' };

let line: Line;
let targets: string[];
let rights: ProvisioningRights;
const owner = (index: number, ...calls: BotoCall[]) => boto3(line.aws, index, calls);
const order = (body: object) => line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, quantity: 100, targets: [targets[EU]], method: 'bulk', parameters: PARAMETERS, ...body });
const release = (id: string) => line.call('manager', 'POST', `/v1/work-orders/${id}/release`);
const rows = (serial: string) => line.db.selectFrom('bulk_csr').innerJoin('unit', 'unit.id', 'unit_id').selectAll('bulk_csr').where('serial', '=', serial).executeTakeFirst();

beforeAll(async () => {
  line = await Line.start();
  rights = new ProvisioningRights(line);
  targets = [await line.addTarget(EU), await line.addTarget(US)];
  await owner(EU, ...[EU, US].map((index) => ({ service: 's3', operation: 'create_bucket', arguments: { Bucket: `factory-${line.aws.account(index).accountId}` }, credentials: line.aws.keys(index) })));
  const { id } = await line.addAuthority();
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
  await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  expect((await order({ id: 'SIGNED', serials: ['S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6', 'S-7', 'S-8', 'S-FORGOTTEN', 'S-UNSIGNED', 'S-UNREADABLE'] })).status).toBe(201);
  await until('released', async () => ((await release('SIGNED')).status === 200 ? true : undefined));
});
afterEach(() => rights.rest());
afterAll(() => line.stop());

function device(serial: string) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
  return { ask: () => line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'SIGNED', serial, csr }), keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

it('answers each unit the certificate that AWS has signed for its key, once it has come back', async () => {
  const one = device('S-1');
  expect(await one.ask()).toMatchObject({ status: 503, body: { code: 'certificate-awaited', retryable: true } });
  const { body: identity } = await until('signed', async () => {
    const answer = await one.ask();
    return answer.status === 200 ? answer : undefined;
  });
  const certificate = new X509Certificate(identity.certificate);
  expect(certificate.issuer).toContain('Amazon');
  expect(identity).toMatchObject({ thingName: 'S-1', authority: 'aws', chain: '', certificateId: certificate.fingerprint256.replaceAll(':', '').toLowerCase(), endpoints: [expect.objectContaining({ target: targets[EU] })] });
  await until('in sync', async () => ((await line.db.selectFrom('unit_target').select('state').where('certificate_id', '=', identity.certificateId).executeTakeFirst())?.state === 'in-sync' ? true : undefined));
  expect(await line.aws.tryDevice({ pem: identity.certificate, keyPem: one.keyPem } as never, { servername: line.aws.account(EU).endpoint, clientId: 'S-1' })).toBe('accepted');
  const imported = async () => (await line.leaves('certificate.imported')).filter(({ data }) => data['unit'] === 'S-1');
  expect(await imported()).toHaveLength(1);
  expect(await device('S-1').ask()).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned' } });
  expect((await line.call('auditor', 'GET', '/v1/units/S-1/identity')).body).toEqual(identity);
  // Reports that are read again change nothing.
  const { bulk_registration_id: id } = (await rows('S-1'))!;
  await line.db.updateTable('bulk_registration').set({ state: 'reporting', next_attempt_at: new Date(0) }).where('id', '=', id!).execute();
  await until('read again', async () => ((await line.call('operator', 'GET', `/v1/aws/bulk-registrations/${id}`)).body.state === 'ended' ? true : undefined));
  expect(await imported()).toHaveLength(1);
  expect((await one.ask()).body.certificate).toBe(identity.certificate);
});

it('sends again what AWS refused, and says why it was', async () => {
  await rights.detach();
  const two = device('S-2');
  await two.ask();
  const { bulk_registration_id: id } = await until('refused', async () => {
    const row = await rows('S-2');
    return row?.state === 'refused' && row.attempts === 1 ? row : undefined;
  });
  const path = `/v1/aws/bulk-registrations/${id}`;
  expect((await line.call('operator', 'GET', `${path}/failures`)).body.items).toEqual([{ line: 1, serial: 'S-2', certificateId: null, errorCode: expect.any(String), reason: expect.stringContaining('iot:CreateCertificateFromCsr') }]);
  expect((await line.call('operator', 'GET', `${path}/failed-lines`)).body).toEqual({ ThingName: 'S-2', CSR: expect.stringContaining('BEGIN CERTIFICATE REQUEST') });
  await rights.attach();
  expect((await line.call('operator', 'POST', `${path}/send-again`)).body).toEqual({ units: 1 });
  await until('signed', async () => ((await two.ask()).status === 200 ? true : undefined));
});

it('sets a certificate REVOKED that the unit may not have any more', async () => {
  const three = device('S-3');
  await three.ask();
  await until('in a file', async () => ((await rows('S-3'))?.state === 'sent' ? true : undefined));
  await line.db.updateTable('aws_entitlement').set({ state: 'withdrawn', ended_at: new Date() }).where('unit_id', '=', (await rows('S-3'))!.unit_id).execute();
  const refused = await until('on record', async () => (await line.leaves('certificate.not-entitled')).find(({ data }) => data['unit'] === 'S-3'));
  expect(await until('REVOKED', async () => ((await statusOf(line.aws.iot(EU), refused.data['fingerprint'] as string)) === 'REVOKED' ? true : undefined))).toBe(true);
});

it('keeps out a certificate whose unit brought another key meanwhile and stands in a later file', async () => {
  // The task can't be seen to end before the unit has brought the other key.
  await line.aws.admin('POST', 'faults', { kind: 'deny', action: 'iot:DescribeThingRegistrationTask', region: line.aws.account(EU).region });
  await device('S-4').ask();
  const { bulk_registration_id: id } = await until('its task runs', async () => {
    const row = await rows('S-4');
    const file = await line.db.selectFrom('bulk_registration').select('state').where('id', '=', row?.bulk_registration_id ?? 0).executeTakeFirst();
    return file?.state === 'running' ? row : undefined;
  });
  expect((await line.call('operator', 'POST', '/v1/units/S-4/rework', {})).status).toBe(200);
  const another = device('S-4');
  expect((await another.ask()).body.code).toBe('certificate-awaited');
  expect((await rows('S-4'))!.bulk_registration_id).not.toBe(id);
  await line.aws.admin('DELETE', 'faults');
  await line.db.updateTable('bulk_registration').set({ next_attempt_at: new Date(0) }).where('id', '=', id!).execute();

  const refused = await until('on record', async () => (await line.leaves('certificate.not-entitled')).find(({ data }) => data['unit'] === 'S-4'));
  expect(refused).toMatchObject({ subject: 'unit:S-4', data: { target: targets[EU], reason: 'it is for another key than the unit’s' } });
  const { body: identity } = await until('signed for the other key', async () => {
    const answer = await another.ask();
    return answer.status === 200 ? answer : undefined;
  });
  await until('in sync', () => inSync(identity.certificateId));
  expect([await statusOf(line.aws.iot(EU), refused.data['fingerprint'] as string), await statusOf(line.aws.iot(EU), identity.certificateId)]).toEqual(['REVOKED', 'ACTIVE']);
  expect(await certificatesOf(line.aws.iot(EU), 'S-4')).toEqual([identity.certificateId]);
});

describe('reports that are gone', () => {
  const deny = (action: string) => line.aws.admin('POST', 'faults', { kind: 'deny', action: `iot:${action}`, region: line.aws.account(EU).region });
  const registration = async (id: number) => (await line.call('operator', 'GET', `/v1/aws/bulk-registrations/${id}`)).body;
  const ended = (id: number) => until('ended', async () => {
    const seen = await registration(id);
    return seen.state === 'ended' ? seen : undefined;
  });
  /** Id of the registration whose task AWS has begun for the unit, and nobody has seen the end of. */
  const taskOf = (serial: string) => until(`the task of ${serial} runs`, async () => {
    const row = await rows(serial);
    const file = await line.db.selectFrom('bulk_registration').select(['id', 'state']).where('id', '=', row?.bulk_registration_id ?? 0).executeTakeFirst();
    return file?.state === 'running' ? file.id : undefined;
  });
  const forget = async (id: number, change: object = {}) => {
    await line.db.updateTable('bulk_registration').set({ task_id: randomUUID(), ...change }).where('id', '=', id).execute();
    await line.aws.admin('DELETE', 'faults');
    await line.db.updateTable('bulk_registration').set({ next_attempt_at: new Date(0) }).where('id', '=', id).execute();
  };
  const doctor = async (id: number) => (await checkBulkRegistrations({ databaseUrl: line.app.get(CONFIG).DATABASE_URL } as never)).filter(({ name }) => name === `bulk registration ${id}`);
  const metrics = async () => {
    await line.app.get(LedgerMetrics, { strict: false }).read();
    return (await line.call('auditor', 'GET', '/metrics')).body as string;
  };

  it('takes over what AWS has signed from the Thing of each unit, where AWS has forgotten the task', async () => {
    await deny('DescribeThingRegistrationTask');
    const { ask } = device('S-FORGOTTEN');
    await ask();
    const id = await taskOf('S-FORGOTTEN');
    const [signed] = await until('signed in AWS', async () => {
      const ids = await certificatesOf(line.aws.iot(EU), 'S-FORGOTTEN');
      return ids.length > 0 ? ids : undefined;
    });
    await forget(id);
    expect(await ended(id)).toMatchObject({ succeeded: 1, failed: 0, awsError: null, detail: expect.stringMatching(/AWS does not know the task any more.*each unit was asked for/) });
    expect(await ask()).toMatchObject({ status: 200, body: { certificateId: signed } });
    await until('in sync', () => inSync(signed!));
    expect(await certificatesOf(line.aws.iot(EU), 'S-FORGOTTEN')).toEqual([signed]);
    expect(line.log.lines.some((text) => text.includes('bulk.reports-lost') && text.includes(`"bulkRegistration":${id}`))).toBe(true);
  });

  it('sends those again for which AWS shows no certificate, with the reason on record', async () => {
    await rights.detach();
    await deny('DescribeThingRegistrationTask');
    const { ask } = device('S-UNSIGNED');
    await ask();
    const id = await taskOf('S-UNSIGNED');
    await forget(id);
    expect(await ended(id)).toMatchObject({ succeeded: 0, failed: 1, remedy: expect.stringContaining(`/v1/aws/bulk-registrations/${id}/failures`) });
    expect((await line.call('operator', 'GET', `/v1/aws/bulk-registrations/${id}/failures`)).body.items).toEqual([
      { line: 1, serial: 'S-UNSIGNED', certificateId: null, errorCode: null, reason: expect.stringContaining('no certificate for its key at the Thing S-UNSIGNED') },
    ]);
    expect(await doctor(id)).toEqual([{ name: `bulk registration ${id}`, state: 'warn', finding: expect.stringContaining('AWS has refused or left incomplete one unit'), remedy: expect.stringContaining(`${id}/failures`) }]);
    expect(await metrics()).toContain(`lineside_aws_bulk_failed_units{target="${targets[EU]}"} 1\n`);
    await rights.attach();
    expect((await line.call('operator', 'POST', `/v1/aws/bulk-registrations/${id}/send-again`)).body).toEqual({ units: 1 });
    await until('signed', async () => ((await ask()).status === 200 ? true : undefined));
  });

  it('does without reports that could not be read for half an hour, and leaves a stranger’s certificate at the Thing alone', async () => {
    const iot = line.aws.iot(EU);
    const { certificateArn, certificateId } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    await deny('ListThingRegistrationTaskReports');
    const { ask } = device('S-UNREADABLE');
    await ask();
    const reporting = await until('its reports are refused', async () => {
      const seen = await registration((await rows('S-UNREADABLE'))?.bulk_registration_id ?? 0);
      return seen.state === 'reporting' && seen.awsError !== null ? seen : undefined;
    });
    expect(reporting.remedy).toContain('docs/aws/bulk.json');
    expect(await doctor(reporting.id)).toEqual([{ name: `bulk registration ${reporting.id}`, state: 'warn', finding: expect.stringMatching(/: reporting since .*ListThingRegistrationTaskReports/), remedy: expect.any(String) }]);
    expect(await metrics()).toMatch(new RegExp(`lineside_aws_bulk_registrations\\{state="reporting"\\} 1\n(.*\n)*lineside_aws_bulk_oldest_seconds\\{target="${targets[EU]}"\\} [0-9.]+\n`));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'S-UNREADABLE', principal: certificateArn }));
    await line.db.updateTable('bulk_registration').set({ attempts: 12, next_attempt_at: new Date(0) }).where('id', '=', reporting.id).execute();
    expect(await ended(reporting.id)).toMatchObject({ succeeded: 1, failed: 0, detail: expect.stringContaining('ListThingRegistrationTaskReports') });
    expect((await ask()).status).toBe(200);
    expect(await statusOf(line.aws.iot(EU), certificateId!)).toBe('ACTIVE');
    expect(await certificatesOf(line.aws.iot(EU), 'S-UNREADABLE')).toContain(certificateId);
  });
});

it('revokes and sets aside what is gone from AWS, and nothing keeps it from others', async () => {
  const [gone, aside, broken, good] = await Promise.all(['S-5', 'S-6', 'S-7', 'S-8'].map(certified)) as [string, string, string, string];
  for (const [serial, id] of [['S-5', gone], ['S-6', aside], ['S-7', broken]] as const) await removeFromAws(line.aws.iot(EU), serial, id);
  const revoke = async (id: string) => expect((await line.call('officer', 'POST', `/v1/certificates/${id}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
  await revoke(gone);
  expect((await line.call('manager', 'POST', '/v1/units/S-6/quarantine', { reason: 'looked at' })).status).toBe(200);
  expect(await until('revoked', () => inSync(gone, 'REVOKED'))).toMatchObject({ detail: expect.stringContaining('does not know it any more') });
  await until('set aside', () => inSync(aside, 'INACTIVE'));
  expect([await statusOf(line.aws.iot(EU), gone), await statusOf(line.aws.iot(EU), aside)]).toEqual(['unknown', 'unknown']);

  // Of a method that registers it under a CA, which this one lacks: nobody has foreseen what goes wrong, in the same round as the other one.
  await line.db.updateTable('unit_target').set({ method: 'jitp' }).where('certificate_id', '=', broken).execute();
  await line.db.updateTable('unit_target')
    .set({ desired: 'REVOKED', state: 'pending', attempts: 0, next_attempt_at: sql<Date>`now() - case when certificate_id = ${broken} then 2 else 1 end * interval '1 second'` })
    .where('certificate_id', 'in', [broken, good]).execute();
  expect(await until('the other one is revoked', () => inSync(good, 'REVOKED'))).toMatchObject({ attempts: 1 });
  expect(await statusOf(line.aws.iot(EU), good)).toBe('REVOKED');
  expect(await until('postponed', async () => {
    const row = await line.db.selectFrom('unit_target').select(['state', 'detail']).where('certificate_id', '=', broken).executeTakeFirst();
    return row?.detail === null ? undefined : row;
  })).toEqual({ state: 'pending', detail: expect.stringContaining('unexpected') });
  expect(line.log.lines.some((text) => text.includes('unit.not-changed') && text.includes('S-7'))).toBe(true);
});

/** Id of the unit's certificate, once it is in sync. */
async function certified(serial: string): Promise<string> {
  const { ask } = device(serial);
  const { body } = await until(`${serial} is signed`, async () => {
    const answer = await ask();
    return answer.status === 200 ? answer : undefined;
  });
  await until(`${serial} is in sync`, () => inSync(body.certificateId));
  return body.certificateId;
}

function inSync(certificateId: string, desired: 'ACTIVE' | 'INACTIVE' | 'REVOKED' = 'ACTIVE') {
  return line.db.selectFrom('unit_target').select(['attempts', 'detail']).where('certificate_id', '=', certificateId).where('state', '=', 'in-sync').where('desired', '=', desired).executeTakeFirst();
}

it('has AWS sign in one account only', async () => {
  await order({ id: 'BOTH', targets, serials: ['S-9'] });
  const refusal = await until('refused for that', async () => {
    const { body } = await release('BOTH');
    return JSON.stringify(body).includes('in one account') ? body : undefined;
  });
  expect(refusal).toMatchObject({ code: 'order-not-ready' });
});
