import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { csrFor, deviceKey, makeAuthority, registerEverywhere, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const issue = (workOrder: string, serial: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });

/** A new generation takes over in the ledger, as it does when another process activates it. */
async function switchIssuer(): Promise<string> {
  const next = await makeAuthority(bench.app, { family: 'Test', keyType: 'P-256' });
  await registerEverywhere(bench.db, next.id);
  await bench.db.transaction().execute(async (tx) => {
    const authorities = bench.app.get(AuthorityRepository);
    await authorities.moveState(tx, bench.authority.id, ['issuing'], 'retiring');
    await authorities.moveState(tx, next.id, ['generated'], 'issuing');
  });
  return next.id;
}

it('has every certificate after the switch made by the new authority, and none of those in flight refused', async () => {
  const { id, serials } = await bench.order(40);
  expect((await issue(id, serials[0]!)).body['authority']).toBe(bench.authority.id);
  const before = serials.slice(1, 12).map((serial) => issue(id, serial));
  const next = await switchIssuer();
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
