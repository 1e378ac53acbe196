import { sql } from 'kysely';
import { createApp } from '../../src/create-app.js';
import { CrlPublisher } from '../../src/issuance/crl-publisher.js';
import { Clock } from '../../src/platform/clock.js';
import { SigningClock } from '../../src/platform/signing-clock.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { allPublished } from '../issuance/published-crl.js';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;
let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());
afterEach(() => stepClock(0));

const stepClock = (ms: number) => {
  bench.app.get(Clock).now = () => new Date(Date.now() + ms);
};
const certificates = () => bench.db.selectFrom('certificate').selectAll().execute();
const ready = async () => (await bench.call('GET', '/health/ready', undefined)) as { status: number; body: { checks?: Record<string, { ok: boolean; detail?: string }> } };

async function ask(unit?: { id: string; serial: string }) {
  const { id, serial } = unit ?? (await newUnit());
  return bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(deviceKey()) });
}
async function newUnit() {
  const { id, serials } = await bench.order(1);
  return { id, serial: serials[0]! };
}

describe('a clock that is wrong', () => {
  it.each([
    ['three years ahead of', 3 * YEAR_MS, /is 1095 days ahead of that of the ledger/],
    ['six minutes ahead of', 6 * MINUTE_MS, /is 6 minutes ahead of that of the ledger/],
    ['an hour behind', -60 * MINUTE_MS - 1_000, /is 60 minutes behind that of the ledger/],
  ])('%s the ledger signs nothing, and leaves nothing in the ledger', async (_, ms, words) => {
    const unit = await newUnit();
    const before = await certificates();
    stepClock(ms);
    const answer = await ask(unit);
    expect(answer).toMatchObject({ status: 503, body: { code: 'clock-wrong', retryable: true, detail: expect.stringMatching(words) } });
    expect(String(answer.body['operatorAction'])).toMatch(/clock/);
    expect(await certificates()).toEqual(before);
    const quota = await bench.db.selectFrom('work_order').select('certificates_reserved').where('id', '=', unit.id).executeTakeFirstOrThrow();
    expect(quota.certificates_reserved).toBe(0);
    stepClock(0);
    expect(await ask(unit)).toMatchObject({ status: 201 });
  });

  it('makes no revocation list and no authority', async () => {
    await bench.db.insertInto('crl_due').values({ authority_id: bench.authority.id }).execute();
    stepClock(3 * YEAR_MS);
    await expect(until('refused', () => bench.app.get(CrlPublisher, { strict: false }).publish(bench.authority.id))).rejects.toMatchObject({ code: 'clock-wrong' });
    const lists = await bench.db.selectFrom('crl').select('next_update').execute();
    expect(lists.filter(({ next_update }) => +next_update > Date.now() + YEAR_MS)).toEqual([]);
  });

  it('still lets an officer revoke, dated by the ledger', async () => {
    const { body } = await ask();
    stepClock(3 * YEAR_MS);
    const revoked = await bench.as('officer').post(`/v1/certificates/${String(body['fingerprint'])}/revoke`, { reason: 'keyCompromise' });
    expect(revoked.status).toBe(200);
    const { revoked_at } = await bench.db.selectFrom('certificate').select('revoked_at').where('fingerprint', '=', String(body['fingerprint'])).executeTakeFirstOrThrow();
    expect(+revoked_at!).toBeLessThan(Date.now() + MINUTE_MS);
  });

  it('is said by readiness and by the metrics, with how far it is off', async () => {
    stepClock(3 * YEAR_MS);
    // Readiness is looked at in the background.
    const notReady = await until('not ready', async () => {
      const answer = await ready();
      return answer.status === 503 ? answer : undefined;
    });
    expect(notReady).toMatchObject({ status: 503, body: { checks: { clock: { ok: false, detail: expect.stringMatching(/1095 days ahead/) } } } });
    const { body } = await bench.call('GET', '/metrics', undefined);
    expect(Number(/lineside_clock_ahead_seconds\{of="the ledger"\} (\S+)/.exec(String(body['text']))?.[1])).toBeGreaterThan(3 * 365 * 86_000);
  });

  it('by a minute or two is none', async () => {
    stepClock(2 * MINUTE_MS);
    expect(await ask()).toMatchObject({ status: 201 });
    const clock = await until('right again', async () => {
      const seen = (await ready()).body.checks?.['clock'];
      return seen?.ok ? seen : undefined;
    });
    expect(clock).toMatchObject({ ok: true });
  });
});

describe('AWS’s clock', () => {
  it('counts as the ledger’s does, until it is seen to agree again', async () => {
    const clock = bench.app.get(SigningClock);
    clock.observe('AWS in eu-west-1', new Date(Date.now() - 20 * MINUTE_MS));
    expect(await ask()).toMatchObject({ status: 503, body: { code: 'clock-wrong', detail: expect.stringMatching(/20 minutes ahead of that of AWS in eu-west-1/) } });
    clock.observe('AWS in eu-west-1', new Date());
    expect(await ask()).toMatchObject({ status: 201 });
  });
});

