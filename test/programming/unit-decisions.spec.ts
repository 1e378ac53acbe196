import type { KeyObject } from 'node:crypto';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const decide = (serial: string, what: string, body: Record<string, unknown> = {}, role: 'manager' | 'operator' = 'operator') => bench.as(role).post(`/v1/units/${serial}/${what}`, body);
const unit = async (serial: string) => (await bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; job: Record<string, unknown>; certificates: Record<string, unknown>[]; history: { event: string; data: Record<string, unknown> }[] };
const used = async (id: string) => ((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates'] as { used: number }).used;
const issue = (workOrder: string, serial: string, key = deviceKey()) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(key) });
const certificates = async (serial: string) =>
  (await bench.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select(['certificate.state', 'revocation_reason as reason']).where('serial', '=', serial).orderBy('reserved_at').execute());

/** Claimed at station a, slot 1, certified for the key, and reported. */
async function atStation(serial: string, outcome: 'PASS' | 'FAIL' | undefined, key: KeyObject = deviceKey()) {
  const { jobId, fence, answer } = await bench.claim(serial);
  expect(answer.status).toBe(200);
  const identity = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(key) });
  expect(identity.status).toBe(201);
  if (outcome === undefined) expect((await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence })).status).toBe(204);
  else expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome })).status).toBe(200);
  return { jobId, fingerprint: String(identity.body['fingerprint']) };
}

describe('a unit that failed', () => {
  it('has no identity any more, here and for its targets', async () => {
    const { serials } = await bench.order(1);
    const { fingerprint } = await atStation(serials[0]!, 'FAIL');
    expect(await certificates(serials[0]!)).toEqual([{ state: 'revoked', reason: 'cessationOfOperation' }]);
    await until('its targets are to be told', async () =>
      (await bench.db.selectFrom('unit_target').select('desired').where('certificate_id', '=', fingerprint).execute()).some(({ desired }) => desired === 'REVOKED') || undefined);
  });

  it('is worked on again after a rework, with another key and within the same quota', async () => {
    const { id, serials } = await bench.order(1);
    const serial = serials[0]!;
    const { jobId } = await atStation(serial, 'FAIL');
    expect((await bench.claim(serial)).answer).toMatchObject({ status: 409, body: { code: 'unit-not-open' } });

    const reworked = await decide(serial, 'rework', { reason: 'resoldered' });
    expect(reworked).toMatchObject({ status: 200, body: { serial, state: 'reworking', job: expect.stringMatching(/^job-/) } });
    expect(await unit(serial)).toMatchObject({ state: 'reworking', job: { id: reworked.body['job'], state: 'queued', follows: jobId }, certificates: [{ state: 'revoked', standing: 'former' }] });
    expect(await used(id)).toBe(0);

    await atStation(serial, 'PASS');
    expect(await unit(serial)).toMatchObject({ state: 'passed', certificates: [{ standing: 'former' }, { standing: 'current' }] });
    expect(await certificates(serial)).toEqual([{ state: 'revoked', reason: 'cessationOfOperation' }, { state: 'valid', reason: null }]);
    expect(await used(id)).toBe(1);
    const { history } = await unit(serial);
    expect(history.map(({ event }) => event)).toEqual([
      'job.claimed', 'certificate.reserved', 'certificate.issued', 'certificate.revoked', 'job.result',
      'unit.reworked', 'job.claimed', 'certificate.reserved', 'certificate.issued', 'job.result',
    ]);
    expect(history[5]!.data).toMatchObject({ from: 'failed', reason: 'resoldered', follows: Number(jobId.slice('job-'.length)) });
  });
});

