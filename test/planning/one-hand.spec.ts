import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const makeKey = async (role: 'manager' | 'admin', station: string) => String((await bench.as(role).post('/v1/access/keys', { role: 'station', name: 'fixture', station })).body['key']);
const show = async (id: string) => (await bench.as('auditor').get(`/v1/work-orders/${id}`)).body;
const released = async (id: string) =>
  (await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'work-order.released').where('subject', '=', `work-order:${id}`).execute()).map(({ body }) => JSON.parse(body.toString()).facts);

it('an order whose line has stations that others gave their keys is not flagged', async () => {
  await makeKey('admin', 'a');
  const { id } = await bench.order(1);
  expect(await show(id)).toMatchObject({ warnings: [], releasedBy: expect.stringMatching(/^key:/) });
  expect(await released(id)).toMatchObject([{ id, oneHand: [] }]);
});

it('a manager who makes station, key and order, and so certificates that his role is refused, is flagged in the order and on record', async () => {
  expect((await bench.as('manager').post('/v1/certificates', {})).status).toBe(403);
  await bench.as('manager').post('/v1/stations', { id: 'own', line: 'line-1', slots: ['1'] });
  const key = await makeKey('manager', 'own');
  const { id, serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0], '1', key);
  expect((await bench.call('POST', `/v1/jobs/${jobId}/certificate`, key, { fence, csr: csrFor(deviceKey()) })).status).toBe(201);
  expect((await show(id))['warnings']).toEqual([{ problem: expect.stringContaining('made the keys of own'), remedy: expect.stringContaining('admin') }]);
  expect(await released(id)).toMatchObject([{ oneHand: ['own'] }]);
});

it('a key that the same manager makes after the release is flagged too, until it is taken away', async () => {
  const { id } = await bench.order(1);
  await bench.as('manager').post('/v1/stations', { id: 'late', line: 'line-1', slots: ['1'] });
  const key = await makeKey('manager', 'late');
  expect(JSON.stringify((await show(id))['warnings'])).toContain('late');
  await bench.call('DELETE', `/v1/access/keys/${key.split('_')[2]}`, bench.keys.admin);
  expect(JSON.stringify((await show(id))['warnings'])).not.toContain('late');
});

it('an enrolled station counts as let in by whoever made its code: flagged where that is who released the order, and not where it is another manager', async () => {
  const other = await bench.addKey('manager');
  const enrol = async (station: string, manager: string) => {
    const { code } = (await bench.call('POST', `/v1/stations/${station}/enrolments`, manager, {})).body;
    await bench.call('POST', '/v1/enrolments', undefined, { code, csr: csrFor(deviceKey()) });
  };
  await bench.as('manager').post('/v1/lines', { id: 'line-e' });
  for (const id of ['mine', 'others', 'promised', 'closed']) await bench.as('manager').post('/v1/stations', { id, line: 'line-e', slots: ['1'] });
  await enrol('mine', bench.keys.manager);
  await enrol('others', other);
  await bench.as('manager').post('/v1/stations/promised/enrolments');
  await makeKey('manager', 'closed');
  await bench.call('PATCH', '/v1/stations/closed/access', other, { requireCertificate: true });
  const body = { id: 'wo-e', product: 'sensor', line: 'line-e', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['E-1'] };
  expect((await bench.as('manager').post('/v1/work-orders', body)).status).toBe(201);
  await bench.as('manager').post('/v1/work-orders/wo-e/release');
  expect(await released('wo-e')).toMatchObject([{ oneHand: ['mine', 'promised'] }]);
  expect((await show('wo-e'))['warnings']).toEqual([{ problem: expect.stringContaining('mine, promised, or the codes'), remedy: expect.stringContaining('another manager') }]);
  for (const id of ['mine', 'promised']) await bench.as('officer').post(`/v1/stations/${id}/revoke`, { reason: 'enrolled by the wrong one' });
  expect((await show('wo-e'))['warnings']).toEqual([]);
});
