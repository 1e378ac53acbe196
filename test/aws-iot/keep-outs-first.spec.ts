import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { sql } from 'kysely';
import { Jitp } from '../../src/aws-iot/methods/jitp.js';
import { Jitr } from '../../src/aws-iot/methods/jitr.js';
import { UnitSteps } from '../../src/aws-iot/methods/unit-steps.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import type { Target } from '../../src/aws-iot/targets/targets.schema.js';
import { UnitChangeRepository } from '../../src/aws-iot/units/unit-changes.repository.js';
import { UnitLookRepository } from '../../src/aws-iot/units/unit-looks.repository.js';
import { UnitChanges } from '../../src/aws-iot/units/unit-changes.js';
import { UnitExpectationRepository } from '../../src/aws-iot/units/unit-expectations.repository.js';
import { DUE_NOW, UnitRegistrationRepository } from '../../src/aws-iot/units/unit-registrations.repository.js';
import { EU } from '../sandbox/support/bench.js';
import { CertifiedUnits, type Device } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
});
afterAll(() => line.stop());

const rows = (device: Device) =>
  line.db.selectFrom('unit_target').select(['desired', 'state', 'detail', 'attempts']).where('certificate_id', '=', device.certificateId).orderBy('target_name').execute();
const statusIn = async (index: number, device: Device) =>
  (await line.aws.iot(index).send(new DescribeCertificateCommand({ certificateId: device.certificateId }))).certificateDescription?.status;

