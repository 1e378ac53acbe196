import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
let url: string;
const agent = new Agent();
beforeAll(async () => {
  bench = await serviceBench();
  await bench.app.listen(0, '127.0.0.1');
  url = await bench.app.getUrl();
});
afterAll(async () => {
  agent.destroy();
  await bench.close();
});

interface Line extends Record<string, unknown> {
  line: number;
  status: number;
}

function open(): { call: ClientRequest; answer: Promise<IncomingMessage> } {
  const headers = { authorization: `Bearer ${bench.keys.issuer}`, 'content-type': 'application/x-ndjson' };
  const call = request(new URL('/v1/certificates/batch', url), { method: 'POST', agent, headers });
  return { call, answer: once(call, 'response').then(([answer]) => answer as IncomingMessage) };
}

async function send(lines: readonly string[]): Promise<Line[]> {
  const { call, answer } = open();
  call.end(`${lines.join('\n')}\n`);
  const out: Line[] = [];
  for await (const text of createInterface({ input: await answer })) out.push(JSON.parse(text) as Line);
  return out;
}

const line = (workOrder: string, serial: string, csr = csrFor(deviceKey())) => JSON.stringify({ workOrder, serial, csr });

it('answers each line with its certificate, in order', async () => {
  const { id, serials } = await bench.order(300);
  const answers = await send(serials.map((serial) => line(id, serial)));
  expect(answers.map(({ serial, status }) => [serial, status])).toEqual(serials.map((serial) => [serial, 201]));
  expect(answers.map((answer) => answer.line)).toEqual(serials.map((_, index) => index + 1));
  expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(300);
  expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body).toMatchObject({ certificates: { used: 300, quota: 300 }, units: { certified: 300 } });
});

it('lets a bad line fail alone, each with its own problem', async () => {
  const { id, serials } = await bench.order(3, { quantity: 2 });
  const answers = await send([
    line(id, serials[0]!), 'not json', '{"workOrder":7}', line(id, 'nobody'), line(id, serials[1]!, 'no csr'), '', `{"csr":"${'x'.repeat(40_000)}"}`,
    line('no-such-order', serials[1]!), line(id, serials[1]!),
  ]);
  expect(answers.map(({ status, code }) => [status, code])).toEqual([
    [201, undefined], [400, 'request-invalid'], [400, 'request-invalid'], [404, 'serial-unknown'], [422, 'pem-malformed'], [400, 'request-invalid'],
    [404, 'work-order-unknown'], [201, undefined],
  ]);
  expect(await send([line(id, serials[2]!)])).toMatchObject([{ status: 409, code: 'order-exhausted', serial: serials[2] }]);
});

it('answers while it is still being asked', async () => {
  const { id, serials } = await bench.order(2);
  const { call, answer } = open();
  call.write(`${line(id, serials[0]!)}\n`);
  const lines = createInterface({ input: await answer })[Symbol.asyncIterator]();
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 1, serial: serials[0], status: 201 });
  call.end(line(id, serials[1]!));
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 2, serial: serials[1], status: 201 });
  expect((await lines.next()).done).toBe(true);
});

it('can be cut and repeated, and yields the same certificates', async () => {
  const { id, serials } = await bench.order(200);
  const lines = serials.map((serial) => line(id, serial));
  const { call, answer } = open();
  call.write(`${lines.join('\n')}\n`);
  call.on('error', () => undefined); // we cut it ourselves
  let text = '';
  for await (const chunk of await answer) {
    text += String(chunk);
    if (text.split('\n').length > 20) break; // and this closes the connection
  }
  const seen = text.split('\n').slice(0, 20).map((each) => JSON.parse(each) as Line);
  const again = await send(lines);
  expect(again).toHaveLength(200);
  expect(again.every(({ status }) => status === 200 || status === 201)).toBe(true);
  for (const { line: number, certificate } of seen) expect(again[number - 1]!['certificate']).toBe(certificate);
  const { count } = await bench.db.selectFrom('certificate').select((eb) => eb.fn.countAll<number>().as('count')).where('work_order_id', '=', id).where('state', '!=', 'abandoned').executeTakeFirstOrThrow();
  expect(count).toBe(200);
});

it('refuses a caller without the role before it reads a line', async () => {
  const answer = await bench.call('POST', '/v1/certificates/batch', bench.keys.manager, 'x', { 'content-type': 'application/x-ndjson' });
  expect(answer).toMatchObject({ status: 403, body: { code: 'role-missing' } });
});
