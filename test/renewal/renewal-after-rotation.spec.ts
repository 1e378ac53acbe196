import { registerEverywhere, csrFor, deviceKey, nextIssuer, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

/** Units in the field, with certificates of the issuer of today. */
async function inField(count: number): Promise<string[]> {
  const { id, serials } = await bench.order(count);
  for (const serial of serials) expect((await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(deviceKey()) })).status).toBe(201);
  await bench.db.updateTable('unit').set({ state: 'shipped' }).where('serial', 'in', serials).execute();
  return serials;
}
const renew = (serial: string) => bench.as('issuer').post(`/v1/units/${serial}/renewal`, { csr: csrFor(deviceKey()) });
const successorOf = (serial: string) =>
  bench.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select('authority_id').where('serial', '=', serial).where('standing', '=', 'successor').where('certificate.state', '=', 'valid').executeTakeFirstOrThrow();

it('goes by the issuer of today where the former one, which this process has signed with, is compromised and stopped in AWS', async () => {
  const [serial = '', other = ''] = await inField(2);
  const next = await nextIssuer(bench);
  const { status, body } = await bench.as('officer').post(`/v1/authorities/${bench.authority.id}/compromise`, { reason: 'test', lockedOut: 2 });
  expect([status, body['state']]).toEqual([200, 'compromised']);
  expect(await renew(serial)).toMatchObject({ status: 202, body: { state: 'registering' } });
  expect(await successorOf(serial)).toEqual({ authority_id: next });
  expect((await renew(other)).status).toBe(202);
});

it('names what stands against the issuer of today', async () => {
  const [serial = ''] = await inField(1);
  const next = await nextIssuer(bench, { registered: false });
  expect(await renew(serial)).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringMatching(new RegExp(`authority ${next} can’t connect now: eu: .*registered`)), operatorAction: expect.stringContaining(`/v1/authorities/${next}`) } });
  await registerEverywhere(bench.db, next);
  expect((await renew(serial)).status).toBe(202);
  expect(await successorOf(serial)).toEqual({ authority_id: next });
});
