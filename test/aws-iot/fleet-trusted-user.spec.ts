import { DeleteCACertificateCommand, UpdateCACertificateCommand, UpdateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { deployFleetHook } from '../../src/simulation/fleet-hook.js';
import { EU } from '../sandbox/support/bench.js';
import { ask, connectWith, FROM_CSR, newCsr } from '../sandbox/support/fleet-device.js';
import { closeOrder } from '../support/close-order.js';
import { until } from '../support/until.js';
import { Line } from './support/line.js';
import { Station } from './support/station.js';

let line: Line;
let target: string;
let authority: string;
let installer: (workOrder: string) => Promise<{ status: number; body: any; headers: object }>;

beforeAll(async () => {
  // What AWS signs is taken over by the event of its device's connection alone: no list is looked through meanwhile.
  line = await Line.start({ AWS_SWEEP_MS: '600000', AWS_PRESENCE: 'on', INSTALLER_CLAIMS_PER_MINUTE: '7' });
  target = await line.addTarget(EU);
  const { id } = await line.addAuthority();
  authority = id;
  await line.call('manager', 'POST', '/v1/lines', { id: 'L1' });
  const { body: pem } = await line.call('auditor', 'GET', `/v1/authorities/${id}/certificate`);
  await deployFleetHook({ endpointUrl: line.aws.sandbox.endpointUrl }, { ...line.aws.account(EU), ...line.aws.keys(EU) }, String(pem));
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
  await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
  await line.call('manager', 'POST', '/v1/work-orders', { id: 'WO', product: 'P', line: 'L1', authority: line.family, method: 'fleet-trusted-user', quantity: 3, targets: [target], serials: ['T-1', 'T-2', 'T-3'] });
  await until('WO is released', async () => {
    await line.registrationLookedAt(id, target);
    return (await line.call('manager', 'POST', '/v1/work-orders/WO/release')).status === 200 ? true : undefined;
  });
  // AWS needs no CA of ours here; somebody has taken it away.
  const { caCertificateId: certificateId } = await line.registration(id, target);
  await line.aws.iot(EU).send(new UpdateCACertificateCommand({ certificateId: certificateId!, newStatus: 'INACTIVE' }));
  await line.aws.iot(EU).send(new DeleteCACertificateCommand({ certificateId: certificateId! }));
  await until('its absence is known', async () => {
    await line.registrationLookedAt(id, target);
    const { state, caCertificateId } = await line.registration(id, target);
    return state === 'in-sync' && caCertificateId === null ? true : undefined;
  });
  installer = (workOrder) => line.call('installer', 'POST', '/v1/aws/installer-claims', { workOrder });
}, 120_000);
afterAll(() => line.stop());

const hook = () => ({ payloadVersion: '2020-04-01', targetArn: `arn:aws:lambda:${line.aws.account(EU).region}:${line.aws.account(EU).accountId}:function:lineside-fleet-hook` });

it('gives the station a voucher and no claim, and the installer a claim of five minutes that lets the device in', async () => {
  const { csr, keyPem } = newCsr();
  const { status, body } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO', serial: 'T-1', csr });
  expect(status).toBe(201);
  expect(Object.keys(body.claim).toSorted()).toEqual(['template', 'voucher']);
  const claim = (await installer('WO')).body;
  expect(claim).toMatchObject({ template: body.claim.template, target, host: line.aws.account(EU).endpoint });
  expect(+new Date(claim.expiresAt) - Date.now()).toBeLessThanOrEqual(300_000);
  const device = await connectWith(line.aws, EU, { pem: claim.certificate, keyPem: claim.privateKey }, 'box');
  const { payload: { certificateOwnershipToken, certificatePem, certificateId } } = await ask(device, FROM_CSR, { certificateSigningRequest: csr });
  const provision = (Voucher: string) => ask(device, `$aws/provisioning-templates/${claim.template}/provision`, { certificateOwnershipToken, parameters: { SerialNumber: 'T-1', Voucher } });
  expect(await provision('none')).toMatchObject({ outcome: 'rejected', payload: { errorCode: 'ACCESS_DENIED' } });
  expect(await provision(body.claim.voucher)).toMatchObject({ outcome: 'accepted', payload: { thingName: 'T-1' } });
  const connect = () => line.aws.tryDevice({ pem: certificatePem!, keyPem }, { servername: claim.host, clientId: 'T-1' });
  expect(await connect()).toBe('accepted');
  await until('in the ledger', async () => {
    // A rule that AWS has just made may miss the first of them.
    await connect();
    const unit = await line.call('manager', 'GET', '/v1/units/T-1');
    return unit.body.certificates.some((each: { fingerprint: string; state: string }) => each.fingerprint === certificateId && each.state === 'valid') ? true : undefined;
  });
  const [{ data } = { data: {} }] = await line.leaves('claim.brought');
  expect(data).toMatchObject({ order: 'WO', target, certificateId: claim.certificateId });
  expect(line.log.lines.join('\n')).not.toContain(claim.privateKey.split('\n')[1]);
});

it('lets a unit that was handed its voucher be given back and come again, and pass', async () => {
  const { identity, told, last } = await (await Station.on(line, 'back')).handOverTwice('T-3');
  expect([identity, ...told]).toEqual([201, 'continue', 'continue', 'continue']);
  expect(await last.result('PASS')).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
});

it('tells the ledger of a hook that is gone, and makes claims again as soon as AWS shows it', async () => {
  await line.call('manager', 'POST', '/v1/work-orders', { id: 'AGAIN', product: 'P', line: 'L1', authority: line.family, method: 'fleet-trusted-user', quantity: 1, targets: [target], serials: ['T-4'] });
  await until('AGAIN is released', async () => {
    await line.registrationLookedAt(authority, target);
    return (await line.call('manager', 'POST', '/v1/work-orders/AGAIN/release')).status === 200 ? true : undefined;
  });
  const { body: { claim: { template: templateName } } } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'AGAIN', serial: 'T-4', csr: newCsr().csr });
  await line.aws.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName, removePreProvisioningHook: true }));
  // Nobody would look by himself.
  await line.db.updateTable('registration').set({ next_attempt_at: new Date(Date.now() + 3_600_000) }).execute();
  expect(await installer('AGAIN')).toMatchObject({ status: 409, body: { code: 'may-not-issue' } });
  expect((await line.registrationIn('drifted', authority, target)).problem).toContain('no pre-provisioning hook');
  await line.aws.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName, preProvisioningHook: hook() }));
  expect(await installer('AGAIN')).toMatchObject({ status: 201 });
});