describe('AWS’s clock, as another process saw it', () => {
  let api: Awaited<ReturnType<typeof createApp>>;
  beforeAll(async () => {
    // It never talks to AWS, and its machine's clock is the ledger's.
    api = await createApp({ ...bench.config, ROLES: ['api'] }, false as never);
  });
  afterAll(() => api.close());
  /** A certificate, from the process that never talks to AWS. */
  const askThere = async () => {
    const { id, serial } = await newUnit();
    const answer = await api.inject({
      method: 'POST', url: '/v1/certificates', headers: { authorization: `Bearer ${bench.keys.issuer}` }, payload: { workOrder: id, serial, csr: csrFor(deviceKey()) },
    });
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
  };
  const answered = (status: number) => until(`${status}`, async () => {
    const answer = await askThere();
    return answer.status === status ? answer : undefined;
  });

  it('counts for a process that asks AWS nothing, until it is seen to agree again', async () => {
    const seen = bench.app.get(SigningClock);
    seen.observe('AWS in eu-west-1', new Date(Date.now() - 3 * YEAR_MS));
    expect(await answered(503)).toMatchObject({ body: { code: 'clock-wrong', detail: expect.stringMatching(/1095 days ahead of that of AWS in eu-west-1/) } });
    expect(await bench.db.selectFrom('clock_sighting').select(['clock', 'ahead_ms']).execute()).toEqual([{ clock: 'AWS in eu-west-1', ahead_ms: expect.closeTo(-3 * YEAR_MS, -4) }]);
    seen.observe('AWS in eu-west-1', new Date());
    expect((await answered(201)).status).toBe(201);
  });

  it('is known to one that starts later, before it issues anything', async () => {
    bench.app.get(SigningClock).observe('AWS in eu-west-1', new Date(Date.now() - 20 * MINUTE_MS));
    await until('told', () => bench.db.selectFrom('clock_sighting').select('clock').where('ahead_ms', '<', -MINUTE_MS).executeTakeFirst());
    await api.close();
    api = await createApp({ ...bench.config, ROLES: ['api'] }, false as never);
    expect(await askThere()).toMatchObject({ status: 503, body: { code: 'clock-wrong' } });
    bench.app.get(SigningClock).observe('AWS in eu-west-1', new Date());
    await answered(201);
  });

  it.each([
    ['a quarter of an hour ago', -16 * MINUTE_MS],
    ['in a time that the ledger’s clock has been set back from', 3 * YEAR_MS],
  ])('counts no more when it was seen %s', async (_, ms) => {
    await sql`insert into clock_sighting (clock, ahead_ms, seen_at) values ('AWS in eu-central-1', ${-20 * MINUTE_MS}, clock_timestamp() + ${ms} * interval '1 ms')
      on conflict (clock) do update set seen_at = excluded.seen_at`.execute(bench.db);
    await api.close();
    api = await createApp({ ...bench.config, ROLES: ['api'] }, false as never);
    expect(await askThere()).toMatchObject({ status: 201 });
  });
});

describe('revocation lists', () => {
  const last = () => bench.db.selectFrom('crl').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirstOrThrow();

  it('keep their dates in order when the clock is set back by minutes', async () => {
    await allPublished(bench);
    stepClock(4 * MINUTE_MS);
    await bench.db.insertInto('crl_due').values({ authority_id: bench.authority.id }).execute();
    await allPublished(bench);
    const ahead = await last();
    const { body } = await ask();
    stepClock(-4 * MINUTE_MS);
    await bench.as('officer').post(`/v1/certificates/${String(body['fingerprint'])}/revoke`, { reason: 'superseded' });
    await allPublished(bench);
    const next = await last();
    expect(next.number).toBeGreaterThan(ahead.number);
    expect(+next.this_update).toBeGreaterThanOrEqual(+ahead.this_update);
    expect(+next.next_update).toBeGreaterThanOrEqual(+ahead.next_update);
  });

  it('are never dated before a revocation that they name', async () => {
    await allPublished(bench);
    const { body } = await ask();
    stepClock(-4 * MINUTE_MS);
    await bench.as('officer').post(`/v1/certificates/${String(body['fingerprint'])}/revoke`, { reason: 'superseded' });
    await allPublished(bench);
    const { revoked_at } = await bench.db.selectFrom('certificate').select('revoked_at').orderBy('revoked_at', 'desc').where('revoked_at', 'is not', null).limit(1).executeTakeFirstOrThrow();
    expect(+(await last()).this_update).toBeGreaterThanOrEqual(Math.floor(+revoked_at! / 1_000) * 1_000);
  });
});
