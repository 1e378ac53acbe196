import { X509Certificate } from 'node:crypto';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

describe('a station', () => {
  it('takes a unit from claim to PASS, and the ledger tells the whole way', async () => {
    const { serials } = await bench.order(1);
    const { answer, jobId, fence } = await bench.claim();
    expect(answer).toMatchObject({ status: 200, body: { unit: { serial: serials[0] }, attempt: 1, lease: { fence: 1, expiresInMs: 60_000 } } });

    const beat = await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence, phase: 'flash', progress: 0.5, checkpoint: { page: 3 } });
    expect(beat).toMatchObject({ status: 200, body: { directive: 'continue' } });

    const key = deviceKey();
    const certified = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(key) });
    expect(certified.status).toBe(201);
    const certificate = new X509Certificate(String(certified.body['certificate']));
    const issuer = new X509Certificate(String(certified.body['chain']));
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.subject).toBe(`O=Lineside Demo\nCN=${serials[0]}`);
    expect(certified.body['endpoints']).toEqual([{ target: 'eu', accountId: '111111111111', region: 'eu-west-1', host: 'x-ats.iot.eu-west-1.amazonaws.com', port: 8883 }]);

    const passed = await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS', record: { volts: 3.3 } });
    expect(passed).toMatchObject({ status: 200, body: { job: { state: 'passed' }, unit: { state: 'passed' } } });

    expect(await bench.auditTrail(`unit:${serials[0]}`)).toEqual(['job.claimed', 'certificate.reserved', 'certificate.issued', 'job.result']);
    // What AWS must learn follows from the log within a moment.
    const unit = await until('known to the reconciler', async () => {
      const found = await bench.as('manager').get(`/v1/units/${serials[0]}`);
      return (found.body['targets'] as unknown[]).length > 0 ? found : undefined;
    });
    expect(unit.body).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }], certificates: [{ state: 'valid' }], targets: [{ target: 'eu', state: 'pending' }] });
  });

  it('gets the same certificate for the same key, byte for byte, and no second signature', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    const csr = csrFor(deviceKey());
    const first = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr });
    const again = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body['certificate']).toBe(first.body['certificate']);
    expect(await bench.auditTrail(`unit:${serials[0]}`)).toEqual(['job.claimed', 'certificate.reserved', 'certificate.issued']);
    await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
  });

  it('shares one signature between requests that are in flight together', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    const csr = csrFor(deviceKey());
    const answers = await Promise.all(Array.from({ length: 8 }, () => bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body['fingerprint'])).size).toBe(1);
    await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
  });

  it('is refused another key for a unit that has a certificate', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
    const other = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
    expect(other).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned', retryable: false } });
    await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL', failureCode: 'E7' });
  });

  it('is refused a key that another unit has', async () => {
    const { serials } = await bench.order(2);
    const csr = csrFor(deviceKey());
    const one = await bench.claim(serials[0], '1');
    const two = await bench.claim(serials[1], '2');
    await bench.as('station').post(`/v1/jobs/${one.jobId}/certificate`, { fence: one.fence, csr });
    const second = await bench.as('station').post(`/v1/jobs/${two.jobId}/certificate`, { fence: two.fence, csr });
    expect(second).toMatchObject({ status: 409, body: { code: 'key-already-used' } });
    for (const { jobId, fence } of [one, two]) await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL' });
  });

  it('can’t pass a unit that has no certificate', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    const passed = await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
    expect(passed).toMatchObject({ status: 409, body: { code: 'certificate-missing' } });
    expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body).toMatchObject({ state: 'claimed', job: { state: 'leased' } });
  });

  it('gets the answer to its result again, and may not change it', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    const report = (outcome: string) => bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome });
    const first = await report('FAIL');
    expect(await report('FAIL')).toMatchObject({ status: 200, body: first.body });
    expect(await report('PASS')).toMatchObject({ status: 409, body: { code: 'result-reported' } });
    expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body).toMatchObject({ state: 'failed' });
  });

  it('tries again after an ERROR, which says nothing about the unit', async () => {
    const { serials } = await bench.order(1);
    for (let attempt = 1; attempt <= 6; attempt++) {
      const { answer, jobId, fence } = await bench.claim();
      expect(answer.body).toMatchObject({ unit: { serial: serials[0] }, attempt, lease: { fence: attempt } });
      await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'ERROR' });
    }
    expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body).toMatchObject({ state: 'planned', job: { state: 'queued', attempt: 6 } });
  });

  it('is told 204 when there is nothing to do, and is woken when there is', async () => {
    expect((await bench.claim()).answer.status).toBe(204);
    const waiting = bench.call('POST', '/v1/station/claims', bench.keys.station, { slot: '1', waitMs: 20_000 });
    const { serials } = await bench.order(1);
    const woken = await waiting;
    expect(woken).toMatchObject({ status: 200, body: { unit: { serial: serials[0] } } });
    const { job, lease } = woken.body as { job: { id: string }; lease: { fence: number } };
    await bench.as('station').post(`/v1/jobs/${job.id}/result`, { fence: lease.fence, outcome: 'FAIL' });
  });
});

