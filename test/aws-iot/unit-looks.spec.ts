import { X509Certificate } from 'node:crypto';
import { DeleteThingCommand, DetachPolicyCommand, DetachThingPrincipalCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { CertificatePlaces } from '../../src/aws-iot/units/certificate-places.repository.js';
import { EU, US } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  process.env['AWS_SWEEP_MS'] = '300';
  process.env['AWS_SAMPLE_MS'] = '300';
  units = await CertifiedUnits.start({ shipGate: 'registered' });
  ({ line } = units);
});
afterAll(() => line.stop());

const rows = (unitId: number) => line.db.selectFrom('unit_target').selectAll().where('unit_id', '=', unitId).orderBy('target_name').execute();
const rowOf = async (unitId: number, index: number) => (await rows(unitId))[index]!;
/** As if the unit had lain in its box for days, so that it is looked for by itself once an hour. */
const inItsBox = async (device: Device) => {
  await until('looked for once', async () => ((await rows(device.unitId)).every(({ attempts }) => attempts > 0) ? true : undefined));
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(Date.now() + 3_600_000) }).where('unit_id', '=', device.unitId).execute();
};
const registered = async (serial: string) => {
  const device = await units.certify(serial);
  await units.connectUntilAccepted(device, EU);
  await units.connectUntilAccepted(device, US);
  await until(`${serial} in sync`, async () => ((await rows(device.unitId)).every(({ state }) => state === 'in-sync') ? true : undefined));
  return device;
};
/** As if it had been seen two days ago. */
const DAY_MS = 86_400_000;
const longAgo = (unitId: number, days = 2) => {
  const at = new Date(Date.now() - days * DAY_MS);
  return line.db.updateTable('unit_target').set({ observed_at: at, next_attempt_at: at }).where('unit_id', '=', unitId).execute();
};
const mayIssue = (may_issue: boolean) => line.db.updateTable('issuing_verdict').set({ may_issue, reason: may_issue ? '' : 'eu: CA INACTIVE' }).execute();
const check = async (serial: string) => (await line.call('operator', 'POST', `/v1/units/${serial}/check`)).body as { targets: { state: string; registered: boolean | null; connected: boolean | null; problem: string | null }[] };
const arn = (device: Device, index: number) => {
  const { accountId, region } = line.aws.account(index);
  return `arn:aws:iot:${region}:${accountId}:cert/${device.certificateId}`;
};

it('gives each device the roots of AWS IoT’s own servers to trust', async () => {
  const { roots } = await units.certify('L-ROOTS');
  const names = roots.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)!.map((pem) => new X509Certificate(pem).subject.split('\n').find((part) => part.startsWith('CN=')));
  expect(names.toSorted()).toEqual(['CN=Amazon Root CA 1', 'CN=Amazon Root CA 3']);
});

it('sees a unit that first connects after days, without waiting for its own next look', async () => {
  const device = await units.certify('L-DAYS');
  await inItsBox(device);
  await units.connectUntilAccepted(device, EU);
  await until('seen in the one account', async () => ((await rowOf(device.unitId, 0)).state === 'in-sync' ? true : undefined));
  expect((await rowOf(device.unitId, 0)).connected_at).toBeInstanceOf(Date);
  expect(await rowOf(device.unitId, 1)).toMatchObject({ state: 'pending', connected_at: null });
});

it('looks at units in sync again after a day, and tells of a policy that was detached and of a Thing that was deleted', async () => {
  const device = await registered('L-GONE');
  await line.aws.iot(EU).send(new DetachPolicyCommand({ policyName: 'lineside-device', target: arn(device, EU) }));
  await line.aws.iot(US).send(new DetachThingPrincipalCommand({ thingName: device.serial, principal: arn(device, US) }));
  await line.aws.iot(US).send(new DeleteThingCommand({ thingName: device.serial }));
  await longAgo(device.unitId);
  await until('both seen', async () => ((await rows(device.unitId)).every(({ state }) => state === 'drifted') ? true : undefined));
  expect((await rows(device.unitId)).map(({ detail }) => detail)).toEqual(['In AWS the certificate has no policy attached', 'In AWS there is no Thing L-GONE with the certificate attached']);
  expect((await line.leaves('unit.drifted')).filter(({ subject }) => subject === 'unit:L-GONE')).toHaveLength(2);

  const { body } = await line.call('manager', 'GET', '/v1/work-orders/WO/reconciliation');
  const [eu] = body.targets;
  expect(eu).toMatchObject({ target: units.targets[0], mismatched: 1, mismatches: [{ serial: 'L-GONE', state: 'drifted', detail: expect.stringContaining('no policy') }] });
  expect(eu.registered).toBeGreaterThan(0);
  const csv = (await line.call('manager', 'GET', '/v1/work-orders/WO/reconciliation?format=csv')).body as string;
  expect(csv.split('\r\n')[0]).toBe('serial,unitState,target,method,certificateId,desired,state,observedAt,connectedAt,detail');
  expect(csv).toContain(`L-GONE,certified,${units.targets[1]},jitp,${device.certificateId},ACTIVE,drifted,`);
});

