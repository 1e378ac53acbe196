import { generateKeyPairSync } from 'node:crypto';
import { type CACertificateStatus, DescribeCertificateCommand, UpdateCACertificateCommand } from '@aws-sdk/client-iot';
import { AwsIotClients } from '../../src/aws-iot/clients/aws-iot-clients.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { csrFor } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, expectUnit, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
let targets: string[];
beforeAll(async () => {
  process.env['AWS_STOP_LOOK_MS'] = '60000';
  units = await CertifiedUnits.start();
  ({ line, targets } = units);
});
afterAll(() => line.stop());

const certify = (serial: string) => units.certify(serial);
const connect = (device: Device, index: number) => units.connect(device, index);
const connectUntilAccepted = (device: Device, index: number) => units.connectUntilAccepted(device, index);
const revoke = (device: Device) => line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
const standing = (device: Device) =>
  line.db.selectFrom('unit_target').select(['target_name', 'desired', 'state', 'detail']).where('certificate_id', '=', device.certificateId).orderBy('target_name').execute();
const settled = (device: Device) => until('both targets settled', async () => {
  const rows = await standing(device);
  return rows.every(({ state }) => state === 'in-sync') ? rows : undefined;
});
const statusIn = async (index: number, device: Device) =>
  (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId: device.certificateId }))).certificateDescription?.status;
const REGISTERED = 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out';

it('makes a certificate REVOKED in every target that knows it, and the device is refused there', async () => {
  const device = await certify('R-BOTH');
  await connectUntilAccepted(device, EU);
  await connectUntilAccepted(device, US);
  expect((await revoke(device)).status).toBe(200);
  const rows = await settled(device);
  expect(rows.map(({ desired, detail }) => [desired, detail])).toEqual([['REVOKED', null], ['REVOKED', null]]);
  expect([await statusIn(EU, device), await statusIn(US, device)]).toEqual(['REVOKED', 'REVOKED']);
  expect(await connect(device, EU)).not.toBe('accepted');
  const leaves = (await line.leaves('unit.certificate-revoked')).filter(({ subject }) => subject === 'unit:R-BOTH').map(({ data }) => data);
  expect(leaves).toHaveLength(2);
  expect(leaves).toEqual(expect.arrayContaining(targets.map((target) => ({ serial: 'R-BOTH', target, certificateId: device.certificateId, known: true }))));
});

it('ends the connection of a device that is connected with it, where the target allows that', async () => {
  const device = await certify('R-LIVE');
  await connectUntilAccepted(device, EU);
  await connectUntilAccepted(device, US);
  const live = await units.stayConnected(device, EU);
  const closed = new Promise<void>((resolve) => live.once('close', () => resolve()));
  await line.aws.admin('POST', 'faults', { kind: 'deny', action: 'iot:DeleteConnection', region: line.aws.account(US).region });
  await revoke(device);
  await closed;
  const details = Object.fromEntries((await settled(device)).map(({ target_name, detail }) => [target_name, detail]));
  expect(details).toEqual({ [targets[0]!]: null, [targets[1]!]: expect.stringContaining('may stay so for minutes') });
  await line.aws.admin('DELETE', 'faults');
});

it('leaves a device alone that is connected with the certificate of its rework', async () => {
  const device = await certify('R-NEW');
  await connectUntilAccepted(device, EU);
  line.edge.behaviour = 'refuse';
  expect((await line.call('operator', 'POST', '/v1/units/R-NEW/rework', {})).status).toBe(200);
  const successor = await units.certifyAgain(device);
  await connectUntilAccepted(successor, EU);
  const live = await units.stayConnected(successor, EU);
  line.edge.behaviour = 'pass';
  await settled(device);
  expect(await statusIn(EU, device)).toBe('REVOKED');
  expect(live.connected).toBe(true);
});

it('registers it as revoked where AWS has never heard of it: a device that first connects after that stays out', async () => {
  const device = await certify('R-HALF');
  await connectUntilAccepted(device, EU);
  await revoke(device);
  const rows = await settled(device);
  expect(Object.fromEntries(rows.map(({ target_name, detail }) => [target_name, detail]))).toEqual({ [targets[0]!]: null, [targets[1]!]: REGISTERED });
  expect([await statusIn(EU, device), await statusIn(US, device)]).toEqual(['REVOKED', 'REVOKED']);
  for (let tries = 0; tries < 3; tries++) expect(await connect(device, US)).not.toBe('accepted');
  expect(await statusIn(US, device)).toBe('REVOKED');
  const leaves = (await line.leaves('unit.certificate-revoked')).filter(({ subject }) => subject === 'unit:R-HALF').map(({ data }) => data);
  expect(leaves).toEqual(expect.arrayContaining(targets.map((target, at) => ({ serial: 'R-HALF', target, certificateId: device.certificateId, known: at === 0 }))));
});