it('makes no claim while the template has no hook, also for an order that has ended', async () => {
  const { body: { claim: { template: templateName } } } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO', serial: 'T-2', csr: newCsr().csr });
  await line.aws.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName, removePreProvisioningHook: true }));
  const refused = { status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining(`${target}: In AWS the template ${templateName} has no pre-provisioning hook → `) } };
  expect(await installer('WO')).toMatchObject(refused);
  expect((await closeOrder((method, url, body) => line.call('manager', method, url, body), 'WO')).status).toBe(200);
  expect(await installer('WO')).toMatchObject(refused);
  await line.aws.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName, preProvisioningHook: hook() }));
  expect(await line.leaves('claim.requested')).toHaveLength(2);
});

it('makes claims for orders of this method only, and no more than the installer may have', async () => {
  await line.call('manager', 'POST', '/v1/work-orders', { id: 'OTHER', product: 'P', line: 'L1', authority: line.family, method: 'fleet-trusted-user', quantity: 1, targets: [target], serials: ['T-9'] });
  expect((await installer('NOWHERE')).body).toMatchObject({ code: 'work-order-unknown' });
  expect((await line.call('manager', 'POST', '/v1/aws/installer-claims', { workOrder: 'WO' })).status).toBe(403);
  await line.aws.admin('POST', 'faults', { kind: 'deny', action: 'iot:CreateProvisioningClaim' });
  expect((await installer('WO')).body).toMatchObject({ code: 'target-refuses' });
  await line.aws.admin('DELETE', 'faults');
  expect((await installer('OTHER')).body).toMatchObject({ code: 'work-order-state' });
  await line.call('officer', 'POST', `/v1/aws/targets/${target}/pause`, {});
  expect((await installer('WO')).body).toMatchObject({ code: 'target-state' });
  await line.call('officer', 'POST', `/v1/aws/targets/${target}/resume`, {});
  const tooMany = await until('that was too many', async () => {
    const answer = await installer('WO');
    return answer.status === 429 ? answer : undefined;
  });
  expect(tooMany.body).toMatchObject({ code: 'too-many-requests', retryable: true });
});
