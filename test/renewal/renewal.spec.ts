import { mock } from 'node:test';
import { AttachThingPrincipalCommand, CreateThingCommand, UpdateIndexingConfigurationCommand } from '@aws-sdk/client-iot';
import type { CertifiedUnits } from '../aws-iot/support/certified-units.js';
import type { Line } from '../aws-iot/support/line.js';
import { IdentityService } from '../../src/identity/identity.service.js';
import { EU, US } from '../sandbox/support/bench.js';
import { closeOrder } from '../support/close-order.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { Field, url } from './field.js';

let field: Field;
let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  field = await Field.start();
  ({ units, line } = field);
}, 120_000);
afterAll(() => line?.stop());

it('lets a device in with its new certificate, and then no more with the old one', async () => {
  const old = await field.introduced('R-1');
  const key = deviceKey();
  const first = await field.renew('R-1', key);
  expect(first).toMatchObject({ status: 202, body: { state: 'registering', serial: 'R-1', replaces: old.certificateId, identity: null } });
  const device = await field.fetched(old, key);
  expect(first.body.certificateId).toBe(device.certificateId);

  // Both are good in the target that knows the unit, with the same Thing and policies; the other one has met neither.
  expect([await field.statusIn(EU, old.certificateId), await field.statusIn(EU, device.certificateId), await field.statusIn(US, device.certificateId)]).toEqual(['ACTIVE', 'ACTIVE', undefined]);
  expect(await field.policiesIn(EU, device.certificateId)).toEqual(await field.policiesIn(EU, old.certificateId));
  expect(await field.principalsIn(EU, 'R-1')).toEqual([old.certificateId, device.certificateId].sort());
  expect(await units.connect(old, EU)).toBe('accepted');
  expect(await field.certificatesOf(old)).toEqual(['current valid', 'successor valid']);
  expect(await field.standing('R-1')).toMatchObject({ state: 'delivered', seenAt: null });

  expect(await units.connect(device, EU)).toBe('accepted');
  expect(await field.reportSeen('R-1')).toMatchObject({ status: 200 });
  expect(await field.stateOf('R-1', 'grace')).toMatchObject({ seenIn: units.targets[0], graceEndsAt: expect.any(String) });
  // Also where it has never been, so that the old one does not introduce itself.
  expect([await field.statusIn(EU, old.certificateId), await field.statusIn(US, old.certificateId)]).toEqual(['INACTIVE', 'INACTIVE']);
  expect([await units.connect(old, EU), await units.connect(old, US), await units.connect(device, EU)]).toEqual(['closed', 'closed', 'accepted']);
  expect(await field.certificatesOf(old)).toEqual(['former valid', 'current valid']);

  await field.graceIsOver('R-1');
  await field.stateOf('R-1', 'done');
  expect(await field.certificatesOf(old)).toEqual(['former revoked superseded', 'current valid']);
  await field.settled(old, 'REVOKED');
  expect([await field.statusIn(EU, old.certificateId), await field.statusIn(US, old.certificateId)]).toEqual(['REVOKED', 'REVOKED']);
  // It introduces itself in the other target as any device does.
  await units.connectUntilAccepted(device, US);
  expect(await field.leavesOf('R-1')).toEqual(expect.arrayContaining(['renewal.started', 'renewal.delivered', 'renewal.sighting-reported', 'renewal.seen', 'renewal.out-of-use', 'renewal.done']));
  // A device that has lost the answer still gets it.
  expect(await field.renew('R-1', key)).toMatchObject({ status: 200, body: { state: 'done', identity: { fingerprint: device.certificateId } } });
});

it('takes over what somebody has attached to the old certificate, and every target is ready before anything is handed out', async () => {
  const old = await field.registered('R-2');
  await line.aws.iot(US).send(new CreateThingCommand({ thingName: 'R-2-gateway' }));
  await line.aws.iot(US).send(new AttachThingPrincipalCommand({ thingName: 'R-2-gateway', principal: await field.arnIn(US, old.certificateId) }));
  const key = deviceKey();
  const device = await field.fetched(old, key);
  expect([await field.statusIn(EU, device.certificateId), await field.statusIn(US, device.certificateId)]).toEqual(['ACTIVE', 'ACTIVE']);
  expect(await field.principalsIn(US, 'R-2-gateway')).toEqual([old.certificateId, device.certificateId].sort());
  expect(await field.principalsIn(US, 'R-2')).toEqual([old.certificateId, device.certificateId].sort());
  for (const index of [EU, US]) expect([await units.connect(device, index), await units.connect(old, index)]).toEqual(['accepted', 'accepted']);
});

