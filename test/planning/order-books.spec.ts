import { OrderBalanceQueries } from '../../src/planning/order-balance.queries.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const manager = (method: 'GET' | 'POST', url: string, body?: object) => bench.call(method, `/v1/work-orders/${url}`, bench.keys.manager, body);
const balance = async (id: string) => (await manager('GET', `${id}/balance`)).body;
const decide = (serial: string, step: string) => bench.as('operator').post(`/v1/units/${serial}/${step}`);
const certify = async (workOrder: string, serial: string) => expect((await bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) })).status).toBe(201);

async function pass(serial: string, outcome = 'PASS') {
  const { jobId, fence } = await bench.claim(serial);
  const at = (step: string, body: object) => bench.as('station').post(`/v1/jobs/${jobId}/${step}`, { fence, ...body });
  expect([200, 201]).toContain((await at('certificate', { csr: csrFor(deviceKey()) })).status);
  expect((await at('result', { outcome })).status).toBe(200);
}

describe('the balance of an order', () => {
  it('says where each of its units is, so that the sum is what was ordered', async () => {
    const { id, serials } = await bench.order(9, { quantity: 8 });
    const [shipped, passed, scrapped, failed, atStation, certified] = serials as [string, string, string, string, string, string];
    for (const serial of [shipped, passed, scrapped]) await pass(serial);
    await pass(failed, 'FAIL');
    expect((await decide(shipped, 'ship')).status).toBe(200);
    expect((await decide(scrapped, 'scrap')).status).toBe(200);
    expect((await bench.claim(atStation)).answer.status).toBe(200);
    await certify(id, certified);
    const present = await balance(id);
    expect(present).toEqual({
      ordered: 8, beyondOrdered: 0, shipped: 1, scrapped: 1, inWork: 6, unaccounted: 0, unaccountedIfClosed: 5, passed: 1, begun: 3, notBegun: 2, certificates: { used: 5, onRecord: 5 },
    });
    expect((await manager('GET', `${id}/reconciliation`)).body['balance']).toEqual(present);
    expect((await manager('GET', `${id}/balance?format=csv`)).body['text']).toBe(
      `workOrder,ordered,beyondOrdered,shipped,scrapped,inWork,unaccounted,unaccountedIfClosed,passed,begun,notBegun,certificatesUsed,certificatesOnRecord\r\n${id},8,0,1,1,6,0,5,1,3,2,5,5\r\n`,
    );
  });

  it('counts units that replace scrap beyond what was ordered, and a reworked unit once', async () => {
    const { id, serials } = await bench.order(3, { quantity: 2 });
    await manager('POST', `${id}/raise`, { overage: 1 });
    for (const serial of serials) await pass(serial);
    await decide(serials[0]!, 'scrap');
    await decide(serials[1]!, 'rework');
    expect(await balance(id)).toMatchObject({ ordered: 2, beyondOrdered: 1, scrapped: 1, passed: 1, begun: 1, notBegun: 0, inWork: 2, unaccounted: 0, certificates: { used: 2, onRecord: 2 } });
    await pass(serials[1]!);
    expect(await balance(id)).toMatchObject({ beyondOrdered: 1, passed: 2, begun: 0, unaccountedIfClosed: 0, certificates: { used: 3, onRecord: 3 } });
  });

  it('has certificates unaccounted for that no unit shows, and those that count nowhere', async () => {
    const { id } = await bench.order(2);
    for (const [used, unaccounted] of [[2, 2], [0, 0]]) {
      await bench.db.updateTable('work_order').set({ certificates_reserved: used! }).where('id', '=', id).execute();
      expect(await balance(id)).toMatchObject({ unaccounted, inWork: 2, beyondOrdered: unaccounted, certificates: { used, onRecord: 0 } });
    }
    await certify(id, String((await bench.db.selectFrom('unit').select('serial').where('work_order_id', '=', id).executeTakeFirstOrThrow()).serial));
    await bench.db.updateTable('work_order').set({ certificates_reserved: 0 }).where('id', '=', id).execute();
    expect(await balance(id)).toMatchObject({ unaccounted: 1, certificates: { used: 0, onRecord: 1 } });
  });
});

