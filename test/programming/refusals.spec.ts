import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

type Claim = Awaited<ReturnType<ServiceBench['claim']>>;
const serialOf = ({ answer }: Claim) => (answer.body['unit'] as { serial: string } | undefined)?.serial;
const certify = ({ jobId, fence }: Claim, csr = csrFor(deviceKey())) => bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr });
const release = ({ jobId, fence }: Claim) => bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence });

describe('a unit whose certificate was refused', () => {
  it('is not handed to the same slot again at once, though to another one, and to whoever scans it', async () => {
    const { serials } = await bench.order(1);
    const first = await bench.claim();
    expect(await certify(first, 'no CSR')).toMatchObject({ status: 422, body: { code: 'pem-malformed', retryable: false } });
    expect((await release(first)).status).toBe(204);
    expect((await bench.claim()).answer).toMatchObject({ status: 204, headers: { 'retry-after': '3' } });
    const elsewhere = await bench.claim(undefined, '2');
    expect(serialOf(elsewhere)).toBe(serials[0]);
    await release(elsewhere);
    expect(serialOf(await bench.claim(serials[0]))).toBe(serials[0]);
  });

  it('because of its order keeps the whole order from being handed out for a while, but for units that have theirs', async () => {
    const hopeless = await bench.order(3);
    const certified = await bench.claim(hopeless.serials[0]);
    expect((await certify(certified)).status).toBe(201);
    await release(certified);
    const open = await bench.order(1);
    const mayIssue = (may_issue: boolean) => bench.db.updateTable('issuing_verdict').set({ may_issue, reason: may_issue ? '' : 'eu: CA INACTIVE' }).where('work_order_id', '=', hopeless.id).execute();

    const refused = await bench.claim(hopeless.serials[1]);
    await mayIssue(false);
    expect(await certify(refused)).toMatchObject({ body: { code: 'may-not-issue' } });
    await release(refused);
    await mayIssue(true);
    expect([serialOf(await bench.claim()), serialOf(await bench.claim(undefined, '2'))].toSorted()).toEqual([hopeless.serials[0], open.serials[0]].toSorted());
    expect((await bench.claim(undefined, '1', bench.otherStation)).answer.status).toBe(204);
  });

  it('because its order’s profile is gone keeps the whole order from being handed out for a while too', async () => {
    const { id, serials } = await bench.order(2);
    await bench.db.updateTable('work_order').set({ profile: 'gone' }).where('id', '=', id).execute();
    const refused = await bench.claim(serials[0]);
    expect(await certify(refused)).toMatchObject({ body: { code: 'profile-unknown', nextStep: 'release' } });
    await release(refused);
    expect((await bench.claim(undefined, '2')).answer.status).toBe(204);
  });
});

describe('a scan', () => {
  it.each([
    ['with CR and LF', (serial: string) => `${serial}\r\n`],
    ['with tabs and blanks around it', (serial: string) => `\t ${serial} \t`],
    ['after a symbology identifier', (serial: string) => `]C1${serial}`],
    ['after a symbology identifier and FNC1', (serial: string) => `\u001d]d2\u001d${serial}\r`],
    ['in lower case', (serial: string) => serial.toLowerCase()],
    ['in upper case', (serial: string) => `${serial.toUpperCase()}\r`],
  ])('%s means its serial', async (_what, written) => {
    const { serials } = await bench.order(1, { prefix: `Scan-${Math.random().toString(36).slice(2, 8)}` });
    expect((await bench.claim(written(serials[0]!))).answer).toMatchObject({ status: 200, body: { unit: { serial: serials[0] } } });
  });

  it('means the serial that is written like it, where two differ in nothing but upper and lower case, and neither where none is', async () => {
    const [upper, lower] = [await bench.order(1, { prefix: 'CASE' }), await bench.order(1, { prefix: 'case' })];
    expect(serialOf(await bench.claim('case-1', '1'))).toBe(lower.serials[0]);
    expect(serialOf(await bench.claim('CASE-1', '2'))).toBe(upper.serials[0]);
    expect((await bench.claim('Case-1', '1', bench.otherStation)).answer).toMatchObject({ status: 404, body: { code: 'serial-unknown' } });
  });
});

it('a unit that another station has is told with station, slot and the time left', async () => {
  const { id, serials } = await bench.order(1);
  await bench.claim(serials[0], '2');
  const told = {
    status: 409,
    body: { code: 'claimed-elsewhere', detail: expect.stringMatching(/at station a, slot 2, .* \d+ s/), operatorAction: expect.stringContaining('station a, slot 2'), retryAfterMs: expect.any(Number) },
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  };
  expect((await bench.claim(serials[0], '1', bench.otherStation)).answer).toMatchObject(told);
  expect(await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) })).toMatchObject(told);
});

describe('what to do', () => {
  it('is said to whoever called: nobody but a station hears of the station’s software', async () => {
    const bad = { color: 'red' };
    const [station, manager, issuer] = [
      await bench.as('station').post('/v1/station/claims', bad), await bench.as('manager').post('/v1/lines', bad), await bench.as('issuer').post('/v1/certificates', bad),
    ];
    expect(station.body).toMatchObject({ code: 'request-invalid', operatorAction: expect.stringContaining('station software') });
    for (const { body } of [manager, issuer]) {
      expect(body).toMatchObject({ code: 'request-invalid', operatorAction: expect.not.stringMatching(/station|line engineer/) });
    }
  });

  it('is to hand the unit back where nothing is wrong with it, and to set it aside where it is the cause', async () => {
    const { serials } = await bench.order(1);
    const claim = await bench.claim(serials[0]);
    expect((await certify(claim, 'no CSR')).body).toMatchObject({ nextStep: 'set-aside' });
    await bench.db.updateTable('issuing_verdict').set({ may_issue: false, reason: 'eu: CA INACTIVE' }).execute();
    expect((await certify(claim)).body).toMatchObject({ nextStep: 'release' });
    await bench.db.updateTable('issuing_verdict').set({ may_issue: true, reason: '' }).execute();
    await release(claim);
    expect((await certify(claim)).body).toMatchObject({ code: 'lease-lost', nextStep: 'claim-again' });
  });
});
