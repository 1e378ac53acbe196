import {
  AttachThingPrincipalCommand, CreateThingCommand, DescribeCACertificateCommand, DescribeCertificateCommand, ListAttachedPoliciesCommand,
  ListThingPrincipalsCommand, RegisterCertificateWithoutCACommand, UpdateCertificateCommand, UpdateIndexingConfigurationCommand,
} from '@aws-sdk/client-iot';
import { UnitExpectationRepository } from '../../src/aws-iot/units/unit-expectations.repository.js';
import { UnitRegistrationRepository } from '../../src/aws-iot/units/unit-registrations.repository.js';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start({ method: 'multi-account' });
  ({ line } = units);
});
afterAll(() => line.stop());

const rows = (unitId: number) => line.db.selectFrom('unit_target').selectAll().where('unit_id', '=', unitId).orderBy('target_name').execute();
const statusIn = async (index: number, certificateId: string) =>
  (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId })).catch(() => undefined))?.certificateDescription?.status;
const soon = (unitId: number) => line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', unitId).where('state', '=', 'pending').execute();
const inSync = (unitId: number) => until(`unit ${unitId} in sync`, async () => {
  await soon(unitId);
  return (await rows(unitId)).every(({ state }) => state === 'in-sync') ? true : undefined;
});
const order = (body: object) => line.call('manager', 'POST', '/v1/work-orders', { product: 'P', line: 'L1', authority: line.family, quantity: 10, targets: units.targets, ...body });
const connect = (device: Device, index: number) => units.connect(device, index);

it('turns off what the CA does by itself before anything is issued', async () => {
  for (const index of [EU, US]) {
    const { fingerprint } = await line.db.selectFrom('authority').select('fingerprint').executeTakeFirstOrThrow();
    const { certificateDescription } = await line.aws.iot(index).send(new DescribeCACertificateCommand({ certificateId: fingerprint! }));
    expect(certificateDescription).toMatchObject({ status: 'ACTIVE', autoRegistrationStatus: 'DISABLE' });
  }
});

it('lets one certificate in at every account, at its first connection', async () => {
  const device = await units.certify('M-ONE');
  await inSync(device.unitId);
  expect(await connect(device, EU)).toBe('accepted');
  expect(await connect(device, US)).toBe('accepted');
  for (const index of [EU, US]) {
    const { principals } = await line.aws.iot(index).send(new ListThingPrincipalsCommand({ thingName: 'M-ONE' }));
    expect(principals).toEqual([expect.stringContaining(`:cert/${device.certificateId}`)]);
    const { policies } = await line.aws.iot(index).send(new ListAttachedPoliciesCommand({ target: principals![0] }));
    expect(policies?.map(({ policyName }) => policyName)).toEqual(['lineside-device']);
  }
  const [row] = await rows(device.unitId);
  expect(Object.keys(row!.progress)).toEqual(expect.arrayContaining(['policy', 'thing', 'activate']));
  expect((await line.leaves('unit.registered')).filter(({ subject }) => subject === 'unit:M-ONE').map(({ data }) => data['target']).sort()).toEqual(units.targets);
});

it('goes on where an earlier try stopped, and takes for done only what is the unit’s own', async () => {
  line.edge.behaviour = 'refuse';
  const device = await units.certify('M-STOPPED');
  await line.aws.iot(EU).send(new RegisterCertificateWithoutCACommand({ certificatePem: device.pem, status: 'INACTIVE' }));
  // Somebody else's Thing of the same name, with a certificate of its own.
  await line.aws.iot(US).send(new CreateThingCommand({ thingName: 'M-STOPPED' }));
  const stranger = await units.certify('M-STRANGER');
  const registered = await line.aws.iot(US).send(new RegisterCertificateWithoutCACommand({ certificatePem: stranger.pem, status: 'INACTIVE' }));
  await line.aws.iot(US).send(new AttachThingPrincipalCommand({ thingName: 'M-STOPPED', principal: registered.certificateArn! }));
  line.edge.behaviour = 'pass';
  const standing = await until('one in sync, one told of', async () => {
    await soon(device.unitId);
    const [eu, us] = await rows(device.unitId);
    return eu!.state === 'in-sync' && us!.detail !== null && us!.step === 'thing' ? us : undefined;
  });
  expect(standing).toMatchObject({ state: 'pending', detail: expect.stringContaining(`another certificate in AWS, ${stranger.certificateId}`) });
  expect(await connect(device, EU)).toBe('accepted');
  expect(await connect(device, US)).toBe('closed');
});

