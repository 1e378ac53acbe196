import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { type LocalPostgres, startPostgres } from '../../src/local/local-postgres.js';
import { findProcessesIn } from '../../src/local/running-processes.js';
import { inClass } from '../../src/platform/request-class.js';
import { LeaseAbsence } from '../../src/work-orders/lease-absence.js';
import { newFolder } from '../support/run-folders.js';
import { type Answer, csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const LEASE_MS = 3_000;
/** Longer than a lease, whatever was left of it. */
const HUNG_MS = LEASE_MS * 1.3;
const folder = newFolder('ledger');
const place = { folder: join(folder, 'postgres'), passwordFile: join(folder, 'password'), logFile: join(folder, 'postgres.log'), durable: false };
let postgres: LocalPostgres;
let bench: ServiceBench;
let wide: string;

beforeAll(async () => {
  postgres = await startPostgres(place);
  bench = await serviceBench({ DATABASE_URL: postgres.url, LEASE_MS: String(LEASE_MS), HEARTBEAT_MS: '1000' });
  await bench.as('manager').post('/v1/stations', { id: 'wide', line: 'line-1', slots: ['1', '2', '3', '4', '5', '6', '7', '8'] });
  wide = await bench.addKey('station', 'wide');
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  await bench.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
  for (const { pid } of findProcessesIn(place.folder, 'postgres')) process.kill(pid, name);
};
const said = ({ status, body }: Answer) => [status, body['code']];

/** So many units, each in a slot of its own, and what their station asks for them. */
async function held(units: number) {
  const { id, serials } = await bench.order(units);
  const leases = [];
  for (const [at, serial] of serials.entries()) {
    const { jobId, fence } = await bench.claim(serial, String(at + 1), wide);
    const ask = (step: string, body: object = {}) => bench.call('POST', `/v1/jobs/${jobId}/${step}`, wide, { fence, ...body });
    leases.push({ serial, slot: String(at + 1), jobId, fence, ask });
  }
  return { order: id, leases };
}

it('a ledger that hangs for longer than a lease takes no unit from its station, and gives none to anybody who asked meanwhile', async () => {
  const { order, leases } = await held(8);
  const [beats, certified, ended, released, issued, claimed, scrapped, asksAgain] = leases as [Lease, Lease, Lease, Lease, Lease, Lease, Lease, Lease];
  signal('SIGSTOP');
  let asked: Promise<Answer>[];
  try {
    asked = [
      beats.ask('heartbeat'), certified.ask('certificate', { csr: csrFor(deviceKey()) }), ended.ask('result', { outcome: 'FAIL' }), released.ask('release'),
      bench.as('issuer').post('/v1/certificates', { workOrder: order, serial: issued.serial, csr: csrFor(deviceKey()) }),
      bench.as('station').post('/v1/station/claims', { slot: '1', serial: claimed.serial }),
      bench.as('manager').post(`/v1/units/${scrapped.serial}/scrap`, { reason: 'a test' }),
      bench.call('POST', '/v1/station/claims', wide, { slot: asksAgain.slot }),
    ];
    await wait(HUNG_MS);
  } finally {
    signal('SIGCONT');
  }
  const others = [409, 'claimed-elsewhere'];
  const answers = await Promise.all(asked);
  expect(answers.map(said)).toEqual([[200, undefined], [201, undefined], [200, undefined], [204, undefined], others, others, others, [200, undefined]]);
  expect(answers.at(-1)!.body).toMatchObject({ job: { id: asksAgain.jobId }, lease: { fence: asksAgain.fence } });
  for (const { ask, serial } of [beats, certified, issued, claimed, scrapped, asksAgain]) expect([serial, ...said(await ask('heartbeat'))]).toEqual([serial, 200, undefined]);
});

it('neither does one that answers and keeps nothing for so long, as with a disk or a standby that stalls', async () => {
  const { leases } = await held(2);
  /** Commits wait for a standby of this name. */
  const standby = async (name: string) => {
    appendFileSync(join(place.folder, 'postgresql.auto.conf'), `synchronous_standby_names = '${name}'\n`);
    for (const { pid } of findProcessesIn(place.folder, 'postgres')) process.kill(pid, 'SIGHUP');
    await until('the setting holds', () => inClass('people', async () => {
      const { rows } = await sql<{ synchronous_standby_names: string }>`show synchronous_standby_names`.execute(bench.db);
      return rows[0]!.synchronous_standby_names === name ? true : undefined;
    }));
  };
  let asked: Promise<Answer>;
  try {
    await standby('nobody');
    asked = leases[0]!.ask('heartbeat');
    const before = bench.app.get(LeaseAbsence, { strict: false }).asOf;
    await wait(HUNG_MS);
    // Whoever only reads would not notice, and would count this time as seen.
    expect(bench.app.get(LeaseAbsence, { strict: false }).asOf - before).toBeLessThan(HUNG_MS / 2);
  } finally {
    await standby('');
  }
  expect((await asked).status).toBe(200);
  for (const { ask, serial } of leases) expect([serial, ...said(await ask('heartbeat'))]).toEqual([serial, 200, undefined]);
});

type Lease = Awaited<ReturnType<typeof held>>['leases'][number];