describe('rework', () => {
  it('lets a device that lost its key bring another', async () => {
    const { serials } = await bench.order(1);
    const serial = serials[0]!;
    const { fingerprint } = await atStation(serial, undefined);
    const again = await bench.claim(serial);
    const other = { fence: again.fence, csr: csrFor(deviceKey()) };
    expect(await bench.as('station').post(`/v1/jobs/${again.jobId}/certificate`, other)).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned', operatorAction: expect.stringContaining('/rework') } });

    expect(await decide(serial, 'rework')).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
    expect(await bench.as('station').post(`/v1/jobs/${again.jobId}/heartbeat`, { fence: again.fence })).toMatchObject({ status: 200 });
    await bench.as('station').post(`/v1/jobs/${again.jobId}/release`, { fence: again.fence });
    expect(await decide(serial, 'rework', { keyCompromised: true })).toMatchObject({ status: 200, body: { certificate: fingerprint } });
    await atStation(serial, 'PASS');
    expect(await certificates(serial)).toEqual([{ state: 'revoked', reason: 'keyCompromise' }, { state: 'valid', reason: null }]);
  });

  it('takes a unit that passed, and one that is in no station’s hands but whose lease nobody has ended', async () => {
    const { serials } = await bench.order(2);
    await atStation(serials[0]!, 'PASS');
    expect((await decide(serials[0]!, 'rework')).status).toBe(200);
    const lapsed = await bench.claim(serials[1]!);
    expect((await bench.as('station').post(`/v1/jobs/${lapsed.jobId}/certificate`, { fence: lapsed.fence, csr: csrFor(deviceKey()) })).status).toBe(201);
    await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serials[1]!).execute();
    expect((await decide(serials[1]!, 'rework')).status).toBe(200);
    expect(await unit(serials[1]!)).toMatchObject({ state: 'reworking', job: { state: 'queued' } });
  });

  it('is refused where there is nothing to rework, or no order any more', async () => {
    const { id, serials } = await bench.order(2);
    expect(await decide(serials[0]!, 'rework')).toMatchObject({ status: 409, body: { code: 'unit-state' } });
    await atStation(serials[1]!, 'FAIL');
    await bench.as('manager').post(`/v1/work-orders/${id}/close`, { unaccounted: 2, reason: 'test' });
    expect(await decide(serials[1]!, 'rework')).toMatchObject({ status: 409, body: { code: 'work-order-ended' } });
    expect(await unit(serials[1]!)).toMatchObject({ state: 'failed' });
    expect((await decide(serials[1]!, 'scrap')).status).toBe(200);
    expect((await decide('NOBODY-1', 'rework')).status).toBe(404);
  });

  it('happens once when two supervisors press at once', async () => {
    const { id, serials } = await bench.order(1);
    await atStation(serials[0]!, 'FAIL');
    const answers = await Promise.all([1, 2, 3, 4].map(() => decide(serials[0]!, 'rework')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
    expect(await used(id)).toBe(0);
  });

  it('never lets an order have more good certificates than its quota, whatever happens at once', async () => {
    const quota = 3;
    const { id, serials } = await bench.order(8, { quantity: quota });
    const keys = new Map(serials.map((serial) => [serial, deviceKey()]));
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const acts = [(serial: string) => issue(id, serial, keys.get(serial)), (serial: string) => decide(serial, 'rework'), (serial: string) => issue(id, serial)];
    for (let round = 0; round < 25; round++) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => acts[random(acts.length)]!(serials[random(serials.length)]!)));
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      const rows = await bench.db.selectFrom('certificate').select(['state', 'reworked_at']).where('work_order_id', '=', id).execute();
      expect(rows.filter(({ state }) => state === 'valid' || state === 'reserved').length).toBeLessThanOrEqual(quota);
      expect(await used(id)).toBe(rows.filter(({ state, reworked_at }) => state !== 'abandoned' && reworked_at === null).length);
    }
    const ended = await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', id).execute();
    expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['valid', 'revoked']));
  });
});

describe('scrap', () => {
  it.each(['planned', 'certified', 'passed', 'failed'])('takes a %s unit for good, revokes what it has, and keeps its quota', async (state) => {
    const { id, serials } = await bench.order(1);
    const serial = serials[0]!;
    if (state !== 'planned') await atStation(serial, ({ certified: undefined, passed: 'PASS', failed: 'FAIL' } as const)[state as 'passed']);
    const before = await used(id);
    expect(await decide(serial, 'scrap', { reason: 'burnt' })).toMatchObject({ status: 200, body: { state: 'scrapped', job: null } });
    expect((await certificates(serial)).filter((each) => each.state !== 'revoked')).toEqual([]);
    expect(await used(id)).toBe(before);
    expect((await bench.claim(serial)).answer.status).toBe(409);
    expect(await issue(id, serial)).toMatchObject({ status: 409, body: { code: 'unit-not-open' } });
    for (const next of ['rework', 'scrap', 'quarantine', 'release']) expect((await decide(serial, next)).status).toBe(409);
  });
});

