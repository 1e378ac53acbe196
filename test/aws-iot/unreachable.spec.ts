import { csrFor, deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start();
  ({ line } = units);
});
afterEach(async () => {
  line.edge.behaviour = 'pass';
  await line.lookAgain();
});
afterAll(() => line.stop());

const HOUR_MS = 3_600_000;

/** A released order of two units whose terms are these. */
async function orderThat(id: string, terms: { whenTargetUnreachable?: string; maxStaleHours?: number }) {
  const body = { id, product: 'P', line: 'L1', authority: line.family, quantity: 2, targets: units.targets, serials: [`${id}-1`, `${id}-2`], ...terms };
  expect(await line.call('manager', 'POST', '/v1/work-orders', body)).toMatchObject({ status: 201, body: { whenTargetUnreachable: 'issue', maxStaleHours: 72, ...terms } });
  expect((await line.call('manager', 'POST', `/v1/work-orders/${id}/release`)).status).toBe(200);
  return {
    issue: (unit = 1) => line.call('issuer', 'POST', '/v1/certificates', { workOrder: id, serial: `${id}-${unit}`, csr: csrFor(deviceKey()) }),
    findings: async () => (await line.call('manager', 'GET', `/v1/work-orders/${id}`)).body.findings,
  };
}

async function lookInVain() {
  line.edge.behaviour = 'refuse';
  await line.lookAgain();
}

/** As if AWS had answered for the last time so long ago. */
async function lastSeen(hoursAgo: number) {
  await line.db.updateTable('registration').set({ seen_at: new Date(Date.now() - hoursAgo * HOUR_MS) }).execute();
  await lookInVain();
}

it('goes on while AWS does not answer, unless the order waits for it, and after that by itself', async () => {
  const [goesOn, waits] = [await orderThat('GOES-ON', {}), await orderThat('WAITS', { whenTargetUnreachable: 'refuse' })];
  await lookInVain();
  const cause = `${units.targets[0]}: AWS can not be reached there`;
  expect((await goesOn.issue()).status).toBe(201);
  expect(await goesOn.findings()).toEqual([]);
  expect(await waits.issue()).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining(cause) } });
  expect(await waits.findings()).toEqual(units.targets.map((target) => ({ target, problem: expect.stringContaining('whenTargetUnreachable: refuse'), remedy: expect.stringContaining('reaches AWS') })));

  line.edge.behaviour = 'pass';
  await until('issues again', async () => ((await waits.issue()).status === 201 ? true : undefined));
  expect(await waits.findings()).toEqual([]);
});

it('issues nothing by what was seen longer ago than the order allows, and says so', async () => {
  const [short, long] = [await orderThat('SHORT', { maxStaleHours: 2 }), await orderThat('LONG', { maxStaleHours: 100 })];
  await lastSeen(1.5);
  expect((await short.issue()).status).toBe(201);
  await lastSeen(2.2);
  const cause = 'AWS was not reached there for longer than the order allows (maxStaleHours: 2)';
  expect(await short.issue(2)).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining(`${units.targets[0]}: ${cause}`) } });
  expect(await short.findings()).toEqual(units.targets.map((target) => ({ target, problem: `${target}: ${cause}`, remedy: expect.stringContaining('reaches AWS') })));
  expect((await long.issue()).status).toBe(201);
  expect(await line.call('manager', 'POST', '/v1/work-orders', { id: 'NEW', product: 'P', line: 'L1', authority: line.family, quantity: 1, targets: units.targets, serials: ['NEW-1'], maxStaleHours: 1 })).toMatchObject({ status: 201 });
  expect(await line.call('manager', 'POST', '/v1/work-orders/NEW/release')).toMatchObject({ status: 409, body: { code: 'order-not-ready', detail: expect.stringContaining('maxStaleHours: 1') } });

  line.edge.behaviour = 'pass';
  await line.lookAgain();
  expect((await short.issue(2)).status).toBe(201);
});

it('keeps a harmless difference what it is while AWS does not answer', async () => {
  const order = await orderThat('DIFFERS', {});
  await line.db.updateTable('registration').set({ state: 'drifted', detail: 'a person has changed a tag' }).execute();
  await lookInVain();
  expect(await line.db.selectFrom('registration').select(['state', 'detail', 'aws_error']).distinct().execute()).toEqual([{ state: 'drifted', detail: 'a person has changed a tag', aws_error: expect.any(String) }]);
  expect((await order.issue()).status).toBe(201);
});

it.each([[{ whenTargetUnreachable: 'maybe' }, 'whenTargetUnreachable'], [{ maxStaleHours: 0 }, 'maxStaleHours'], [{ maxStaleHours: 8_761 }, 'maxStaleHours']])('is not asked for with %j', async (terms, field) => {
  const body = { product: 'P', line: 'L1', authority: line.family, quantity: 1, targets: units.targets, serials: ['BAD-1'], ...terms };
  expect(await line.call('manager', 'POST', '/v1/work-orders', body)).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining(field) } });
});
