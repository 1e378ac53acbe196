import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

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
  const { RegistrationRepository } = await import('../../src/aws-iot/registrations.repository.js');
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

it('goes on where a person changed something that keeps no device out', async () => {
  const { id, serials } = await bench.order(1);
  await registration({ state: 'drifted', detail: 'In AWS the policy lineside-device has another document' });
  expect((await issue(id, serials[0]!)).status).toBe(201);
});

it('refuses an order that nobody has judged', async () => {
  const { id, serials } = await bench.order(1);
  await bench.db.deleteFrom('issuing_verdict').where('work_order_id', '=', id).execute();
  expect(await issue(id, serials[0]!)).toMatchObject({ status: 409, body: { code: 'may-not-issue' } });
});

it('judges an order by its own targets only', async () => {
  await bench.db.insertInto('target').values({
    name: 'us', account_id: '222222222222', region: 'us-east-1', mode: 'SNI_ONLY', profile: null, role_arn: null,
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
  expect(await issue(orders[1]!, 'V-1')).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining('us: never registered') } });
});
