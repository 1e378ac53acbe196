import { randomUUID } from 'node:crypto';
import { QueueUpkeep } from '../../src/programming/queue-upkeep.js';
import { type RedisWay, redisWay } from '../support/redis-way.js';
import { type ServiceBench, serviceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let redis: RedisWay;
let bench: ServiceBench;
beforeAll(async () => {
  redis = await redisWay();
  bench = await serviceBench({ REDIS_URL: redis.url });
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  await bench.close();
  redis.close();
});

const REASON = 'fixture 1 is worn';
const SLOT = 'bull:slot-b~1:prioritized';
const POOL = 'bull:line-line-1~provision:prioritized';
const move = (body: object, headers: Record<string, string> = {}) => bench.as('manager').post('/v1/jobs/move', { reason: REASON, ...body }, headers);
const first = (body: object) => bench.as('manager').post('/v1/jobs/first', { reason: 'sold', ...body });
const serialOf = (claim: Awaited<ReturnType<ServiceBench['claim']>>) => (claim.answer.body['unit'] as { serial: string } | undefined)?.serial;
const entries = (queue: string, count: number) => until(`${count} entries in ${queue}`, async () => ((await bench.redis.zcard(queue)) === count ? true : undefined));
const repair = () => bench.app.get(QueueUpkeep).repair();
const atA = (serial?: string, slot = '1') => bench.claim(serial, slot);
const atB = (serial?: string, slot = '1') => bench.claim(serial, slot, bench.otherStation);
const isFirst = (serial: string) => until(`${serial} is first in the queue`, async () => {
  const [entry] = await bench.redis.zrange(POOL, 0, '0');
  const row = await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'unit_id').select('serial').where('job.id', '=', Number(/\d+/.exec(entry ?? '')?.[0] ?? 0)).executeTakeFirst();
  return row?.serial === serial ? true : undefined;
});
const assigned = async (serial: string) => (await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'unit_id').select('assigned_to').where('serial', '=', serial).orderBy('job.id', 'desc').executeTakeFirstOrThrow()).assigned_to;

