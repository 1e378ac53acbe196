import { sql } from 'kysely';
import { JobRepository } from '../../src/programming/job.repository.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
/** Keys of stations that do one step each. */
const at: Record<string, string> = {};
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
  for (const step of ['burn-in', 'provision', 'test']) {
    expect((await bench.as('manager').post('/v1/stations', { id: `${step}-1`, line: 'line-1', slots: ['1', '2'], steps: [step] })).status).toBe(201);
    at[step] = await bench.addKey('station', `${step}-1`);
  }
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const ROUTE = [{ name: 'burn-in' }, { name: 'provision', identity: true }, { name: 'test', retests: 3 }];

let products = 0;
/** A released order of one unit of a new product. */
async function order(route: object[] = ROUTE, fields: { product?: object; order?: object; units?: number } = {}) {
  const product = `routed-${++products}`;
  expect((await bench.as('manager').post('/v1/products', { name: product, route, ...fields.product })).status).toBe(201);
  const serials = Array.from({ length: fields.units ?? 1 }, (_, unit) => `R${products}-${unit}`);
  const made = await bench.as('manager').post('/v1/work-orders', { product, line: 'line-1', authority: 'Test', quantity: serials.length, targets: ['eu'], serials, ...fields.order });
  expect(made.status).toBe(201);
  const id = String(made.body['id']);
  expect((await bench.as('manager').post(`/v1/work-orders/${id}/release`)).status).toBe(200);
  return { id, product, serials, serial: serials[0]! };
}

const claim = (step: string, body: object = {}) => bench.call('POST', '/v1/station/claims', at[step], { slot: '1', ...body });
/** What a station of the step tells of the job that it has claimed. */
async function work(step: string, serial: string) {
  const granted = await claim(step, { serial });
  expect([step, granted]).toEqual([step, expect.objectContaining({ status: 200 })]);
  const { job, lease } = granted.body as { job: { id: string }; lease: { fence: number } };
  const tell = (what: string, body: object = {}) => bench.call('POST', `/v1/jobs/${job.id}/${what}`, at[step], { fence: lease.fence, ...body });
  return { granted, id: job.id, tell, certify: (key = deviceKey()) => tell('certificate', { csr: csrFor(key) }), report: (outcome: string, fields: object = {}) => tell('result', { outcome, ...fields }) };
}
const unit = async (serial: string) => (await bench.as('manager').get(`/v1/units/${serial}`)).body;
/** The queue hears of a job from the log. */
const inQueue = (step: string, serial: string) => until(`${serial} waits in the queue of ${step}`, async () => ((await bench.redis.exists(`bull:line-line-1~${step}:${String(((await unit(serial))['job'] as { id: string }).id)}-a1`)) === 1 ? true : undefined));
/** Through the steps before `step`. Answers the unit's key. */
async function bring(serial: string, step: string) {
  const key = deviceKey();
  if (step !== 'burn-in') expect((await (await work('burn-in', serial)).report('PASS')).status).toBe(200);
  if (step !== 'test') return key;
  const provision = await work('provision', serial);
  expect((await provision.certify(key)).status).toBe(201);
  expect((await provision.report('PASS')).status).toBe(200);
  return key;
}

