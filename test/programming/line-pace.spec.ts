import { sweepEveryMs } from '../../src/programming/lease-sweep.js';
import { Leases } from '../../src/programming/leases.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => void (bench = await serviceBench({ ROLES: 'api' })));
afterEach(async () => {
  await change({ leaseMs: null, heartbeatMs: null });
  await bench.clearSlots();
});
afterAll(() => bench.close());

const change = (pace: object) => bench.call('PATCH', '/v1/lines/line-1', bench.keys.manager, pace);
const leftOf = async (serial: string) => +(await bench.db.selectFrom('unit').select('lease_ends_at').where('serial', '=', serial).executeTakeFirstOrThrow()).lease_ends_at! - Date.now();

it('gives a line’s stations its own durations, at their session, at their claims and with each heartbeat', async () => {
  const { LEASE_MS, HEARTBEAT_MS } = bench.config;
  expect((await bench.as('station').get('/v1/station')).body).toMatchObject({ leaseMs: LEASE_MS, heartbeatMs: HEARTBEAT_MS });
  expect(await change({ leaseMs: 600_000, heartbeatMs: 120_000 })).toMatchObject({ status: 200, body: { id: 'line-1', leaseMs: 600_000, heartbeatMs: 120_000 } });
  expect((await bench.as('station').get('/v1/station')).body).toMatchObject({ leaseMs: 600_000, heartbeatMs: 120_000 });
  const { serials: [serial] } = await bench.order(1);
  const { answer, jobId, fence } = await bench.claim(serial);
  expect(answer.body).toMatchObject({ lease: { expiresInMs: 600_000 } });
  expect(await leftOf(serial!)).toBeGreaterThan(500_000);
  expect((await bench.claim(serial)).answer.body).toMatchObject({ lease: { fence, expiresInMs: 600_000 } });
  // From the next heartbeat on, whatever it tells; what was promised before is kept.
  await change({ leaseMs: 900_000 });
  for (const told of [{}, { phase: 'flash' }, { checkpoint: { block: 1 } }]) {
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence, ...told })).body).toMatchObject({ expiresInMs: 900_000 });
  }
  expect(await bench.auditTrail('line:line-1')).toContain('line.changed');
});

it('lengthens, after the ledger was away, each lease by what its line says', async () => {
  await change({ leaseMs: 600_000 });
  const { serials: [serial] } = await bench.order(1);
  await bench.claim(serial);
  await bench.db.updateTable('unit').set({ lease_ends_at: new Date(Date.now() + 5_000) }).where('serial', '=', serial!).execute();
  await bench.app.get(Leases, { strict: false }).extendAll(0);
  expect(await leftOf(serial!)).toBeGreaterThan(500_000);
});

it('refuses a pace at which one lost heartbeat would end a lease, and changes nothing', async () => {
  expect(await change({ leaseMs: 30_000, heartbeatMs: 20_000 })).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('40000 ms at least') } });
  expect(await change({ leaseMs: 5_000 })).toMatchObject({ status: 400 });
  expect(await bench.call('PATCH', '/v1/lines/nowhere', bench.keys.manager, { leaseMs: 30_000 })).toMatchObject({ status: 404, body: { code: 'line-unknown' } });
  expect((await bench.as('manager').post('/v1/lines', { id: 'hasty', leaseMs: 20_000, heartbeatMs: 15_000 })).status).toBe(400);
  const lines = await bench.db.selectFrom('line').select(['id', 'lease_ms', 'heartbeat_ms']).where('id', 'in', ['line-1', 'hasty']).execute();
  expect(lines).toEqual([{ id: 'line-1', lease_ms: null, heartbeat_ms: null }]);
});

it('brings the unit of a dead station back within 45 seconds by default: a whole lease, and one round of the sweep', async () => {
  const { serials: [serial] } = await bench.order(1);
  const { lease } = (await bench.claim(serial)).answer.body as { lease: { expiresInMs: number } };
  expect(await leftOf(serial!)).toBeLessThanOrEqual(lease.expiresInMs);
  expect(lease.expiresInMs + sweepEveryMs(bench.config)).toBeLessThanOrEqual(45_000);
});
