import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { withCheckDigit } from '../../src/work-orders/serial-rules.js';
import { type Answer, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const LUHN = { scheme: 'luhn' as const, from: 3 };

async function product(serials: object) {
  const name = `p-${randomBytes(4).toString('hex')}`;
  expect((await bench.as('manager').post('/v1/products', { name, serials })).status).toBe(201);
  return name;
}
const order = (name: string, serials: unknown, quantity = 2) =>
  bench.as('manager').post('/v1/work-orders', { product: name, line: 'line-1', authority: 'Test', quantity, targets: ['eu'], serials });
const serialsOf = async ({ body }: Answer) => (await bench.db.selectFrom('unit').select('serial').where('work_order_id', '=', String(body['id'])).orderBy('id').execute()).map(({ serial }) => serial);
const upload = (name: string, csv: string | Readable) => bench.call('POST', `/v1/products/${name}/serials`, bench.keys.manager, csv, { 'content-type': 'text/csv' });
const allowed = async (name: string) => (await bench.as('manager').get(`/v1/products/${name}/serials`)).body;

describe('by the rules of its product', () => {
  it('a range of an order gets its check digits', async () => {
    const name = await product({ checkDigit: LUHN });
    const prefix = `L${randomBytes(1).toString('hex').replaceAll(/[a-f]/g, '0').slice(0, 1)}-`;
    expect(await serialsOf(await order(name, { prefix, start: 41, digits: 6 }))).toEqual([41, 42].map((number) => withCheckDigit(`${prefix}0000${number}`, { checkDigit: LUHN })));
  });

  it('a list is kept in the product’s case, and one faulty entry is named and makes no order', async () => {
    const name = await product({ case: 'upper', checkDigit: LUHN, pattern: 'XB-[0-9]{7}' });
    const good = withCheckDigit('XB-000017', { checkDigit: LUHN });
    const refused = await order(name, [good.toLowerCase(), 'xb-0000181']);
    expect(refused).toMatchObject({ status: 422, body: { code: 'serial-malformed', detail: expect.stringMatching(/^Entry 2 of the list, XB-0000181 ends in 1, and its check digit \(luhn\) is \d$/) as string } });
    expect(await bench.db.selectFrom('work_order').select('id').where('product', '=', name).execute()).toEqual([]);
    expect(await serialsOf(await order(name, [good.toLowerCase()], 1))).toEqual([good]);
  });

  it('a range whose check digits would be no letters or digits makes no order', async () => {
    const name = await product({ checkDigit: { scheme: 'mod-43', from: 2 } });
    expect((await order(name, { prefix: 'ab-', start: 1, digits: 3 })).body).toMatchObject({ code: 'serial-malformed', detail: expect.stringContaining('is no serial') as string });
  });

  it('serials that are added to an order go by the rules that it was made by', async () => {
    const name = await product({ pattern: 'YA-[0-9]+' });
    const { body } = await order(name, ['YA-1'], 1);
    await bench.call('PATCH', `/v1/products/${name}`, bench.keys.manager, { serials: { pattern: 'YB-[0-9]+' } });
    const raise = (serials: string[]) => bench.as('manager').post(`/v1/work-orders/${String(body['id'])}/raise`, { quantity: 2, serials });
    expect((await raise(['YB-2'])).body['code']).toBe('serial-malformed');
    expect((await raise(['YA-2'])).status).toBe(200);
    expect((await order(name, ['YA-3'], 1)).body['code']).toBe('serial-malformed');
  });
});

describe('at the claim', () => {
  const claim = (body: object) => bench.as('station').post('/v1/station/claims', { slot: '1', ...body });
  async function released(serials: object, list: string[]) {
    const { body } = await order(await product(serials), list, list.length);
    await bench.as('manager').post(`/v1/work-orders/${String(body['id'])}/release`);
    return String(body['id']);
  }

  it('a misread label is told by the rule that it breaks, while the line makes nothing that looks like it', async () => {
    const id = await released({ pattern: 'MR-[0-9]{7}', checkDigit: LUHN }, [withCheckDigit('MR-000017', { checkDigit: LUHN })]);
    expect(await claim({ serial: 'MR-0000181' })).toMatchObject({ status: 422, body: { code: 'serial-malformed', detail: expect.stringContaining('its check digit (luhn) is') as string, nextStep: 'set-aside' } });
    expect((await claim({ serial: withCheckDigit('MR-000018', { checkDigit: LUHN }) })).body['code']).toBe('serial-unknown');
    await bench.as('manager').post(`/v1/work-orders/${id}/cancel`);
  });

  it('a unit whose product wants it is read twice, and two readings that differ are no unit', async () => {
    const id = await released({ doubleScan: true }, ['DS-1', 'DS-2']);
    expect((await claim({ serial: 'DS-1' })).body).toMatchObject({ code: 'second-scan-needed', nextStep: 'call' });
    expect((await claim({ serial: 'DS-1', confirm: 'DS-2' })).body).toMatchObject({ code: 'scans-differ', nextStep: 'set-aside' });
    expect((await claim({ serial: 'DS-1', confirm: ']C1ds-1\r\n' })).status).toBe(200);
    await bench.as('manager').post(`/v1/work-orders/${id}/cancel`);
  });
});

describe('the list of a product', () => {
  it('is taken whole from what a spreadsheet writes, and again without harm', async () => {
    const name = await product({ case: 'upper' });
    const csv = `\uFEFFBox;Serial\r\n1;"${name}-a"\r\n1;${name}-b\r\n\r\n2;]C1${name}-c\r\n`;
    expect(await upload(name, csv)).toMatchObject({ status: 200, body: { product: name, added: 3, known: 0 } });
    expect(await upload(name, csv)).toMatchObject({ status: 200, body: { added: 0, known: 3 } });
    expect(await allowed(name)).toEqual({ allowed: 3, free: 3 });
  });

  it('names every line that can’t be taken, and takes nothing then', async () => {
    const [name, other] = [await product({ pattern: 'Z[0-9]+' }), await product({})];
    await upload(other, 'Z7\n');
    const { status, body } = await upload(name, 'Z1\nbad serial\n"Z3\nX4\nZ1\nZ7\nZ8\n');
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'serials-faulty', faulty: 5,
      lines: [
        { line: 2, fault: expect.stringContaining('is no serial') as string }, { line: 3, fault: 'is no line of a CSV file' }, { line: 4, serial: 'X4', fault: 'does not look like Z[0-9]+' },
        { line: 5, serial: 'Z1', fault: 'stands in the list twice' }, { line: 6, serial: 'Z7', fault: `belongs to the product ${other}` },
      ],
    });
    expect(await allowed(name)).toEqual({ allowed: 0, free: 0 });
  });

  it('is bounded only by its lines: 30,000 come in one stream, and one that comes twice far behind is found', async () => {
    const name = await product({});
    const line = (index: number) => `${name}-${index}\n`;
    const stream = (last: string) => Readable.from((function* () {
      for (let index = 0; index < 30_000; index += 1) yield line(index);
      yield last;
    })());
    expect((await upload(name, stream(line(3)))).body).toMatchObject({ code: 'serials-faulty', lines: [{ line: 30_001, serial: `${name}-3`, fault: 'stands in the list twice' }] });
    expect((await upload(name, stream(line(30_000)))).body).toMatchObject({ added: 30_001 });
  });

  it('gives orders their serials in its order, each to one of them however many ask at once', async () => {
    const name = await product({});
    const serials = Array.from({ length: 8 }, (_, index) => `${name}-${index}`);
    await upload(name, serials.join('\n'));
    const orders = await Promise.all([1, 2, 3, 4].map(() => order(name, { allowList: true })));
    const given = await Promise.all(orders.map(serialsOf));
    expect(given.flat().toSorted()).toEqual(serials);
    expect(await allowed(name)).toEqual({ allowed: 8, free: 0 });
    expect((await order(name, { allowList: true })).body).toMatchObject({ code: 'serials-short', detail: `2 serials are wanted, and the list of the product ${name} has 0 more` });
  });

  it('lets no other serial be made where the product says so', async () => {
    const name = await product({ allowList: true });
    await upload(name, `${name}-1\n${name}-2\n`);
    expect((await order(name, [`${name}-1`, `${name}-3`])).body).toMatchObject({ code: 'serial-not-allowed', detail: expect.stringContaining(`${name}-3`) as string });
    expect(await allowed(name)).toEqual({ allowed: 2, free: 2 });
    expect(await serialsOf(await order(name, [`${name}-2`], 1))).toEqual([`${name}-2`]);
    expect(await allowed(name)).toEqual({ allowed: 2, free: 1 });
  });

  it('gives orders none that the product’s rules, as they are by now, do not take, and says how many it holds back', async () => {
    const name = await product({});
    const change = (serials: object) => bench.call('PATCH', `/v1/products/${name}`, bench.keys.manager, { serials });
    await upload(name, `${name}-1\n${name}-x\n${name}-2\n${name}-3\n`);
    await change({ pattern: '.*-[0-9]' });
    expect(await serialsOf(await order(name, { allowList: true }))).toEqual([`${name}-1`, `${name}-2`]);
    expect((await order(name, { allowList: true })).body).toMatchObject({ code: 'serials-short', detail: `2 serials are wanted, and the list of the product ${name} has 1 more; 1 others stand in it that break the order’s rules` });
    expect(await allowed(name)).toEqual({ allowed: 4, free: 2 });
    await change({ case: 'upper' });
    expect((await order(name, { allowList: true }, 1)).body).toMatchObject({ code: 'serials-short', detail: expect.stringContaining('has 0 more; 2 others') as string });
    await change({});
    expect(await serialsOf(await order(name, { allowList: true }))).toEqual([`${name}-x`, `${name}-3`]);
  });

  it('holds no two serials that differ in upper and lower case only, of one list or of two products', async () => {
    const [name, other] = [await product({}), await product({})];
    await upload(other, `${other}-a\n`);
    const { body } = await upload(name, `${name}-a\n${other}-A\n${name}-b\n${name}-A\n`);
    expect(body).toMatchObject({ code: 'serials-faulty', faulty: 2, lines: [
      { line: 2, serial: `${other}-A`, fault: `differs from ${other}-a of the product ${other} in upper and lower case only` },
      { line: 4, serial: `${name}-A`, fault: `differs from ${name}-a of the product ${name} in upper and lower case only` },
    ] });
    await upload(name, `${name}-a\n`);
    expect((await upload(name, `${name}-A\n`)).body['code']).toBe('serials-faulty');
    await order(other, [`${other}-u`], 1);
    expect((await upload(name, `${other}-U\n`)).body).toMatchObject({ code: 'serials-faulty', lines: [{ fault: `differs from the unit ${other}-u in upper and lower case only` }] });
    expect(await upload(name, `${name}-a\n`)).toMatchObject({ status: 200, body: { added: 0, known: 1 } });
  });
});

describe('rules that contradict each other', () => {
  it.each([
    [{ minLength: 9, maxLength: 8 }, 'minLength is over maxLength'],
    [{ case: 'lower', checkDigit: { scheme: 'mod-37-36' } }, 'mod-37-36 knows upper case only'],
    [{ case: 'lower', checkDigit: { scheme: 'mod-43', from: 2 } }, 'mod-43 knows upper case only'],
    [{ maxLength: 4, checkDigit: { scheme: 'luhn', from: 3 } }, 'a serial with its check digit needs at least 5 characters'],
  ])('make no product, and change none: %j', async (serials, problem) => {
    const name = await product({});
    const refusal = { status: 400, body: { code: 'request-invalid', detail: expect.stringContaining(problem) as string } };
    expect(await bench.as('manager').post('/v1/products', { name: `${name}-2`, serials })).toMatchObject(refusal);
    expect(await bench.call('PATCH', `/v1/products/${name}`, bench.keys.manager, { serials })).toMatchObject(refusal);
    expect((await bench.as('manager').get(`/v1/products/${name}`)).body).toMatchObject({ serials: {} });
  });
});