it('never lets in what was revoked or set aside, whichever step it had come to', async () => {
  const device = await units.certify('M-BAD');
  await inSync(device.unitId);
  await line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
  await until('revoked in both', async () => ((await statusIn(EU, device.certificateId)) === 'REVOKED' && (await statusIn(US, device.certificateId)) === 'REVOKED' ? true : undefined));
  expect(await connect(device, EU)).toBe('closed');

  line.edge.behaviour = 'refuse';
  const unknown = await units.certify('M-BAD-2');
  await line.call('officer', 'POST', `/v1/certificates/${unknown.certificateId}/revoke`, { reason: 'keyCompromise' });
  line.edge.behaviour = 'pass';
  await inSync(unknown.unitId);
  expect([await statusIn(EU, unknown.certificateId), await statusIn(US, unknown.certificateId)]).toEqual(['REVOKED', 'REVOKED']);
});

it('activates nothing whose revocation it has yet to read of in the log', async () => {
  line.edge.behaviour = 'refuse';
  const device = await units.certify('M-UNREAD');
  const attempts = async () => (await rows(device.unitId)).map((row) => row.attempts);
  const [before = 0] = await attempts();
  await line.db.transaction().execute(async (tx) => {
    await tx.selectFrom('log_position').selectAll().where('reader', '=', 'aws-iot').forUpdate().execute();
    await line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
    line.edge.behaviour = 'pass';
    await until('claimed in each target', async () => {
      await soon(device.unitId);
      return (await attempts()).every((each) => each > before + 2) ? true : undefined;
    });
    expect((await rows(device.unitId)).map(({ state, desired }) => `${state} ${desired}`)).toEqual(['pending ACTIVE', 'pending ACTIVE']);
    expect(await statusIn(EU, device.certificateId)).not.toBe('ACTIVE');
  });
  await inSync(device.unitId);
  expect([await statusIn(EU, device.certificateId), await statusIn(US, device.certificateId)]).toEqual(['REVOKED', 'REVOKED']);
});

it('makes a certificate INACTIVE again that was activated while its unit was set aside', async () => {
  const device = await units.certify('M-RACE');
  await inSync(device.unitId);
  const expectations = line.app.get(UnitExpectationRepository, { strict: false });
  // The worker that sets it INACTIVE is not done yet when the other one activates it.
  await line.aws.admin('POST', 'faults', { kind: 'slow', action: 'iot:DeleteConnection', region: line.aws.account(EU).region, delayMs: 1_500, times: 1 });
  await line.db.transaction().execute((tx) => expectations.expectSuspended(tx, device.certificateId, true));
  await until('suspended', async () => ((await statusIn(EU, device.certificateId)) === 'INACTIVE' ? true : undefined));
  // A worker that had begun before activates it now.
  await line.aws.iot(EU).send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus: 'ACTIVE' }));
  const unit = { unitId: device.unitId, certificateId: device.certificateId } as never;
  await line.app.get(UnitRegistrationRepository, { strict: false }).makeDueUnlessActive(units.targets[0]!, unit);
  await until('suspended again', async () => ((await statusIn(EU, device.certificateId)) === 'INACTIVE' ? true : undefined));
  expect(await connect(device, EU)).toBe('closed');

  await line.db.transaction().execute((tx) => expectations.expectSuspended(tx, device.certificateId, false));
  await until('let in again', async () => {
    await soon(device.unitId);
    return (await connect(device, EU)) === 'accepted' ? true : undefined;
  });
});

it.each(['lost-answer', 'cut', 'error', 'throttle', 'expired-token'])('registers a unit once, though a fault (%s) strikes each of the calls for it', async (kind) => {
  const calls = ['RegisterCertificateWithoutCA', 'AttachPolicy', 'CreateThing', 'AttachThingPrincipal', 'UpdateCertificate'];
  for (const call of calls) await line.aws.admin('POST', 'faults', { kind, action: `iot:${call}`, times: 2 });
  const device = await units.certify(`M-${kind}`);
  await inSync(device.unitId);
  expect((await line.aws.admin('GET', 'faults')).body).toEqual({ faults: [] });
  for (const index of [EU, US]) {
    expect(await connect(device, index)).toBe('accepted');
    const { principals } = await line.aws.iot(index).send(new ListThingPrincipalsCommand({ thingName: `M-${kind}` }));
    expect(principals).toEqual([expect.stringContaining(`:cert/${device.certificateId}`)]);
  }
});