describe('a unit whose route has several steps', () => {
  it('passes each at a station that does it, and has passed with the last one only', async () => {
    const { serial, id } = await order();
    const burnIn = await work('burn-in', serial);
    expect(burnIn.granted.body).toMatchObject({ step: { name: 'burn-in', number: 1, of: 3 }, unit: { serial, revision: null }, workOrder: { id } });
    expect(await burnIn.report('PASS')).toMatchObject({ status: 200, body: { job: { state: 'passed' }, unit: { state: 'planned' } } });
    const provision = await work('provision', serial);
    expect(provision.granted.body).toMatchObject({ step: { name: 'provision', number: 2, of: 3 }, attempt: 1 });
    expect(await provision.report('PASS')).toMatchObject({ status: 409, body: { code: 'certificate-missing' } });
    expect((await provision.certify()).status).toBe(201);
    expect(await provision.report('PASS')).toMatchObject({ status: 200, body: { job: { state: 'passed' }, unit: { state: 'certified' } } });
    expect(await unit(serial)).toMatchObject({ state: 'certified', job: { state: 'queued', step: 'test', stepNumber: 3, follows: provision.id } });
    const test = await work('test', serial);
    expect(test.granted.body).toMatchObject({ step: { name: 'test', number: 3, of: 3 }, certificate: expect.stringContaining('BEGIN CERTIFICATE') });
    expect(await test.report('PASS')).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
    expect(await bench.auditTrail(`unit:${serial}`)).toEqual(['job.claimed', 'job.result', 'job.claimed', 'certificate.reserved', 'certificate.issued', 'job.result', 'job.claimed', 'job.result']);
    expect((await claim('test', { serial })).body['code']).toBe('unit-not-open');
  });

  it('answers the same to a PASS that is told again, and makes no second job of it', async () => {
    const { serial } = await order();
    const burnIn = await work('burn-in', serial);
    const [first, again] = [await burnIn.report('PASS'), await burnIn.report('PASS')];
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select('job.state').where('serial', '=', serial).orderBy('job.id').execute()).toEqual([{ state: 'passed' }, { state: 'queued' }]);
  });

  it('is refused at a station of another step, which is told where it belongs', async () => {
    const { serial } = await order();
    await bring(serial, 'provision');
    expect(await claim('test', { serial })).toMatchObject({ status: 409, body: { code: 'wrong-step', step: 'provision', stations: expect.arrayContaining(['a', 'provision-1']), nextStep: 'release', operatorAction: expect.stringContaining('provision-1') } });
    expect((await claim('provision', { serial })).status).toBe(200);
  });

  it('gets its first certificate in the step that has the identity, and in others the one that it has', async () => {
    const { serial } = await order();
    expect(await (await work('burn-in', serial)).certify()).toMatchObject({ status: 409, body: { code: 'step-without-identity', detail: expect.stringContaining('in the step provision') } });
    await bench.clearSlots();
    const second = await order();
    const key = await bring(second.serial, 'test');
    const test = await work('test', second.serial);
    expect((await test.certify(key)).status).toBe(200);
    expect((await test.certify()).body['code']).toBe('unit-already-provisioned');
    expect(await bench.auditTrail(`unit:${second.serial}`)).toEqual(expect.not.arrayContaining(['certificate.abandoned']));
  });

  it('fails when it has failed a step as often as that allows; a rework lets it begin anew', async () => {
    const { serial } = await order();
    await bring(serial, 'test');
    for (const left of [2, 1]) {
      expect([left, await (await work('test', serial)).report('FAIL', { failureCode: 'E7' })]).toMatchObject([left, { status: 200, body: { job: { state: 'queued' }, unit: { state: 'certified' } } }]);
    }
    expect(await (await work('test', serial)).report('FAIL')).toMatchObject({ status: 200, body: { job: { state: 'failed' }, unit: { state: 'failed' } } });
    expect(await unit(serial)).toMatchObject({ state: 'failed', certificates: [{ state: 'revoked' }] });
    expect(await claim('test', { serial })).toMatchObject({ status: 409, body: { code: 'retest-limit-reached', step: 'test', fails: 3, nextStep: 'set-aside', operatorAction: expect.stringContaining('rework') } });
    expect((await bench.as('operator').post(`/v1/units/${serial}/rework`)).status).toBe(200);
    expect(await unit(serial)).toMatchObject({ state: 'reworking', job: { state: 'queued', step: 'burn-in', stepNumber: 1 } });
    await bring(serial, 'test');
    expect(await (await work('test', serial)).report('FAIL')).toMatchObject({ body: { unit: { state: 'certified' } } });
  });

  it('goes on after a quarantine where it stood, with what it had failed there', async () => {
    const { serial } = await order();
    await bring(serial, 'test');
    for (let fails = 0; fails < 2; fails++) await (await work('test', serial)).report('FAIL');
    expect((await bench.as('operator').post(`/v1/units/${serial}/quarantine`)).status).toBe(200);
    expect((await bench.as('operator').post(`/v1/units/${serial}/release`)).status).toBe(200);
    expect(await unit(serial)).toMatchObject({ state: 'certified', job: { step: 'test', state: 'queued' } });
    expect(await (await work('test', serial)).report('FAIL')).toMatchObject({ body: { unit: { state: 'failed' } } });
  });

  it('gets no further job once its order was closed, and keeps what it has passed', async () => {
    const { serial, id } = await order();
    await bring(serial, 'provision');
    const provision = await work('provision', serial);
    await provision.certify();
    expect((await bench.as('manager').post(`/v1/work-orders/${id}/close`, { reason: 'enough', unaccounted: 1 })).status).toBe(200);
    expect(await provision.report('PASS')).toMatchObject({ status: 200, body: { job: { state: 'passed' }, unit: { state: 'certified' } } });
    expect(await unit(serial)).toMatchObject({ state: 'certified', job: { state: 'passed', step: 'provision' } });
    expect((await claim('test', { serial })).body['code']).toBe('work-order-not-released');
  });

  it('of a raised order begins with the first step', async () => {
    const { id } = await order();
    expect((await bench.as('manager').post(`/v1/work-orders/${id}/raise`, { quantity: 2, serials: [`${id}-X`] })).status).toBe(200);
    expect((await work('burn-in', `${id}-X`)).granted.body).toMatchObject({ step: { number: 1 } });
  });
});