describe('closing an order', () => {
  const close = (id: string, body: object = {}) => manager('POST', `${id}/close`, body);

  it('is refused while units are unaccounted for, unless their number is named with a reason, on record', async () => {
    const { id, serials } = await bench.order(3);
    await pass(serials[0]!);
    await certify(id, serials[1]!);
    const refusal = { status: 409, body: { code: 'order-unaccounted', unaccounted: 2, balance: { begun: 1, notBegun: 1, passed: 1 }, detail: expect.stringContaining('2 units of'), operatorAction: expect.stringContaining('"unaccounted": 2') } };
    for (const body of [{}, { reason: 'enough' }, { unaccounted: 3, reason: 'enough' }, { unaccounted: 0 }]) expect(await close(id, body)).toMatchObject(refusal);
    expect(await close(id, { unaccounted: 2 })).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    expect((await manager('GET', id)).body).toMatchObject({ state: 'released', units: { planned: 1 } });

    expect(await close(id, { unaccounted: 2, reason: 'two boards were lost, protocol 17' })).toMatchObject({ status: 200, body: { state: 'closed', stateReason: 'two boards were lost, protocol 17' } });
    expect(await balance(id)).toMatchObject({ ordered: 3, inWork: 1, unaccounted: 2, beyondOrdered: 0 });
    const { body } = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', `work-order:${id}`).where('event', '=', 'work-order.closed').executeTakeFirstOrThrow();
    expect(JSON.parse(body.toString())).toMatchObject({ facts: { unaccounted: 2, reason: 'two boards were lost, protocol 17', jobs: 2 } });
  });

  it('needs no word where all units have passed or are scrapped, and refuses a number then', async () => {
    const { id, serials } = await bench.order(2);
    await pass(serials[0]!);
    await pass(serials[1]!, 'FAIL');
    await decide(serials[1]!, 'scrap');
    expect(await close(id, { unaccounted: 1, reason: 'one too many' })).toMatchObject({ status: 409, body: { code: 'order-unaccounted', unaccounted: 0 } });
    expect(await close(id)).toMatchObject({ status: 200, body: { state: 'closed' } });
    expect(await balance(id)).toMatchObject({ inWork: 1, scrapped: 1, unaccounted: 0 });
    expect((await decide(serials[0]!, 'ship')).status).toBe(200);
    expect(await balance(id)).toMatchObject({ inWork: 0, shipped: 1, scrapped: 1, unaccounted: 0 });
  });

  it('counts as accounted for what a station finishes after the order was closed', async () => {
    const { id, serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    const at = (step: string, body: object) => bench.as('station').post(`/v1/jobs/${jobId}/${step}`, { fence, ...body });
    await at('certificate', { csr: csrFor(deviceKey()) });
    expect((await close(id, { unaccounted: 1, reason: 'the last one is at the station' })).status).toBe(200);
    expect(await balance(id)).toMatchObject({ unaccounted: 1 });
    expect((await at('result', { outcome: 'PASS' })).status).toBe(200);
    expect(await balance(id)).toMatchObject({ unaccounted: 0, inWork: 1 });
  });
});

it('is that of every order of this ledger: what counts against each quota is on record', async () => {
  const queries = bench.app.get(OrderBalanceQueries, { strict: false });
  const orders = await bench.db.selectFrom('work_order').select('id').where('state', '<>', 'released').execute();
  for (const { id } of orders) {
    const { ordered, beyondOrdered, shipped, scrapped, inWork, unaccounted, certificates } = await queries.of(id);
    expect([id, certificates.used, ordered + beyondOrdered]).toEqual([id, certificates.onRecord, shipped + scrapped + inWork + unaccounted]);
  }
});