it('waits for the pass where the order says so', async () => {
  expect((await order({ id: 'AT-PASS', method: 'multi-account', parameters: { activate: 'at-pass' }, serials: ['AP-1'] })).body).toMatchObject({ parameters: { activate: 'at-pass' } });
  expect((await line.call('manager', 'POST', '/v1/work-orders/AT-PASS/release')).status).toBe(200);
  const device = await units.certify('AP-2', 'AT-PASS');
  await until('waits', async () => ((await rows(device.unitId)).every(({ step }) => step === 'await-pass') ? true : undefined));
  expect(await statusIn(EU, device.certificateId)).toBe('INACTIVE');
  await line.db.updateTable('unit').set({ state: 'passed' }).where('id', '=', device.unitId).execute();
  await inSync(device.unitId);
  expect(await connect(device, US)).toBe('accepted');
});

it('ships a unit whose order wants it connected once AWS says that it has, and not before', async () => {
  for (const index of [EU, US]) {
    await line.aws.iot(index).send(new UpdateIndexingConfigurationCommand({ thingIndexingConfiguration: { thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' } }));
  }
  await order({ id: 'GATED', method: 'multi-account', shipGate: 'connected', serials: ['G-0'] });
  expect((await line.call('manager', 'POST', '/v1/work-orders/GATED/release')).status).toBe(200);
  const device = await units.certify('G-1', 'GATED');
  await inSync(device.unitId);
  await line.db.updateTable('unit').set({ state: 'passed' }).where('id', '=', device.unitId).execute();
  const ship = () => line.call('operator', 'POST', '/v1/units/G-1/ship');
  expect(await connect(device, EU)).toBe('accepted');
  expect(await ship()).toMatchObject({ status: 409, body: { code: 'ship-gate', lacking: [units.targets[1]] } });
  expect(await connect(device, US)).toBe('accepted');
  expect(await ship()).toMatchObject({ status: 200, body: { state: 'shipped' } });
});

it('refuses another method of the same family, and says who holds it', async () => {
  const { status, body } = await order({ id: 'OTHER', method: 'jitp', serials: ['O-1'] });
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: 'family-held', heldBy: 'WO', method: 'multi-account', target: units.targets[0] });
  expect(await order({ method: 'multi-account', parameters: { activate: 'never' }, serials: ['O-2'] })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('parameters.activate') } });
});

describe('a first connection', () => {
  const connectedIn = async (unitId: number) => (await rows(unitId)).filter(({ connected_at: at }) => at !== null).map(({ target_name: name }) => name);

  it('is told by AWS where a topic rule is allowed, and a target that does not allow it is left as it is', async () => {
    const device = await units.certify('M-PRESENT');
    await inSync(device.unitId);
    line.edge.denied = /^POST \/rules\//;
    line.edge.seen.length = 0;
    const refused = await line.addService({ ROLES: 'worker', AWS_PRESENCE: 'on' });
    await until('asked for', async () => (line.edge.seen.filter(({ call }) => call === 'POST /rules/lineside_presence').length >= 2 ? true : undefined));
    await refused.close();
    line.services.pop();
    expect((await line.call('auditor', 'GET', '/v1/aws/registrations')).body.items.every(({ state }: { state: string }) => state === 'in-sync')).toBe(true);

    line.edge.denied = undefined;
    line.edge.seen.length = 0;
    await line.addService({ ROLES: 'worker', AWS_PRESENCE: 'on' });
    await until('made', async () => (line.edge.seen.filter(({ call }) => call === 'POST /rules/lineside_presence').length >= 2 ? true : undefined));
    expect(await connectedIn(device.unitId)).toEqual([]);
    // A rule that AWS has just made may miss the first of them.
    await until('told', async () => {
      await connect(device, EU);
      return (await connectedIn(device.unitId)).length > 0 ? true : undefined;
    });
    expect(await connectedIn(device.unitId)).toEqual([units.targets[0]]);
  });
});
