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

describe('the units of an order', () => {
  const list = (id: string, query = '') => manager('GET', `${id}/units${query}`);

  it('are listed page by page in the order in which they were named, all or those in one state', async () => {
    const { id, serials } = await bench.order(5);
    await pass(serials[1]!);
    await pass(serials[3]!);
    const seen: unknown[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const { body } = await list(id, `?limit=2${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
      seen.push(...(body['items'] as object[]));
      cursor = body['nextCursor'];
    }
    expect(seen).toMatchObject(serials.map((serial) => ({ serial })));
    const fingerprint = (await bench.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select('fingerprint').where('serial', '=', serials[1]!).executeTakeFirstOrThrow()).fingerprint;
    expect((await list(id, '?state=passed&limit=1')).body).toMatchObject({ items: [{ serial: serials[1], state: 'passed', fingerprint }], nextCursor: expect.any(String) });
    expect((await list(id, '?state=shipped')).body).toEqual({ items: [], nextCursor: null });
    expect(await list('nobody')).toMatchObject({ status: 404, body: { code: 'work-order-unknown' } });
    for (const query of ['?state=lost', '?cursor=WyJhIl0']) expect(await list(id, query)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  });

  it('are a CSV file, however many there are', async () => {
    const { body } = await bench.as('manager').post('/v1/work-orders', { id: 'many', product: 'sensor', line: 'line-1', authority: 'Test', quantity: 2_500, targets: ['eu'], serials: { prefix: 'MANY-', digits: 4 } });
    expect(body['units']).toMatchObject({ planned: 2_500 });
    await bench.db.updateTable('unit').set({ state: 'scrapped' }).where('serial', '=', 'MANY-2400').execute();
    const lines = String((await manager('GET', 'many/units.csv')).body['text']).split('\r\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([2_502, 'serial,state,fingerprint,notAfter,updatedAt', '']);
    expect(lines.slice(1, -1).map((line) => line.split(',').slice(0, 4).join(','))).toEqual(Array.from({ length: 2_500 }, (_, index) => `MANY-${String(index + 1).padStart(4, '0')},${index === 2_399 ? 'scrapped' : 'planned'},,`));
    expect(String((await manager('GET', 'many/units.csv?state=scrapped')).body['text'])).toMatch(/^serial,.*\r\nMANY-2400,scrapped,,,.*Z\r\n$/);
  });
});

describe('shipping many units', () => {
  const answered = (text: string) => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const send = async (payload: object | string, query = '') => {
    const headers = { authorization: `Bearer ${bench.keys.operator}`, ...(typeof payload === 'string' ? { 'content-type': 'text/csv' } : {}) };
    const answer = await bench.app.inject({ method: 'POST', url: `/v1/units/ship${query}`, headers, payload });
    return answer.headers['content-type'] === 'application/x-ndjson' ? answered(answer.body) : [answer.json() as Record<string, unknown>];
  };

  it('answers each of a list by itself, and the same again, on record with the reference', async () => {
    const { serials } = await bench.order(4);
    const [first, second, failed, planned] = serials as [string, string, string, string];
    await pass(first);
    await pass(second);
    await pass(failed, 'FAIL');
    const body = { serials: [first, 'NOBODY-1', failed, planned, 'no serial!', second, first], reference: 'DN-7' };
    const rest = [
      { line: 2, serial: 'NOBODY-1', status: 404, code: 'serial-unknown' }, { line: 3, serial: failed, status: 409, code: 'unit-state' }, { line: 4, serial: planned, status: 409, code: 'unit-state' },
      { line: 5, status: 400, code: 'request-invalid', detail: expect.stringContaining('no serial!') },
    ];
    const answers = await send(body);
    expect(answers).toMatchObject([{ line: 1, serial: first, status: 200, state: 'shipped' }, ...rest, { line: 6, serial: second, status: 200, already: false }, { line: 7, serial: first, status: 200, state: 'shipped' }]);
    expect(answers.filter(({ already }) => already === false).map(({ serial }) => serial).toSorted()).toEqual([first, second].toSorted());
    expect(await send(body)).toMatchObject([{ line: 1, already: true }, ...rest, { line: 6, already: true }, { line: 7, already: true }]);
    for (const serial of [first, second]) expect((await bench.auditTrail(`unit:${serial}`)).filter((event) => event === 'unit.shipped')).toHaveLength(1);
    const { body: leaf } = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', `unit:${first}`).where('event', '=', 'unit.shipped').executeTakeFirstOrThrow();
    expect(JSON.parse(leaf.toString())).toMatchObject({ facts: { reference: 'DN-7', shipGate: 'certified' } });
  });

  it('takes CSV, of one column or of the column serial, and names the lines that can not be read', async () => {
    const [one, two] = (await bench.order(2)).serials as [string, string];
    for (const serial of [one, two]) await pass(serial);
    expect(await send(`box;Serial\r\n17;${one}\r\n17\r\n17;"${two}\r\n18;${two}\r\n`, '?reference=DN-8')).toMatchObject([
      { line: 2, serial: one, status: 200, already: false }, { line: 3, status: 400 }, { line: 4, status: 400 }, { line: 5, serial: two, status: 200, already: false },
    ]);
    expect(await send(`${one}\n\n${two}`)).toMatchObject([{ line: 1, serial: one, already: true }, { line: 3, serial: two, already: true }]);
  });

  it('ships each unit once, also where two send the same list at once', async () => {
    const { serials } = await bench.order(6);
    for (const serial of serials) await pass(serial);
    const answers = (await Promise.all([send({ serials }), send({ serials: serials.toReversed() })])).flat();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter(({ already }) => already === false).map(({ serial }) => serial).toSorted()).toEqual(serials.toSorted());
  });

  it('keeps here what AWS does not know as far as the order wants', async () => {
    const { id, serials: [serial] } = await bench.order(1);
    // Before anybody reads its terms, which never change.
    await bench.db.updateTable('work_order').set({ ship_gate: 'registered' }).where('id', '=', id).execute();
    await pass(serial!);
    expect(await send({ serials: [serial] })).toMatchObject([{ line: 1, status: 409, code: 'ship-gate', retryable: true }]);
    expect(await bench.db.selectFrom('unit').select('state').where('serial', '=', serial!).executeTakeFirst()).toEqual({ state: 'passed' });
  });

  it('refuses a list that is too long, empty or too deep, and a body of another kind', async () => {
    const deep = JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`) as object;
    for (const body of [{ serials: [] }, { serials: Array.from({ length: 10_001 }, () => 'A') }, { serials: deep }, {}]) expect(await send(body)).toMatchObject([{ status: 400, code: 'request-invalid' }]);
    const ndjson = await bench.app.inject({ method: 'POST', url: '/v1/units/ship', headers: { authorization: `Bearer ${bench.keys.operator}`, 'content-type': 'application/x-ndjson' }, payload: '{}\n' });
    expect(ndjson.statusCode).toBe(415);
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
