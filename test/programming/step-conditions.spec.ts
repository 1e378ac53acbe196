import { sql } from 'kysely';
import type { Examined } from '../../src/local/examination.js';
import { checkRoutes } from '../../src/local/routes-check.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { routeBench } from './support/route-bench.js';

let bench: ServiceBench;
let { newProduct, order, work, unit, jobOf } = {} as Awaited<ReturnType<typeof routeBench>>;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
  ({ newProduct, order, work, unit, jobOf } = await routeBench(bench));
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

describe('an attempt that takes longer than its step allows', () => {
  /** As if it had begun so long ago. */
  const ago = (id: string, minutes: number) => bench.db.updateTable('job').set({ attempt_ends_at: sql<Date>`attempt_ends_at - ${minutes} * interval '1 minute'` }).where('id', '=', Number(id.slice(4))).execute();

  it('is told to stop, and its lease is not renewed beyond one more; it counts as an error of the station', async () => {
    const { serial } = await order([{ name: 'burn-in', maxMinutes: 30 }]);
    const burnIn = await work('burn-in', serial);
    const nearlyOver = () => bench.db.updateTable('unit').set({ lease_ends_at: sql<Date>`clock_timestamp() + interval '1 second'` }).where('serial', '=', serial).execute();
    await ago(burnIn.id, 29);
    expect(await burnIn.tell('heartbeat')).toMatchObject({ status: 200, body: { directive: 'continue', expiresInMs: 60_000 } });
    await ago(burnIn.id, 1.5);
    await nearlyOver();
    const late = await burnIn.tell('heartbeat', { progress: 0.5 });
    expect(late).toMatchObject({ status: 200, body: { directive: 'cancel' } });
    expect(late.body['expiresInMs']).toBeLessThanOrEqual(30_000);
    await nearlyOver();
    await ago(burnIn.id, 1);
    const last = await burnIn.tell('heartbeat');
    expect(last.body).toMatchObject({ directive: 'cancel' });
    expect(last.body['expiresInMs']).toBeLessThanOrEqual(1_000);
    // The worker's sweep takes it back.
    await until('it is over', async () => (await jobOf(serial)).state === 'queued' ? true : undefined);
    expect(await unit(serial)).toMatchObject({ state: 'planned', attempts: [{ outcome: 'TIMEOUT', failureCode: 'time-limit' }] });
    expect(await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select(['errors', 'lapses']).where('serial', '=', serial).execute()).toEqual([{ errors: 1, lapses: 0 }]);
  });

  it('is none of the next attempt’s', async () => {
    const { serial } = await order([{ name: 'burn-in', maxMinutes: 30 }]);
    const first = await work('burn-in', serial);
    await ago(first.id, 40);
    expect((await first.tell('release')).status).toBe(204);
    expect((await (await work('burn-in', serial)).tell('heartbeat')).body).toMatchObject({ directive: 'continue', expiresInMs: 60_000 });
  });
});

