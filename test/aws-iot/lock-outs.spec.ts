import { generateKeyPairSync } from 'node:crypto';
import { sql } from 'kysely';
import { FirstConnectionRepository } from '../../src/aws-iot/units/first-connections.repository.js';
import { UnmetUnitRepository } from '../../src/aws-iot/units/unmet-units.repository.js';
import { Field, url } from '../renewal/field.js';
import { EU, US } from '../sandbox/support/bench.js';
import { closeOrder } from '../support/close-order.js';
import { until } from '../support/until.js';
import type { Device } from './support/certified-units.js';

let field: Field;
let authority: string;
beforeAll(async () => {
  process.env['AWS_SWEEP_MS'] = '300';
  field = await Field.start();
  ({ id: authority } = await field.line.db.selectFrom('authority').select('id').where('family', '=', field.line.family).executeTakeFirstOrThrow());
});
afterAll(() => field.line.stop());

interface Counts {
  lockedOut: number;
  onTheLine: number;
  serials: string[];
  ofTargets: Record<string, number>;
}

/** Counted anew, from the rows of all units. */
async function truth(): Promise<Counts> {
  const { rows } = await sql<{ serial: string; target: string; state: string }>`
    select unit.serial, u.target_name as target, unit.state
    from unit join certificate on certificate.unit_id = unit.id and certificate.state = 'valid' and certificate.standing = 'current'
    join unit_target u on u.unit_id = unit.id and u.certificate_id = certificate.fingerprint
    where certificate.authority_id = ${authority} and u.method = 'jitp' and unit.state in ('certified', 'passed', 'shipped') and not unit.canary
      and u.desired = 'ACTIVE' and u.state in ('pending', 'failed') and u.connected_at is null and u.succeeds is null and not u.beyond_order`.execute(field.line.db);
  const gone = rows.filter(({ state }) => state !== 'certified');
  const serialsOf = (some: typeof rows) => [...new Set(some.map(({ serial }) => serial))].toSorted();
  return {
    lockedOut: serialsOf(gone).length, onTheLine: serialsOf(rows.filter(({ state }) => state === 'certified')).length, serials: serialsOf(gone),
    ofTargets: Object.fromEntries(field.units.targets.map((target) => [target, gone.filter((row) => row.target === target).length])),
  };
}

async function shown(): Promise<Counts> {
  const { body } = await field.line.call('auditor', 'GET', `/v1/authorities/${authority}/cloud-stop`);
  return { lockedOut: body.lockedOut, onTheLine: body.onTheLine, serials: body.serials.toSorted(), ofTargets: Object.fromEntries(body.targets.map((each: { target: string; lockedOut: number }) => [each.target, each.lockedOut])) };
}

const isCounted = () => until('what is shown is what there is', async () => {
  const [there, told] = [await truth(), await shown()];
  return JSON.stringify(there) === JSON.stringify(told) ? there : undefined;
});

const decide = (serial: string, what: string) => field.line.call('manager', 'POST', `/v1/units/${serial}/${what}`, { reason: 'tried' });

/** Everything that may happen to a unit; what it does not allow at the moment is refused, and nothing happens. */
const HAPPENINGS: Record<string, (device: Device, devices: Map<string, Device>) => Promise<unknown>> = {
  pass: ({ serial }) => field.units.pass(serial),
  ship: ({ serial }) => field.line.call('operator', 'POST', `/v1/units/${serial}/ship`),
  connectInEurope: (device) => field.units.connect(device, EU),
  connectInAmerica: (device) => field.units.connect(device, US),
  presence: ({ certificateId }) => field.line.app.get(FirstConnectionRepository, { strict: false }).connected(field.units.targets[1]!, [certificateId]),
  quarantine: ({ serial }) => decide(serial, 'quarantine'),
  release: ({ serial }) => decide(serial, 'release'),
  revoke: ({ certificateId }) => field.line.call('officer', 'POST', `/v1/certificates/${certificateId}/revoke`, { reason: 'superseded' }),
  scrap: ({ serial }) => decide(serial, 'scrap'),
  rework: ({ serial }) => decide(serial, 'rework'),
  certifyAgain: async (device, devices) => devices.set(device.serial, await field.units.certifyAgain(device).catch(() => device)),
  renew: ({ serial }) => field.renew(serial, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  seen: async ({ serial }) => {
    await field.hurry(serial);
    await field.reportSeen(serial);
  },
  cancelRenewal: ({ serial }) => field.line.call('officer', 'POST', url(serial, '/cancel'), { reason: 'tried' }),
};

/** Numbers below 1 that are the same in each run (Park and Miller's generator). */
function* numbersFrom(seed: number): Generator<number, never> {
  for (let at = seed; ;) {
    at = (at * 48_271) % 2_147_483_647;
    yield at / 2_147_483_647;
  }
}

it('shows whom a stop would lock out, whatever happens to units at the same time', async () => {
  const chance = numbersFrom(2026);
  const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(chance.next().value * items.length)]!;
  const devices = new Map<string, Device>();
  let most = 0;
  for (let wave = 0; wave < 12; wave++) {
    // Units come as well as go.
    for (const serial of [`C-${wave}-A`, `C-${wave}-B`]) devices.set(serial, await field.units.certify(serial));
    const happenings = Array.from({ length: 8 }, () => HAPPENINGS[oneOf(Object.keys(HAPPENINGS))]!(oneOf([...devices.values()]), devices));
    await Promise.all(happenings);
    most = Math.max(most, (await isCounted()).lockedOut);
  }
  expect(most).toBeGreaterThan(2);
}, 120_000);

it('counts a unit once that two have changed at the same time, whichever ends first', async () => {
  const { line, units } = field;
  const device = await units.certify('C-BOTH');
  const before = await isCounted();
  const unmet = line.app.get(UnmetUnitRepository, { strict: false });
  await line.db.transaction().execute(async (passing) => {
    await passing.updateTable('unit').set({ state: 'passed' }).where('id', '=', device.unitId).execute();
    // Does not see that it passes.
    await line.app.get(FirstConnectionRepository, { strict: false }).connected(units.targets[0]!, [device.certificateId]);
  });
  await unmet.recount(line.db, { ids: [device.unitId] });
  const after = await isCounted();
  expect([after.lockedOut - before.lockedOut, after.onTheLine - before.onTheLine]).toEqual([1, -1]);
});

it('still counts units of a target that is retired, and no others', async () => {
  const { line, units } = field;
  const device = await units.certify('C-RETIRED');
  await units.pass(device.serial);
  await isCounted();
  for (const order of ['WO', 'MA']) expect((await closeOrder((method, url, body) => line.call('manager', method, url, body), order)).status).toBe(200);
  expect((await line.call('officer', 'DELETE', `/v1/aws/targets/${units.targets[1]}`, { reason: 'gone', giveUp: true })).status).toBeLessThan(300);
  expect((await isCounted()).serials).toContain('C-RETIRED');
});
