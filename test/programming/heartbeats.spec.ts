import pg from 'pg';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
/** A connection beside the service's. */
let other: pg.Client;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
  other = new pg.Client(bench.config.DATABASE_URL);
  await other.connect();
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  await other.end();
  await bench.close();
});

const beat = ({ jobId, fence }: { jobId: string; fence: number }, told: object = {}) => bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence, ...told });
const unit = (serial: string) => bench.db.selectFrom('unit').selectAll().where('serial', '=', serial).executeTakeFirstOrThrow();
const phaseOf = async (jobId: string) => (await bench.db.selectFrom('job').select(['phase', 'progress']).where('id', '=', Number(jobId.slice('job-'.length))).executeTakeFirstOrThrow());

async function claimTwo() {
  const { serials } = await bench.order(2);
  return [await bench.claim(serials[0], '1'), await bench.claim(serials[1], '2')] as const;
}

it('renews, of heartbeats that come together, the leases that are held and no other', async () => {
  const [one, two] = await claimTwo();
  const answers = await Promise.all([
    beat(one), beat(two, { phase: 'flash', progress: 0.25 }), beat({ ...one, fence: one.fence + 1 }), beat({ ...two, fence: two.fence + 5 }), beat(one, { phase: 'erase' }), beat({ jobId: 'job-987654321', fence: 1 }),
    bench.atOther(`/v1/jobs/${one.jobId}/heartbeat`, { fence: one.fence }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 410, 410, 200, 404, 410]);
  expect(await phaseOf(two.jobId)).toEqual({ phase: 'flash', progress: 0.25 });
  expect(await phaseOf(one.jobId)).toEqual({ phase: 'erase', progress: null });
});

it('keeps what was told before, where a heartbeat says nothing of it', async () => {
  const [one] = await claimTwo();
  await beat(one, { phase: 'flash', progress: 0.5 });
  await beat(one, { progress: 0.75 });
  await beat(one);
  expect(await phaseOf(one.jobId)).toEqual({ phase: 'flash', progress: 0.75 });
});

it('goes on for all others while a statement is at work on one job, and for that one afterwards', async () => {
  const [one, two] = await claimTwo();
  await other.query('begin');
  await other.query('select from job where id = $1 for update', [Number(one.jobId.slice('job-'.length))]);
  let isFirstAnswered = false;
  const first = beat(one, { phase: 'flash' }).finally(() => (isFirstAnswered = true));
  expect((await beat(two, { phase: 'flash' })).body).toMatchObject({ directive: 'continue' });
  expect(isFirstAnswered).toBe(false);
  await other.query('commit');
  expect(await first).toMatchObject({ status: 200, body: { directive: 'continue' } });
});

it('tells each station of its own unit: one whose certificate was revoked is given back, others go on', async () => {
  const [one, two] = await claimTwo();
  for (const { jobId, fence } of [one, two]) await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
  const { unit_id: unitId } = await bench.db.selectFrom('job').select('unit_id').where('id', '=', Number(one.jobId.slice('job-'.length))).executeTakeFirstOrThrow();
  const { fingerprint } = await bench.db.selectFrom('certificate').select('fingerprint').where('unit_id', '=', unitId).executeTakeFirstOrThrow();
  expect((await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'superseded' })).status).toBeLessThan(300);
  const [first, second] = await Promise.all([beat(one), beat(two)]);
  expect([first.body['directive'], second.body['directive']]).toEqual(['cancel', 'continue']);
});

it('lasts a whole lease from the heartbeat on', async () => {
  const { serials: [serial] } = await bench.order(1);
  const held = await bench.claim(serial);
  await bench.db.updateTable('unit').set({ lease_ends_at: new Date(Date.now() + 1_000) }).where('serial', '=', serial!).execute();
  const { expiresInMs } = (await beat(held)).body as { expiresInMs: number };
  expect(expiresInMs).toBe(bench.config.LEASE_MS);
  expect(+(await unit(serial!)).lease_ends_at!).toBeGreaterThan(Date.now() + bench.config.LEASE_MS / 2);
});