it('does not take a look that AWS did not answer for one that was made, and goes on to others meanwhile', async () => {
  const [unanswered, other] = [await registered('L-UNANSWERED'), await registered('L-BEHIND')];
  const since = Date.now();
  line.edge.seen.length = 0;
  line.edge.denied = new RegExp(unanswered.certificateId);
  await longAgo(unanswered.unitId, 3);
  await longAgo(other.unitId);
  await until('the other one is looked at', async () => ((await rows(other.unitId)).every(({ observed_at }) => +observed_at! > since) ? true : undefined));
  expect(line.edge.seen.filter(({ call }) => call === `GET /certificates/${other.certificateId}`).length).toBeGreaterThanOrEqual(2);
  expect((await rows(unanswered.unitId)).filter(({ observed_at }) => +observed_at! > since - 2 * DAY_MS)).toEqual([]);
  const places = line.app.get(CertificatePlaces, { strict: false });
  expect(await Promise.all(units.targets.map(async (target) => (await places.ofCurrent(target, unanswered.unitId))!.seenJustNow))).toEqual([false, false]);
  // It is not asked for again at once, but within minutes.
  const nextLooks = (await rows(unanswered.unitId)).map(({ next_attempt_at }) => +next_attempt_at - Date.now());
  expect(nextLooks.filter((ms) => ms < 60_000 || ms > 600_000)).toEqual([]);
  line.edge.denied = undefined;
  await longAgo(unanswered.unitId);
  await until('looked at', async () => ((await rows(unanswered.unitId)).every(({ observed_at }) => +observed_at! > since) ? true : undefined));
});

it('says of certificates of its CAs that the ledger does not know', async () => {
  const device = await registered('L-FOREIGN');
  // A ledger that was restored from a backup does not know it.
  await line.db.deleteFrom('unit_target').where('unit_id', '=', device.unitId).execute();
  await line.db.updateTable('certificate').set({ fingerprint: '0'.repeat(64) }).where('fingerprint', '=', device.certificateId).execute();
  const unknown = await until('reported', async () => {
    const { body } = await line.call('manager', 'GET', '/v1/work-orders/WO/reconciliation');
    return body.targets.every((target: { unknown: object[] }) => target.unknown.length === 1) ? body.targets[0].unknown[0] : undefined;
  });
  expect(unknown).toMatchObject({ certificateId: device.certificateId, status: 'ACTIVE' });
  expect(await line.leaves('certificate.unknown')).toHaveLength(2);
});

it('answers a check from what AWS says now, and within its time when AWS hangs', async () => {
  const device = await registered('L-CHECK');
  expect((await check('L-CHECK')).targets.map(({ registered: is, connected, problem }) => [is, connected, problem])).toEqual([[true, true, null], [true, true, null]]);
  await line.aws.iot(EU).send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus: 'INACTIVE' }));
  expect((await check('L-CHECK')).targets[0]).toMatchObject({ state: 'drifted', registered: false, problem: 'In AWS the certificate is INACTIVE' });
  await line.aws.iot(EU).send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus: 'ACTIVE' }));
  expect((await check('L-CHECK')).targets[0]).toMatchObject({ state: 'in-sync', registered: true });
  line.edge.behaviour = 'refuse';
  const { targets } = await check('L-CHECK');
  expect(targets[0]).toMatchObject({ state: 'in-sync', registered: null, problem: expect.stringContaining('did not answer') });
  line.edge.behaviour = 'pass';
  expect(await line.call('operator', 'POST', '/v1/units/NOBODY/check')).toMatchObject({ status: 404, body: { code: 'serial-unknown' } });
});

it('ships a unit once AWS knows it as its order wants', async () => {
  const device = await units.certify('L-SHIP');
  await line.db.updateTable('unit').set({ state: 'passed' }).where('id', '=', device.unitId).execute();
  const ship = () => line.call('operator', 'POST', '/v1/units/L-SHIP/ship');
  expect(await ship()).toMatchObject({ status: 409, body: { code: 'ship-gate', retryable: true, shipGate: 'registered' } });
  await units.connectUntilAccepted(device, EU);
  await units.connectUntilAccepted(device, US);
  // Whoever is known needs the authority no more.
  await mayIssue(false);
  expect(await ship()).toMatchObject({ status: 200, body: { serial: 'L-SHIP', state: 'shipped' } });
  await mayIssue(true);
  expect(await ship()).toMatchObject({ status: 200, body: { state: 'shipped' } });
  expect((await line.leaves('unit.shipped')).filter(({ subject }) => subject === 'unit:L-SHIP')).toHaveLength(1);
});
