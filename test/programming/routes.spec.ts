import { JobRepository } from '../../src/programming/job.repository.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { ROUTE, routeBench } from './support/route-bench.js';

let bench: ServiceBench;
let { at, order, claim, work, unit, inQueue, bring } = {} as Awaited<ReturnType<typeof routeBench>>;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
  ({ at, order, claim, work, unit, inQueue, bring } = await routeBench(bench));
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

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

  it('has failures with what its product says of them; a code that it does not know is kept, and marked', async () => {
    const codes = [{ code: 'E7', meaning: 'draws too much', action: 'Look for solder bridges.' }];
    const { serial } = await order([{ name: 'burn-in', retests: 3 }], { product: { failureCodes: codes } });
    await (await work('burn-in', serial)).tell('release');
    for (const failureCode of ['E7', 'E99']) expect((await (await work('burn-in', serial)).report('FAIL', { failureCode })).status).toBe(200);
    expect(await unit(serial)).toMatchObject({ attempts: [
      { failureCode: 'released', failure: null },
      { failureCode: 'E7', failure: { known: true, meaning: 'draws too much', action: 'Look for solder bridges.' } },
      { failureCode: 'E99', failure: { known: false, meaning: null, action: null } },
    ] });
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
    const next = await bench.app.get(JobRepository).findNext({ line: 'line-1', steps: [], workOrder: undefined, assignedTo: '' }, 'a/1', []);
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
