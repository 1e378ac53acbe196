import { generateKeyPairSync } from 'node:crypto';
import { DescribeCertificateCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { KeepOutRepository } from '../../src/aws-iot/registrations/keep-outs.repository.js';
import { UnitExpectationRepository } from '../../src/aws-iot/units/unit-expectations.repository.js';
import { inClass } from '../../src/platform/request-class.js';
import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { closeOrder } from '../support/close-order.js';
import { csrFor } from '../support/service-bench.js';
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
  line.db.selectFrom('unit_target').select(['desired', 'state', 'detail', 'attempts']).where('certificate_id', '=', device.certificateId).orderBy('target_name').execute();
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

it('keeps it out with a certificate whose place was taken, too, though that waits for the one that has it', async () => {
  const device = await units.certify('Q-FORMER');
  await units.connectUntilAccepted(device, EU);
  await until('known there', async () => ((await rows(device))[0]!.state === 'in-sync' ? true : undefined));
  await line.db.updateTable('certificate').set({ standing: 'former' }).where('fingerprint', '=', device.certificateId).execute();
  await line.db.updateTable('unit_target').set({ desired: 'INACTIVE', step: 'suspend', state: 'pending', attempts: 9, next_attempt_at: new Date('2100-01-01') }).where('certificate_id', '=', device.certificateId).execute();
  await line.db.transaction().execute((tx) => line.app.get(UnitExpectationRepository, { strict: false }).expectSuspended(tx, device.certificateId, true));
  await settled(device, 'INACTIVE');
  expect(await statusIn(EU, device)).toBe('INACTIVE');
  expect(await units.connect(device, EU)).not.toBe('accepted');
});

describe('in an account that its order does not name, where its CA lets devices in all the same', () => {
  let never: Device;
  let once: Device;
  const nowIn = (index: number, device: Device) => statusIn(index, device).catch((error: Error) => error.name);
  const becomes = (status: string, index: number, device: Device) => until(`${device.serial} ${status}`, async () => ((await nowIn(index, device)) === status ? true : undefined));
  const targetsOf = async ({ certificateId }: Device) =>
    (await line.db.selectFrom('unit_target').select('target_name').where('certificate_id', '=', certificateId).orderBy('target_name').execute()).map(({ target_name: name }) => name);
  async function ofEu(serial: string): Promise<Device> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { body } = await line.call('issuer', 'POST', '/v1/certificates', { workOrder: 'WO-EU', serial, csr: csrFor(privateKey) });
    const device = { unitId: 0, serial, certificateId: body.fingerprint, pem: body.certificate, roots: body.roots, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    await until(`${serial} expected`, async () => ((await targetsOf(device)).length === 1 ? true : undefined));
    return device;
  }

  it('it is kept out', async () => {
    await line.call('manager', 'POST', '/v1/work-orders', { id: 'WO-EU', product: 'P', line: 'L1', authority: line.family, quantity: 3, targets: [units.targets[0]], serials: ['Q-NEVER', 'Q-ONCE', 'Q-MEETS'] });
    await until('released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/WO-EU/release')).status === 200 ? true : undefined));
    [never, once] = [await ofEu('Q-NEVER'), await ofEu('Q-ONCE')];
    await units.connectUntilAccepted(once, US);
    for (const device of [never, once]) expect((await decide(device, 'quarantine')).status).toBe(200);
    for (const device of [never, once]) {
      for (const index of [EU, US]) await becomes('INACTIVE', index, device);
      expect(await units.connect(device, US)).not.toBe('accepted');
    }
  });

  it('it is let in again where its release meets a CA that comes to let devices in', async () => {
    const device = await ofEu('Q-MEETS');
    expect((await decide(device, 'quarantine')).status).toBe(200);
    await settled(device, 'INACTIVE');
    const there = units.targets[1]!;
    await line.db.deleteFrom('unit_target').where('certificate_id', '=', device.certificateId).where('target_name', '=', there).execute();
    const { authority_id: authority } = await line.db.selectFrom('certificate').select('authority_id').where('fingerprint', '=', device.certificateId).executeTakeFirstOrThrow();
    let isLookedUp = false;
    let opening: Promise<void> | undefined;
    await line.db.transaction().execute(async (tx) => {
      await line.app.get(UnitExpectationRepository, { strict: false }).expectSuspended(tx, device.certificateId, false);
      opening = inClass('background', () => line.app.get(KeepOutRepository, { strict: false }).expect(there, authority!, 'jitp').then(() => void (isLookedUp = true)));
      await until('it waits for the release, or has not seen it', async () => (isLookedUp || (await sql`select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`.execute(tx)).rows.length > 0 ? true : undefined));
    });
    await opening;
    expect(await targetsOf(device)).toEqual([units.targets[0]]);
  });

  it('and of one that comes to let devices in meanwhile', async () => {
    const later = await line.addTarget(FRANKFURT);
    await until('the CA lets devices in there', () => line.db.selectFrom('registration').select('state').where('target_name', '=', later).where('state', '=', 'in-sync').executeTakeFirst());
    for (const device of [never, once]) expect(await statusIn(FRANKFURT, device)).toBe('INACTIVE');
  });

  it('its release brings back what stood there before, and nothing becomes ACTIVE that was not', async () => {
    for (const device of [never, once]) expect((await decide(device, 'release')).status).toBe(200);
    for (const device of [never, once]) await until('nobody looks for it but where its order says', async () => ((await targetsOf(device)).length === 1 ? true : undefined));
    expect([await nowIn(US, never), await nowIn(FRANKFURT, never), await nowIn(FRANKFURT, once)]).toEqual(Array.from({ length: 3 }, () => 'ResourceNotFoundException'));
    expect(await nowIn(US, once)).toBe('ACTIVE');
    expect(await units.connect(once, US)).toBe('accepted');
    expect((await line.leaves('unit.certificate-resumed')).filter(({ subject }) => subject === 'unit:Q-NEVER')).toHaveLength(3);
  });

  it('and where its target was retired since, through the one that stands for the account', async () => {
    const device = await units.certify('Q-RETIRED');
    await line.db.updateTable('unit').set({ state: 'passed' }).where('serial', '=', 'Q-RETIRED').execute();
    await units.connectUntilAccepted(device, US);
    await decide(device, 'quarantine');
    await settled(device, 'INACTIVE');
    expect((await closeOrder((method, url, body) => line.call('manager', method, url, body), 'WO')).status).toBe(200);
    expect(await line.call('officer', 'DELETE', `/v1/aws/targets/${units.targets[1]}`)).toMatchObject({ status: 200 });
    await line.addTarget(US, { name: 'anew' });
    // That one keeps the unit out too, once the CA lets devices in there, and finds INACTIVE what the former one has made so.
    await until('kept out there', () => line.db.selectFrom('unit_target').select('state').where('certificate_id', '=', device.certificateId).where('target_name', '=', 'anew').where('state', '=', 'in-sync').executeTakeFirst());
    expect((await decide(device, 'release')).status).toBe(200);
    await becomes('ACTIVE', US, device);
    expect(await units.connect(device, US)).toBe('accepted');
    // Once: what a person stops there afterwards is not undone when the target takes over again what the former one has left.
    await until('nobody looks for it but where its order says', async () => ((await targetsOf(device)).includes('anew') ? undefined : true));
    await line.aws.iot(US).send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus: 'INACTIVE' }));
    for (const what of ['pause', 'resume']) expect((await line.call('officer', 'POST', `/v1/aws/targets/anew/${what}`, {})).status).toBe(200);
    await line.targetIn('verified', 'anew');
    expect(await targetsOf(device)).not.toContain('anew');
    expect(await statusIn(US, device)).toBe('INACTIVE');
  });
});