it('switches nothing off while a target can’t be reached, nor because the Thing was connected before', async () => {
  for (const index of [EU, US]) await line.aws.iot(index).send(new UpdateIndexingConfigurationCommand({ thingIndexingConfiguration: { thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' } }));
  const old = await field.registered('R-3');
  expect(await units.connect(old, EU)).toBe('accepted');
  const key = deviceKey();
  expect((await field.renew('R-3', key)).status).toBe(202);
  line.edge.behaviour = 'refuse';
  try {
    const waiting = await field.stateOf('R-3', ({ detail }) => String(detail).includes('did not answer'));
    expect(waiting.state).toBe('registering');
    expect(await field.renew('R-3', key)).toMatchObject({ status: 202, body: { identity: null } });
    expect(await field.reportSeen('R-3')).toMatchObject({ status: 409, body: { code: 'renewal-state' } });
    expect(await field.reportSeen('R-3', 'nowhere')).toMatchObject({ status: 404, body: { code: 'target-unknown', detail: 'There is no target nowhere' } });
  } finally {
    line.edge.behaviour = 'pass';
  }
  const device = await field.fetched(old, key);
  // AWS knows that the Thing has connected, not with which certificate.
  const { body } = await line.call('operator', 'POST', '/v1/units/R-3/check');
  expect(body.targets.map(({ problem }: { problem: string | null }) => problem)).toEqual([null, null]);
  expect([await field.advance(old), (await field.standing('R-3')).state]).toEqual([false, 'delivered']);
  expect([await field.statusIn(EU, old.certificateId), await units.connect(old, EU)]).toEqual(['ACTIVE', 'accepted']);

  // One sighting is enough where the certificate is ACTIVE in every target, which only AWS can say.
  line.edge.behaviour = 'refuse';
  try {
    await field.reportSeen('R-3', units.targets[1]);
    expect(await field.stateOf('R-3', ({ detail }) => String(detail).includes('did not answer'))).toMatchObject({ state: 'delivered', step: 'look', awsError: 'ECONNRESET', remedy: expect.stringContaining('the way to AWS') });
  } finally {
    line.edge.behaviour = 'pass';
  }
  expect(await field.stateOf('R-3', 'grace')).toMatchObject({ seenIn: units.targets[1] });
  expect([await units.connect(old, EU), await units.connect(device, EU)]).toEqual(['closed', 'accepted']);
});

it('is cancelled by an officer, before and after the old certificate was switched off', async () => {
  const old = await field.registered('R-5');
  const key = deviceKey();
  const device = await field.fetched(old, key);
  const cancel = () => line.call('officer', 'POST', url('R-5', '/cancel'), { reason: 'lost' });
  expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled', detail: 'lost' } });
  expect((await cancel()).status).toBe(200);
  const refused = (await field.renew('R-5', key)).body;
  expect(refused).toMatchObject({ status: 409, code: 'renewal-cancelled', detail: 'The renewal of unit R-5 for this key was cancelled: lost', operatorAction: expect.stringContaining('make another key') });
  await field.settled(device, 'REVOKED');
  expect([await units.connect(old, EU), await units.connect(device, EU)]).toEqual(['accepted', 'closed']);

  const again = await field.fetched(old, deviceKey());
  await field.reportSeen('R-5');
  await field.stateOf('R-5', 'grace');
  expect(await units.connect(old, EU)).toBe('closed');
  await cancel();
  await field.settled(old, 'ACTIVE');
  await field.settled(again, 'REVOKED');
  expect([await units.connect(old, EU), await units.connect(old, US), await units.connect(again, EU)]).toEqual(['accepted', 'accepted', 'closed']);
  expect(await field.certificatesOf(old)).toEqual(['current valid', 'successor revoked superseded', 'former revoked superseded']);
  const { certificates } = (await line.call('manager', 'GET', '/v1/units/R-5')).body;
  expect(certificates.filter(({ standing }: { standing: string }) => standing === 'current')).toMatchObject([{ fingerprint: old.certificateId }]);
});

it('hands nothing out that is cancelled at that moment', async () => {
  const old = await field.registered('R-19');
  const key = deviceKey();
  await field.renew('R-19', key);
  await field.stateOf('R-19', 'ready');
  const { describe } = IdentityService.prototype;
  const between = mock.method(IdentityService.prototype, 'describe', async function (this: IdentityService, ...asked: Parameters<typeof describe>) {
    await line.call('officer', 'POST', url('R-19', '/cancel'), { reason: 'just now' });
    return describe.apply(this, asked);
  });
  try {
    expect(await field.renew('R-19', key)).toMatchObject({ status: 409, body: { code: 'renewal-cancelled', detail: expect.stringContaining('just now') } });
  } finally {
    between.mock.restore();
  }
  expect(await field.standing('R-19')).toMatchObject({ state: 'cancelled', deliveredAt: null });
  expect(await field.leavesOf('R-19')).toEqual(['renewal.started', 'renewal.ready', 'renewal.cancelled']);
  expect(await field.certificatesOf(old)).toEqual(['current valid', 'successor revoked superseded']);
});

it('waits for a device in time, withdraws what nobody has fetched, and switches nothing off that it has not seen', async () => {
  const old = await field.registered('R-6');
  const overdue = () => line.db.updateTable('renewal').set({ expires_at: new Date(0) }).where('unit_id', '=', old.unitId).execute();
  const device = await field.fetched(old, deviceKey());
  await overdue();
  const late = await field.stateOf('R-6', ({ detail }) => detail !== null);
  expect((await line.call('auditor', 'GET', '/v1/renewals?overdue=true')).body.items.map(({ serial }: { serial: string }) => serial)).toEqual(['R-6']);
  expect(late).toMatchObject({ state: 'delivered', overdue: true, detail: 'Its device was not seen with the new certificate in time' });
  expect([await units.connect(old, EU), await units.connect(device, EU)]).toEqual(['accepted', 'accepted']);
  await line.call('officer', 'POST', url('R-6', '/cancel'), { reason: 'never came' });

  const key = deviceKey();
  await field.renew('R-6', key);
  await overdue();
  expect(await field.stateOf('R-6', 'cancelled')).toMatchObject({ detail: 'Nobody has fetched the new certificate in time' });
  expect(await field.certificatesOf(old)).toEqual(['current valid', 'successor revoked superseded', 'successor revoked superseded']);
});

it('ends when one of the certificates is revoked: the other is the unit’s', async () => {
  const [one, other] = [await field.registered('R-8'), await field.registered('R-9')];
  const fresh = await field.fetched(one, deviceKey());
  await line.call('officer', 'POST', `/v1/certificates/${one.certificateId}/revoke`, { reason: 'keyCompromise' });
  expect(await field.stateOf('R-8', 'done')).toMatchObject({ detail: 'The old certificate was revoked' });
  await field.settled(one, 'REVOKED');
  expect(await units.connect(one, EU)).toBe('closed');
  expect(await units.connect(fresh, EU)).toBe('accepted');
  expect(await field.certificatesOf(one)).toEqual(['former revoked keyCompromise', 'current valid']);

  // Nobody has fetched it by then.
  const third = await field.registered('R-20');
  const key = deviceKey();
  await field.renew('R-20', key);
  await line.call('officer', 'POST', `/v1/certificates/${third.certificateId}/revoke`, { reason: 'keyCompromise' });
  await field.stateOf('R-20', 'done');
  expect(await units.connect(await field.fetched(third, key), EU)).toBe('accepted');
  expect(await field.standing('R-20')).toMatchObject({ state: 'done', deliveredAt: expect.any(String) });

  const { body } = await field.renew('R-9', deviceKey());
  await line.call('officer', 'POST', `/v1/certificates/${body.certificateId}/revoke`, { reason: 'keyCompromise' });
  expect(await field.stateOf('R-9', 'cancelled')).toMatchObject({ detail: 'The new certificate was revoked' });
  expect(await units.connect(other, EU)).toBe('accepted');
});

describe('a request', () => {
  it('with the same CSR is answered with the same certificate, also when many come at once', async () => {
    await field.registered('R-10');
    const key = deviceKey();
    const answers = await Promise.all([1, 2, 3].map(() => field.renew('R-10', key)));
    const ids = new Set(answers.filter(({ status }) => status < 400).map(({ body }) => body.certificateId));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ status }) => status >= 400).every(({ body }) => body.code === 'request-in-progress' && body.retryable)).toBe(true);
    expect((await field.renew('R-10', key)).body.certificateId).toBe([...ids][0]);
    expect(await field.renew('R-10', deviceKey())).toMatchObject({ status: 409, body: { code: 'renewal-open' } });
  });

  it('for the key that the unit has must name what is to be replaced, and is then known from a second renewal', async () => {
    const device = await field.registered('R-11');
    const key = deviceKey();
    const first = await field.fetched(device, key);
    await field.reportSeen('R-11');
    await field.stateOf('R-11', 'grace');
    await field.graceIsOver('R-11');
    await field.stateOf('R-11', 'done');
    expect((await field.renew('R-11', key)).body).toMatchObject({ state: 'done', certificateId: first.certificateId });
    expect(await field.renew('R-11', key, { replaces: device.certificateId })).toMatchObject({ status: 200, body: { certificateId: first.certificateId } });
    const second = await field.fetched(first, key, { replaces: first.certificateId });
    expect(second.certificateId).not.toBe(first.certificateId);
    expect((await field.renew('R-11', key, { replaces: first.certificateId })).body.certificateId).toBe(second.certificateId);
    expect(await field.renew('R-11', deviceKey(), { replaces: device.certificateId })).toMatchObject({ status: 409, body: { code: 'renewal-of-another' } });
  });

  it('for the key of its first certificate is refused, as is one for a unit on the line', async () => {
    const serial = 'R-12';
    const key = deviceKey();
    await line.db.insertInto('unit').values({ serial, work_order_id: 'MA', state: 'planned' }).execute();
    await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'MA', serial, csr: csrFor(key) });
    expect(await field.renew(serial, deviceKey())).toMatchObject({ status: 409, body: { code: 'unit-not-renewable' } });
    await field.setState(serial, 'passed');
    expect(await field.renew(serial, key)).toMatchObject({ status: 409, body: { code: 'renewal-needs-new-key' } });
    expect(await line.call('manager', 'GET', url(serial))).toMatchObject({ status: 404, body: { code: 'renewal-unknown' } });
  });

  it('is refused where a target could not take the certificate, of an order that is closed too, and by a frozen authority', async () => {
    await field.registered('R-13');
    const authority = (await line.db.selectFrom('authority').select('id').where('family', '=', `${line.family}M`).executeTakeFirstOrThrow()).id;
    await line.call('officer', 'POST', `/v1/authorities/${authority}/freeze`, { reason: 'test' });
    expect(await field.renew('R-13', deviceKey())).toMatchObject({ status: 409, body: { code: 'authority-frozen' } });
    await line.call('officer', 'POST', `/v1/authorities/${authority}/unfreeze`, { reason: 'test' });
    expect((await closeOrder((method, url, body) => line.call('manager', method, url, body), 'MA')).body).toMatchObject({ state: 'closed' });
    await line.call('officer', 'POST', `/v1/aws/targets/${units.targets[1]}/pause`, { reason: 'test' });
    expect(await field.renew('R-13', deviceKey())).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining(`${units.targets[1]}: The target is paused`) } });
    await line.call('officer', 'POST', `/v1/aws/targets/${units.targets[1]}/resume`, { reason: 'test' });
    await line.targetIn('verified', units.targets[1]!);
    expect((await field.renew('R-13', deviceKey())).status).toBe(202);
  });
});
