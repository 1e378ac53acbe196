import { csrFor, deviceKey, nextIssuer, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const issue = (workOrder: string, serial: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

it('has every certificate after the switch made by the new authority, and none of those in flight refused', async () => {
  const { id, serials } = await bench.order(40);
  expect((await issue(id, serials[0]!)).body['authority']).toBe(bench.authority.id);
  const before = serials.slice(1, 12).map((serial) => issue(id, serial));
  const next = await nextIssuer(bench);
  const after = await Promise.all(serials.slice(12).map((serial) => issue(id, serial)));
  expect(after.map(({ status, body }) => [status, body['authority']])).toEqual(after.map(() => [201, next]));
  expect((await Promise.all(before)).map(({ status }) => status)).toEqual(before.map(() => 201));
  const late = await bench.db
    .selectFrom('certificate')
    .innerJoin('authority', 'authority.id', 'certificate.authority_id')
    .select('serial_number')
    .where('work_order_id', '=', id)
    .where('authority.id', '=', bench.authority.id)
    .where('certificate.reserved_at', '>', (eb) => eb.selectFrom('certificate').select((of) => of.fn.min('reserved_at').as('first')).where('authority_id', '=', next))
    .execute();
  expect(late).toEqual([]);
});

it('refuses nobody for what stands against an issuer that was replaced, such as a key that the HSM has lost', async () => {
  const { id, serials: [first = '', second = ''] } = await bench.order(2);
  const lost = await nextIssuer(bench);
  await bench.db.updateTable('authority').set({ key_label: 'lost' }).where('id', '=', lost).execute();
  expect(await issue(id, first)).toMatchObject({ status: 503, body: { code: 'hsm-key-missing' } });
  const next = await nextIssuer(bench);
  expect(await issue(id, second)).toMatchObject({ status: 201, body: { authority: next } });
});