describe('an attempt that takes longer than its step allows', () => {
  /** As if it had begun so long ago. */
  const ago = (id: string, minutes: number) => bench.db.updateTable('job').set({ attempt_ends_at: sql<Date>`attempt_ends_at - ${minutes} * interval '1 minute'` }).where('id', '=', Number(id.slice(4))).execute();

  it('is told to stop, and its lease is not renewed beyond one more; it counts as an error of the station', async () => {
    const { serial } = await order([{ name: 'burn-in', maxMinutes: 30 }]);
    const burnIn = await work('burn-in', serial);
    await ago(burnIn.id, 29);
    expect(await burnIn.tell('heartbeat')).toMatchObject({ status: 200, body: { directive: 'continue', expiresInMs: 60_000 } });
    await ago(burnIn.id, 1.5);
    const late = await burnIn.tell('heartbeat', { progress: 0.5 });
    expect(late).toMatchObject({ status: 200, body: { directive: 'cancel' } });
    expect(late.body['expiresInMs']).toBeLessThanOrEqual(30_000);
    await bench.db.updateTable('unit').set({ lease_ends_at: sql<Date>`clock_timestamp() + interval '1 second'` }).where('serial', '=', serial).execute();
    await ago(burnIn.id, 1);
    expect((await burnIn.tell('heartbeat')).body).toMatchObject({ directive: 'cancel', expiresInMs: 0 });
    // The worker's sweep takes it back.
    await until('it is over', async () => ((await unit(serial))['job'] as { state: string }).state === 'queued' ? true : undefined);
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

describe('a station', () => {
  it('gets jobs of its own steps, in its own queue, whatever waits in others', async () => {
    const { serials } = await order(ROUTE, { units: 3 });
    await bring(serials[1]!, 'provision');
    await inQueue('burn-in', serials[0]!);
    await inQueue('provision', serials[1]!);
    expect((await claim('test')).status).toBe(204);
    expect(await claim('provision')).toMatchObject({ status: 200, body: { unit: { serial: serials[1] }, step: { name: 'provision' } } });
    expect((await bench.as('manager').get('/v1/queues')).body['items']).toEqual(expect.arrayContaining([
      expect.objectContaining({ id: 'line-line-1~burn-in', line: 'line-1', step: 'burn-in', jobs: expect.objectContaining({ queued: 2 }) }),
      expect.objectContaining({ id: 'line-line-1~provision', step: 'provision', jobs: expect.objectContaining({ leased: 1 }) }),
    ]));
  });

  it('that waits for one step is woken by a unit that comes there', async () => {
    const { serial } = await order();
    const waiting = claim('provision', { waitMs: 20_000 });
    await bring(serial, 'provision');
    expect(await waiting).toMatchObject({ status: 200, body: { unit: { serial } } });
  });

  it('that does every step finishes first what has come furthest, with and without Redis', async () => {
    const { serials } = await order(ROUTE, { units: 2 });
    await bring(serials[1]!, 'test');
    await inQueue('test', serials[1]!);
    const next = await bench.app.get(JobRepository).findNext({ line: 'line-1', steps: [], workOrder: undefined }, 'a/1', []);
    expect(next).toMatchObject({ serial: serials[1], step: 'test' });
    expect((await bench.claim()).answer.body).toMatchObject({ unit: { serial: serials[1] }, step: { name: 'test' } });
    expect((await bench.claim(undefined, '2')).answer.body).toMatchObject({ unit: { serial: serials[0] }, step: { name: 'burn-in' } });
  });

  it('does other steps from its next claim on when it is changed, and finishes what it has', async () => {
    const { serials } = await order(ROUTE, { units: 2 });
    await bring(serials[0]!, 'test');
    const held = await work('test', serials[0]!);
    const change = (steps: string[]) => bench.call('PATCH', '/v1/stations/test-1', bench.keys.manager, { steps });
    expect(await change(['burn-in'])).toMatchObject({ status: 200, body: { id: 'test-1', steps: ['burn-in'] } });
    try {
      expect((await held.report('PASS')).body).toMatchObject({ unit: { state: 'passed' } });
      expect(await claim('test')).toMatchObject({ status: 200, body: { step: { name: 'burn-in' } } });
      expect(await bench.call('PATCH', '/v1/stations/nowhere', bench.keys.manager, { steps: [] })).toMatchObject({ status: 404, body: { code: 'station-unknown' } });
      expect(await bench.call('GET', '/v1/station', at['test'])).toMatchObject({ body: { steps: ['burn-in'] } });
    } finally {
      await change(['test']);
    }
    expect(await bench.auditTrail('station:test-1')).toEqual(['station.created', 'station.changed', 'station.changed']);
  });

  it('that is set up for an order gets its jobs only, and refuses units of others', async () => {
    const first = await order();
    const second = await order();
    expect(await claim('burn-in', { workOrder: second.id })).toMatchObject({ status: 200, body: { unit: { serial: second.serial } } });
    expect(await claim('burn-in', { slot: '2', workOrder: second.id })).toMatchObject({ status: 204 });
    expect(await claim('burn-in', { slot: '2', serial: first.serial, workOrder: second.id })).toMatchObject({ status: 409, body: { code: 'wrong-order', workOrder: first.id, nextStep: 'release' } });
    expect((await claim('burn-in', { slot: '2', serial: first.serial, workOrder: first.id })).status).toBe(200);
  });

  it('is refused a board of another revision than its order is for', async () => {
    const { serial } = await order(ROUTE, { product: { revisions: ['A', 'B'] }, order: { revision: 'B' } });
    expect(await claim('burn-in', { serial, revision: 'A' })).toMatchObject({ status: 409, body: { code: 'revision-mismatch', revision: 'B', nextStep: 'set-aside' } });
    expect((await claim('burn-in', { revision: 'A' })).body['code']).toBe('request-invalid');
    expect(await claim('burn-in', { serial, revision: 'B' })).toMatchObject({ status: 200, body: { unit: { serial, revision: 'B' } } });
    const anyRevision = await order();
    expect((await claim('burn-in', { slot: '2', serial: anyRevision.serial, revision: 'Z' })).status).toBe(200);
  });
});
