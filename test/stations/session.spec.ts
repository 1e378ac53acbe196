import { randomUUID } from 'node:crypto';
import { isOlder } from '../../src/stations/client-version.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

/** Two of them may a station be silent. */
const HEARTBEAT_MS = 1_000;

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ HEARTBEAT_MS: `${HEARTBEAT_MS}`, MIN_CLIENT_VERSION: '1.4.0' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

interface Program {
  station: string;
  key: string;
  address: string;
  installation?: string;
}

/** A station of its own with its key. */
async function program(address: string, installation?: string): Promise<Program> {
  const station = `s-${randomUUID().slice(0, 8)}`;
  await bench.as('manager').post('/v1/stations', { id: station, line: 'line-1', slots: ['1'] });
  return { station, key: await bench.addKey('station', station), address, ...(installation === undefined ? {} : { installation }) };
}

async function call({ key, address }: Program, path: string, body: object | undefined, session?: string) {
  const headers = { authorization: `Bearer ${key}`, ...(session === undefined ? {} : { 'lineside-session': session }) };
  const answer = await bench.app.inject({ method: body === undefined ? 'GET' : 'POST', url: path, headers, remoteAddress: address, ...(body === undefined ? {} : { payload: body }) });
  return { status: answer.statusCode, body: (answer.body === '' ? {} : answer.json()) as Record<string, unknown> };
}
const begin = (each: Program, { session, ...more }: { session?: string; software?: string; version?: string; stationTime?: string; slots?: string[] } = {}) =>
  call(each, '/v1/station/session', { software: 'press', version: '7.2', stationTime: new Date().toISOString(), ...(each.installation === undefined ? {} : { installation: each.installation }), ...more }, session);
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();

it('a program that begins a session is told who it is and at what pace to call, and is on record', async () => {
  const first = await program('10.0.7.4');
  const { status, body } = await begin(first, { slots: ['1', '9'] });
  expect({ status, body }).toMatchObject({ status: 200, body: { station: first.station, line: 'line-1', slots: ['1'], heartbeatMs: HEARTBEAT_MS, leaseMs: 30_000, pollWaitMs: 25_000, warnings: [{ code: 'slot-unknown' }] } });
  expect(await bench.auditTrail(`station:${first.station}`)).toEqual(['station.created', 'station.connected']);
  expect((await bench.as('manager').get(`/v1/stations/${first.station}/access`)).body).toMatchObject({ requireSession: false, session: { id: body['session'], live: true, address: '10.0.7.4', software: 'press', version: '7.2' } });
  // Said again within the session, it goes on.
  expect((await begin(first, { session: String(body['session']) })).body['session']).toBe(body['session']);
  expect(await bench.auditTrail(`station:${first.station}`)).toHaveLength(2);
});

it('a second program from elsewhere is told where the first one is, also while that waits for work, and gets in once it has been silent', async () => {
  const first = await program('10.0.7.4');
  const second = { ...first, address: '10.0.7.5' };
  const session = String((await begin(first)).body['session']);
  const poll = call(first, '/v1/station/claims', { slot: '1', waitMs: 3 * HEARTBEAT_MS }, session);
  const refusal = { status: 409, body: { code: 'station-already-connected', retryable: true, retryAfterMs: 2 * HEARTBEAT_MS, detail: expect.stringMatching(/press 7\.2 at 10\.0\.7\.4 has worked as station .* since/), connected: { address: '10.0.7.4', software: 'press', version: '7.2' } } };
  expect(await begin(second)).toMatchObject(refusal);
  expect((await poll).status).toBe(204);
  expect(await begin(second)).toMatchObject(refusal);
  const next = await until('it is let in', async () => { const { status, body } = await begin(second); return status === 200 ? String(body['session']) : undefined; });
  expect(await call(first, '/v1/station/claims', { slot: '1' }, session)).toMatchObject({ status: 409, body: { code: 'station-session-ended', detail: expect.stringContaining('10.0.7.5') } });
  expect((await call(second, '/v1/station/claims', { slot: '1' }, next)).status).toBe(204);
});

it.each([
  ['from the same address', undefined],
  ['with the same installation, whatever its address', 'disk-1'],
])('a program that was started again %s gets in at once and has its unit back', async (_how, installation) => {
  const first = await program('10.0.7.4', installation);
  const { serials: [serial] } = await bench.order(1);
  const session = String((await begin(first)).body['session']);
  const claimed = await call(first, '/v1/station/claims', { slot: '1', serial }, session);
  expect(claimed.status).toBe(200);
  const restarted = installation === undefined ? first : { ...first, address: '10.0.7.99' };
  const again = await begin(restarted);
  expect(again.status).toBe(200);
  const { job, lease } = claimed.body as { job: object; lease: { fence: number } };
  expect(await call(restarted, '/v1/station/claims', { slot: '1' }, String(again.body['session']))).toMatchObject({ status: 200, body: { job, lease: { fence: lease.fence }, attempt: 1 } });
  expect((await call(first, '/v1/station/claims', { slot: '1' }, session)).body['code']).toBe('station-session-ended');
});

