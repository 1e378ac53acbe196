import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const order = { product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['R-1'] };
const create = (id: string, fields: Record<string, unknown>) => bench.as('manager').post('/v1/work-orders', { ...order, id, ...fields });

describe('a new order', () => {
  it.each([
    ['family of authorities', { authority: 'Lineside' }, 'There is no family of authorities Lineside; there are: Test'],
    ['family, named by one of its authorities', { authority: 'test-g1' }, 'There is no family of authorities test-g1; there are: Test. test-g1 is one authority; an order names its family, Test'],
    ['family in other letters', { authority: 'TEST' }, 'There is no family of authorities TEST; there are: Test'],
    ['line', { line: 'line-9' }, 'There is no line line-9; there are: line-1'],
    ['target', { targets: ['eu', 'mars'] }, 'There is no target mars; there are: eu'],
    ['profile', { profile: 'nobody' }, /^There is no profile nobody; there are: device, device-/],
  ])('that names an unknown %s is refused, and told what there is', async (_what, fields, detail) => {
    expect(await create('unknown', fields)).toMatchObject({ status: 422, body: { code: 'order-reference-unknown', detail: expect.stringMatching(detail) } });
    expect((await bench.as('manager').get('/v1/work-orders/unknown')).status).toBe(404);
  });

  it('of a family whose authorities are all over is refused', async () => {
    await bench.db.updateTable('authority').set({ state: 'retired' }).execute();
    try {
      expect(await create('over', {})).toMatchObject({ status: 422, body: { detail: 'There is no family of authorities Test; there is none yet' } });
    } finally {
      await bench.db.updateTable('authority').set({ state: 'issuing' }).execute();
    }
  });

  it('that names a serial twice, or one of another order, is refused by its name', async () => {
    expect(await create('twice', { serials: ['T-1', 'T-2', 'T-1'] })).toMatchObject({ status: 422, body: { code: 'serial-repeated', detail: 'The order names the serial T-1 twice' } });
    expect((await create('first', { serials: ['T-1', 'T-2'] })).status).toBe(201);
    expect(await create('second', { serials: ['T-3', 'T-2'] })).toMatchObject({ status: 409, body: { code: 'serial-taken', detail: 'The serial T-2 belongs to a unit of the work order first already' } });
    expect((await bench.as('manager').get('/v1/work-orders/second')).status).toBe(404);
  });
});

describe('an order whose id stands for another one', () => {
  const terms = { serials: { prefix: 'EX-', digits: 1, count: 3 }, quantity: 2, notAfter: '2099-01-01T01:00:00+01:00', method: 'jitp' };
  const refused = (differs: string[]) => ({ status: 409, body: { code: 'work-order-exists', differs } });

  it('is refused with what it says otherwise, and as one that is there where it says the same', async () => {
    expect((await create('there', terms)).status).toBe(201);
    expect(await create('there', { ...terms, notAfter: '2099-01-01T00:00:00Z' })).toMatchObject({ status: 409, body: { detail: 'There is a work order there already, which is as it was sent', differs: [] } });
    expect(await create('there', { ...terms, quantity: 3, overage: 1, shipGate: 'connected', externalId: '45-there', notAfter: undefined, notBefore: '2026-01-01T00:00:00Z' })).toMatchObject(refused(['externalId', 'notAfter', 'notBefore', 'overage', 'quantity', 'shipGate']));
    expect(await create('there', { ...terms, serials: { prefix: 'EX-', digits: 1, start: 2, count: 3 } })).toMatchObject(refused(['serials']));
    expect(await create('there', { ...terms, serials: ['EX-1', 'EX-2', 'EX-3'] })).toMatchObject(refused([]));
    expect(await create('there', { ...terms, method: 'single-thing' })).toMatchObject(refused(['method']));
    expect((await bench.as('manager').get('/v1/work-orders/there')).body).toMatchObject({ quantity: 2, units: { total: 3 } });
  });

  it('says so also where it is another one’s in another system', async () => {
    expect((await create('erp-1', { serials: ['EX-8'], externalId: '45-1' })).status).toBe(201);
    expect(await create('erp-1', { serials: ['EX-8'], externalId: '45-2' })).toMatchObject({ ...refused(['externalId']), body: { detail: 'There is a work order erp-1 already, with another externalId' } });
  });
});

