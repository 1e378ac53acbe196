import { sql } from 'kysely';
import { QueueSampleRepository } from '../../src/programming/queue-sample.repository.js';
import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import { checkQueues } from '../../src/local/queues-check.js';
import { type ServiceBench, serviceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterEach(async () => {
  await bench.clearSlots();
  // Through the service, which knows of its own changes at once.
  const open = await bench.db.selectFrom('pause').select('id').where('ended_at', 'is', null).execute();
  for (const { id } of open) await bench.as('manager').post(`/v1/pauses/${id}/end`);
  await sql`delete from queue_sample`.execute(bench.db);
});
afterAll(() => bench.close());

interface Queue {
  id: string;
  jobs: Record<string, number>;
  waiting: number | null;
  oldestSince: string | null;
  paused: object | null;
  stranded: string | null;
}

const manager = (url: string, body: object = {}) => bench.as('manager').post(url, body);
const move = (body: object) => manager('/v1/jobs/move', { reason: 'worn', ...body });
const list = async (query = '') => (await bench.as('manager').get(`/v1/queues${query}`)).body as unknown as { items: Queue[]; nextCursor: string | null };
const queue = async (id: string) => (await list('?limit=500')).items.find((each) => each.id === id);
const history = async (id: string, hours = 1) => (await bench.as('manager').get(`/v1/queues/${id}/history?hours=${hours}`)).body as { everyMinutes: number; points: { jobs: number; most: number; oldestSeconds: number }[] };
const take = () => bench.app.get(QueueSampleRepository).take();

describe('GET /v1/queues', () => {
  it('lists the pools of lines first, then slots and stations, in pages', async () => {
    const ids = ['line-line-1~provision', 'slot-a~1', 'slot-a~2', 'slot-b~1', 'slot-b~2', 'station-a', 'station-b'];
    expect((await list()).items.map(({ id }) => id)).toEqual(ids);
    const seen: string[] = [];
    for (let page = await list('?limit=3'); ; page = await list(`?limit=3&cursor=${page.nextCursor}`)) {
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
    }
    expect(seen).toEqual(ids);
    expect((await list('?station=b')).items.map(({ id }) => id)).toEqual(['slot-b~1', 'slot-b~2', 'station-b']);
    expect((await list('?line=nowhere')).items).toEqual([]);
    expect((await list('?withWork=true')).items).toEqual([]);
  });

  it('counts what waits in each, what is at work, and since when the oldest waits', async () => {
    const { serials } = await bench.order(4);
    await sql`update job set updated_at = '2026-01-02T03:04:05Z' from unit where unit.id = unit_id and serial = ${serials[3]!}`.execute(bench.db);
    await move({ serials: serials.slice(2), to: { station: 'b', slot: '1' } });
    await bench.claim(serials[0]);
    expect(await queue('line-line-1~provision')).toMatchObject({ jobs: { queued: 1, leased: 1 }, oldestSince: expect.any(String), stranded: null });
    expect(await queue('slot-b~1')).toMatchObject({ jobs: { queued: 2, leased: 0 }, oldestSince: '2026-01-02T03:04:05.000Z' });
    expect(await queue('slot-a~1')).toMatchObject({ jobs: { queued: 0, leased: 1 }, waiting: 0, oldestSince: null });
    expect(await queue('station-a')).toMatchObject({ jobs: { queued: 0, leased: 1 } });
    expect((await list('?withWork=true')).items.map(({ id }) => id)).toEqual(['line-line-1~provision', 'slot-b~1']);
  });

  it('says why nobody comes for what is assigned: paused, out of service, no session, or a step that is not done there', async () => {
    const { serials } = await bench.order(1);
    await move({ serials, to: { station: 'b', slot: '1' } });
    const stranded = async () => (await queue('slot-b~1'))?.stranded;
    expect(await stranded()).toBe('no-session');
    const session = await bench.atOther('/v1/station/session', { software: 'bench', version: '1.0', stationTime: new Date().toISOString() });
    expect(session.status).toBeLessThan(300);
    expect(await stranded()).toBeNull();
    await bench.call('PATCH', '/v1/stations/b', bench.keys.manager, { steps: ['test'] });
    expect(await stranded()).toBe('step-not-done');
    await bench.call('PATCH', '/v1/stations/b', bench.keys.manager, { steps: [] });

    const pause = await manager('/v1/pauses', { station: 'b', slot: '1', reason: 'bent pin' });
    expect(pause).toMatchObject({ status: 201, body: { assignedWork: [{ queue: 'slot-b~1', jobs: 1 }] } });
    expect(await queue('slot-b~1')).toMatchObject({ stranded: 'paused', paused: { station: 'b', slot: '1', reason: 'bent pin', endsAt: null } });
    expect((await manager('/v1/pauses', { line: 'line-1', reason: 'lunch' })).body).toMatchObject({ assignedWork: [{ queue: 'slot-b~1', jobs: 1 }] });
    expect(await queue('line-line-1~provision')).toMatchObject({ paused: { line: 'line-1', reason: 'lunch' }, stranded: null });

    expect(await manager('/v1/stations/b/disable', { reason: 'stolen' })).toMatchObject({ status: 200, body: { inService: false, assignedWork: [{ queue: 'slot-b~1', jobs: 1 }] } });
    expect(await stranded()).toBe('out-of-service');
    const findings = await checkQueues({ settings: { DATABASE_URL: bench.config.DATABASE_URL }, run: undefined, databaseUrl: bench.config.DATABASE_URL } as never);
    expect(JSON.stringify(findings)).toContain('station b, slot 1');
    expect((await move({ from: { station: 'b' }, to: { station: 'a' } })).body).toMatchObject({ units: [{ queue: 'station-a' }] });
    expect(await stranded()).toBeNull();
    expect((await manager('/v1/stations/b/enable', {})).body).toMatchObject({ inService: true, assignedWork: [] });
  });
});

describe('the history of a queue', () => {
  it('has a point for each minute at which somebody looked, also where the queue was empty, once for all processes', async () => {
    const { serials } = await bench.order(3);
    await sql`update job set updated_at = clock_timestamp() - interval '100 seconds' where state = 'queued'`.execute(bench.db);
    await move({ serials: serials.slice(2), to: { station: 'b' } });
    expect((await Promise.all([take(), take(), take()])).filter((taken) => taken)).toHaveLength(1);
    const { points } = await history('line-line-1~provision');
    expect(points).toMatchObject([{ jobs: 2, most: 2 }]);
    expect(points[0]!.oldestSeconds).toBeGreaterThanOrEqual(100);
    expect((await history('station-b')).points).toMatchObject([{ jobs: 1 }]);
    expect((await history('slot-a~1')).points).toMatchObject([{ jobs: 0, most: 0, oldestSeconds: 0 }]);
    expect(await bench.db.selectFrom('queue_sample').select(['queue', 'jobs']).where('queue', '=', '').execute()).toEqual([{ queue: '', jobs: 3 }]);
  });

  it('is added up to quarters of an hour after two days, in which an empty minute counts, and is forgotten after its days', async () => {
    const samples = bench.app.get(QueueSampleRepository);
    const minute = (queueId: string, at: string, jobs: number) => sql`
      insert into queue_sample values (${queueId}, date_bin('15 minutes', clock_timestamp() - interval '3 days', 'epoch') + ${at}::interval, 1, ${jobs}, ${jobs}, ${jobs * 10})`.execute(bench.db);
    for (const at of ['0 minutes', '1 minute', '2 minutes']) await minute('', at, 9);
    await minute('slot-a~1', '0 minutes', 9);
    await minute('slot-a~1', '1 minute', 3);
    await samples.addUp();
    expect(await bench.db.selectFrom('queue_sample').select(['queue', 'minutes', 'jobs', 'most', 'oldest_seconds']).orderBy('queue').execute()).toEqual([
      { queue: '', minutes: 15, jobs: 9, most: 9, oldest_seconds: 90 }, { queue: 'slot-a~1', minutes: 15, jobs: 4, most: 9, oldest_seconds: 90 },
    ]);
    expect(await history('slot-a~1', 100)).toMatchObject({ everyMinutes: 15, points: [{ jobs: 4, most: 9, oldestSeconds: 90 }] });
    await samples.forget(4);
    expect((await history('slot-a~1', 100)).points).toHaveLength(1);
    await samples.forget(2);
    expect((await history('slot-a~1', 100)).points).toEqual([]);
  });

  it('is of a queue that there is, in pieces that stay few', async () => {
    expect(await bench.as('manager').get('/v1/queues/slot-a~9/history')).toMatchObject({ status: 404, body: { code: 'queue-unknown' } });
    expect(await bench.as('manager').get('/v1/queues/anything/history')).toMatchObject({ status: 400 });
    expect([(await history('slot-a~1', 12)).everyMinutes, (await history('slot-a~1', 13)).everyMinutes, (await history('slot-a~1', 8_784)).everyMinutes]).toEqual([1, 2, 1_440]);
    expect(await bench.as('manager').get('/v1/queues/slot-a~1/history?hours=9000')).toMatchObject({ status: 400 });
  });
});

it('lists 2,700 queues and counts them in the ledger alone, and the board shows those in which something waits', async () => {
  for (let station = 0; station < 40; station++) {
    await bench.db.insertInto('station').values({ id: `many-${station}`, line_id: 'line-1', name: 'many', slots: Array.from({ length: 64 }, (_, slot) => String(slot + 1)), steps: [] }).execute();
  }
  const { serials } = await bench.order(2);
  await move({ serials, to: { station: 'many-7', slot: '60' } });
  const items: Queue[] = [];
  for (let page = await list('?limit=500'); ; page = await list(`?limit=500&cursor=${page.nextCursor}`)) {
    items.push(...page.items);
    if (page.nextCursor === null) break;
  }
  expect(items).toHaveLength(1 + 6 + 40 * 65);
  expect(items.find(({ id }) => id === 'slot-many-7~60')).toMatchObject({ jobs: { queued: 2 }, stranded: 'no-session' });
  const board = (await bench.call('GET', '/admin/queues/api/queues', bench.keys.manager)).body['queues'] as { name: string; counts: Record<string, number> }[];
  expect(board.map(({ name, counts }) => [name, counts['waiting']])).toEqual([['line-line-1~provision', 0], ['slot-many-7~60', 2]]);
  await move({ from: { station: 'many-7' }, to: { line: 'line-1' } });
  const after = (await bench.call('GET', '/admin/queues/api/queues', bench.keys.manager)).body['queues'] as { name: string }[];
  expect(after.map(({ name }) => name)).toEqual(['line-line-1~provision']);
});

it('keeps a queue for each of 200 slots over the same few connections, and fills all of them again after Redis was emptied', async () => {
  const slots = Array.from({ length: 10 }, (_, station) => Array.from({ length: 20 }, (__, slot) => `wide-${station}/${slot + 1}`)).flat();
  for (let station = 0; station < 10; station++) {
    await bench.db.insertInto('station').values({ id: `wide-${station}`, line_id: 'line-1', name: 'wide', slots: Array.from({ length: 20 }, (_, slot) => String(slot + 1)), steps: [] }).execute();
  }
  const { id } = await bench.order(slots.length);
  await sql`
    update job set assigned_to = asked.slot from (select job.id, row_number() over (order by job.id) as number from job where work_order_id = ${id}) as numbered
    join unnest(${slots}::text[]) with ordinality as asked (slot, number) using (number) where job.id = numbered.id`.execute(bench.db);
  const filled = async () => {
    await bench.app.get(QueueUpkeep).repair();
    const depths = await Promise.all(slots.map((slot) => bench.redis.zcard(`bull:slot-${slot.replace('/', '~')}:prioritized`)));
    return depths.filter((depth) => depth === 1).length;
  };
  expect(await filled()).toBe(200);
  await bench.redis.flushdb();
  expect(await filled()).toBe(200);
  const database = new URL(bench.config.REDIS_URL).pathname.slice(1);
  const connections = String(await bench.redis.client('LIST')).split('\n').filter((line) => line.includes('name=lineside-') && line.includes(` db=${database} `));
  expect(connections.length).toBeGreaterThan(0);
  expect(connections.length).toBeLessThanOrEqual(10);
});
