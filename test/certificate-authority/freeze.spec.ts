import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const change = (what: 'freeze' | 'unfreeze') => bench.as('officer').post(`/v1/authorities/${bench.authority.id}/${what}`, { reason: 'seen elsewhere' });
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
