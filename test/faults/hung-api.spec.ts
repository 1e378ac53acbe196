import { crashingApi, endCrashingApis } from './second-api.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  endCrashingApis();
  await bench.close();
});

const certificatesOf = (serial: string) =>
  bench.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'certificate.unit_id').select(['certificate.state', 'fingerprint']).where('unit.serial', '=', serial).orderBy('reserved_at').execute();

/** The time of a reservation passes. */
const reservationEnds = () => bench.db.updateTable('certificate').set({ reserved_until: new Date(0) }).where('state', '=', 'reserved').execute();

describe('an api that hangs while the HSM works', () => {
  it('keeps its unit for the time of its reservation only, and hands nothing out when it wakes', async () => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const api = await crashingApi(bench, 'after-sign', 'SIGSTOP');
    const late = api.post(`/v1/jobs/${jobId}/certificate`, bench.keys.station, { fence, csr: csrFor(deviceKey()) });
    await api.hung();
    const request = { fence, csr: csrFor(deviceKey()) };
    expect(await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, request)).toMatchObject({ status: 409, body: { code: 'request-in-progress', retryable: true } });
    const [open] = await bench.db.selectFrom('certificate').select(['reserved_at', 'reserved_until']).where('state', '=', 'reserved').execute();
    expect(+open!.reserved_until! - +open!.reserved_at).toBeLessThan(bench.config.HSM_DEADLINE_MS + 15_000);

    await reservationEnds();
    const answer = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, request);
    expect(answer.status).toBe(201);
    api.wake();
    const woken = await late;
    expect([woken.status, await woken.json()]).toEqual([503, expect.objectContaining({ code: 'reservation-lost', retryable: true })]);
    expect(await certificatesOf(serial!)).toEqual([{ state: 'abandoned', fingerprint: null }, { state: 'valid', fingerprint: answer.body['fingerprint'] }]);
  });

  it('loses its unit to the next repeat, whose certificate is the one that every later one is answered', async () => {
    const { id, serials: [serial] } = await bench.order(1);
    const api = await crashingApi(bench, 'after-sign', 'SIGSTOP');
    const request = { workOrder: id, serial, csr: csrFor(deviceKey()) };
    const headers = { 'idempotency-key': `hung-${serial}` };
    const late = api.post('/v1/certificates', bench.keys.issuer, request, headers);
    await api.hung();
    const repeat = () => bench.as('issuer').post('/v1/certificates', request, headers);
    expect(await repeat()).toMatchObject({ status: 409, body: { code: 'request-in-progress', retryable: true } });
    await reservationEnds();
    const answer = await repeat();
    expect(answer.status).toBe(201);
    api.wake();
    expect((await late).status).toBe(503);
    expect(await repeat()).toMatchObject({ status: 200, body: answer.body });
  });
});

it('an api that hangs before its change makes none when it wakes after its Idempotency-Key was forgotten and answered anew', async () => {
  const api = await crashingApi(bench, 'around the change', 'SIGSTOP');
  const headers = { 'idempotency-key': 'before-it-hung' };
  const body = { role: 'station', name: 'once', station: 'of-late' };
  const late = api.post('/v1/access/keys', bench.keys.manager, body, headers);
  await api.hung();
  await bench.db.updateTable('idempotency').set({ held_until: new Date(0) }).where('key', '=', 'before-it-hung').execute();
  const repeat = () => bench.as('manager').post('/v1/access/keys', body, headers);
  // Nothing is kept of a refusal.
  expect(await repeat()).toMatchObject({ body: { code: 'station-unknown' } });
  await bench.as('manager').post('/v1/stations', { id: 'of-late', line: 'line-1', slots: ['1'] });
  const answer = await repeat();
  expect(answer.status).toBe(201);
  api.wake();
  const woken = await late;
  expect([woken.status, await woken.json()]).toEqual([409, expect.objectContaining({ code: 'request-in-progress' })]);
  expect(await bench.db.selectFrom('api_key').select('id').where('name', '=', 'once').execute()).toEqual([{ id: answer.body['id'] }]);
});

it('an api that is killed leaves its Idempotency-Key to the next repeat', async () => {
  const api = await crashingApi(bench, 'around the change');
  const order = { id: 'wo-killed', product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['WO-KILLED-1'] };
  const headers = { 'idempotency-key': 'before-it-was-killed' };
  await expect(api.post('/v1/work-orders', bench.keys.manager, order, headers)).rejects.toThrow('fetch failed');
  await api.died;
  expect(await bench.as('manager').post('/v1/work-orders', order, headers)).toMatchObject({ status: 201, body: { id: 'wo-killed' } });
});

it('an api that is killed with a certificate leaves it to the next repeat', async () => {
  const { id, serials: [serial] } = await bench.order(1);
  const api = await crashingApi(bench, 'after-complete');
  const request = { workOrder: id, serial, csr: csrFor(deviceKey()) };
  const headers = { 'idempotency-key': `killed-${serial}` };
  await expect(api.post('/v1/certificates', bench.keys.issuer, request, headers)).rejects.toThrow('fetch failed');
  await api.died;
  const answer = await bench.as('issuer').post('/v1/certificates', request, headers);
  expect(answer.status).toBe(200);
  expect(await certificatesOf(serial!)).toEqual([{ state: 'valid', fingerprint: answer.body['fingerprint'] }]);
});