describe('quarantine', () => {
  it.each([['planned', true], ['certified', true], ['passed', false], ['failed', false]])('sets a %s unit aside, and its release brings it back', async (state, isOpen) => {
    const { id, serials } = await bench.order(1);
    const serial = serials[0]!;
    const key = deviceKey();
    if (state !== 'planned') await atStation(serial, ({ certified: undefined, passed: 'PASS', failed: 'FAIL' } as const)[state as 'passed'], key);
    expect(await decide(serial, 'quarantine', { reason: 'recall' })).toMatchObject({ status: 200, body: { state: 'quarantined', job: null } });
    expect((await bench.claim(serial)).answer.status).toBe(409);
    expect(await issue(id, serial, key)).toMatchObject({ status: 409, body: { code: 'unit-quarantined' } });

    expect(await decide(serial, 'release')).toMatchObject({ status: 200, body: { state, job: isOpen ? expect.any(String) : null } });
    expect((await bench.claim(serial)).answer.status).toBe(isOpen ? 200 : 409);
    expect(await unit(serial)).toMatchObject({ state: state === 'planned' ? 'claimed' : state });
  });
});

describe('a quarantined unit whose certificate is revoked', () => {
  it.each(['certified', 'passed'])('is not released from %s, which would only set it aside again, but reworked', async (state) => {
    const { serials } = await bench.order(1, { quantity: 2 });
    const serial = serials[0]!;
    const { fingerprint } = await atStation(serial, state === 'passed' ? 'PASS' : undefined);
    expect((await decide(serial, 'quarantine')).status).toBe(200);
    await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'superseded' });
    expect(await decide(serial, 'release')).toMatchObject({ status: 409, body: { code: 'certificate-revoked', operatorAction: expect.stringContaining(`POST /v1/units/${serial}/rework`) as string } });
    expect(await unit(serial)).toMatchObject({ state: 'quarantined' });
    expect(await decide(serial, 'rework')).toMatchObject({ status: 200, body: { state: 'reworking' } });
    await atStation(serial, 'PASS');
  });

  it('is not released either where a claim has set it aside for it', async () => {
    const { serials: [serial] } = await bench.order(1, { quantity: 2 });
    const { fingerprint } = await atStation(serial!, undefined);
    await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'superseded' });
    expect((await bench.claim(serial)).answer).toMatchObject({ status: 409, body: { code: 'unit-quarantined' } });
    expect((await decide(serial!, 'release')).body['code']).toBe('certificate-revoked');
  });
});

describe('a unit that can’t be had', () => {
  /** What a station that scans it is told, an issuer, and an issuer by a line of a batch. */
  async function told(id: string, serial: string) {
    const csr = csrFor(deviceKey());
    const batch = await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, `${JSON.stringify({ workOrder: id, serial, csr })}\n`, { 'content-type': 'application/x-ndjson' });
    return { station: (await bench.claim(serial, '2')).answer.body, issuer: (await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr })).body, batch: batch.body };
  }

  it.each([
    ['quarantined', 'unit-quarantined', async (_: string, serial: string) => decide(serial, 'quarantine')],
    ['scrapped', 'unit-not-open', async (_: string, serial: string) => decide(serial, 'scrap')],
    ['failed', 'unit-not-open', async (_: string, serial: string) => atStation(serial, 'FAIL')],
    ['at another station', 'claimed-elsewhere', async (_: string, serial: string) => bench.claim(serial, '1')],
    ['of an order on hold', 'work-order-not-released', async (id: string) => bench.as('manager').post(`/v1/work-orders/${id}/hold`)],
    ['of an order whose quota is used up', 'order-exhausted', async (id: string) => bench.db.updateTable('work_order').set({ certificates_reserved: 1 }).where('id', '=', id).execute()],
    ['that nobody knows', 'serial-unknown', async () => undefined],
  ])('is refused with one code to a station, an issuer and a batch, each with its sentence: %s', async (what, code, make) => {
    const { id, serials } = await bench.order(1);
    await make(id, serials[0]!);
    const { station, issuer, batch } = await told(id, what === 'that nobody knows' ? 'NOBODY-2' : serials[0]!);
    expect([station['code'], issuer['code'], batch['code']]).toEqual([code, code, code]);
    expect(batch['operatorAction']).toBe(issuer['operatorAction']);
    expect(issuer['operatorAction']).not.toMatch(/line engineer|Leave the unit aside|scan/i);
    expect(station['operatorAction']).toEqual(expect.any(String));
    expect(issuer).not.toHaveProperty('nextStep');
  });
});

it('is decided by managers and operators only', async () => {
  const { serials } = await bench.order(1);
  for (const role of ['officer', 'auditor', 'issuer', 'station'] as const) {
    for (const what of ['rework', 'scrap', 'quarantine', 'release']) expect((await bench.as(role).post(`/v1/units/${serials[0]!}/${what}`)).status).toBe(403);
  }
  expect((await decide(serials[0]!, 'quarantine', {}, 'manager')).status).toBe(200);
});
