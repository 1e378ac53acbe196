import type { Examined } from '../../src/local/examination.js';
import { checkPauses } from '../../src/local/pauses-check.js';
import { type Answer, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
});
afterEach(async () => {
  for (const { id } of (await bench.as('manager').get('/v1/pauses')).body['items'] as { id: string }[]) await bench.as('manager').post(`/v1/pauses/${id}/end`);
  await bench.clearSlots();
});
afterAll(() => bench.close());

const pause = (body: object) => bench.as('manager').post('/v1/pauses', { reason: 'shift change', ...body });
const codeOf = ({ answer }: { answer: Answer }) => answer.body['code'] ?? answer.status;
/** Slots 1 and 2 of station a, slot 1 of station b. */
const claimsOf = async (serials: readonly string[]) => [
  codeOf(await bench.claim(serials[0], '1')), codeOf(await bench.claim(serials[1], '2')), codeOf(await bench.claim(serials[2], '1', bench.otherStation)),
];

describe('a pause', () => {
  it.each([
    [{ plant: true }, ['paused', 'paused', 'paused']],
    [{ line: 'line-1' }, ['paused', 'paused', 'paused']],
    [{ station: 'a' }, ['paused', 'paused', 200]],
    [{ station: 'a', slot: '2' }, [200, 'slot-disabled', 200]],
  ])('of %j stops claims there, of a scanned unit too, and nowhere else', async (place, expected) => {
    const { serials } = await bench.order(3);
    expect((await pause(place)).status).toBe(201);
    expect(await claimsOf(serials)).toEqual(expected);
  });

  it('tells the operator why, until when, and when to ask again', async () => {
    await bench.order(1);
    const begun = await pause({ line: 'line-1', minutes: 10 });
    const { answer } = await bench.claim();
    expect(answer).toMatchObject({
      status: 409,
      body: { detail: `Line line-1 is paused until ${String(begun.body['endsAt'])}: shift change`, operatorAction: expect.stringContaining('shift change') as string, retryable: true, nextStep: 'retry', retryAfterMs: 5_000 },
    });
  });

  it('lets stations finish the units that they have, and gives a slot its unit again', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    await pause({ plant: true });
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).body).toMatchObject({ directive: 'continue' });
    expect((await bench.claim()).answer).toMatchObject({ status: 200, body: { unit: { serial: serials[0] }, lease: { fence } } });
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'ERROR' })).status).toBe(200);
    expect(codeOf(await bench.claim())).toBe('paused');
  });

  it('with drain asks station programs to end after their unit', async () => {
    const { serials } = await bench.order(2);
    const here = await bench.claim(serials[0]);
    const there = await bench.claim(serials[1], '1', bench.otherStation);
    await pause({ station: 'a', drain: true });
    expect((await bench.as('station').post(`/v1/jobs/${here.jobId}/heartbeat`, { fence: here.fence })).body).toMatchObject({ directive: 'drain' });
    expect((await bench.atOther(`/v1/jobs/${there.jobId}/heartbeat`, { fence: there.fence })).body).toMatchObject({ directive: 'continue' });
  });

  it('stops a claim that waits for work', async () => {
    const waiting = bench.as('station').post('/v1/station/claims', { slot: '1', waitMs: 20_000 });
    await pause({ line: 'line-1' });
    expect((await waiting).body).toMatchObject({ code: 'paused' });
  });

  it('is over when somebody ends it, and by itself when its time is', async () => {
    const { serials } = await bench.order(2);
    const { body } = await pause({ line: 'line-1' });
    expect(await bench.as('operator').post(`/v1/pauses/${String(body['id'])}/end`)).toMatchObject({ status: 200, body: { endedAt: expect.any(String) as string } });
    expect(codeOf(await bench.claim(serials[0]))).toBe(200);
    await pause({ line: 'line-1', minutes: 1 });
    await bench.db.updateTable('pause').set({ ends_at: new Date(Date.now() - 1) }).where('ended_at', 'is', null).execute();
    const claimed = await until('an open line', async () => {
      const claim = await bench.claim(serials[1], '2');
      return claim.answer.status === 200 ? claim : undefined;
    });
    expect(claimed.fence).toBe(1);
    expect((await bench.as('manager').get('/v1/pauses')).body['items']).toEqual([]);
    expect((await bench.as('manager').get('/v1/pauses?all=true&limit=1')).body['items']).toMatchObject([{ line: 'line-1', endedAt: expect.any(String) as string, endedBy: null }]);
  });

  it('takes the place of the one before, and both are on record', async () => {
    const before = await bench.auditTrail('station:b');
    await pause({ station: 'b', reason: 'worn' });
    await pause({ station: 'b', reason: 'mended tomorrow', minutes: 600 });
    expect((await bench.as('manager').get('/v1/pauses')).body['items']).toMatchObject([{ station: 'b', reason: 'mended tomorrow' }]);
    expect((await bench.auditTrail('station:b')).slice(before.length)).toEqual(['pause.begun', 'pause.begun']);
  });

  it('is named by doctor, with the reason and who lifts it', async () => {
    await pause({ line: 'line-1', reason: 'no solder', minutes: 30 });
    const doctor = () => checkPauses({ databaseUrl: bench.config.DATABASE_URL } as Examined);
    expect(await doctor()).toEqual([{ name: 'pause of line line-1', state: 'warn', finding: expect.stringMatching(/^Nothing new begins there since .* until .*: no solder$/) as string, remedy: expect.stringContaining('/end') as string }]);
  });

  it('is refused where its place is unknown or not one', async () => {
    const refused = await Promise.all([{ line: 'line-9' }, { station: 'z' }, { station: 'a', slot: '9' }, {}, { plant: true, line: 'line-1' }, { slot: '1' }].map(pause));
    expect(refused.map(({ body }) => body['code'])).toEqual(['line-unknown', 'station-unknown', 'slot-unknown', 'request-invalid', 'request-invalid', 'request-invalid']);
    expect((await bench.as('manager').get('/v1/pauses')).body['items']).toEqual([]);
  });
});
