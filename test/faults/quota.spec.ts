import { sql } from 'kysely';
import { OrderBalanceQueries } from '../../src/planning/order-balance.queries.js';
import { Reservations } from '../../src/issuance/reservations.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { type CrashingApi, crashingApi, endCrashingApis } from './second-api.js';

/** QUOTA_SEED repeats a run. */
const SEED = Number(process.env['QUOTA_SEED'] ?? Date.now() % 1_000_000);
const ISSUERS = 50;
const KILLS = 2;
const [UNITS, QUANTITY, OVERAGE] = [55, 35, 3];
const STEPS = ['before-reserve', 'after-reserve', 'after-sign', 'after-complete'] as const;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(async () => {
  endCrashingApis();
  await bench.close();
});

it(`50 issuers at once get no more certificates than the order’s quota, whenever an api of theirs is killed, and all of it in the end (QUOTA_SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  const pick = <Item>(items: readonly Item[], by: () => number): Item => items[Math.floor(by() * items.length)]!;
  const { id, serials } = await bench.order(UNITS, { quantity: QUANTITY });
  expect((await bench.as('manager').post(`/v1/work-orders/${id}/raise`, { overage: OVERAGE })).status).toBe(200);
  const apis = await Promise.all(Array.from({ length: KILLS }, () => crashingApi(bench, pick(STEPS, random))));
  const alive = new Set(apis);
  for (const api of apis) void api.died.then(() => alive.delete(api));

  const ask = async (api: CrashingApi | undefined, body: object): Promise<string | undefined> => {
    if (!api) return (await bench.as('issuer').post('/v1/certificates', body)).body['code'] as string | undefined;
    return ((await (await api.post('/v1/certificates', bench.keys.issuer, body)).json()) as { code?: string }).code;
  };
  const keys = new Map(serials.map((serial) => [serial, csrFor(deviceKey())]));
  let cut = 0;
  const issuer = async (number: number) => {
    const own = randomFrom(SEED + number);
    for (let refusals = 0; refusals < 3; ) {
      const serial = pick(serials, own);
      // Some devices have lost their key.
      const csr = own() < 0.1 ? csrFor(deviceKey()) : keys.get(serial);
      const code = await ask(own() < 0.5 ? pick([...alive], own) : undefined, { workOrder: id, serial, csr }).catch(() => {
        cut += 1;
        return undefined;
      });
      if (code === 'order-exhausted') refusals += 1;
    }
  };

  const quota = QUANTITY + OVERAGE;
  /** `used`: what counts against the quota. `good`: certificates that somebody has or may get. */
  const count = async () => (await sql<{ used: number; good: number; open: number }>`
    select certificates_reserved as used, count(*) filter (where certificate.state in ('reserved', 'valid'))::int as good, count(*) filter (where certificate.state = 'reserved')::int as open
    from work_order left join certificate on certificate.work_order_id = work_order.id where work_order.id = ${id} group by work_order.id`.execute(bench.db)).rows[0]!;
  let isOver = false;
  const watching = (async () => {
    for (let looks = 0; ; looks++) {
      const now = await count();
      expect([now.good <= now.used && now.used <= quota, now]).toEqual([true, now]);
      if (isOver) return looks;
    }
  })();
  await Promise.all(Array.from({ length: ISSUERS }, (_, number) => issuer(number + 1)));
  isOver = true;
  expect(await watching).toBeGreaterThan(0);
  expect(await Promise.all(apis.map(({ died }) => died))).toEqual(apis.map(() => 'SIGKILL'));
  expect(cut).toBeGreaterThan(0);

  // What the killed ones left open is given back, and goes to units that have none yet.
  const reservations = bench.app.get(Reservations, { strict: false });
  await until('what was left open is settled', async () => {
    await reservations.abandonLeftBehind(() => false);
    return (await count()).open === 0 ? true : undefined;
  });
  for (const serial of serials) await ask(undefined, { workOrder: id, serial, csr: keys.get(serial) });
  expect(await count()).toEqual({ used: quota, good: quota, open: 0 });
  expect(await bench.app.get(OrderBalanceQueries, { strict: false }).of(id)).toMatchObject({ begun: quota, unaccounted: 0, certificates: { used: quota, onRecord: quota } });
});
