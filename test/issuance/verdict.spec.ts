import { checkTargets } from '../../src/local/target-checks.js';
import type { Examined } from '../../src/local/examination.js';
import { csrFor, deviceKey, nextIssuer, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const issue = (workOrder: string, serial: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

/** As the reconciler leaves a registration, with the verdicts that follow from it. */
async function registration(columns: { state: 'in-sync' | 'pending' | 'drifted' | 'failed'; status?: string; detail?: string }) {
  const { state, status = 'ACTIVE', detail = null } = columns;
  await bench.db.updateTable('registration').set({ state, detail, observed: JSON.stringify({ status }) }).execute();
  const { RegistrationRepository } = await import('../../src/aws-iot/registrations/registrations.repository.js');
  await bench.app.get(RegistrationRepository, { strict: false }).judge(bench.db, { authority: bench.authority.id });
}
afterEach(() => registration({ state: 'in-sync' }));

const ledger = async (id: string) => ({
  certificates: (await bench.db.selectFrom('certificate').select('serial_number').where('work_order_id', '=', id).execute()).length,
  order: (await bench.as('manager').get(`/v1/work-orders/${id}`)).body,
});

it.each([
  ['was never registered', { state: 'pending' }],
  ['is denied', { state: 'failed', detail: 'AWS IoT refused DescribeEndpoint (AccessDenied)' }],
  ['has the authority INACTIVE', { state: 'drifted', status: 'INACTIVE', detail: "In AWS the CA's status stays different" }],
] as const)('refuses an order whose target %s, names the target, and changes nothing', async (_, columns) => {
  const { id, serials } = await bench.order(1);
  await registration(columns);
  const refused = await issue(id, serials[0]!);
  expect(refused).toMatchObject({ status: 409, body: { code: 'may-not-issue', retryable: false, detail: expect.stringContaining('eu: ') } });
  expect(await ledger(id)).toMatchObject({ certificates: 0, order: { certificates: { used: 0 }, findings: [{ target: 'eu', problem: expect.any(String), remedy: expect.any(String) }] } });

  await registration({ state: 'in-sync' });
  expect((await issue(id, serials[0]!)).status).toBe(201);
  expect((await ledger(id)).order['findings']).toEqual([]);
});

describe('an order whose target has the authority INACTIVE', () => {
  const INACTIVE = { state: 'drifted', status: 'INACTIVE' } as const;
  const named = { detail: expect.stringMatching(/eu: The CA certificate .*is INACTIVE there → .*apply/) };
  const doctor = () => checkTargets({ databaseUrl: bench.config.DATABASE_URL } as Examined);
  afterEach(() => bench.clearSlots());

  it('lets no unit pass, and lets it pass when the target is mended', async () => {
    const { id, serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
    await registration(INACTIVE);
    const pass = () => bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
    expect(await pass()).toMatchObject({ status: 409, body: { code: 'may-not-issue', ...named } });
    expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body).toMatchObject({ state: 'certified', job: { state: 'leased' } });
    expect((await ledger(id)).order['findings']).toEqual([{ target: 'eu', problem: expect.stringContaining('INACTIVE'), remedy: expect.stringContaining('/apply makes it right') }]);

    await registration({ state: 'in-sync' });
    expect((await pass()).status).toBe(200);
  });

  it('is not opened, and hands out no job, while other orders of the line go on', async () => {
    const bad = await bench.order(1);
    const planned = { id: 'not-yet', product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['NOT-YET-1'] };
    await bench.as('manager').post('/v1/work-orders', planned);
    await registration(INACTIVE);
    expect(await bench.as('manager').post('/v1/work-orders/not-yet/release')).toMatchObject({ status: 409, body: { code: 'order-not-ready', operatorAction: expect.stringContaining('/apply makes it right') } });
    expect((await bench.claim()).answer.status).toBe(204);
    expect((await bench.claim(bad.serials[0])).answer).toMatchObject({ status: 409, body: { code: 'may-not-issue', ...named } });

    // As if another target of the first order had lost the authority, and the second did not name that one.
    await registration({ state: 'in-sync' });
    await bench.db.updateTable('issuing_verdict').set({ may_issue: false }).where('work_order_id', '=', bad.id).execute();
    const good = await bench.order(1);
    expect((await bench.claim()).answer).toMatchObject({ status: 200, body: { unit: { serial: good.serials[0] } } });
  });

  it('is named by doctor, with target, cause and remedy', async () => {
    expect(await doctor()).toEqual([{ name: 'AWS targets', state: 'ok', finding: expect.any(String) }]);
    const { id } = await bench.order(1);
    await bench.db.updateTable('work_order').set({ state: 'closed' }).where('id', '<>', id).execute();
    await registration(INACTIVE);
    expect(await doctor()).toEqual([{
      name: 'AWS target eu', state: 'fail', remedy: expect.stringContaining('/apply makes it right'),
      finding: expect.stringMatching(new RegExp(`^${bench.authority.id}: The CA certificate .*is INACTIVE there\\. Stopped by it: ${id}\\.$`)),
    }]);
  });
});

it('goes on where a person changed something that keeps no device out', async () => {
  const { id, serials } = await bench.order(1);
  await registration({ state: 'drifted', detail: 'In AWS the CA is registered in mode DEFAULT instead of SNI_ONLY' });
  expect((await issue(id, serials[0]!)).status).toBe(201);
});

it('refuses an order that nobody has judged', async () => {
  const { id, serials } = await bench.order(1);
  await bench.db.deleteFrom('issuing_verdict').where('work_order_id', '=', id).execute();
  expect(await issue(id, serials[0]!)).toMatchObject({ status: 409, body: { code: 'may-not-issue' } });
});

it('judges an order by its own targets only', async () => {
  await bench.db.insertInto('target').values({
    name: 'us', account_id: '222222222222', region: 'us-east-1', mode: 'SNI_ONLY', state: 'verified', profile: null, role_arn: null,
    provisioning_role_arn: 'arn:aws:iam::222222222222:role/lineside', control_endpoint: 'http://127.0.0.1:9', mqtt_host: 'x-ats.iot.us-east-1.amazonaws.com',
  }).execute();
  const body = { product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1 };
  const orders = await Promise.all([['eu'], ['eu', 'us']].map(async (targets, at) => {
    const id = String((await bench.as('manager').post('/v1/work-orders', { ...body, targets, serials: [`V-${at}`] })).body['id']);
    const released = await bench.as('manager').post(`/v1/work-orders/${id}/release`);
    if (targets.includes('us')) {
      expect(released).toMatchObject({ status: 409, body: { code: 'order-not-ready', findings: [{ target: 'us', problem: expect.any(String), remedy: expect.any(String) }] } });
      expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body).toMatchObject({ state: 'planned' });
      // As an order that was open when its target lost the authority.
      await bench.db.updateTable('work_order').set({ state: 'released' }).where('id', '=', id).execute();
    }
    return id;
  }));
  expect((await issue(orders[0]!, 'V-0')).status).toBe(201);
  expect(await issue(orders[1]!, 'V-1')).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining('us: The authority was never registered there') } });
});

it('names the unit’s own authority where that keeps it from passing, while the order issues with the next one', async () => {
  const { id, serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
  await registration({ state: 'drifted', status: 'INACTIVE' });
  await nextIssuer(bench);
  expect((await ledger(id)).order['findings']).toEqual([]);
  const { id: authority } = bench.authority;
  const { body } = await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
  expect(body).toMatchObject({ status: 409, code: 'may-not-issue', detail: expect.stringMatching(new RegExp(`authority ${authority} can’t connect now: eu: The CA certificate .*INACTIVE there → `)), operatorAction: expect.stringContaining(`/v1/authorities/${authority}`) });
  await bench.clearSlots();
});
