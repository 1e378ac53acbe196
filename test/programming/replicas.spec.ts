import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createApp } from '../../src/create-app.js';
import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

const SLOTS = 24;

/** One api, a second one beside it, and workers as processes of their own. */
let bench: ServiceBench;
let replica: NestFastifyApplication;
let wide: string;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
  replica = await createApp(bench.config, false as never);
  await bench.as('manager').post('/v1/stations', { id: 'wide', line: 'line-1', slots: Array.from({ length: SLOTS }, (_, at) => `s${at}`) });
  wide = await bench.addKey('station', 'wide');
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await replica.close();
  await bench.close();
});

const claimAt = async (app: NestFastifyApplication, slot: string) => {
  const answer = await app.inject({ method: 'POST', url: '/v1/station/claims', headers: { authorization: `Bearer ${wide}` }, payload: { slot } });
  return answer.json<{ unit: { serial: string } }>().unit.serial;
};

it.each([0, SLOTS])('two replicas that claim at the same moment give each unit once, with %d entries in the queue', async (entries) => {
  await bench.redis.flushdb();
  const { serials } = await bench.order(SLOTS);
  if (entries > 0) await bench.app.get(QueueUpkeep).repair();
  expect(await bench.redis.zcard('bull:line-line-1~provision:prioritized')).toBe(entries);
  const given = await Promise.all(serials.map((_, at) => claimAt(at % 2 ? replica : bench.app, `s${at}`)));
  expect(given.toSorted()).toEqual(serials.toSorted());
});

async function startWorker(): Promise<ChildProcess> {
  const settings = Object.fromEntries(Object.entries(bench.config).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
  const worker = fork('dist/worker.js', { env: { ...process.env, ...settings, ROLES: 'worker' }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  workers.push(worker);
  await once(worker, 'message');
  return worker;
}

it('a worker that is killed leaves its work to the others: leases are taken back, and the queues hear of it', async () => {
  const [first] = await Promise.all([startWorker(), startWorker()]);
  const { serials } = await bench.order(3);
  const held = async () => (await bench.db.selectFrom('unit').select('serial').where('serial', 'in', serials).where('lease_holder', 'is not', null).execute()).length;
  const runOut = async (slot: string) => {
    await bench.claim(serials[0], slot, wide);
    await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serials[0]!).where('lease_holder', 'is not', null).execute();
    await until('taken back', async () => ((await held()) === 0 ? true : undefined));
    await until('three entries', async () => ((await bench.redis.zcard('bull:line-line-1~provision:prioritized')) === 3 ? true : undefined));
  };
  await runOut('s1');
  first.kill('SIGKILL');
  await once(first, 'exit');
  await runOut('s2');
  expect(await bench.auditTrail(`unit:${serials[0]}`)).toEqual(['job.claimed', 'job.lease-expired', 'job.claimed', 'job.lease-expired']);
});
