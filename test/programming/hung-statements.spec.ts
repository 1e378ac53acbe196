import pg from 'pg';
import { ApiKeyRepository } from '../../src/access/api-key.repository.js';
import { Leases } from '../../src/programming/leases.js';
import { LeaseAbsence } from '../../src/work-orders/lease-absence.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

/** Without a worker: who sweeps, and when, is for the tests to say. */
let bench: ServiceBench;
let absence: LeaseAbsence;
/** Whether the ledger counts as away, so that nothing is seen in time. */
let wasAway = false;
/** Connections beside the service's: of somebody whose statements hang, and of the test that looks on. */
let other: pg.Client;
let watch: pg.Client;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
  absence = bench.app.get(LeaseAbsence, { strict: false });
  Object.defineProperty(absence, 'seenAt', { get: () => (wasAway ? -Infinity : Infinity), set: () => undefined });
  [other, watch] = await Promise.all([0, 1].map(async () => {
    const client = new pg.Client(bench.config.DATABASE_URL);
    await client.connect();
    return client;
  })) as [pg.Client, pg.Client];
});
afterEach(async () => {
  wasAway = false;
  await bench.clearSlots();
});
afterAll(async () => {
  await Promise.all([other.end(), watch.end()]);
  await bench.close();
});

const unit = (serial: string) => bench.db.selectFrom('unit').selectAll().where('serial', '=', serial).executeTakeFirstOrThrow();

describe('a lease whose end comes while a statement hangs in the ledger', () => {
  /** The answer to a request whose statement waits for what `other` has locked, until `meanwhile` is over. */
  async function hanging<T>(lock: string, ask: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<T> {
    await other.query('begin');
    try {
      await other.query(lock);
      const answer = ask();
      await until('a statement waits', async () => {
        const { rows } = await watch.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query not like '%look_at_units%'`);
        return rows.length > 0 ? true : undefined;
      });
      await meanwhile();
      await other.query('commit');
      return await answer;
    } catch (error) {
      await other.query('rollback');
      throw error;
    }
  }
  /** The service looks the station's key up first. */
  const beatOfUnknownKey = (jobId: string, fence: number) => {
    bench.app.get(ApiKeyRepository, { strict: false }).forget();
    return bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence });
  };
  const rowOf = (serial: string) => `select from unit where serial = '${serial}' for update`;
  /** Two milliseconds ago: what is seen of the ledger's clock is cut to whole ones. */
  const endIn = (client: pg.Client, serial: string) => client.query(`update unit set lease_ends_at = clock_timestamp() - interval '2 milliseconds' where serial = '${serial}'`);
  const WHOLE_TABLE = 'lock table unit in access exclusive mode';

  it.each([
    ['heartbeat', 200, {}], ['heartbeat', 200, { phase: 'flash' }], ['certificate', 201, { csr: csrFor(deviceKey()) }], ['result', 200, { outcome: 'FAIL' }], ['release', 204, {}],
  ] as const)('its station asked in time: %s, %d', async (step, status, body) => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const asked = await hanging(rowOf(serial!), () => bench.as('station').post(`/v1/jobs/${jobId}/${step}`, { fence, ...body }), () => endIn(other, serial!));
    expect([asked.status, asked.body['code']]).toEqual([status, undefined]);
  });

  it('its station asked in time, also where the ledger was seen since', async () => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const asked = await hanging('lock table api_key in access exclusive mode', () => beatOfUnknownKey(jobId, fence), async () => {
      await endIn(watch, serial!);
      await absence.look();
    });
    expect(asked.status).toBe(200);
    expect(+(await unit(serial!)).lease_ends_at!).toBeGreaterThan(Date.now());
  });

  it('and that another replica has taken back by then is lost: the unit is the next one’s', async () => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const asked = await hanging('lock table api_key in access exclusive mode', () => beatOfUnknownKey(jobId, fence), async () => {
      await endIn(watch, serial!);
      await absence.look();
      await bench.app.get(Leases).takeBackExpired();
    });
    expect(asked).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
    expect((await bench.claim(serial, '1', bench.otherStation)).answer).toMatchObject({ status: 200, body: { lease: { fence: fence + 1 } } });
  });

  it('is kept from the sweep by the very statement that renews it', async () => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const asked = await hanging(rowOf(serial!), () => bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence }), async () => {
      wasAway = true;
      const { asOf } = absence;
      absence['seen'] = Date.now() + 3_600_000;
      expect(await bench.app.get(Leases).takeBackExpired()).toBe(0);
      absence['seen'] = asOf;
    });
    expect(asked.status).toBe(200);
    expect(await unit(serial!)).toMatchObject({ lease_holder: 'a/1' });
  });

  it('keeps the unit from an issuer whose reservation hung', async () => {
    const { id, serials: [serial] } = await bench.order(1);
    await bench.claim(serial);
    // A reservation takes the key before the unit.
    const asked = await hanging('lock table device_key in exclusive mode', () => bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(deviceKey()) }), async () => {
      await endIn(watch, serial!);
      await absence.look();
    });
    expect(asked).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
    expect(await unit(serial!)).toMatchObject({ state: 'claimed', lease_holder: 'a/1' });
  });

  it.each([
    ['another station', (serial: string) => bench.claim(serial, '1', bench.otherStation).then(({ answer }) => answer)],
    ['a supervisor', (serial: string) => bench.as('manager').post(`/v1/units/${serial}/scrap`, { reason: 'a test' })],
  ])('keeps the unit from %s whose look at it hung', async (_who, ask) => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const asked = await hanging(WHOLE_TABLE, () => ask(serial!), async () => {
      wasAway = true;
      await endIn(other, serial!);
    });
    expect(asked).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).status).toBe(200);
  });

  it('is its slot’s still when that asks for work again', async () => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const asked = await hanging(WHOLE_TABLE, () => bench.claim(), async () => {
      wasAway = true;
      await endIn(other, serial!);
    });
    expect(asked).toMatchObject({ jobId, fence });
  });

  it('is not over by what is seen late of a ledger in which no lease could be renewed', async () => {
    const looker = new LeaseAbsence(bench.config);
    looker.watch(bench.app.get(Leases));
    await looker.makeGood();
    await looker.look();
    const { asOf } = looker;
    // As while an index is made.
    await other.query('begin');
    await other.query('lock table unit in share mode');
    const looked = looker.look();
    await until('the look waits', async () => ((await watch.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rows.length > 0 ? true : undefined));
    looker['seenAt'] = -Infinity;
    await other.query('commit');
    await looked;
    expect(looker.asOf).toBe(asOf);
    await looker.makeGood();
    await looker.look();
    expect(looker.asOf).toBeGreaterThan(asOf);
  });
});
