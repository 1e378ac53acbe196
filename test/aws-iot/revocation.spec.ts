import { generateKeyPairSync } from 'node:crypto';
import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { UnitRegistrationRepository } from '../../src/aws-iot/unit-registrations.repository.js';
import { toPem } from '../../src/x509/pem.js';
import { IssuanceService } from '../../src/issuance/issuance.service.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { EU, US } from '../sandbox/support/bench.js';
import { Line, until } from './support/line.js';

interface Device {
  unitId: number;
  serial: string;
  certificateId: string;
  pem: string;
  keyPem: string;
}

let line: Line;
let targets: string[];
beforeAll(async () => {
  line = await Line.start();
  targets = [await line.addTarget(EU), await line.addTarget(US)];
  const { id } = await line.addAuthority();
  await until('registered', async () => ((await line.call('auditor', 'GET', `/v1/authorities/${id}`)).body.state === 'registered' ? true : undefined));
  await line.call('officer', 'POST', `/v1/authorities/${id}/activate`);
  await line.db.insertInto('line').values({ id: 'L1', name: 'Line 1' }).execute();
  await line.db.insertInto('work_order').values({
    id: 'WO', product: 'P', line_id: 'L1', profile: 'device', method: 'jitp', authority_family: line.family, quantity: 1_000, overage: 0, state: 'released', released_at: null,
  }).execute();
});
afterAll(() => line.stop());

/** A unit with its certificate, expected in both targets from now on. */
async function certify(serial: string): Promise<Device> {
  const { id: unitId } = await line.db.insertInto('unit').values({ serial, work_order_id: 'WO', state: 'reserved' }).returning('id').executeTakeFirstOrThrow();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
  const workOrder = { id: 'WO', product: 'P', profile: 'device', authorityFamily: line.family };
  const issued = await line.app.get(IssuanceService, { strict: false }).issue({ actor: 'test', unit: { id: unitId, serial }, workOrder, csr }, {
    admit: async () => undefined,
    completed: async () => undefined,
    abandoned: async () => undefined,
  });
  await line.db.transaction().execute((tx) => line.app.get(UnitRegistrationRepository).expect(tx, unitId, targets, issued.fingerprint));
  return { unitId, serial, certificateId: issued.fingerprint, pem: toPem('CERTIFICATE', issued.certificate), keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const connect = (device: Device, index: number) => line.aws.tryDevice(device, { servername: line.aws.account(index).endpoint, clientId: device.serial });
const connectUntilAccepted = (device: Device, index: number) => until(`${device.serial} accepted`, async () => ((await connect(device, index)) === 'accepted' ? true : undefined));
const revoke = (device: Device) => line.call('officer', 'POST', `/v1/certificates/${device.certificateId}/revoke`, { reason: 'keyCompromise' });
const standing = (device: Device) =>
  line.db.selectFrom('unit_target').select(['target_name', 'desired', 'state', 'detail']).where('certificate_id', '=', device.certificateId).orderBy('target_name').execute();
const settled = (device: Device) => until('both targets settled', async () => {
  const rows = await standing(device);
  return rows.every(({ state }) => state === 'in-sync') ? rows : undefined;
});
const statusIn = async (index: number, device: Device) =>
  (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId: device.certificateId }))).certificateDescription?.status;
const NEVER_THERE = 'AWS does not know the certificate, so there was nothing to revoke';

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

it('notes where AWS has never heard of the certificate', async () => {
  const device = await certify('R-HALF');
  await connectUntilAccepted(device, EU);
  await revoke(device);
  const rows = await settled(device);
  expect(Object.fromEntries(rows.map(({ target_name, detail }) => [target_name, detail]))).toEqual({ [targets[0]!]: null, [targets[1]!]: NEVER_THERE });
  expect(await statusIn(EU, device)).toBe('REVOKED');
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
  await line.db.transaction().execute((tx) => line.app.get(UnitRegistrationRepository).expect(tx, device.unitId, targets, 'e'.repeat(64)));
  line.edge.behaviour = 'pass';
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('certificate_id', '=', device.certificateId).execute();
  await settled(device);
  expect(await statusIn(EU, device)).toBe('REVOKED');
  const anew = await line.db.selectFrom('unit_target').select(['desired', 'state']).where('certificate_id', '=', 'e'.repeat(64)).execute();
  expect(anew).toEqual(targets.map(() => ({ desired: 'ACTIVE', state: 'pending' })));
});