it('a line or a station that exists is answered as it is kept where nothing else is asked, and otherwise refused with what differs', async () => {
  const post = (place: 'lines' | 'stations', body: object) => bench.as('manager').post(`/v1/${place}`, body);
  const line = { id: 'line-9', name: 'Hall 9' };
  for (const body of [line, line, { id: 'line-9' }]) expect(await post('lines', body)).toMatchObject({ status: 201, body: line });
  const refused = await post('lines', { id: 'line-9', name: 'Hall 10' });
  expect(refused).toMatchObject({ status: 409, body: { code: 'line-exists', retryable: false, differs: ['name'], detail: 'There is a line line-9 already, with another name' } });

  const station = { id: 'press-9', line: 'line-9', name: 'press', slots: ['1', '2'] };
  for (const body of [station, station, { ...station, name: undefined }]) expect(await post('stations', body)).toMatchObject({ status: 201, body: station });
  for (const [changed, differs] of [[{ name: 'oven' }, ['name']], [{ line: 'line-1', name: undefined, slots: ['2', '1'] }, ['line', 'slots']]] as const) {
    const detail = `There is a station press-9 already, with another ${differs.join(', ')}`;
    expect(await post('stations', { ...station, ...changed })).toMatchObject({ status: 409, body: { code: 'station-exists', differs, detail } });
  }
  expect([(await bench.auditTrail('line:line-9')), (await bench.auditTrail('station:press-9'))]).toEqual([['line.created'], ['station.created']]);
});

describe('a claim', () => {
  it('answers the same lease to the same slot, and refuses it a second unit', async () => {
    const { serials } = await bench.order(2);
    const first = await bench.claim(serials[0]);
    expect((await bench.claim(serials[0])).answer.body).toMatchObject({ job: { id: first.jobId }, lease: { fence: first.fence }, attempt: 1 });
    expect((await bench.claim()).answer.body).toMatchObject({ job: { id: first.jobId }, lease: { fence: first.fence } });
    expect((await bench.claim(serials[1])).answer).toMatchObject({ status: 409, body: { code: 'slot-occupied' } });
    const elsewhere = await bench.atOther('/v1/station/claims', { slot: '1', serial: serials[0] });
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
    await bench.as('station').post(`/v1/jobs/${first.jobId}/result`, { fence: first.fence, outcome: 'FAIL' });
    const second = await bench.claim(serials[1]);
    await bench.as('station').post(`/v1/jobs/${second.jobId}/result`, { fence: second.fence, outcome: 'FAIL' });
  });

  it('gives 12 claimers at once 12 different units', async () => {
    const { serials } = await bench.order(12, { prefix: 'race' });
    await bench.as('manager').post('/v1/stations', { id: 'wide', line: 'line-1', slots: Array.from({ length: 12 }, (_, index) => `s${index}`) });
    const key = await bench.addKey('station', 'wide');
    const claims = await Promise.all(Array.from({ length: 12 }, (_, index) => bench.claim(undefined, `s${index}`, key)));
    expect(claims.map(({ answer }) => (answer.body['unit'] as { serial: string }).serial).toSorted()).toEqual(serials.toSorted());
    for (const { jobId, fence } of claims) await bench.call('POST', `/v1/jobs/${jobId}/result`, key, { fence, outcome: 'FAIL' });
  });

  it.each([
    ['a serial that no order has', { slot: '1', serial: 'nobody' }, 404, 'serial-unknown'],
    ['a slot that the station does not have', { slot: '9' }, 422, 'slot-unknown'],
    ['a serial with a blank', { slot: '1', serial: 'a b' }, 400, 'request-invalid'],
    ['a field that nobody knows', { slot: '1', color: 'red' }, 400, 'request-invalid'],
  ])('refuses %s', async (_what, body, status, code) => {
    expect(await bench.as('station').post('/v1/station/claims', body)).toMatchObject({ status, body: { code, status } });
  });
});
