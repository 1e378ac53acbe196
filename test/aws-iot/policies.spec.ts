import { mock } from 'node:test';
import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Permissions } from '../../src/sandbox/iam/permissions.js';
import { deployFleetHook } from '../../src/simulation/fleet-hook.js';
import { US } from '../sandbox/support/bench.js';
import { ask, connectWith, FROM_CSR, newCsr } from '../sandbox/support/fleet-device.js';
import { until } from '../support/until.js';
import { AssumedRole } from './support/assumed-role.js';
import { CertifiedUnits } from './support/certified-units.js';
import { Line } from './support/line.js';

const BUCKET = 'factory-222222222222';

const TEMPLATE = {
  Parameters: { ThingName: { Type: 'String' }, CertificatePem: { Type: 'String' }, CACertificatePem: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'CertificatePem' }, CACertificatePem: { Ref: 'CACertificatePem' }, Status: 'ACTIVE' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'lineside-device' } },
  },
};

/** Methods whose policy in docs/aws is proved: what an order says, and whether units become known by connecting. */
const METHODS: { method: string; name?: string; parameters?: object; connects?: true }[] = [
  { method: 'jitp', connects: true },
  { method: 'jitr', connects: true },
  { method: 'multi-account' },
  { method: 'single-thing' },
  { method: 'single-thing', name: 'by-template', parameters: { template: TEMPLATE } },
  { method: 'bulk', parameters: { bucket: BUCKET } },
];

let line: Line;
let role: AssumedRole;
let target: string;
beforeAll(async () => {
  line = await Line.start({ AWS_SWEEP_MS: '500' });
  role = new AssumedRole(line, '222222222222', 'us-east-1', { BUCKET, PREFIX: 'lineside' });
  role.allow('jitp');
  await line.aws.own(new S3Client({ ...line.aws.access(US), forcePathStyle: true })).send(new CreateBucketCommand({ Bucket: BUCKET }));
  target = await line.addTarget(US, { name: 'assumed', ...role.ofTarget });
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
});
afterAll(() => line.stop());

/** `registered`: the order comes when the CA is registered, as any authority is that no order has given a method yet. */
async function authorityOf(method: string, name: string, parameters: object = {}, { registered = false } = {}): Promise<string> {
  const family = `${line.family}${name.replaceAll('-', '')}`;
  const { id } = await line.addAuthority({ family });
  await until(`${id} is planned there`, () => line.registration(id, target));
  if (registered) await line.registrationIn('in-sync', id, target);
  const order = { id: name, product: 'P', line: 'L1', authority: family, quantity: 10, targets: [target], method, parameters, serials: [`${name}-0`] };
  expect(await line.call('manager', 'POST', '/v1/work-orders', order)).toMatchObject({ status: 201 });
  return id;
}

it.each(METHODS)('a role that may do what docs/aws/$method.json says, and no more, brings a unit from its order to its connection', async ({ method, name = method, parameters, connects }) => {
  role.allow(method);
  const authority = await authorityOf(method, name, parameters);
  await until(`${authority} is registered`, async () => {
    const found = await line.registration(authority, target);
    return found?.state === 'in-sync' && found.method === method ? found : undefined;
  });
  await until('activated', async () => ((await line.call('officer', 'POST', `/v1/authorities/${authority}/activate`)).status === 200 ? true : undefined));
  await until('released', async () => ((await line.call('manager', 'POST', `/v1/work-orders/${name}/release`)).status === 200 ? true : undefined));
  const units = CertifiedUnits.on(line, [target]);
  const device = await units.certify(`${name}-1`, name);
  if (connects) await units.connectUntilAccepted(device, US);
  await until('in sync', async () => {
    await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', device.unitId).where('state', '=', 'pending').where('step', '<>', 'sent').execute();
    const { state } = await line.db.selectFrom('unit_target').select('state').where('unit_id', '=', device.unitId).executeTakeFirstOrThrow();
    return state === 'in-sync' ? true : undefined;
  });
  expect(await units.connect(device, US)).toBe('accepted');

  await line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
  await until('revoked in AWS', async () => {
    const { certificateDescription } = await line.aws.iot(US).send(new DescribeCertificateCommand({ certificateId: device.certificateId }));
    return certificateDescription?.status === 'REVOKED' ? true : undefined;
  });
  expect(await units.connect(device, US)).toBe('closed');
  expect((await line.registration(authority, target)).awsError).toBeNull();
});

/** Of its own, so that each method makes its template. */
const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['iot:Connect', 'iot:Publish'], Resource: '*' }] };

