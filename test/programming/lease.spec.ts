import { sql } from 'kysely';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { LeaseAbsence } from '../../src/work-orders/lease-absence.js';
import { LeaseSweep } from '../../src/programming/lease-sweep.js';
import { Leases } from '../../src/programming/leases.js';
import { brokenRule } from '../../src/platform/database/pg-errors.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

/** Without a worker nobody takes back what has ended: what a lease's end means must not depend on it. */
let bench: ServiceBench;
/** Whether the ledger counts as having been away: for the tests to say, since a machine under load may stall longer than that. */
let wasAway = false;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
  Object.defineProperty(bench.app.get(LeaseAbsence, { strict: false }), 'seenAt', { get: () => (wasAway ? -Infinity : Infinity), set: () => undefined });
});
afterEach(async () => {
  wasAway = false;
  await bench.clearSlots();
});
afterAll(() => bench.close());

/** Long ago, while the ledger was there. */
const end = (serial: string) => bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serial).execute();
/** At this moment, and nobody sees the ledger from now on. */
const endWhileAway = async (serial: string) => {
  wasAway = true;
  await bench.db.updateTable('unit').set({ lease_ends_at: sql<Date>`clock_timestamp()` }).where('serial', '=', serial).execute();
};
const unit = (serial: string) => bench.db.selectFrom('unit').selectAll().where('serial', '=', serial).executeTakeFirstOrThrow();

it('is answered with what it lasts, also where a certificate under way keeps it for longer than a renewal would', async () => {
  const { serials: [serial] } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serial);
  const beat = async (told: object = {}) => (await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence, ...told })).body['expiresInMs'] as number;
  const claimed = async () => ((await bench.claim(serial)).answer.body['lease'] as { expiresInMs: number }).expiresInMs;
  const { leaseMs } = (await bench.as('station').get('/v1/station')).body as { leaseMs: number };
  expect([await beat(), await beat({ phase: 'flash' }), await claimed()]).toEqual([leaseMs, leaseMs, leaseMs]);

  const { rows: [kept] } = await sql<{ ends: Date }>`update unit set lease_ends_at = clock_timestamp() + interval '1 hour' where serial = ${serial} returning lease_ends_at as ends`.execute(bench.db);
  for (const told of [await beat(), await beat({ phase: 'flash' }), await claimed()]) expect([told > leaseMs, told <= 3_600_000]).toEqual([true, true]);
  expect((await unit(serial!)).lease_ends_at).toEqual(kept!.ends);
});

it('is over when its time is over: the station gets no certificate, no heartbeat and no PASS under it', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  await end(serials[0]!);
  for (const [step, body] of [['heartbeat', {}], ['heartbeat', { phase: 'flash' }], ['certificate', { csr: csrFor(deviceKey()) }], ['result', { outcome: 'PASS' }], ['release', {}]] as const) {
    const answer = await bench.as('station').post(`/v1/jobs/${jobId}/${step}`, { fence, ...body });
    expect([step, answer.status, answer.body['code']]).toEqual([step, 410, 'lease-lost']);
  }
  expect(await unit(serials[0]!)).toMatchObject({ state: 'claimed', fence });
});

it('that has ended does not keep another station from the unit', async () => {
  const { serials } = await bench.order(1);
  const first = await bench.claim(serials[0]);
  await end(serials[0]!);
  const second = await bench.claim(serials[0], '1', bench.otherStation);
  expect(second.answer).toMatchObject({ status: 200, body: { attempt: 2, lease: { fence: first.fence + 1 } } });
  expect(await unit(serials[0]!)).toMatchObject({ lease_holder: 'b/1', fence: second.fence });
});

it('that has ended does not keep its own slot from the next unit', async () => {
  const { serials } = await bench.order(2);
  await bench.claim(serials[0]);
  await end(serials[0]!);
  expect((await bench.claim(serials[1])).answer).toMatchObject({ status: 200, body: { unit: { serial: serials[1] } } });
});

it('that has ended does not keep an issuer from the unit', async () => {
  const { id, serials } = await bench.order(1);
  await bench.claim(serials[0]);
  await end(serials[0]!);
  expect((await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) })).status).toBe(201);
});

