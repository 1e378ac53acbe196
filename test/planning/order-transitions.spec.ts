import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const step = (id: string, name: string, body: Record<string, unknown> = {}) => bench.as('manager').post(`/v1/work-orders/${id}/${name}`, body);
const show = async (id: string) => (await bench.as('manager').get(`/v1/work-orders/${id}`)).body;
const issue = (workOrder: string, serial: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr: csrFor(deviceKey()) });
const planned = async (id: string, serials: string[]) =>
  bench.as('manager').post('/v1/work-orders', { id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: serials.length, targets: ['eu'], serials });
const jobStates = async (id: string) => (await bench.db.selectFrom('job').select('state').where('work_order_id', '=', id).orderBy('id').execute()).map(({ state }) => state);

describe('an order on hold', () => {
  it('hands out no job and issues nothing, until it is resumed', async () => {
    const { id, serials } = await bench.order(2);
    expect(await step(id, 'hold', { reason: 'wrong label' })).toMatchObject({ status: 200, body: { state: 'held', stateReason: 'wrong label' } });
    expect((await bench.claim()).answer.status).toBe(204);
    expect((await bench.claim(serials[0])).answer.status).toBe(409);
    expect(await issue(id, serials[0]!)).toMatchObject({ status: 409, body: { code: 'work-order-not-released' } });
    expect(await show(id)).toMatchObject({ certificates: { used: 0 }, units: { planned: 2 } });

    expect(await step(id, 'resume')).toMatchObject({ status: 200, body: { state: 'released', stateReason: null } });
    expect((await bench.claim(serials[0])).answer.status).toBe(200);
    expect((await issue(id, serials[1]!)).status).toBe(201);
    expect((await bench.auditTrail(`work-order:${id}`)).slice(-2)).toEqual(['work-order.held', 'work-order.resumed']);
  });

  it('refuses a reservation in the very statement that would make it', async () => {
    const { id, serials } = await bench.order(1);
    // The terms of an order are kept by each process, its state is not.
    await issue(id, 'nobody');
    await step(id, 'hold');
    expect((await issue(id, serials[0]!)).status).toBe(409);
    expect(await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', id).execute()).toEqual([]);
  });
});

describe('an order outside its window', () => {
  const HOUR = 3_600_000;
  const fromNow = (hours: number) => new Date(Date.now() + hours * HOUR);
  const setWindow = (id: string, notBefore: Date | null, notAfter: Date | null) => bench.db.updateTable('work_order').set({ not_before: notBefore, not_after: notAfter }).where('id', '=', id).execute();
  const bodyOf = (id: string, window: object) => ({ id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: 2, targets: ['eu'], serials: [`${id}-1`, `${id}-2`], ...window });

  it('hands out no job and issues nothing, and says when it opens', async () => {
    const notBefore = fromNow(2).toISOString();
    expect(await bench.as('manager').post('/v1/work-orders', bodyOf('early', { notBefore, notAfter: fromNow(3).toISOString() }))).toMatchObject({ status: 201, body: { notBefore, warnings: [] } });
    expect((await step('early', 'release')).status).toBe(200);
    expect((await bench.claim()).answer.status).toBe(204);
    const refusal = { status: 409, body: { code: 'outside-window', detail: `Work order early opens at ${notBefore}`, opensAt: notBefore, nextStep: 'release' } };
    expect((await bench.claim('early-1')).answer).toMatchObject(refusal);
    expect(await issue('early', 'early-1')).toMatchObject({ status: 409, body: { code: 'outside-window', opensAt: notBefore } });
    expect(await show('early')).toMatchObject({ certificates: { used: 0 }, units: { planned: 2 } });

    await setWindow('early', fromNow(-1), fromNow(1));
    expect((await bench.claim()).answer).toMatchObject({ status: 200, body: { workOrder: { id: 'early' } } });
    expect((await issue('early', 'early-2')).status).toBe(201);
  });

  it('says when it was over, and goes on once a manager has moved its end', async () => {
    const { id, serials } = await bench.order(1);
    const notAfter = fromNow(-1);
    await setWindow(id, null, notAfter);
    expect(await issue(id, serials[0]!)).toMatchObject({ status: 409, body: { code: 'outside-window', detail: `Work order ${id} is over since ${notAfter.toISOString()}`, closedAt: notAfter.toISOString() } });
    expect(await show(id)).toMatchObject({ warnings: [{ problem: expect.stringContaining('window is over') }] });
    expect(await step(id, 'raise', { notAfter: fromNow(-2).toISOString() })).toMatchObject({ status: 422, body: { code: 'window-not-extended' } });
    const later = fromNow(1).toISOString();
    expect(await step(id, 'raise', { notAfter: later })).toMatchObject({ status: 200, body: { notAfter: later, quantity: 1 } });
    expect((await issue(id, serials[0]!)).status).toBe(201);
    expect(await step(id, 'raise', { notAfter: null })).toMatchObject({ status: 200, body: { notAfter: null } });
    expect(await step(id, 'raise', { notAfter: later })).toMatchObject({ status: 422, body: { code: 'window-not-extended' } });
  });

  it('takes back units that have no certificate yet, and lets stations finish those that have', async () => {
    const { id } = await bench.order(2);
    const [first, second] = [await bench.claim(), await bench.claim(undefined, '2')];
    const at = (claim: typeof first, name: string, body = {}) => bench.as('station').post(`/v1/jobs/${claim.jobId}/${name}`, { fence: claim.fence, ...body });
    const issued = await at(first, 'certificate', { csr: csrFor(deviceKey()) });
    expect(issued.status).toBe(201);
    await setWindow(id, null, fromNow(-1));
    expect(await at(first, 'heartbeat')).toMatchObject({ status: 200, body: { directive: 'continue' } });
    expect(await at(second, 'heartbeat')).toMatchObject({ status: 200, body: { directive: 'cancel' } });
    expect(await at(second, 'certificate', { csr: csrFor(deviceKey()) })).toMatchObject({ status: 409, body: { code: 'outside-window' } });
    expect(await at(first, 'result', { outcome: 'PASS' })).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
    expect(await show(id)).toMatchObject({ certificates: { used: 1 } });
  });

  it('can not be made with an end before its beginning', async () => {
    const backwards = { notBefore: fromNow(2).toISOString(), notAfter: fromNow(1).toISOString() };
    expect(await bench.as('manager').post('/v1/work-orders', bodyOf('backwards', backwards))).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    expect((await bench.as('manager').get('/v1/work-orders/backwards')).status).toBe(404);
  });
});

describe('the end of an order', () => {
  it.each([['close', 'closed', { unaccounted: 2 }], ['cancel', 'cancelled', {}]])('by %s is for good', async (name, state, named) => {
    const { id, serials } = await bench.order(2);
    expect(await step(id, name, { reason: 'enough', ...named })).toMatchObject({ status: 200, body: { state, stateReason: 'enough' } });
    expect(await jobStates(id)).toEqual(['cancelled', 'cancelled']);
    expect((await bench.claim(serials[0])).answer.status).toBe(409);
    expect(await issue(id, serials[0]!)).toMatchObject({ status: 409, body: { code: 'work-order-not-released' } });
    for (const other of ['release', 'hold', 'resume', 'close', 'cancel']) expect((await step(id, other)).status).toBe(409);
    expect(await step(id, 'raise', { quantity: 5 })).toMatchObject({ status: 409, body: { code: 'work-order-state' } });
  });

  it('leaves its serials to another order, but those of units that somebody worked on', async () => {
    await planned('typo', ['C-1', 'C-2']);
    await step('typo', 'cancel');
    expect(await planned('right', ['C-1', 'C-2'])).toMatchObject({ status: 201, body: { units: { total: 2, planned: 2 } } });
    await step('right', 'release');
    expect((await issue('right', 'C-1')).status).toBe(201);
    await step('right', 'cancel');
    expect(await planned('third', ['C-1', 'C-2'])).toMatchObject({ status: 409, body: { code: 'serial-taken', detail: expect.stringContaining('C-1 ') } });
    expect(await planned('third', ['C-2'])).toMatchObject({ status: 201 });
    await step('third', 'release');
    expect((await bench.claim('C-2')).answer).toMatchObject({ status: 200, body: { workOrder: { id: 'third' } } });
  });
});

describe('raising an order', () => {
  it('gives it more certificates and more units, whose jobs are handed out', async () => {
    const { id, serials } = await bench.order(1);
    expect((await issue(id, serials[0]!)).status).toBe(201);
    const raised = await step(id, 'raise', { quantity: 2, overage: 1, serials: [`${serials[0]}-b`] });
    expect(raised).toMatchObject({ status: 200, body: { quantity: 2, overage: 1, certificates: { used: 1, quota: 3 }, units: { total: 2 } } });
    expect((await issue(id, `${serials[0]}-b`)).status).toBe(201);
    expect((await bench.claim(`${serials[0]}-b`)).answer.status).toBe(200);
    expect(await bench.auditTrail(`work-order:${id}`)).toContain('work-order.raised');
  });

  it('takes a range for the units that it adds', async () => {
    await planned('range', ['X-1']);
    expect(await step('range', 'raise', { quantity: 4, serials: { prefix: 'X-', start: 2, digits: 1 } })).toMatchObject({ status: 200, body: { units: { total: 4 } } });
  });

  it.each([
    ['less than before', { quantity: 1 }, 422, 'quantity-not-raised'],
    ['what it has', { quantity: 2, overage: 0 }, 422, 'quantity-not-raised'],
    ['nothing', {}, 400, 'request-invalid'],
    ['a serial of another unit', { serials: ['TAKEN-1'] }, 409, 'serial-taken'],
    ['a serial twice', { serials: ['TW-1', 'TW-1'] }, 422, 'serial-repeated'],
  ])('to %s is refused and changes nothing', async (_what, body, status, code) => {
    if (code === 'serial-taken') await planned('taken', ['TAKEN-1']);
    const { id } = await bench.order(2);
    expect(await step(id, 'raise', body)).toMatchObject({ status, body: { code } });
    expect(await show(id)).toMatchObject({ quantity: 2, overage: 0, units: { total: 2 } });
  });
});

it('is a manager’s to move', async () => {
  const { id } = await bench.order(1);
  for (const name of ['hold', 'resume', 'close', 'cancel', 'raise']) {
    for (const role of ['operator', 'officer', 'auditor', 'issuer', 'station'] as const) expect((await bench.as(role).post(`/v1/work-orders/${id}/${name}`, {})).status).toBe(403);
    expect((await bench.as('manager').post(`/v1/work-orders/nobody/${name}`, name === 'raise' ? { quantity: 9 } : {})).status).toBe(404);
  }
});