it.each([['fleet-claim', {}], ['fleet-trusted-user', { policy: POLICY }]])('a role that may do what docs/aws/%s.json says, and no more, brings a unit from its order to its connection, and needs each statement', async (method, parameters) => {
  role.allow(method);
  const asked = mock.method(Permissions.prototype, 'allows');
  const authority = await authorityOf(method, method, parameters, { registered: true });
  const { body: pem } = await line.call('auditor', 'GET', `/v1/authorities/${authority}/certificate`);
  await deployFleetHook({ endpointUrl: line.aws.sandbox.endpointUrl }, { ...line.aws.account(US), ...line.aws.keys(US) }, String(pem));
  await until(`${authority} is registered`, async () => {
    await line.registrationLookedAt(authority, target);
    const found = await line.registration(authority, target);
    return found?.state === 'in-sync' && found.method === method ? found : undefined;
  });
  await until('activated', async () => ((await line.call('officer', 'POST', `/v1/authorities/${authority}/activate`)).status === 200 ? true : undefined));
  await until('released', async () => ((await line.call('manager', 'POST', `/v1/work-orders/${method}/release`)).status === 200 ? true : undefined));
  const handed = async (serial: string) => {
    const key = newCsr();
    await line.db.insertInto('unit').values({ serial, work_order_id: method, state: 'planned' }).execute();
    const { status, body } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder: method, serial, csr: key.csr });
    expect(status).toBe(201);
    return { ...key, claim: body.claim };
  };
  const serial = `${method}-1`;
  const { claim, csr, keyPem } = await handed(serial);
  const brought = claim.certificate ? claim : (await line.call('installer', 'POST', '/v1/aws/installer-claims', { workOrder: method })).body;
  const box = await connectWith(line.aws, US, { pem: brought.certificate, keyPem: brought.privateKey }, `box-${method}`);
  const { payload: { certificateOwnershipToken, certificatePem = '', certificateId = '' } } = await ask(box, FROM_CSR, { certificateSigningRequest: csr });
  expect(await ask(box, `$aws/provisioning-templates/${claim.template}/provision`, { certificateOwnershipToken, parameters: { SerialNumber: serial, Voucher: claim.voucher } })).toMatchObject({ outcome: 'accepted' });
  await until('in sync', () => line.db.selectFrom('unit_target').select('state').where('certificate_id', '=', certificateId).where('state', '=', 'in-sync').executeTakeFirst());
  const connect = () => line.aws.tryDevice({ pem: certificatePem, keyPem }, { servername: line.aws.account(US).endpoint, clientId: serial });
  expect(await connect()).toBe('accepted');

  await handed(`${method}-2`);
  expect((await line.call('manager', 'POST', `/v1/units/${method}-2/scrap`, {})).status).toBe(200);
  await until('its Thing is held', async () => ((await line.leaves('unit.thing-held')).some(({ data }) => data['serial'] === `${method}-2`) ? true : undefined));
  await line.call('officer', 'POST', `/v1/certificates/${certificateId}/revoke`, { reason: 'keyCompromise' });
  await until('revoked in AWS', async () => {
    const { certificateDescription } = await line.aws.iot(US).send(new DescribeCertificateCommand({ certificateId }));
    return certificateDescription?.status === 'REVOKED' ? true : undefined;
  });
  expect(await connect()).toBe('closed');

  const calls = await until('its sessions are ended', () => {
    // The queue of the family that has JITR here is asked for all the time, and the file of the bulk order is sent again: this role may do neither.
    const ofRole = asked.mock.calls.map(({ arguments: [caller, action], result }) => ({ role: caller.role?.name, action, result })).filter(({ role: name, action }) => name === 'lineside' && !/^(sqs|s3):/.test(action));
    return ofRole.some(({ action }) => action === 'iot:DeleteConnection') ? ofRole : undefined;
  });
  asked.mock.restore();
  expect(calls.filter(({ result }) => result !== true)).toEqual([]);
  const used = new Set(calls.map(({ action }) => action));
  expect(role.statements(method).filter(({ Action }) => ![Action].flat().some((action) => used.has(action))).map(({ Sid }) => Sid)).toEqual([]);
}, 120_000);

it('a role that may be handed to another service only is not handed to AWS IoT, and the registration says so', async () => {
  role.allow('jitp', (statement) => (statement.Sid === 'PassProvisioningRole' ? { ...statement, Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } } : statement));
  const { id } = await line.addAuthority({ family: `${line.family}passed` });
  const order = { id: 'PASSED', product: 'P', line: 'L1', authority: `${line.family}passed`, quantity: 1, targets: [target], method: 'jitp', parameters: { attributes: { passed: 'no' } }, serials: ['PASSED-0'] };
  expect((await line.call('manager', 'POST', '/v1/work-orders', order)).status).toBe(201);
  const failed = await until('failed', async () => {
    const found = await line.registration(id, target);
    return found?.state === 'failed' && found.detail.includes('iam:PassRole') ? found : undefined;
  });
  expect(failed).toMatchObject({ awsError: 'AccessDeniedException', remedy: expect.stringMatching(/\w/) });
});
