import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalPostgres, startPostgres } from '../../src/local/local-postgres.js';
import { findProcessesIn } from '../../src/local/running-processes.js';
import { newFolder } from '../support/run-folders.js';
import { TurningClock } from '../support/turning-clock.js';
import { until } from '../support/until.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

const folder = newFolder('ledger');
const place = { folder: join(folder, 'postgres'), passwordFile: join(folder, 'password'), logFile: join(folder, 'postgres.log'), durable: true };
let postgres: LocalPostgres;
let bench: ServiceBench;

beforeAll(async () => {
  postgres = await startPostgres(place);
  bench = await serviceBench({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await bench.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The postmaster and every backend, at once: what a power cut leaves. */
function killPostgres() {
  for (const { pid } of findProcessesIn(place.folder, 'postgres')) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // A backend may have ended by itself since.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Resolves in the very turn in which the work has come so far, and rejects when the work does. */
async function reached(isReached: () => boolean, work: Promise<unknown>): Promise<void> {
  let failure: { error: unknown } | undefined;
  work.catch((error: unknown) => (failure = { error }));
  while (!isReached()) {
    if (failure) throw failure.error;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const clock = new TurningClock();
afterAll(() => clock.stop());
const ready = async () => (await bench.call('GET', '/health/ready', undefined)).status === 200;

it('loses no acknowledged certificate and doubles none when PostgreSQL is killed under load, and is ready again within 10 s', async () => {
  const units = 240;
  const { id, serials } = await bench.order(units);
  const answered: { serial: string; fingerprint: unknown; waitedMs: number }[] = [];
  const refusals = new Set<string>();
  const queue = [...serials];

  /** A caller as the API wants it: one key a unit, and the same request again after a retryable refusal. */
  async function caller() {
    for (let serial = queue.shift(); serial !== undefined; serial = queue.shift()) {
      const request = { workOrder: id, serial, csr: csrFor(deviceKey()) };
      for (;;) {
        const asked = clock.now();
        const { status, body } = await bench.as('issuer').post('/v1/certificates', request);
        const waitedMs = clock.now() - asked;
        if (status === 200 || status === 201) {
          answered.push({ serial, fingerprint: body['fingerprint'], waitedMs });
          break;
        }
        refusals.add(`${status} ${String(body['code'])}`);
        expect(body).toMatchObject({ retryable: true });
        expect(waitedMs).toBeLessThan(20_000);
      }
    }
  }

  const callers = Promise.all(Array.from({ length: 12 }, caller));
  const recoveries: number[] = [];
  for (const share of [0.2, 0.5, 0.8]) {
    await reached(() => answered.length >= units * share, callers);
    const before = answered.length;
    killPostgres();
    postgres = await startPostgres({ ...place, port: postgres.port });
    const up = clock.now();
    // Readiness is what was found a moment ago, so a certificate must have come since, too.
    await until('certificates come again, and ready', async () => (answered.length >= Math.min(units, before + 1) && (await ready()) ? true : undefined));
    recoveries.push(clock.now() - up);
  }
  await callers;

  expect(Math.max(...recoveries)).toBeLessThan(10_000);
  const rows = await bench.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'certificate.unit_id').select(['unit.serial', 'certificate.state', 'fingerprint']).where('certificate.work_order_id', '=', id).execute();
  const valid = new Map(rows.filter(({ state }) => state === 'valid').map((row) => [row.serial, row.fingerprint]));
  expect(valid.size).toBe(units);
  expect(rows.filter(({ state }) => state === 'valid')).toHaveLength(units);
  expect(answered.filter(({ serial, fingerprint }) => valid.get(serial) !== fingerprint)).toEqual([]);
  expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: units, quota: units });
  expect([...refusals].every((refusal) => /^(503 (ledger-unavailable|reservation-lost)|409 request-in-progress)$/.test(refusal))).toBe(true);
  expect(refusals.size).toBeGreaterThan(0);
}, 120_000);

it('leaves no Idempotency-Key behind: each request that PostgreSQL was killed under is served when it is repeated', async () => {
  const units = 24;
  const { serials } = await bench.order(units);
  const answered = { certificates: 0, results: 0 };
  const refused = new Set<string>();
  const queue = [...serials];

  /** The same request with the same key until it is answered, as station software repeats what it got no answer to. */
  async function insist(url: string, body: object): Promise<Record<string, unknown>> {
    const headers = { 'idempotency-key': randomUUID() };
    for (;;) {
      const answer = await bench.as('station').post(url, body, headers);
      if (answer.status < 300) return answer.body;
      refused.add(`${answer.status} ${String(answer.body['code'])}`);
      expect([answer.body, answer.body['retryable']]).toEqual([answer.body, true]);
      // PostgreSQL may take its time to come back on a machine under load; the test's own limit ends it.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function slot(name: string) {
    for (let serial = queue.shift(); serial !== undefined; serial = queue.shift()) {
      const { job, lease } = (await insist('/v1/station/claims', { slot: name, serial })) as { job: { id: string }; lease: { fence: number } };
      await insist(`/v1/jobs/${job.id}/certificate`, { fence: lease.fence, csr: csrFor(deviceKey()) });
      answered.certificates += 1;
      await insist(`/v1/jobs/${job.id}/result`, { fence: lease.fence, outcome: 'PASS' });
      answered.results += 1;
    }
  }

  const slots = Promise.all(['1', '2'].map(slot));
  for (const share of [0.25, 0.6]) {
    await reached(() => answered.results >= units * share, slots);
    killPostgres();
    postgres = await startPostgres({ ...place, port: postgres.port });
  }
  await slots;
  expect(answered).toEqual({ certificates: units, results: units });
  const states = await bench.db.selectFrom('unit').select('state').where('serial', 'in', serials).execute();
  expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['passed']));
  expect(await bench.db.selectFrom('idempotency').select('key').where('status', 'is', null).execute()).toEqual([]);
  expect([...refused].filter((refusal) => !/^(503|409 request-in-progress)/.test(refusal))).toEqual([]);
}, 120_000);
