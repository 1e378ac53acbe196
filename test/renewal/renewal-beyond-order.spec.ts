import { EU, FRANKFURT, US } from '../sandbox/support/bench.js';
import { deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import type { Device } from '../aws-iot/support/certified-units.js';
import type { Line } from '../aws-iot/support/line.js';
import { Field, url } from './field.js';

/** A unit whose order names the first target alone, while its CA lets devices in by itself in the second too. */
let field: Field;
let line: Line;
let old: Device;
let device: Device;

const statusBecomes = (status: string | undefined, index: number, { certificateId }: Device) =>
  until(`it is ${status}`, async () => ((await field.statusIn(index, certificateId)) === status ? true : undefined));
const targetsOf = async ({ certificateId }: Device) =>
  (await line.db.selectFrom('unit_target').select('target_name').where('certificate_id', '=', certificateId).orderBy('target_name').execute()).map(({ target_name: name }) => name);
const renewed = async () => {
  device = await field.fetched(old, deviceKey());
  await field.reportSeen(old.serial);
  await field.stateOf(old.serial, 'grace');
};

beforeAll(async () => {
  const both = await Field.start();
  ({ line } = both);
  field = both.in([both.units.targets[EU]!]);
  await line.call('manager', 'POST', '/v1/work-orders', { id: 'WO-EU', product: 'P', line: 'L1', authority: line.family, quantity: 10, targets: field.units.targets, serials: ['E-FIRST'] });
  await until('released', async () => ((await line.call('manager', 'POST', '/v1/work-orders/WO-EU/release')).status === 200 ? true : undefined));
  old = await field.introduced('E-1', 'WO-EU');
  await field.units.connectUntilAccepted(old, US);
}, 150_000);
afterAll(() => line?.stop());

it('keeps the former certificate out of each account in which its device may come in, also one where it comes to do so later', async () => {
  await renewed();
  await statusBecomes('INACTIVE', US, old);
  expect(await field.units.connect(old, US)).not.toBe('accepted');
  const later = await line.addTarget(FRANKFURT);
  const { authority_id: authority } = await line.db.selectFrom('certificate').select('authority_id').where('fingerprint', '=', old.certificateId).executeTakeFirstOrThrow();
  await line.registrationIn('in-sync', authority!, later);
  expect(await field.statusIn(FRANKFURT, old.certificateId)).toBe('INACTIVE');
  // The new one comes in there as the old one did.
  await field.units.connectUntilAccepted(device, US);
});

it('lets it in again as before when the renewal is cancelled', async () => {
  expect((await line.call('officer', 'POST', url('E-1', '/cancel'), { reason: 'test' })).status).toBe(200);
  await until('nobody looks for it but where its order says', async () => {
    await field.hurry('E-1');
    return (await targetsOf(old)).length === 1 ? true : undefined;
  });
  expect([await field.statusIn(US, old.certificateId), await field.statusIn(FRANKFURT, old.certificateId)]).toEqual(['ACTIVE', undefined]);
  expect(await field.units.connect(old, US)).toBe('accepted');
});

it('revokes it there too once the grace is over', async () => {
  await renewed();
  await statusBecomes('INACTIVE', US, old);
  await field.graceIsOver('E-1');
  await field.stateOf('E-1', 'done');
  await statusBecomes('REVOKED', US, old);
  expect(await field.units.connect(old, US)).not.toBe('accepted');
});