it('another installation at the same address is another program', async () => {
  const first = await program('10.0.7.4', 'disk-1');
  await begin(first);
  expect(await begin({ ...first, installation: 'disk-2' })).toMatchObject({ status: 409, body: { code: 'station-already-connected' } });
});

it('a session that began in another process counts here, and ends the one before', async () => {
  const first = await program('10.0.7.4');
  const session = String((await begin(first)).body['session']);
  expect((await call(first, '/v1/station/claims', { slot: '1' }, session)).status).toBe(204);
  const other = randomUUID();
  await bench.db.updateTable('station_session').set({ id: other, address: '10.0.7.8' }).where('station_id', '=', first.station).execute();
  expect((await call(first, '/v1/station/claims', { slot: '1' }, other)).status).toBe(204);
  await until('the one before is refused', async () => ((await call(first, '/v1/station/claims', { slot: '1' }, session)).body['code'] === 'station-session-ended' ? true : undefined));
});

it('programs that begin none work as they are, unless the station demands it', async () => {
  const plain = await program('10.0.7.4');
  expect((await call(plain, '/v1/station/claims', { slot: '1' })).status).toBe(204);
  expect(await bench.call('PATCH', `/v1/stations/${plain.station}/access`, bench.keys.manager, { requireSession: true })).toMatchObject({ status: 200, body: { requireSession: true, requireCertificate: false } });
  expect(await call(plain, '/v1/station/claims', { slot: '1' })).toMatchObject({ status: 409, body: { code: 'station-session-needed' } });
  expect((await call(plain, '/v1/station', undefined)).status).toBe(200);
  const { session } = (await begin(plain)).body;
  expect((await call(plain, '/v1/station/claims', { slot: '1' }, String(session))).status).toBe(204);
});

it('a clock that is off is told in the answer and in the metrics, and one that is wrong keeps its units from certificates until it is right', async () => {
  const late = await program('10.0.7.4');
  const { body } = await begin(late, { stationTime: ahead(-40_000) });
  expect(body['warnings']).toMatchObject([{ code: 'station-clock-off', detail: expect.stringMatching(/is (39|40|41) s behind the service’s/) }]);
  const metrics = String((await bench.as('operator').get('/metrics')).body['text']);
  expect(metrics).toMatch(new RegExp(`lineside_station_clock_ahead_seconds\\{station="${late.station}"\\} -(39|40|41)`));
  const { serials: [serial] } = await bench.order(1);
  const session = String((await begin(late, { session: String(body['session']), stationTime: ahead(400_000) })).body['session']);
  const { job, lease } = (await call(late, '/v1/station/claims', { slot: '1', serial }, session)).body as { job: { id: string }; lease: { fence: number } };
  const certify = (named?: string) => call(late, `/v1/jobs/${job.id}/certificate`, { fence: lease.fence, csr: csrFor(deviceKey()) }, named);
  const refusal = { status: 403, body: { code: 'station-clock-wrong', nextStep: 'release', detail: expect.stringMatching(/is (399|400|401) s ahead of the service’s/) } };
  expect(await certify(session)).toMatchObject(refusal);
  expect(await certify()).toMatchObject(refusal);
  await begin(late, { session });
  expect((await certify(session)).status).toBe(201);
});

it('our own software must not be older than the service wants, and other software is not judged', async () => {
  const each = await program('10.0.7.4');
  expect(await begin(each, { software: 'lineside-agent', version: '1.3.9' })).toMatchObject({ status: 403, body: { code: 'client-too-old', detail: 'lineside-agent 1.3.9 is older than 1.4.0, the oldest that this service works with' } });
  expect((await begin(each, { software: 'lineside-agent', version: '1.4.0' })).status).toBe(200);
  expect((await begin(each, { software: 'press', version: '0.1' })).status).toBe(200);
  expect([['1.10.0', '1.9.9'], ['2.0', '1.9.9'], ['v1.4.0-rc.1', '1.4.0'], ['1.3', '1.4.0'], ['nightly', '0.0.1']].map(([version, least]) => isOlder(version!, least!))).toEqual([false, false, false, true, true]);
});