describe('an order of another system', () => {
  const order45 = { ...order, externalId: '4500017', quantity: 2, serials: { prefix: 'ERP-', digits: 2 }, notBefore: '2026-11-26T08:00:00Z' };
  const send = (fields: Record<string, unknown> = {}) => bench.as('manager').post('/v1/work-orders', { ...order45, ...fields });
  const ordersOf = async (externalId: string) => (await bench.as('auditor').get(`/v1/work-orders?externalId=${externalId}`)).body['items'] as { id: string }[];

  it('is made once, however often and from wherever it is sent, and found by its name there', async () => {
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    const ids = new Set(answers.map(({ body }) => body['id']));
    expect(ids.size).toBe(1);
    expect(await ordersOf('4500017')).toMatchObject([{ id: [...ids][0], externalId: '4500017', quantity: 2 }]);
    expect(await bench.auditTrail(`work-order:${String([...ids][0])}`)).toEqual(['work-order.created']);
  });

  it('is found by what it said when it was made, also after it was raised, in whatever form its times are written', async () => {
    const made = (await send({ externalId: '4500018', serials: ['ERP-A', 'ERP-B'] })).body['id'];
    expect((await bench.as('manager').post(`/v1/work-orders/${String(made)}/raise`, { quantity: 5 })).status).toBe(200);
    expect(await send({ externalId: '4500018', serials: ['ERP-A', 'ERP-B'], notBefore: '2026-11-26T09:00:00+01:00', overage: 0 })).toMatchObject({ status: 200, body: { id: made, quantity: 5 } });
  });

  it('that differs is refused with what differs, and changes nothing', async () => {
    await send();
    const [{ id }] = (await ordersOf('4500017')) as [{ id: string }];
    expect(await send({ quantity: 3, notBefore: undefined, serials: { prefix: 'ERP-', start: 2, digits: 2, count: 2 }, id: 'another' })).toMatchObject({
      status: 409, body: { code: 'external-order-differs', workOrder: id, differs: ['id', 'notBefore', 'quantity', 'serials'] },
    });
    expect(await ordersOf('4500017')).toMatchObject([{ id, quantity: 2 }]);
  });

  it('that can not be made leaves its name free', async () => {
    expect(await send({ externalId: '4500019', line: 'line-9', serials: ['ERP-Z'] })).toMatchObject({ status: 422 });
    expect(await send({ externalId: '4500019', serials: ['ERP-Z'] })).toMatchObject({ status: 201 });
  });
});