describe('work that is moved to a slot', () => {
  it('is handed out at that slot alone, before what its line has for all, and to nobody who scans it elsewhere', async () => {
    const { serials: [one, two, three] } = await bench.order(3);
    expect(await move({ serials: [two], to: { station: 'b', slot: '1' } })).toMatchObject({ status: 200, body: { units: [{ serial: two, queue: 'slot-b~1', first: false }] } });
    expect(await bench.auditTrail(`unit:${two}`)).toContain('job.moved');
    expect((await bench.as('manager').get(`/v1/units/${two}`)).body).toMatchObject({ job: { assignedTo: 'b/1', first: false } });
    const refused = { status: 409, body: { code: 'assigned-elsewhere', station: 'b', slot: '1', nextStep: 'release' } };
    expect((await atA(two)).answer).toMatchObject(refused);
    expect((await atB(two, '2')).answer).toMatchObject(refused);
    expect([serialOf(await atA()), serialOf(await atB()), serialOf(await atB(undefined, '2'))]).toEqual([one, two, three]);
  });

  it('goes on at that slot after it was handed back', async () => {
    const { serials: [one] } = await bench.order(1);
    await move({ serials: [one], to: { station: 'b', slot: '1' } });
    const { jobId, fence } = await atB(one);
    expect((await bench.atOther(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
    expect((await atA()).answer.status).toBe(204);
    expect(serialOf(await atB())).toBe(one);
  });

  it('is handed out at each slot of a station to which it is assigned as a whole', async () => {
    const { serials } = await bench.order(2);
    expect((await move({ serials, to: { station: 'b' } })).body).toMatchObject({ units: [{ queue: 'station-b' }, { queue: 'station-b' }] });
    expect((await atA()).answer.status).toBe(204);
    expect([serialOf(await atB()), serialOf(await atB(undefined, '2'))]).toEqual(serials);
  });

  it('wakes the slot that waits for work', async () => {
    const { serials: [one] } = await bench.order(1);
    await move({ serials: [one], to: { station: 'a' } });
    await entries('bull:station-a:prioritized', 1);
    const patient = bench.call('POST', '/v1/station/claims', bench.otherStation, { slot: '1', waitMs: 20_000 });
    expect((await move({ from: { station: 'a' }, to: { station: 'b', slot: '1' } })).status).toBe(200);
    expect((await patient).body).toMatchObject({ unit: { serial: one } });
  });

  it('is not in the queue any more where it was, and in the new one as an id alone', async () => {
    const { serials } = await bench.order(3);
    await repair();
    await entries(POOL, 3);
    await move({ serials: serials.slice(0, 2), to: { station: 'b', slot: '1' } });
    await entries(SLOT, 2);
    await entries(POOL, 1);
    const [entry] = await bench.redis.zrange(SLOT, 0, '0');
    expect(JSON.parse((await bench.redis.hget(`bull:slot-b~1:${entry}`, 'data'))!)).toEqual({ jobId: expect.any(Number) });
    expect((await move({ from: { station: 'b' }, to: { line: 'line-1' } })).body).toMatchObject({ units: [{ queue: 'line-line-1~provision' }, { queue: 'line-line-1~provision' }] });
    await entries(POOL, 3);
    await entries(SLOT, 0);
    expect([serialOf(await atA()), serialOf(await atB()), serialOf(await atB(undefined, '2'))]).toEqual(serials);
  });

  it('is rebuilt from the ledger after Redis was emptied, and is handed out meanwhile', async () => {
    const { serials: [one, two, three] } = await bench.order(3);
    await move({ serials: [one, two], to: { station: 'b', slot: '1' } });
    await entries(SLOT, 2);
    await bench.redis.flushdb();
    expect(serialOf(await atB())).toBe(one);
    expect(serialOf(await atA())).toBe(three);
    await repair();
    await entries(SLOT, 1);
  });

  it('comes from the ledger while Redis hangs, moved or not, and is in its queue when Redis is back', async () => {
    const { serials: [one, two, three] } = await bench.order(3);
    await repair();
    redis.hang();
    try {
      expect((await move({ serials: [two], to: { station: 'b', slot: '1' } })).status).toBe(200);
      expect([serialOf(await atA()), serialOf(await atB())]).toEqual([one, two]);
      expect((await move({ serials: [three], to: { station: 'b', slot: '1' } })).status).toBe(200);
      expect((await atA(undefined, '2')).answer.status).toBe(204);
    } finally {
      redis.join();
    }
    await entries(SLOT, 1);
    expect((await atA(undefined, '2')).answer.status).toBe(204);
  });

  it('is never handed out twice, nor where it was, while stations claim and work is moved to and fro', async () => {
    const { serials } = await bench.order(60);
    await entries(POOL, 60);
    const given = new Map<string, string[]>();
    const work = async (station: string, key: string, slot: string) => {
      for (let empty = 0; empty < 5;) {
        const claim = await bench.claim(undefined, slot, key);
        const serial = serialOf(claim);
        if (serial === undefined) {
          empty += 1;
          continue;
        }
        given.set(serial, [...(given.get(serial) ?? []), `${station}/${slot}`]);
        // What the ledger says of it, under the lock of the claim.
        expect(['', station, `${station}/${slot}`]).toContain(await assigned(serial));
        expect((await bench.call('POST', `/v1/jobs/${claim.jobId}/result`, key, { fence: claim.fence, outcome: 'FAIL' })).status).toBe(200);
      }
    };
    const shuffle = async () => {
      for (let round = 0; round < 6; round++) {
        await move({ from: { line: 'line-1' }, count: 6, to: { station: round % 2 === 0 ? 'a' : 'b', slot: '1' } });
        await bench.redis.flushdb();
        await move({ from: { station: round % 2 === 0 ? 'a' : 'b' }, count: 3, to: { station: round % 2 === 0 ? 'b' : 'a', slot: '2' } });
      }
      await move({ from: { station: 'a' }, to: { line: 'line-1' } });
      await move({ from: { station: 'b' }, to: { line: 'line-1' } });
    };
    await Promise.all([shuffle(), work('a', bench.keys.station, '1'), work('a', bench.keys.station, '2'), work('b', bench.otherStation, '1'), work('b', bench.otherStation, '2')]);
    await work('a', bench.keys.station, '1');
    expect([...given.keys()].toSorted()).toEqual(serials.toSorted());
    expect([...given.values()].filter((slots) => slots.length > 1)).toEqual([]);
  });

  it('is given to one of two claims of its slot at the same moment', async () => {
    const { serials: [one] } = await bench.order(1);
    await move({ serials: [one], to: { station: 'b' } });
    const claims = await Promise.all([atB(), atB(undefined, '2'), atA()]);
    expect(claims.map(serialOf).filter((serial) => serial !== undefined)).toEqual([one]);
  });
});

describe('a move', () => {
  it('takes what a pool hands out next, and no more than is asked for', async () => {
    const { id, serials } = await bench.order(4);
    expect((await move({ from: { line: 'line-1', step: 'provision', workOrder: id }, count: 2, to: { station: 'a' } })).body).toMatchObject({ units: [{ serial: serials[0] }, { serial: serials[1] }] });
    expect((await move({ from: { station: 'a' }, count: 1, to: { station: 'a', slot: '2' } })).body).toMatchObject({ units: [{ serial: serials[0], queue: 'slot-a~2' }] });
  });

  it('moves nothing where one of the named units is at work, over, unknown, of another line, or at a step that is not done there', async () => {
    await bench.as('manager').post('/v1/lines', { id: 'line-2' });
    await bench.as('manager').post('/v1/stations', { id: 'elsewhere', line: 'line-2' });
    await bench.as('manager').post('/v1/stations', { id: 'tester', line: 'line-1', steps: ['test'] });
    const { serials: [one, two, three] } = await bench.order(3);
    await atA(two);
    await bench.as('operator').post(`/v1/units/${three}/scrap`);
    const refused = (faults: object[]) => ({ status: 409, body: { code: 'work-not-movable', faults, count: faults.length } });
    expect(await move({ serials: [one, two, three, 'NOBODY'], to: { station: 'b' } })).toMatchObject(refused([{ serial: two, why: 'at-work' }, { serial: three, why: 'not-waiting' }, { serial: 'NOBODY', why: 'unknown' }]));
    expect(await move({ serials: [one], to: { station: 'elsewhere' } })).toMatchObject(refused([{ serial: one, why: 'other-line', is: 'line-1' }]));
    expect(await move({ serials: [one], to: { station: 'tester' } })).toMatchObject(refused([{ serial: one, why: 'step-not-done', is: 'provision' }]));
    expect(await move({ from: { station: 'elsewhere' }, to: { station: 'b' } })).toMatchObject(refused([{ serial: null, why: 'other-line', is: 'line-2' }]));
    expect(await assigned(one!)).toBe('');
  });

  it('is refused of whoever asks for what there is not, or may not move work', async () => {
    const { serials: [one] } = await bench.order(1);
    for (const [to, code] of [[{ station: 'nobody' }, 'station-unknown'], [{ station: 'a', slot: '9' }, 'slot-unknown'], [{ line: 'nowhere' }, 'line-unknown']] as const) {
      expect((await move({ serials: [one], to })).body).toMatchObject({ code });
    }
    for (const body of [{ to: { station: 'a' } }, { serials: [one], from: { station: 'a' }, to: { station: 'b' } }, { from: { line: 'line-1' }, to: { station: 'a' } }, { serials: [one, one], to: { station: 'a' } }, { serials: [one], to: { station: 'a' }, reason: '' }]) {
      expect(await move(body)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    }
    expect(await bench.as('operator').post('/v1/jobs/move', { serials: [one], to: { station: 'a' }, reason: REASON })).toMatchObject({ status: 403 });
  });

  it('is done once, however often its request comes', async () => {
    const { serials } = await bench.order(4);
    const headers = { 'idempotency-key': randomUUID() };
    const body = { from: { line: 'line-1' }, count: 2, to: { station: 'b', slot: '1' } };
    const answer = await move(body, headers);
    expect(answer.body).toMatchObject({ units: [{ serial: serials[0] }, { serial: serials[1] }] });
    expect(await move(body, headers)).toMatchObject({ status: 200, body: { units: answer.body['units'] } });
    const rows = await bench.db.selectFrom('job').select('assigned_to').where('state', '=', 'queued').orderBy('id').execute();
    expect(rows.map(({ assigned_to }) => assigned_to)).toEqual(['b/1', 'b/1', '', '']);
  });
});

describe('a unit that is put first', () => {
  it('is handed out before all others, on record, until that is ended', async () => {
    const { serials: [one, two, three] } = await bench.order(3);
    await repair();
    expect((await first({ serials: [three] })).body).toMatchObject({ units: [{ serial: three, first: true }] });
    expect(await bench.auditTrail(`unit:${three}`)).toContain('job.put-first');
    await isFirst(three!);
    const { answer, jobId, fence } = await atA();
    expect(answer.body).toMatchObject({ unit: { serial: three } });
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
    await isFirst(three!);
    expect(serialOf(await atA())).toBe(three);
    expect((await first({ serials: [two] })).status).toBe(200);
    expect((await first({ serials: [two], first: false })).body).toMatchObject({ units: [{ first: false }] });
    await bench.redis.flushdb();
    expect(serialOf(await atB())).toBe(one);
  });
});
