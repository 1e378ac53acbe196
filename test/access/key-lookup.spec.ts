import { mock } from 'node:test';
import { ApiKeyRepository } from '../../src/access/api-key.repository.js';
import { newApiKey } from '../../src/access/api-key.js';
import { sharesOf } from '../../src/platform/database/class-pools.js';
import { inClass, stationsAtWork } from '../../src/platform/request-class.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

/** Holds all connections that people's requests may have, until the answer is called: it tells whether they were still held. */
async function holdPeople(): Promise<() => Promise<boolean>> {
  const letGo = Promise.withResolvers<void>();
  let isHeld = true;
  const held = Array.from({ length: sharesOf(bench.config.DATABASE_CONNECTIONS).people }, () => {
    const taken = Promise.withResolvers<void>();
    const done = inClass('people', () => bench.db.connection().execute(async () => (taken.resolve(), letGo.promise)));
    return { taken: taken.promise, done };
  });
  await Promise.all(held.map(({ taken }) => taken));
  return async () => {
    const wasHeld = isHeld;
    isHeld = false;
    letGo.resolve();
    await Promise.all(held.map(({ done }) => done));
    return wasHeld;
  };
}

it('lets a station in whose key is looked up together with that of somebody whose connections are all at work', async () => {
  const letGo = await holdPeople();
  bench.app.get(ApiKeyRepository, { strict: false })['known'] = undefined;
  const page = bench.as('manager').get('/v1/lines');
  const station = bench.as('station').get('/v1/station');
  const late = setTimeout(() => void letGo(), 10_000);
  const { status } = await station;
  const wasHeld = await letGo();
  clearTimeout(late);
  expect({ status, wasHeld }).toEqual({ status: 200, wasHeld: true });
  expect((await page).status).toBe(200);
});

it('takes nobody for a station at work by what a false key says of itself', async () => {
  const asked = performance.now();
  mock.method(performance, 'now', () => asked + 60_000);
  expect((await bench.call('GET', '/v1/station', newApiKey('station').text)).status).toBe(401);
  expect(stationsAtWork()).toBe(false);
  expect((await bench.as('station').get('/v1/station')).status).toBe(200);
  expect(stationsAtWork()).toBe(true);
  mock.restoreAll();
});
