import { closeOrder } from '../support/close-order.js';
import { csrFor, deviceKey, registerEverywhere, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const change = (what: 'freeze' | 'unfreeze', more: object = {}) => bench.as('officer').post(`/v1/authorities/${bench.authority.id}/${what}`, { reason: 'seen elsewhere', ...more });
const issue = (workOrder: string, serial: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

it('an authority that one officer freezes issues nothing from then on, whoever knew it as the issuer, until it is unfrozen', async () => {
  const { id, serials } = await bench.order(3);
  // This process keeps in mind who issues.
  expect((await issue(id, serials[0]!)).status).toBe(201);
  expect((await bench.as('manager').post(`/v1/authorities/${bench.authority.id}/freeze`, { reason: 'x' })).status).toBe(403);
  expect((await bench.as('officer').post(`/v1/authorities/${bench.authority.id}/freeze`, {})).status).toBe(400);
  expect(await change('freeze')).toMatchObject({ status: 200, body: { state: 'frozen' } });
  expect((await change('freeze')).status).toBe(200);
  expect(await issue(id, serials[1]!)).toMatchObject({ status: 409, body: { code: 'authority-frozen', retryable: false } });
  expect((await bench.claim()).answer.status).toBe(204);
  expect(await bench.as('officer').post(`/v1/authorities/${bench.authority.id}/activate`)).toMatchObject({ status: 409, body: { code: 'authority-state' } });

  expect(await change('unfreeze')).toMatchObject({ status: 200, body: { state: 'issuing' } });
  expect(await change('unfreeze')).toMatchObject({ status: 409, body: { code: 'authority-state' } });
  expect((await issue(id, serials[1]!)).status).toBe(201);
  expect((await bench.auditTrail(`authority:${bench.authority.id}`)).filter((event) => /frozen/.test(event))).toEqual(['authority.frozen', 'authority.unfrozen']);
});

it('its revocation list goes on', async () => {
  const { id, serials } = await bench.order(1);
  const { body } = await issue(id, serials[0]!);
  await change('freeze');
  expect((await bench.as('officer').post(`/v1/certificates/${String(body['fingerprint'])}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
  expect((await bench.as('officer').get(`/v1/authorities/${bench.authority.id}/crl`)).status).toBe(200);
  await change('unfreeze');
});

describe('units that were certified before', () => {
  const certifiedAtStation = async (slot = '1') => {
    const { id, serials } = await bench.order(1);
    const held = await bench.claim(serials[0], slot);
    const url = `/v1/jobs/${held.jobId}`;
    const certified = await bench.as('station').post(`${url}/certificate`, { fence: held.fence, csr: csrFor(deviceKey()) });
    expect(certified.status).toBe(201);
    return { order: id, serial: serials[0]!, certificateId: String(certified.body['fingerprint']), pass: () => bench.as('station').post(`${url}/result`, { fence: held.fence, outcome: 'PASS' }) };
  };
  afterEach(() => bench.clearSlots());

  it('pass while their authority is frozen: their certificates are as good as before', async () => {
    const { pass } = await certifiedAtStation();
    await change('freeze');
    expect(await pass()).toMatchObject({ status: 200, body: { job: { state: 'passed' } } });
    await change('unfreeze');
  });

  it('can’t pass while it is stopped in AWS too, from that moment on and though AWS is away, unless every target knows them', async () => {
    const [closed, unit] = [await certifiedAtStation('1'), await certifiedAtStation('2')];
    expect((await closeOrder((method, url, body) => bench.call(method, url, bench.keys.manager, body), closed.order)).status).toBe(200);
    expect(await change('freeze', { cloud: true, lockedOut: 9 })).toMatchObject({ status: 200, body: { registrations: [{ state: 'pending', desired: { status: 'INACTIVE' } }] } });
    for (const each of [closed, unit]) expect(await each.pass()).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining('An officer has stopped') } });
    expect(await change('unfreeze')).toMatchObject({ status: 409, body: { code: 'authority-stopped-in-cloud' } });
    await until('expected', () => bench.db.selectFrom('unit_target').select('unit_id').where('certificate_id', '=', unit.certificateId).executeTakeFirst());
    await bench.db.updateTable('unit_target').set({ state: 'in-sync' }).where('certificate_id', '=', unit.certificateId).execute();
    expect((await unit.pass()).status).toBe(200);
    expect((await change('unfreeze', { cloud: true })).status).toBe(200);
    await registerEverywhere(bench.db, bench.authority.id);
    expect((await closed.pass()).status).toBe(200);
  });

  it('go to the targets that have come while it was frozen', async () => {
    await change('freeze');
    await bench.db.insertInto('target').values({
      name: 'late', account_id: '222222222222', region: 'us-east-1', mode: 'SNI_ONLY', state: 'verified', profile: null, role_arn: null,
      provisioning_role_arn: 'arn:aws:iam::222222222222:role/lineside', control_endpoint: 'http://127.0.0.1:9', mqtt_host: null,
    }).execute();
    expect((await change('unfreeze')).body['registrations']).toMatchObject([{ target: 'eu' }, { target: 'late' }]);
  });

  it('prove nothing once its key is compromised, for good', async () => {
    const { pass } = await certifiedAtStation();
    const declare = () => bench.as('officer').post(`/v1/authorities/${bench.authority.id}/compromise`, { reason: 'found in a backup', lockedOut: 9 });
    expect((await bench.as('manager').post(`/v1/authorities/${bench.authority.id}/compromise`, { reason: 'x' })).status).toBe(403);
    expect(await declare()).toMatchObject({ status: 200, body: { state: 'compromised', cloudStoppedAt: expect.any(String) } });
    expect((await declare()).status).toBe(200);
    expect(await pass()).toMatchObject({ status: 409, body: { code: 'authority-compromised', retryable: false } });
    expect(await change('unfreeze', { cloud: true })).toMatchObject({ status: 409, body: { code: 'authority-state' } });
    expect((await bench.auditTrail(`authority:${bench.authority.id}`)).filter((event) => event.startsWith('authority.')).slice(-2)).toEqual(['authority.compromised', 'authority.cloud-stopped']);
  });
});
