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