describe('a step that looks at the unit in AWS', () => {
  const CHECKED = [{ name: 'provision' }, { name: 'test', check: 'device' }];
  const fingerprintOf = async (serial: string) => ((await unit(serial))['certificates'] as { fingerprint: string }[])[0]!.fingerprint;
  const provisioned = async (route: object[], fields: Parameters<typeof order>[1] = {}) => {
    const made = await order(route, fields);
    const provision = await work('provision', made.serial);
    expect((await provision.certify()).status).toBe(201);
    expect((await provision.report('PASS')).status).toBe(200);
    return made;
  };
  const checks = [{ check: 'certificate', state: 'ok', finding: 'It is good', remedy: null }, { check: 'client id', state: 'not-seen', finding: 'The sandbox does not say', remedy: null }];

  it('passes with the report of an end-of-line check of this unit and its certificate only', async () => {
    const { serial } = await provisioned(CHECKED);
    const good = { ok: true, thing: serial, certificateId: await fingerprintOf(serial), endpoint: 'x', proves: 'y', checks };
    const test = await work('test', serial);
    const pass = (deviceCheck?: unknown) => test.report('PASS', { record: { volts: 3.3, ...(deviceCheck === undefined ? {} : { deviceCheck }) } });
    expect(await test.report('PASS')).toMatchObject({ status: 422, body: { code: 'device-check-missing', detail: expect.stringContaining('the record has no deviceCheck') } });
    for (const [report, why] of [
      [undefined, 'no deviceCheck'], ['passed', 'deviceCheck: '], [{ ...good, thing: 'another' }, 'of the unit another'], [{ ...good, certificateId: 'ab'.repeat(32) }, 'another certificate'],
      [{ ...good, checks: [] }, 'deviceCheck.checks'], [{ ...good, ok: false }, 'says of no check'], [{ ...good, checks: [checks[1]] }, 'says of no check'], [{ ...good, checks: Array.from({ length: 101 }, () => checks[0]) }, 'deviceCheck.checks'],
    ] as const) expect([why, await pass(report)]).toMatchObject([why, { status: 422, body: { code: 'device-check-missing', detail: expect.stringContaining(why) } }]);
    const failed = { check: 'forbidden topic', state: 'failed', finding: 'It may publish there', remedy: 'Look at the policy' };
    expect(await pass({ ...good, ok: false, checks: [...checks, failed] })).toMatchObject({ status: 422, body: { code: 'device-check-failed', check: 'forbidden topic', nextStep: 'set-aside', detail: expect.stringContaining('It may publish there') } });
    expect((await unit(serial))['state']).toBe('certified');
    expect(await pass(good)).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
  });

  it('may fail without one', async () => {
    const { serial } = await provisioned(CHECKED);
    expect((await (await work('test', serial)).report('FAIL')).body).toMatchObject({ unit: { state: 'failed' } });
  });

  it('waits until AWS knows the unit as far as its order wants', async () => {
    const { serial } = await provisioned([{ name: 'provision' }, { name: 'test', waitFor: 'shipGate' }], { order: { shipGate: 'registered' } });
    const test = await work('test', serial);
    expect(await test.report('PASS')).toMatchObject({ status: 409, body: { code: 'ship-gate-unmet', retryable: true, retryAfterMs: 5_000, shipGate: 'registered', lacking: [expect.stringMatching(/^eu/)] } });
    expect((await test.tell('heartbeat')).body).toMatchObject({ directive: 'continue' });
    await until('it is expected there', async () => ((await unit(serial))['targets'] as unknown[]).length > 0 ? true : undefined);
    await sql`update unit_target set state = 'in-sync', detail = null from unit where unit.id = unit_id and serial = ${serial}`.execute(bench.db);
    expect((await test.report('PASS')).body).toMatchObject({ unit: { state: 'passed' } });
  });

  it('waits for nothing where the order wants nothing', async () => {
    const { serial } = await provisioned([{ name: 'provision' }, { name: 'test', waitFor: 'shipGate' }]);
    expect((await (await work('test', serial)).report('PASS')).body).toMatchObject({ unit: { state: 'passed' } });
  });

  it('can’t be in an order whose targets let units in after the last step only', async () => {
    const product = newProduct();
    await bench.as('manager').post('/v1/products', { name: product, route: [{ name: 'provision', waitFor: 'shipGate' }] });
    const body = { product, line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: [product], method: 'multi-account', parameters: { activate: 'at-pass' }, shipGate: 'registered' };
    expect(await bench.as('manager').post('/v1/work-orders', body)).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('at-pass') } });
  });
});

it('a step that no station of its line does is named by doctor', async () => {
  await bench.as('manager').post('/v1/lines', { id: 'line-9' });
  await bench.as('manager').post('/v1/stations', { id: 'alone', line: 'line-9', slots: ['1'], steps: ['provision'] });
  const { id } = await order([{ name: 'provision' }, { name: 'x-ray' }], { order: { line: 'line-9' } });
  const doctor = () => checkRoutes({ databaseUrl: bench.config.DATABASE_URL } as Examined);
  expect(await doctor()).toEqual([{ name: 'step x-ray on line line-9', state: 'warn', finding: `No station of the line does it, and units of the order ${id} pass it`, remedy: expect.stringContaining('PATCH /v1/stations') as string }]);
  await bench.call('PATCH', '/v1/stations/alone', bench.keys.manager, { steps: [] });
  expect(await doctor()).toMatchObject([{ name: 'routes', state: 'ok' }]);
});
