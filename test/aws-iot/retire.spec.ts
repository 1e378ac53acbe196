import { RegistrationPlans } from '../../src/aws-iot/registrations/registration-plans.repository.js';
import { TargetRepository } from '../../src/aws-iot/targets/targets.repository.js';
import { closeOrder } from '../support/close-order.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const revoke = async (fingerprint: string) => expect((await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
const retire = (query = '') => bench.call('DELETE', `/v1/aws/targets/eu${query}`, bench.keys.officer);
const row = (fingerprint: string) => bench.db.selectFrom('unit_target').select(['state', 'desired', 'detail']).where('certificate_id', '=', fingerprint).executeTakeFirst();

it('a target is not retired while AWS there has yet to be told of a revocation, unless an officer gives that up on record; what is revoked later says so', async () => {
  const { id, serials } = await bench.order(2);
  const [early, late] = await Promise.all(serials.map(async (serial) => String((await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(deviceKey()) })).body['fingerprint'])));
  for (const fingerprint of [early!, late!]) await until('expected', () => row(fingerprint));
  expect((await closeOrder((method, url, body) => bench.call(method, url, bench.keys.manager, body), id)).status).toBe(200);
  await revoke(early!);
  // AWS is away from this bench; and the log may not have been read yet.
  expect(await retire()).toMatchObject({ status: 409, body: { code: 'keep-outs-untold', certificates: 1, operatorAction: expect.stringContaining('DELETE /v1/aws/targets/eu?giveUpKeepOuts=true&reason=') } });
  expect(await row(early!)).toMatchObject({ state: 'pending' });
  const stop = await bench.as('officer').post(`/v1/authorities/${bench.authority.id}/freeze`, { reason: 'seen elsewhere', cloud: true });
  expect(stop).toMatchObject({ status: 200 });
  expect(await retire()).toMatchObject({ status: 409, body: { code: 'keep-outs-untold', certificates: 1, authorities: [bench.authority.id] } });
  await until('desired', async () => ((await row(early!))?.desired === 'REVOKED' ? true : undefined));
  expect(await retire('?giveUpKeepOuts=true')).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('reason') } });
  expect(await retire('?giveUpKeepOuts=true&reason=the+account+is+closed')).toMatchObject({ status: 200, body: { state: 'retired' } });
  expect(await row(early!)).toEqual({ state: 'removed', desired: 'REVOKED', detail: 'The target was retired before AWS was told there' });
  expect((await bench.auditTrail('target:eu')).slice(-2)).toEqual(['target.keep-outs-given-up', 'target.retired']);

  await revoke(late!);
  expect(await until('told', async () => ((await row(late!))?.desired === 'REVOKED' ? row(late!) : undefined))).toEqual({ state: 'removed', desired: 'REVOKED', detail: 'The target is retired: AWS is not told there any more' });
});

it('keeps what a family does for units of a retired target, in the one that is made anew for its account', async () => {
  const anew = { name: 'anew', accountId: '111111111111', region: 'eu-west-1', provisioningRoleArn: 'arn:aws:iam::111111111111:role/lineside', controlEndpoint: 'http://127.0.0.1:9' };
  // As its first order has decided it.
  const parameters = { attributes: { maker: 'acme' } };
  await bench.db.updateTable('family_target').set({ parameters: JSON.stringify(parameters) }).where('target_name', '=', 'eu').execute();
  expect((await bench.as('officer').post('/v1/aws/targets', anew)).status).toBe(201);
  const registered = () => bench.db.selectFrom('registration').select(['method', 'parameters']).where('target_name', '=', 'anew').execute();
  // Its CA, which an officer has stopped, is looked after before any check has passed.
  expect(await registered()).toEqual([{ method: 'jitp', parameters }]);
  // AWS is away from this bench: what a check does that has passed.
  await bench.db.transaction().execute(async (tx) => {
    await tx.updateTable('target').set({ state: 'verified' }).where('name', '=', 'anew').execute();
    await bench.app.get(RegistrationPlans, { strict: false }).forTarget(tx, await bench.app.get(TargetRepository, { strict: false }).get('anew', tx));
  });
  expect(await registered()).toEqual([{ method: 'jitp', parameters }]);
  const order = (id: string, method: string, more: object = {}) => bench.as('manager').post('/v1/work-orders', { id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['anew'], serials: [`${id}-1`], method, ...more });
  const { id: holder } = await bench.db.selectFrom('work_order').select('id').where('certificates_reserved', '>', 0).executeTakeFirstOrThrow();
  expect(await order('other', 'jitr')).toMatchObject({ status: 409, body: { code: 'family-held', heldBy: holder, target: 'anew', method: 'jitp' } });
  expect(await bench.db.selectFrom('family_target').select(['method', 'parameters']).where('target_name', '=', 'anew').execute()).toEqual([{ method: 'jitp', parameters }]);
  expect((await order('same', 'jitp', { parameters })).status).toBe(201);
});