describe('in a target with much to do, a worker', () => {
  const rounds = () => line.app.get(UnitRegistrationRepository, { strict: false });
  const expectations = () => line.app.get(UnitExpectationRepository, { strict: false });
  const set = (state: 'paused' | 'verified') => line.db.updateTable('target').set({ state }).where('name', '=', units.targets[0]!).execute();
  let target: string;
  let [late, busy, canary]: Device[] = [];
  const known = new Map<string, Device>();
  /** The service's own worker stays away from the target meanwhile. */
  beforeAll(async () => {
    target = units.targets[0]!;
    const serials = ['Q-LATE', 'Q-BUSY', 'Q-CANARY', 'Q-WAITS', 'Q-REVOKED-jitp', 'Q-REVOKED-jitr', 'Q-UNDONE', ...Array.from({ length: 12 }, (_, at) => `Q-COME-${at}`)];
    for (const serial of serials) known.set(serial, await units.certify(serial));
    [late, busy, canary] = ['Q-LATE', 'Q-BUSY', 'Q-CANARY'].map((serial) => known.get(serial)!);
    await set('paused');
  });
  afterAll(async () => {
    await set('verified');
    await line.db.updateTable('unit').set({ canary: false }).where('id', '=', canary!.unitId).execute();
    await sql`select judge_issuing(null, null)`.execute(line.db);
  });

  it('neither settles nor puts off what was made due since it has claimed it', async () => {
    const changes = line.app.get(UnitChangeRepository, { strict: false });
    const claim = async () => (await rounds().claimChanges(target, 50)).find(({ unitId }) => unitId === late!.unitId)!;
    const isDue = async () => (await line.db.selectFrom('unit_target').select('unit_id').where('unit_id', '=', late!.unitId).where('target_name', '=', target).where('state', '=', 'pending').where('next_attempt_at', '<=', sql<Date>`now()`).execute()).length === 1;
    await line.db.transaction().execute((tx) => expectations().expectSuspended(tx, late!.certificateId, true));
    const first = await claim();
    await rounds().makeDueUnlessActive(target, first);
    await rounds().postpone(target, [first], 'late', null);
    expect(await isDue()).toBe(true);
    const second = await claim();
    // As many rounds as the first one's, of another claim.
    expect(second.attempts).toBe(first.attempts);
    await changes.suspended(target, first, { ended: true });
    await rounds().release(target, [first]);
    await rounds().postpone(target, [first], 'late', null);
    expect((await rows(late!))[0]).toMatchObject({ state: 'pending', detail: null, attempts: 1 });
    expect(await isDue()).toBe(false);
    await changes.suspended(target, second, { ended: true });
    expect((await rows(late!))[0]).toMatchObject({ state: 'in-sync', desired: 'INACTIVE' });
  });

  it('keeps nothing of a look at AWS that it began before the unit was quarantined and released', async () => {
    const looks = line.app.get(UnitLookRepository, { strict: false });
    const row = async () => (await looks.ofUnit('Q-LATE')).find((each) => each.target === target)!;
    const set = (suspended: boolean) => line.db.transaction().execute((tx) => expectations().expectSuspended(tx, late!.certificateId, suspended));
    await set(false);
    const before = await row();
    await set(true);
    await set(false);
    expect(await looks.record(before, { missing: null, connected: true })).toBe('pending');
    expect(await row()).toMatchObject({ state: 'pending', desired: 'ACTIVE', connectedAt: null });
    // What was settled in between is not looked at any more either.
    await set(true);
    const [asked] = (await rounds().claimChanges(target, 50)).filter(({ unitId }) => unitId === late!.unitId);
    await line.app.get(UnitChangeRepository, { strict: false }).suspended(target, asked!, { ended: true });
    const settled = await row();
    await line.db.updateTable('unit_target').set({ state: 'pending', ...DUE_NOW }).where('unit_id', '=', late!.unitId).where('target_name', '=', target).execute();
    const [again] = (await rounds().claimChanges(target, 50)).filter(({ unitId }) => unitId === late!.unitId);
    await line.app.get(UnitChangeRepository, { strict: false }).suspended(target, again!, { ended: true });
    expect(await looks.record(settled, { missing: 'the certificate is ACTIVE', connected: null })).toBe('in-sync');
    expect(await row()).toMatchObject({ state: 'in-sync', desired: 'INACTIVE' });
  });

  it('breaks its round off for what is to be kept out, and claims that and canaries before whatever waits longer', async () => {
    await line.db.updateTable('unit').set({ canary: true }).where('id', '=', canary!.unitId).execute();
    await line.db.updateTable('unit_target').set({ state: 'pending', next_attempt_at: new Date(0) }).where('target_name', '=', target).where('desired', '=', 'ACTIVE').where('unit_id', '<>', canary!.unitId).execute();
    await line.db.updateTable('unit_target').set({ state: 'pending', next_attempt_at: sql<Date>`now()` }).where('target_name', '=', target).where('unit_id', '=', canary!.unitId).execute();
    const [unit] = await rounds().pendingAmong(target, [canary!.certificateId]);
    const many = Array.from({ length: 40 }, (_, at) => ({ ...unit!, unitId: -at }));
    let begun = 0;
    let revoked: Promise<void> | undefined;
    await line.app.get(UnitSteps, { strict: false }).bring({ name: target } as Target, many, async () => {
      begun++;
      await (revoked ??= line.db.transaction().execute((tx) => expectations().expectRevoked(tx, [busy!.certificateId])));
      return 'left';
    });
    expect(begun).toBeLessThanOrEqual(8);
    expect((await rounds().claimChanges(target, 1)).map(({ serial, desired }) => [serial, desired])).toEqual([['Q-BUSY', 'REVOKED']]);
    expect(await rounds().claimDue(target, 1)).toContainEqual(expect.objectContaining({ serial: 'Q-CANARY', canary: true }));
  });

  const callsThere = () => line.edge.seen.filter(({ headers }) => String(headers['authorization']).includes(`/${line.aws.account(EU).region}/`)).map(({ call }) => call);
  /** While a call that is like this is on its way for the first time. */
  const during = (isIt: (call: string) => boolean, happens: () => Promise<unknown>) => {
    line.edge.seen.length = 0;
    line.edge.onTheWay = async (call) => {
      if (!isIt(call)) return;
      line.edge.onTheWay = undefined;
      await happens();
    };
  };
  /** What waits to be changed in the target is settled as far as this worker goes. */
  const nothingToChange = () => line.db.updateTable('unit_target').set({ state: 'in-sync' }).where('target_name', '=', target).where('state', '=', 'pending').where((eb) => eb.or([eb('desired', '<>', 'ACTIVE'), eb('step', '=', 'resume')])).execute();
  const dueRow = async (device: Device) => (await line.db.selectFrom('unit_target').select(['state', 'desired', sql<boolean>`next_attempt_at <= now()`.as('due')]).where('unit_id', '=', device.unitId).where('target_name', '=', target).executeTakeFirstOrThrow());

  it.each(['jitp', 'jitr'] as const)('ends its look for first connections with the call that is under way (%s), and looks on afterwards', async (method) => {
    const [waits, revoked] = [known.get('Q-WAITS')!, known.get(`Q-REVOKED-${method}`)!];
    await nothingToChange();
    await line.db.updateTable('unit_target').set({ next_attempt_at: new Date('2100-01-01') }).where('unit_id', '=', waits.unitId).execute();
    const [unit] = await rounds().pendingAmong(target, [waits.certificateId]);
    const many = [...Array.from({ length: 20 }, (_, at) => ({ ...unit!, unitId: -at, certificateId: String(at).padStart(64, '0') })), { ...unit!, step: 'look' }];
    during((call) => call.startsWith('GET /certificates'), () => line.db.transaction().execute((tx) => expectations().expectRevoked(tx, [revoked.certificateId])));
    await line.app.get(method === 'jitp' ? Jitp : Jitr, { strict: false }).reconcile(await line.app.get(TargetRepository, { strict: false }).get(target), many);
    expect(callsThere()).toHaveLength(1);
    expect(await dueRow(waits)).toEqual({ state: 'pending', desired: 'ACTIVE', due: true });
    expect((await rounds().claimChanges(target, 50)).map(({ serial }) => serial)).toEqual([revoked.serial]);
  });

  it('ends its look for the Things of those that have connected, too', async () => {
    const come = [...known.values()].filter(({ serial }) => serial.startsWith('Q-COME'));
    await Promise.all(come.map((device) => units.connectUntilAccepted(device, EU)));
    await nothingToChange();
    const expected = await rounds().pendingAmong(target, come.map(({ certificateId }) => certificateId));
    expect(expected).toHaveLength(12);
    line.edge.seen.length = 0;
    // None of those that are under way is through before.
    let revoked: Promise<void> | undefined;
    line.edge.onTheWay = async (call) => {
      if (call.startsWith('GET /things')) await (revoked ??= line.db.transaction().execute((tx) => expectations().expectRevoked(tx, [come[11]!.certificateId])));
    };
    await line.app.get(Jitp, { strict: false }).reconcile(await line.app.get(TargetRepository, { strict: false }).get(target), expected);
    line.edge.onTheWay = undefined;
    // Those that were under way at the same time are through.
    expect(callsThere().filter((call) => call.startsWith('GET /things')).length).toBeLessThanOrEqual(8);
    expect((await Promise.all(come.map(dueRow))).filter(({ state, due }) => state === 'pending' && due).length).toBeGreaterThanOrEqual(4);
  });

  it('ends the steps of a unit with the one that is under way, from which it goes on', async () => {
    const [device, revoked] = [known.get('Q-UNDONE')!, known.get('Q-COME-0')!];
    await units.connectUntilAccepted(device, EU);
    await nothingToChange();
    const [unit] = await rounds().pendingAmong(target, [device.certificateId]);
    during((call) => call.startsWith('PUT /target-policies'), () => line.db.transaction().execute((tx) => expectations().expectRevoked(tx, [revoked.certificateId])));
    await line.app.get(Jitr, { strict: false }).reconcile(await line.app.get(TargetRepository, { strict: false }).get(target), [{ ...unit!, step: 'policy' }]);
    expect(callsThere().filter((call) => !call.startsWith('GET '))).toEqual([expect.stringContaining('PUT /target-policies')]);
    expect(await dueRow(device)).toEqual({ state: 'pending', desired: 'ACTIVE', due: true });
    expect((await rounds().pendingAmong(target, [device.certificateId]))[0]).toMatchObject({ step: 'thing' });
  });

  it('undoes no quarantine that another worker brought about while it activated a certificate: that is brought about again', async () => {
    const device = known.get('Q-UNDONE')!;
    await units.connectUntilAccepted(device, EU);
    await nothingToChange();
    const [unit] = await rounds().pendingAmong(target, [device.certificateId]);
    const place = await line.app.get(TargetRepository, { strict: false }).get(target);
    during((call) => call.startsWith('PUT /certificates'), async () => {
      await line.db.transaction().execute((tx) => expectations().expectSuspended(tx, device.certificateId, true));
      const [asked] = await rounds().claimChanges(target, 50);
      await line.app.get(UnitChanges, { strict: false }).make(place, asked!);
      expect(await dueRow(device)).toMatchObject({ state: 'in-sync', desired: 'INACTIVE' });
    });
    await line.app.get(Jitr, { strict: false }).reconcile(place, [{ ...unit!, step: 'activate' }]);
    expect(await statusIn(EU, device)).toBe('ACTIVE');
    expect(await dueRow(device)).toEqual({ state: 'pending', desired: 'INACTIVE', due: true });
  });
});