it('revokes it all the same where its device comes in between our two looks', async () => {
  const device = await certify('R-RACE');
  await connectUntilAccepted(device, EU);
  await connectUntilAccepted(device, US);
  const { certificates } = line.app.get(AwsIotClients, { strict: false }).for(await line.app.get(TargetRepository, { strict: false }).get(targets[1]!));
  const setStatus = certificates.setStatus.bind(certificates);
  // As if the device had come a moment later than we asked.
  certificates.setStatus = async () => {
    certificates.setStatus = setStatus;
    return false;
  };
  await revoke(device);
  await settled(device);
  expect(await statusIn(US, device)).toBe('REVOKED');
});

it('waits where the CA can register nothing now, and keeps the device out once it can', async () => {
  const device = await certify('R-CA-OFF');
  const { fingerprint: ca } = await line.db.selectFrom('authority').select('fingerprint').where('state', '=', 'issuing').executeTakeFirstOrThrow();
  const setCa = (newStatus: CACertificateStatus) => line.aws.iot(US).send(new UpdateCACertificateCommand({ certificateId: ca!, newStatus }));
  // Nobody looks after the CA meanwhile.
  await line.db.updateTable('registration').set({ next_attempt_at: new Date(Date.now() + 3_600_000) }).execute();
  await setCa('INACTIVE');
  await revoke(device);
  await until('noted', async () => ((await standing(device)).some(({ state, detail }) => state === 'pending' && detail?.includes('RegisterCertificate')) ? true : undefined));
  await setCa('ACTIVE');
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', device.unitId).execute();
  await settled(device);
  expect(await statusIn(US, device)).toBe('REVOKED');
});

it('goes on by itself after AWS was away', async () => {
  const device = await certify('R-AWAY');
  await connectUntilAccepted(device, EU);
  line.edge.behaviour = 'refuse';
  await revoke(device);
  await until('noted', async () => ((await standing(device)).every(({ detail }) => detail?.startsWith('AWS IoT did not answer')) ? true : undefined));
  line.edge.behaviour = 'pass';
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', device.unitId).execute();
  await settled(device);
  expect(await statusIn(EU, device)).toBe('REVOKED');
});

it('takes the old certificate back although the unit has got another one meanwhile', async () => {
  const device = await certify('R-REWORKED');
  await connectUntilAccepted(device, EU);
  line.edge.behaviour = 'refuse';
  await revoke(device);
  await expectUnit(line, device.unitId, targets, 'e'.repeat(64));
  line.edge.behaviour = 'pass';
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('certificate_id', '=', device.certificateId).execute();
  await settled(device);
  expect(await statusIn(EU, device)).toBe('REVOKED');
  const anew = await line.db.selectFrom('unit_target').select(['desired', 'state']).where('certificate_id', '=', 'e'.repeat(64)).execute();
  expect(anew).toEqual(targets.map(() => ({ desired: 'ACTIVE', state: 'pending' })));
});

it('keeps it out of each account where its CA lets devices in, its order\'s or not, and of one where it comes to do so later', async () => {
  const order = { id: 'WO-EU', product: 'P', line: 'L1', authority: line.family, quantity: 1, targets: [targets[0]], serials: ['R-EU'] };
  await line.call('manager', 'POST', '/v1/work-orders', order);
  await until('released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/WO-EU/release')).status === 200 ? true : undefined));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { body } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO-EU', serial: 'R-EU', csr: csrFor(privateKey) });
  const device = { unitId: 0, serial: 'R-EU', certificateId: body.fingerprint, pem: body.certificate, roots: body.roots, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  await revoke(device);
  await until('revoked in the other account too', async () => ((await statusIn(US, device).catch(() => undefined)) === 'REVOKED' ? true : undefined));
  for (let tries = 0; tries < 3; tries++) expect(await connect(device, US)).not.toBe('accepted');

  const later = await line.addTarget(FRANKFURT);
  await until('the CA lets devices in there', async () => ((await line.db.selectFrom('registration').select('state').where('target_name', '=', later).where('state', '=', 'in-sync').executeTakeFirst()) ? true : undefined));
  expect(await statusIn(FRANKFURT, device)).toBe('REVOKED');
});
