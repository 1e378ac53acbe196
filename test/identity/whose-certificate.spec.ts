import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000', PROFILES_DIR: 'hsm-config/profiles' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const stateOf = async (serial: string) => (await bench.db.selectFrom('unit').select('state').where('serial', '=', serial).executeTakeFirstOrThrow()).state;
const reserved = (serial: string) => until('the HSM works on it', async () => ((await stateOf(serial)) === 'reserved' ? true : undefined));

/** The HSM answers no signature before `letGo`. */
function slowHsm() {
  const authority = bench.app.get(CertificateAuthorityService);
  const sign = authority.sign.bind(authority);
  const gate = Promise.withResolvers<void>();
  authority.sign = async (...asked) => {
    const signature = await sign(...asked);
    await gate.promise;
    return signature;
  };
  return () => {
    authority.sign = sign;
    gate.resolve();
  };
}

describe('a unit that is handed on while the HSM works', () => {
  it.each(['the same key', 'another key'])('gets its certificate at the station that holds it then, with %s', async (which) => {
    const { serials: [serial] } = await bench.order(1);
    const csr = csrFor(deviceKey());
    const first = await bench.claim(serial);
    const letGo = slowHsm();
    const former = bench.as('station').post(`/v1/jobs/${first.jobId}/certificate`, { fence: first.fence, csr });
    await reserved(serial!);
    await bench.as('station').post(`/v1/jobs/${first.jobId}/release`, { fence: first.fence });
    const second = await bench.claim(serial, '1', bench.otherStation);
    const present = bench.atOther(`/v1/jobs/${second.jobId}/certificate`, { fence: second.fence, csr: which === 'the same key' ? csr : csrFor(deviceKey()) });
    expect(await bench.atOther(`/v1/jobs/${second.jobId}/heartbeat`, { fence: second.fence })).toMatchObject({ status: 200, body: { directive: 'continue' } });
    letGo();
    expect(await former).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
    const answer = await present;
    expect(answer.status).toBe(201);
    expect((await bench.as('manager').get(`/v1/units/${serial}`)).body).toMatchObject({ certificates: [{ state: 'abandoned' }, { state: 'valid', fingerprint: answer.body['fingerprint'] }] });
    expect(await bench.atOther(`/v1/jobs/${second.jobId}/result`, { fence: second.fence, outcome: 'PASS' })).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
  });
});

it('refuses an issuer while a station has the unit, also while the station’s own request is under way', async () => {
  const { id, serials: [serial] } = await bench.order(1);
  const request = { workOrder: id, serial, csr: csrFor(deviceKey()) };
  const { jobId, fence } = await bench.claim(serial);
  expect(await bench.as('issuer').post('/v1/certificates', request)).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
  const letGo = slowHsm();
  const atStation = bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: request.csr });
  await reserved(serial!);
  expect(await bench.as('issuer').post('/v1/certificates', request)).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
  letGo();
  expect((await atStation).status).toBe(201);
});

describe('a request for a certificate that is revoked by now', () => {
  const revoke = (fingerprint: unknown) => bench.as('officer').post(`/v1/certificates/${String(fingerprint)}/revoke`, { reason: 'superseded' });
  const REVOKED = { status: 409, body: { code: 'certificate-revoked', retryable: false, operatorAction: expect.stringContaining('rework') } };

  it.each([
    ['with the Idempotency-Key of the first one', { 'idempotency-key': 'revoked-1' }, { 'idempotency-key': 'revoked-1' }],
    ['by nature', {}, {}],
    ['with a new Idempotency-Key', { 'idempotency-key': 'revoked-2' }, { 'idempotency-key': 'revoked-3' }],
  ])('is refused to a station that repeats it %s', async (_how, headers, again) => {
    const { serials: [serial] } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serial);
    const body = { fence, csr: csrFor(deviceKey()) };
    const ask = (sent: Record<string, string>) => bench.as('station').post(`/v1/jobs/${jobId}/certificate`, body, sent);
    const first = await ask(headers);
    expect(first.status).toBe(201);
    expect((await ask(again)).body).toEqual(first.body);
    await revoke(first.body['fingerprint']);
    expect(await ask(again)).toMatchObject(REVOKED);
  });

  it.each([{ 'idempotency-key': 'revoked-4' }, {}])('is refused to an issuer, singly (%j) and in a batch', async (headers) => {
    const { id, serials: [serial] } = await bench.order(1);
    const body = { workOrder: id, serial, csr: csrFor(deviceKey()) };
    const first = await bench.as('issuer').post('/v1/certificates', body, headers);
    await revoke(first.body['fingerprint']);
    expect(await bench.as('issuer').post('/v1/certificates', body, headers)).toMatchObject(REVOKED);
    const batch = await bench.app.inject({ method: 'POST', url: '/v1/certificates/batch', headers: { ...headers, authorization: `Bearer ${bench.keys.issuer}`, 'content-type': 'application/x-ndjson' }, payload: `${JSON.stringify(body)}\n` });
    expect(JSON.parse(batch.body)).toMatchObject(REVOKED.body);
  });
});