it('lasts beyond the HSM’s deadline from the moment on that a certificate is reserved under it', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  await bench.db.updateTable('unit').set({ lease_ends_at: new Date(Date.now() + 2_000) }).where('serial', '=', serials[0]!).execute();
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
  expect(+(await unit(serials[0]!)).lease_ends_at!).toBeGreaterThan(Date.now() + bench.config.HSM_DEADLINE_MS);
});

it('refuses a PASS of a unit whose only certificate is revoked', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  const { body } = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
  await bench.as('officer').post(`/v1/certificates/${body['fingerprint']}/revoke`, { reason: 'keyCompromise' });
  expect(await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' })).toMatchObject({ status: 409, body: { code: 'certificate-revoked' } });
  expect(await unit(serials[0]!)).toMatchObject({ state: 'certified' });
});

it('is a whole one again for every station when the service comes back after it was away', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  await end(serials[0]!);
  const { app, config } = bench;
  const sweep = new LeaseSweep(app.get(Leases), new LeaseAbsence(config), bench.db as never, { ...config, ROLES: ['worker'] } as never);
  await sweep.onApplicationBootstrap();
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).status).toBe(200);
  // From then on it sweeps: who stays silent loses the unit.
  await end(serials[0]!);
  await until('taken back', async () => ((await unit(serials[0]!)).lease_holder === null ? true : undefined));
  await sweep.onModuleDestroy();
});

it('that ended while the ledger was away is a whole one again before any station is told that it is over', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  await endWhileAway(serials[0]!);
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' })).status).toBe(200);
});

it.each(['singly', 'in a batch'])('that ended while the ledger was away keeps its unit from an issuer who asks %s', async (how) => {
  const { id, serials: [serial] } = await bench.order(1);
  await bench.claim(serial);
  await endWhileAway(serial!);
  const request = { workOrder: id, serial, csr: csrFor(deviceKey()) };
  const { body } = how === 'singly'
    ? await bench.as('issuer').post('/v1/certificates', request)
    : await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, `${JSON.stringify(request)}\n`, { 'content-type': 'application/x-ndjson' });
  expect(JSON.stringify(body)).toContain('"code":"claimed-elsewhere"');
  expect(await unit(serial!)).toMatchObject({ state: 'claimed', lease_holder: 'a/1' });
});

it('that ended while the ledger was away keeps its unit from an issuer whose request was under way by then', async () => {
  const { id, serials: [serial] } = await bench.order(1);
  await bench.claim(serial);
  const authorities = bench.app.get(CertificateAuthorityService);
  const readyToSign = authorities.readyToSign.bind(authorities);
  authorities.readyToSign = async (...asked) => {
    await readyToSign(...asked);
    await endWhileAway(serial!);
  };
  try {
    const request = { workOrder: id, serial, csr: csrFor(deviceKey()) };
    expect(await bench.as('issuer').post('/v1/certificates', request)).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
  } finally {
    authorities.readyToSign = readyToSign;
  }
  expect(await unit(serial!)).toMatchObject({ state: 'claimed', lease_holder: 'a/1' });
});

it('that was over before the ledger went away is not lengthened when it is back', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  await end(serials[0]!);
  wasAway = true;
  expect(await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
});

it.each([[30_000, 4_900, 0], [30_000, 5_100, 1], [1_500, 600, 1], [1_500, 400, 0]])('of %i ms is lengthened by an absence of %i ms that many times: %i', async (LEASE_MS, awayMs, times) => {
  let lengthened = 0;
  const other = new LeaseAbsence({ LEASE_MS });
  other.watch({ extendAll: async () => void lengthened++, look: () => Promise.resolve(0) });
  other['seenAt'] = performance.now() - awayMs;
  await other.makeGood();
  expect(lengthened).toBe(times);
});

it('has one holder, whoever asks at the same moment', async () => {
  const { serials } = await bench.order(1);
  const { id, fence } = await unit(serials[0]!);
  const ask = (at: number) => sql`select lease_unit(${id}, ${`s/${at}`}, ${fence + 1}, 30000, 0)`.execute(bench.db).then(() => 'holds', (error: unknown) => brokenRule(error)?.rule);
  expect((await Promise.all(Array.from({ length: 8 }, (_, at) => ask(at)))).toSorted()).toEqual([...Array.from({ length: 7 }, () => 'held'), 'holds']);
});