describe('a product', () => {
  const STEPS = [{ name: 'provision', identity: true, retests: 1, maxMinutes: 60 }, { name: 'test', identity: false, retests: 3, maxMinutes: 10 }];
  const manager = (url: string, body: object) => bench.as('manager').post(url, body);
  const patch = (name: string, changes: object) => bench.call('PATCH', `/v1/products/${encodeURIComponent(name)}`, bench.keys.manager, changes);

  it('that is new is made by the first order that names it, with one step, and on record; the next order finds it', async () => {
    expect((await bench.as('auditor').get('/v1/products/lamp%2F7')).status).toBe(404);
    expect(await create('lamps-1', { product: 'lamp/7', serials: ['LAMP-1'] })).toMatchObject({ status: 201, body: { profile: 'device', method: 'jitp', revision: null, route: [STEPS[0]] } });
    expect((await create('lamps-2', { product: 'lamp/7', serials: ['LAMP-2'] })).status).toBe(201);
    expect(await bench.as('auditor').get('/v1/products/lamp%2F7')).toMatchObject({ status: 200, body: { name: 'lamp/7', revisions: [], profile: null, method: null, route: [STEPS[0]], failureCodes: [] } });
    expect(await bench.auditTrail('product:lamp/7')).toEqual(['product.created']);
  });

  it('of an order that can not be made is not made either', async () => {
    expect((await create('lamps-3', { product: 'ghost', serials: ['LAMP-2'] })).body['code']).toBe('serial-taken');
    expect((await bench.as('auditor').get('/v1/products/ghost')).body['code']).toBe('product-unknown');
  });

  it('says what its orders need not, and a change of it concerns those that are made afterwards', async () => {
    const made = await manager('/v1/products', { name: 'pump', profile: 'device-rsa', method: 'jitr', revisions: ['B'], route: [{ name: 'provision' }, { name: 'test', retests: 3, maxMinutes: 10 }] });
    expect(made).toMatchObject({ status: 201, body: { name: 'pump', route: STEPS } });
    expect(await manager('/v1/products', { name: 'pump', method: 'jitr', serials: { minLength: 3 } })).toMatchObject({
      status: 409, body: { code: 'product-exists', detail: 'There is a product pump already, with another profile, revisions, route, serials', differs: ['profile', 'revisions', 'route', 'serials'] },
    });
    expect(await manager('/v1/products', { name: 'pump', profile: 'device-rsa', method: 'jitr', revisions: ['B'], route: STEPS })).toMatchObject({ status: 201, body: { name: 'pump', createdAt: made.body['createdAt'] } });
    const before = { status: 201, body: { product: 'pump', profile: 'device-rsa', method: 'jitr', revision: 'B', route: STEPS } };
    await manager('/v1/work-orders', { ...order, id: 'pumps-0', product: 'pump', profile: 'device', method: 'jitp', serials: ['PUMP-0'] });
    expect(await create('pumps-1', { product: 'pump', serials: ['PUMP-1'], authority: 'Test' })).toMatchObject({ status: 409, body: { code: 'family-held' } });
    await patch('pump', { method: null });
    expect(await create('pumps-1', { product: 'pump', serials: ['PUMP-1'] })).toMatchObject({ ...before, body: { ...before.body, method: 'jitp' } });
    expect(await patch('pump', { revisions: ['B', 'C'], route: [{ name: 'burn-in' }, { name: 'sign', identity: true }] })).toMatchObject({ status: 200, body: { profile: 'device-rsa', method: null, revisions: ['B', 'C'] } });
    expect(await bench.as('manager').get('/v1/work-orders/pumps-1')).toMatchObject({ body: { revision: 'B', route: STEPS } });
    expect(await create('pumps-2', { product: 'pump', serials: ['PUMP-2'], revision: 'C' })).toMatchObject({ status: 201, body: { revision: 'C', route: [{ name: 'burn-in', identity: false }, { name: 'sign', identity: true }] } });
    expect(await bench.auditTrail('product:pump')).toEqual(['product.created', 'product.changed', 'product.changed']);
  });

  it('is made in its revisions only', async () => {
    await manager('/v1/products', { name: 'valve', revisions: ['A', 'B'] });
    expect(await create('valves', { product: 'valve', serials: ['VALVE-1'], revision: 'X' })).toMatchObject({ status: 422, body: { code: 'order-reference-unknown', detail: expect.stringContaining('There is no revision X; there are: A, B') } });
    expect(await create('valves', { product: 'valve', serials: ['VALVE-1'] })).toMatchObject({ status: 422, body: { code: 'order-reference-unknown', detail: 'The order says no revision; the product valve is made in A, B' } });
  });

  it.each([
    ['no step', { route: [] }, 'route'],
    ['two steps of one name', { route: [{ name: 'test' }, { name: 'test' }] }, 'different names'],
    ['two steps with the identity', { route: [{ name: 'a', identity: true }, { name: 'b', identity: true }] }, 'one step has the identity'],
    ['a look into AWS before there is a certificate', { route: [{ name: 'a', waitFor: 'shipGate' }, { name: 'b', identity: true }] }, "a can't look at the unit in AWS"],
    ['17 steps', { route: Array.from({ length: 17 }, (_, at) => ({ name: `s${at}` })) }, 'route'],
    ['a failure code twice', { failureCodes: [{ code: 'E1', meaning: 'x' }, { code: 'E1', meaning: 'y' }] }, 'codes must differ'],
  ])('with %s is refused', async (_what, rules, detail) => {
    expect(await manager('/v1/products', { name: 'wrong', ...rules })).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining(detail) } });
  });

  it('with a profile that there is not is refused', async () => {
    expect(await manager('/v1/products', { name: 'wrong', profile: 'nobody' })).toMatchObject({ status: 422, body: { code: 'order-reference-unknown' } });
    expect(await patch('nothing', { revisions: [] })).toMatchObject({ status: 404, body: { code: 'product-unknown' } });
    expect((await patch('lamp/7', {})).status).toBe(400);
  });

  it('of another system’s order that leaves something to the product may change meanwhile', async () => {
    const sent = () => bench.as('manager').post('/v1/work-orders', { ...order, product: 'fan', externalId: '4500099', serials: ['FAN-1'] });
    const first = await sent();
    await patch('fan', { profile: 'device-rsa', method: 'jitr' });
    expect(await sent()).toMatchObject({ status: 200, body: { id: first.body['id'], profile: 'device', method: 'jitp' } });
  });
});
