import { DescribeCertificateCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
});
afterAll(() => line.stop());

const decide = (device: Device, what: string) => line.call('manager', 'POST', `/v1/units/${device.serial}/${what}`, {});
const rows = (device: Device) =>
  line.db.selectFrom('unit_target').select(['desired', 'state']).where('certificate_id', '=', device.certificateId).orderBy('target_name').execute();
const settled = (device: Device, desired: string) =>
  until(`${device.serial} ${desired} in both targets`, async () => ((await rows(device)).every((row) => row.desired === desired && row.state === 'in-sync') ? true : undefined));
const statusIn = async (index: number, device: Device) =>
  (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId: device.certificateId }))).certificateDescription?.status;

it('keeps a unit out of every target, whether it was there or not, and its release lets it in again', async () => {
  const device = await units.certify('Q-1');
  await units.connectUntilAccepted(device, EU);
  expect((await decide(device, 'quarantine')).status).toBe(200);
  await settled(device, 'INACTIVE');
  expect([await statusIn(EU, device), await statusIn(US, device)]).toEqual(['INACTIVE', 'INACTIVE']);
  for (const index of [EU, US]) for (let tries = 0; tries < 2; tries++) expect(await units.connect(device, index)).not.toBe('accepted');

  expect((await decide(device, 'release')).status).toBe(200);
  await until('nothing in its way', async () => ((await line.leaves('unit.certificate-resumed')).filter(({ subject }) => subject === 'unit:Q-1').length === 2 ? true : undefined));
  expect(await units.connect(device, EU)).toBe('accepted');
  await units.connectUntilAccepted(device, US);
  await settled(device, 'ACTIVE');
});

it('ends in REVOKED where the unit is scrapped instead', async () => {
  const device = await units.certify('Q-2');
  await units.connectUntilAccepted(device, EU);
  await decide(device, 'quarantine');
  await settled(device, 'INACTIVE');
  expect((await decide(device, 'scrap')).status).toBe(200);
  await settled(device, 'REVOKED');
  expect([await statusIn(EU, device), await statusIn(US, device)]).toEqual(['REVOKED', 'REVOKED']);
  expect((await decide(device, 'release')).status).toBe(409);
});

it('leaves alone what somebody revoked in AWS', async () => {
  const device = await units.certify('Q-3');
  await units.connectUntilAccepted(device, EU);
  await line.aws.iot(EU).send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus: 'REVOKED' }));
  await decide(device, 'quarantine');
  await settled(device, 'INACTIVE');
  await decide(device, 'release');
  await until('looked at again', async () => ((await line.leaves('unit.certificate-resumed')).filter(({ subject }) => subject === 'unit:Q-3').length === 2 ? true : undefined));
  expect(await statusIn(EU, device)).toBe('REVOKED');
});
