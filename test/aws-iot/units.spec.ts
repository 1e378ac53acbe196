import { DeleteThingCommand, DetachThingPrincipalCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, expectUnit, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
let targets: string[];
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line, targets } = units);
});
afterAll(() => line.stop());

const certify = (serial: string) => units.certify(serial);
const connect = (device: Device, index: number) => units.connect(device, index);
const connectUntilAccepted = (device: Device, index: number) => units.connectUntilAccepted(device, index);

const lookNow = (unitId: number) => line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('unit_id', '=', unitId).execute();
const standing = (unitId: number) => line.db.selectFrom('unit_target').select(['target_name', 'state', 'detail', 'attempts', 'observed_at']).where('unit_id', '=', unitId).orderBy('target_name').execute();
const unitState = async (unitId: number) => (await line.db.selectFrom('unit').select('state').where('id', '=', unitId).executeTakeFirstOrThrow()).state;
const inSync = (unitId: number, count: number) => until(`${count} targets know unit ${unitId}`, async () => {
  await lookNow(unitId);
  return (await standing(unitId)).filter(({ state }) => state === 'in-sync').length === count ? true : undefined;
});

it('puts on record that a target knows a unit, for each of its targets', async () => {
  const device = await certify('U-ONE');
  await connectUntilAccepted(device, EU);
  await inSync(device.unitId, 1);
  await connectUntilAccepted(device, US);
  await inSync(device.unitId, 2);
  expect(await unitState(device.unitId)).toBe('certified');
  const leaves = (await line.leaves('unit.registered')).filter(({ subject }) => subject === 'unit:U-ONE');
  expect(leaves.map(({ data }) => data)).toEqual(targets.map((target) => ({ serial: 'U-ONE', target, certificateId: device.certificateId })));
  expect((await standing(device.unitId)).every(({ observed_at }) => observed_at !== null)).toBe(true);
});

it('lets a device connect under its own name only', async () => {
  const device = await certify('U-OWN');
  const other = await certify('U-OTHER');
  await connectUntilAccepted(device, EU);
  await connectUntilAccepted(other, EU);
  expect(await line.aws.tryDevice(device, { servername: line.aws.account(EU).endpoint, clientId: 'U-OTHER' })).toBe('closed');
  expect(await connect(device, EU)).toBe('accepted');
});

it('leaves a unit that has passed where it is', async () => {
  const device = await certify('U-PASSED');
  await line.db.updateTable('unit').set({ state: 'passed' }).where('id', '=', device.unitId).execute();
  await connectUntilAccepted(device, EU);
  await connectUntilAccepted(device, US);
  await inSync(device.unitId, 2);
  expect(await unitState(device.unitId)).toBe('passed');
});

it('looks for a device that has not connected less and less often', async () => {
  const device = await certify('U-LATE');
  await line.db.updateTable('unit_target').set({ attempts: 8, next_attempt_at: new Date(0) }).where('unit_id', '=', device.unitId).execute();
  await until('looked for', async () => ((await standing(device.unitId)).every(({ attempts }) => attempts === 9) ? true : undefined));
  const { rows } = await until('put off', async () => {
    const rows = await line.db.selectFrom('unit_target').select(['next_attempt_at', 'state']).where('unit_id', '=', device.unitId).execute();
    return rows.every(({ next_attempt_at }) => +next_attempt_at > Date.now() + 60_000) ? { rows } : undefined;
  });
  for (const row of rows) {
    expect(row.state).toBe('pending');
    expect(+row.next_attempt_at - Date.now()).toBeGreaterThan(200_000);
    expect(+row.next_attempt_at - Date.now()).toBeLessThan(513_000);
  }
});

it('asks AWS page by page when many are due', async () => {
  const devices: Device[] = [];
  for (let at = 0; at < 12; at++) {
    const device = await certify(`U-MANY-${at}`);
    devices.push(device);
    // Until all have connected, which may take longer than their first look is away.
    await line.db.updateTable('unit_target').set({ next_attempt_at: new Date('2100-01-01') }).where('unit_id', '=', device.unitId).execute();
  }
  await Promise.all(devices.map((device) => connectUntilAccepted(device, EU)));
  const before = line.edge.seen.length;
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) })
    .where('unit_id', 'in', devices.map(({ unitId }) => unitId)).where('target_name', '=', targets[0]!).execute();
  await until('all known', async () => {
    const open = await line.db.selectFrom('unit_target').select('unit_id').where('target_name', '=', targets[0]!).where('state', '=', 'pending')
      .where('unit_id', 'in', devices.map(({ unitId }) => unitId)).execute();
    return open.length === 0 ? true : undefined;
  });
  const asked = line.edge.seen.slice(before).filter(({ headers }) => String(headers.authorization).includes('/eu-west-1/')).map(({ call }) => call);
  expect(asked.some((call) => call.startsWith('GET /certificates-by-ca/'))).toBe(true);
  for (const { certificateId } of devices) expect(asked).not.toContain(`GET /certificates/${certificateId}`);
});

it('says what is missing when AWS knows the certificate but not the Thing, or holds it inactive', async () => {
  const device = await certify('U-HALF');
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date('2100-01-01') }).where('unit_id', '=', device.unitId).execute();
  await connectUntilAccepted(device, EU);
  await connectUntilAccepted(device, US);
  const principal = `arn:aws:iot:eu-west-1:111111111111:cert/${device.certificateId}`;
  await line.aws.iot(EU).send(new DetachThingPrincipalCommand({ thingName: 'U-HALF', principal }));
  await line.aws.iot(EU).send(new DeleteThingCommand({ thingName: 'U-HALF' }));
  await line.aws.iot(US).send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus: 'INACTIVE' }));
  await lookNow(device.unitId);
  const details = await until('both looked at', async () => {
    const rows = await standing(device.unitId);
    return rows.every(({ detail }) => detail !== null) ? rows.map(({ detail }) => detail) : undefined;
  });
  expect(details).toEqual(['The certificate is ACTIVE in AWS, but there is no Thing of this name', 'The certificate is INACTIVE in AWS']);
  expect(await unitState(device.unitId)).toBe('certified');
});

it('is looked for anew with another certificate, and not disturbed when the same is expected again', async () => {
  const device = await certify('U-AGAIN');
  await connectUntilAccepted(device, EU);
  await inSync(device.unitId, 1);
  await expectUnit(line, device.unitId, targets, device.certificateId);
  expect((await standing(device.unitId)).map(({ state }) => state)).toEqual(['in-sync', 'pending']);
  await expectUnit(line, device.unitId, targets, 'f'.repeat(64));
  const anew = await line.db.selectFrom('unit_target').select(['state', 'observed_at']).where('certificate_id', '=', 'f'.repeat(64)).execute();
  expect(anew).toEqual([{ state: 'pending', observed_at: null }, { state: 'pending', observed_at: null }]);
});

it('keeps looking after AWS was away, and says so meanwhile', async () => {
  const device = await certify('U-OUTAGE');
  await connectUntilAccepted(device, EU);
  line.edge.behaviour = 'refuse';
  await lookNow(device.unitId);
  await until('noted', async () => ((await standing(device.unitId)).every(({ detail }) => detail?.startsWith('AWS IoT did not answer')) ? true : undefined));
  line.edge.behaviour = 'pass';
  await inSync(device.unitId, 1);
  expect((await standing(device.unitId))[0]).toMatchObject({ target_name: targets[0], state: 'in-sync', detail: null });
});
