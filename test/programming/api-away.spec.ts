import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/create-app.js';
import { LeaseSweep } from '../../src/programming/lease-sweep.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

/** An api and a worker as separate programs, whose rounds are for the test to say. */
let bench: ServiceBench;
let worker: NestFastifyApplication;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
  worker = await createApp({ ...bench.config, ROLES: ['worker'] }, false as never);
  for (const app of [bench.app, worker]) await app.get(LeaseSweep)['loop'].stop();
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  await worker.close();
  await bench.close();
});

const round = (app: NestFastifyApplication) => app.get(LeaseSweep)['sweep']();
const unit = (serial: string) => bench.db.selectFrom('unit').select(['lease_holder', 'lease_ends_at']).where('serial', '=', serial).executeTakeFirstOrThrow();
const endNow = (serial: string) => bench.db.updateTable('unit').set({ lease_ends_at: new Date(Date.now() - 10) }).where('serial', '=', serial).execute();

it('a worker ends no lease that ran out while no api was there to renew it', async () => {
  const { serials: [serial] } = await bench.order(1);
  await round(bench.app);
  const { jobId, fence } = await bench.claim(serial);
  // So far the api saw the ledger; the lease ends after that.
  await endNow(serial!);
  await bench.db.updateTable('api_sighting').set({ seen_ms: Date.now() - 5_000 }).execute();
  await round(worker);
  expect((await unit(serial!)).lease_holder).toBe('a/1');

  // An api that starts lengthens it, and its station goes on.
  const next = await createApp(bench.config, false as never);
  expect(+(await unit(serial!)).lease_ends_at!).toBeGreaterThan(Date.now());
  await next.close();
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).status).toBe(200);

  // One that runs out although an api was there is over.
  await endNow(serial!);
  await round(bench.app);
  await round(worker);
  expect((await unit(serial!)).lease_holder).toBeNull();
});
