import { fork } from 'node:child_process';
import { once } from 'node:events';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import type { Examined } from '../../src/local/examination.js';
import { checkWebhooks } from '../../src/local/webhooks-check.js';
import { WebhookPositionRepository } from '../../src/webhooks/webhook-positions.repository.js';
import type { Answer, ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { isSigned, type Receiver } from './receiver.js';
import { ORDERS, type WebhookBench, webhookBench } from './webhook-bench.js';

let bench: ServiceBench;
let hooks: WebhookBench;
let receiver: Receiver;
let { admin, another, hook, show, due, failed, pass } = {} as WebhookBench;
beforeAll(async () => {
  hooks = await webhookBench();
  ({ bench, admin, another, hook, show, due, failed, pass } = hooks);
});
beforeEach(async () => {
  receiver = await another();
});
afterEach(() => hooks.clear());
afterAll(() => hooks.close());

const delivered = (what: string, count: number, from = receiver) => until(what, () => (from.received.length >= count ? from.received : undefined));

it('tells another system of results, units and orders, signed, in the order in which it happened, and of nothing else', async () => {
  const { id, secret } = await hook(receiver, ['unit.passed', 'unit.shipped', 'job.result', 'work-order.created', 'work-order.released', 'certificate.issued']);
  const order = { id: 'told', externalId: 'ERP-7', product: 'sensor', line: 'line-1', authority: 'Test', quantity: 2, targets: ['eu'], serials: ['TOLD-1', 'TOLD-2'] };
  expect((await bench.as('manager').post('/v1/work-orders', order)).status).toBe(201);
  await bench.as('manager').post('/v1/work-orders/told/release');
  await pass('TOLD-1');
  await pass('TOLD-2', 'FAIL');
  expect((await bench.as('operator').post('/v1/units/TOLD-1/ship')).status).toBe(200);
  const told = await delivered('all of it', 8);
  expect(told.map(({ type }) => type)).toEqual(['work-order.created', 'work-order.released', 'certificate.issued', 'job.result', 'unit.passed', 'certificate.issued', 'job.result', 'unit.shipped']);
  expect(told.every((each) => isSigned(each, secret))).toBe(true);
  expect(told.map(({ workOrder }) => workOrder)).toEqual(told.map(() => ({ id: 'told', externalId: 'ERP-7' })));
  expect(told.map(({ index }) => index)).toEqual(told.map(({ index }) => index).toSorted((a, b) => a - b));
  expect(new Set(told.map((each) => each.id)).size).toBe(8);
  expect(told.filter(({ type }) => type === 'job.result').map(({ data }) => [data['serial'], data['outcome'], data['step']])).toEqual([['TOLD-1', 'PASS', 'provision'], ['TOLD-2', 'FAIL', 'provision']]);
  expect(told.find(({ type }) => type === 'unit.passed')).toMatchObject({ data: { serial: 'TOLD-1' } });
  expect(JSON.parse(told[0]!.body)).toMatchObject({ type: 'work-order.created', timestamp: expect.stringMatching(/^2.*Z$/), actor: expect.stringMatching(/^key:/) });

  const webhook = await until('its place is known', async () => { const now = await show(id); return now['behind'] === 0 ? now : undefined; });
  expect(webhook).toMatchObject({ state: 'active', attempts: 0, failingSince: null, deliveredAt: expect.any(String) });
  expect((await admin('GET', `/${id}/deliveries?limit=2`)).body).toMatchObject({ items: [{ type: 'unit.shipped', attempts: 1, status: 204, problem: null, messageId: told[7]!.id }, { type: 'job.result' }], nextCursor: expect.any(String) });
});

describe('a receiver that fails', () => {
  it('gets each message once it takes it again, in order, the same bytes under the same id, and keeps no other waiting', async () => {
    const other = await another();
    const { id, secret } = await hook(receiver, ORDERS);
    await hook(other, ORDERS);
    receiver.behave = (response) => void response.writeHead(500).end('no');
    const { id: order } = await bench.order(1);
    expect(await failed(id, 1)).toMatchObject({ failingSince: expect.any(String), nextAttemptAt: expect.any(String) });
    await delivered('the other one', 2, other);

    const behaviours: [Receiver['behave'], RegExp][] = [
      [() => undefined, /^no answer within 400 ms/],
      [(response) => void response.writeHead(302, { location: other.url }).end(), /^answered 302: what it leads to is not followed/],
      [(response) => void response.destroy(), /hang up|ECONNRESET/],
    ];
    let attempts = 1;
    for (const [behave, problem] of behaviours) {
      receiver.behave = behave;
      await due(id);
      await failed(id, ++attempts);
      expect((await admin('GET', `/${id}/deliveries`)).body['items']).toMatchObject([{ type: 'work-order.created', attempts, problem: expect.stringMatching(problem), deliveredAt: null }]);
    }
    await receiver.stop();
    await due(id);
    await failed(id, ++attempts);
    expect((await admin('GET', `/${id}/deliveries`)).body['items']).toMatchObject([{ status: null, problem: expect.stringContaining('ECONNREFUSED') }]);

    receiver.behave = (response) => void response.writeHead(200).end('thanks');
    await receiver.start();
    await due(id);
    await until('both came', () => (receiver.types.includes('work-order.released') ? true : undefined));
    expect(receiver.types).toEqual([...Array.from({ length: receiver.received.length - 1 }, () => 'work-order.created'), 'work-order.released']);
    const firsts = receiver.received.slice(0, -1);
    expect([new Set(firsts.map((each) => each.id)).size, new Set(firsts.map(({ body }) => body)).size]).toEqual([1, 1]);
    expect(receiver.received.every((each) => isSigned(each, secret))).toBe(true);
    expect(receiver.received.every(({ workOrder }) => workOrder?.id === order)).toBe(true);
    expect(other.types).toEqual(['work-order.created', 'work-order.released']);
    await until('all is well', async () => ((await show(id))['attempts'] === 0 ? true : undefined));
  });

  it('waits longer each time, from 5 s to an hour, and for days; then it is paused until somebody lets it go on', async () => {
    const { id } = await hook(receiver, ORDERS);
    receiver.behave = (response) => void response.writeHead(503).end();
    await bench.order(1);
    const pauseOf = async () => +new Date(String((await show(id))['nextAttemptAt'])) - Date.now();
    await failed(id, 1);
    expect(await pauseOf()).toBeLessThanOrEqual(5_000);
    await bench.db.updateTable('webhook').set({ attempts: 30 }).where('id', '=', id).execute();
    await due(id);
    await failed(id, 31);
    expect(await pauseOf()).toBeGreaterThan(25 * 60_000);
    expect(await pauseOf()).toBeLessThanOrEqual(3_600_000);

    await bench.db.updateTable('webhook').set({ failing_since: new Date(Date.now() - 2 * 3_600_000) }).where('id', '=', id).execute();
    const doctor = () => checkWebhooks({ databaseUrl: bench.config.DATABASE_URL } as Examined);
    expect(await doctor()).toMatchObject([{ name: `webhook ${id}`, state: 'warn', finding: expect.stringContaining('answered 503') }]);
    await bench.db.updateTable('webhook').set({ failing_since: new Date(Date.now() - 5 * 86_400_000) }).where('id', '=', id).execute();
    await due(id);
    const paused = await until('it is paused', async () => { const now = await show(id); return now['state'] === 'paused' ? now : undefined; });
    expect(paused).toMatchObject({ reason: 'Nothing was delivered for 5 days: answered 503' });
    expect(await doctor()).toMatchObject([{ state: 'warn', finding: expect.stringContaining('5 days'), remedy: expect.stringContaining(`PATCH /v1/webhooks/${id}`) }]);
    expect(await bench.auditTrail(`webhook:${id}`)).toEqual(['webhook.created', 'webhook.paused']);
    await bench.app.get(LedgerMetrics, { strict: false }).read();
    expect((await bench.call('GET', '/metrics', undefined)).body['text']).toMatch(new RegExp(`lineside_webhook_failing_seconds\\{webhook="${id}"\\} 43\\d{4}`));

    receiver.behave = (response) => void response.writeHead(204).end();
    receiver.received.length = 0;
    expect(await admin('PATCH', `/${id}`, { state: 'active' })).toMatchObject({ status: 200, body: { state: 'active', reason: null, attempts: 0 } });
    expect((await delivered('what was kept for it', 2)).map(({ type }) => type)).toEqual(['work-order.created', 'work-order.released']);
  });

  it('that says that it is gone for good is not tried again', async () => {
    const { id } = await hook(receiver, ORDERS);
    receiver.behave = (response) => void response.writeHead(410).end();
    await bench.order(1);
    expect(await until('it is paused', async () => { const now = await show(id); return now['state'] === 'paused' ? now : undefined; })).toMatchObject({ attempts: 1, reason: expect.stringContaining('410') });
  });
});

it('gets a message again, under the same id, from the next worker where one was killed before it knew that it was taken', async () => {
  const positions = bench.app.get(WebhookPositionRepository, { strict: false });
  // The bench's own worker would come first.
  const claimDue = positions.claimDue.bind(positions);
  positions.claimDue = () => Promise.resolve([]);
  try {
    const { id } = await hook(receiver, ORDERS);
    await bench.order(1);
    const settings = Object.fromEntries(Object.entries(bench.config).filter(([, value]) => value !== undefined && !Array.isArray(value)).map(([name, value]) => [name, String(value)]));
    const worker = fork('test/faults/crashing-worker.mjs', { env: { ...process.env, ...settings, ROLES: 'worker', CRASH_AT: 'delivered' }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    expect((await once(worker, 'exit'))[1]).toBe('SIGKILL');
    expect(receiver.types).toEqual(['work-order.created']);
    await bench.db.updateTable('webhook').set({ claimed_until: null }).where('id', '=', id).execute();
  } finally {
    positions.claimDue = claimDue;
  }
  const [first, second, third] = await delivered('all of it', 3);
  expect([first!.id, first!.body]).toEqual([second!.id, second!.body]);
  expect(third!.type).toBe('work-order.released');
});

describe('a replay', () => {
  it('delivers what was delivered before under the ids of then, and a later index passes over what nobody takes', async () => {
    const { id } = await hook(receiver, ORDERS);
    await bench.order(1);
    const first = [...(await delivered('once', 2))];
    expect(await bench.as('manager').post(`/v1/webhooks/${id}/replay`, { fromIndex: first[0]!.index })).toMatchObject({ status: 200, body: { id } });
    const all = await delivered('twice', 4);
    expect(all.slice(2, 4).map((each) => [each.id, each.body])).toEqual(first.map((each) => [each.id, each.body]));
    expect(await admin('POST', `/${id}/replay`, { fromIndex: 10_000_000 })).toMatchObject({ status: 400, body: { code: 'request-invalid' } });

    receiver.behave = (response) => void response.writeHead(422).end();
    const { id: order } = await bench.order(1);
    await failed(id, 1);
    const refused = receiver.received.at(-1)!;
    receiver.behave = (response) => void response.writeHead(204).end();
    await admin('POST', `/${id}/replay`, { fromIndex: refused.index + 1 });
    await until('the next one', () => (receiver.received.at(-1)?.type === 'work-order.released' ? true : undefined));
    expect(receiver.received.slice(4).map(({ type, workOrder }) => [type, workOrder?.id])).toEqual([['work-order.created', order], ['work-order.released', order]]);
    expect(await bench.auditTrail(`webhook:${id}`)).toEqual(['webhook.created', 'webhook.replayed', 'webhook.replayed']);
  });

  it('while a message is under way is not undone by it', async () => {
    const { id } = await hook(receiver, ORDERS);
    let answer: (() => void) | undefined;
    receiver.behave = (response) => void (answer = () => void response.writeHead(204).end());
    await bench.order(1);
    const [first] = await delivered('the first', 1);
    receiver.behave = (response) => void response.writeHead(204).end();
    await admin('POST', `/${id}/replay`, { fromIndex: first!.index });
    answer!();
    expect((await delivered('all', 3)).map(({ type }) => type)).toEqual(['work-order.created', 'work-order.created', 'work-order.released']);
  });
});

it('is changed once by a repeated request, which is answered with how it is by then', async () => {
  const { id } = await hook(receiver, ORDERS);
  const steps = [['PATCH', '', { state: 'paused', reason: 'moving' }, 'paused'], ['POST', '/replay', { fromIndex: 0 }, 'paused'], ['PATCH', '', { state: 'active' }, 'active']] as const;
  for (const [method, path, body, state] of steps) {
    const ask = () => bench.call(method, `/v1/webhooks/${id}${path}`, bench.keys.admin, body, { 'idempotency-key': `${method}${path}${state}` });
    expect(await ask()).toMatchObject({ status: 200, body: { state } });
    await admin('PATCH', `/${id}`, { events: ['unit.passed'] });
    expect(await ask()).toMatchObject({ status: 200, body: { state, events: ['unit.passed'] } });
  }
  expect((await bench.auditTrail(`webhook:${id}`)).filter((event) => event === 'webhook.replayed')).toHaveLength(1);
  for (const _ of [1, 2]) expect((await admin('DELETE', `/${id}`)).status).toBe(204);
  expect((await bench.auditTrail(`webhook:${id}`)).filter((event) => event === 'webhook.deleted')).toHaveLength(1);
  expect((await admin('PATCH', `/${id}`, { state: 'active' })).status).toBe(404);
});

describe('its secret', () => {
  it('is shown once, and lies sealed in the ledger', async () => {
    const headers = { 'idempotency-key': 'once-and-for-all' };
    const make = () => bench.call('POST', '/v1/webhooks', bench.keys.admin, { url: receiver.url, events: ORDERS }, headers);
    const made = await make();
    expect(made).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) } });
    const id = String(made.body['id']);
    expect(await make()).toMatchObject({ status: 409, body: { code: 'webhook-secret-shown-once', detail: expect.stringContaining(id) } });
    expect(await show(id)).not.toHaveProperty('secret');
    const { sealed_secret: sealed } = await bench.db.selectFrom('webhook').select('sealed_secret').where('id', '=', id).executeTakeFirstOrThrow();
    expect(sealed!.includes(Buffer.from(String(made.body['secret']).slice(6), 'base64'))).toBe(false);
    const { body } = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', `webhook:${id}`).executeTakeFirstOrThrow();
    expect(body.toString()).not.toMatch(/whsec|token=t/);
    expect((await admin('DELETE', `/${id}`)).status).toBe(204);
    expect(await bench.db.selectFrom('webhook').select(['state', 'sealed_secret']).where('id', '=', id).executeTakeFirst()).toEqual({ state: 'deleted', sealed_secret: null });
  });
});

describe('an address', () => {
  it.each([
    ['http://mes.example.com/x'], ['https://169.254.169.254/latest/meta-data'], ['https://[fe80::1]/x'], ['https://[::ffff:169.254.169.254]/x'], ['https://[fd00:ec2::254]/'], ['https://0.0.0.0/'], ['https://user:secret@mes.example.com/'], ['ftp://mes.example.com/'], ['mes.example.com/hook'],
  ])('%s is refused', async (url) => {
    const answer: Answer = await admin('POST', '', { url, events: ['unit.passed'] });
    expect(answer).toMatchObject({ status: 422, body: { code: 'webhook-url-refused' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret@');
  });

  it('is an admin’s to choose; managers and auditors see it', async () => {
    const { id } = await hook(receiver, ORDERS);
    const expected = { admin: [201, 200, 200], manager: [403, 200, 403], auditor: [403, 200, 403], operator: [403, 403, 403], officer: [403, 403, 403] } as const;
    for (const [role, statuses] of Object.entries(expected)) {
      const key = bench.keys[role as 'admin'];
      const answers = [await bench.call('POST', '/v1/webhooks', key, { url: receiver.url, events: ORDERS }), await bench.call('GET', `/v1/webhooks/${id}`, key), await bench.call('PATCH', `/v1/webhooks/${id}`, key, { state: 'active' })];
      expect([role, answers.map(({ status }) => status)]).toEqual([role, statuses]);
    }
    expect(await admin('PATCH', `/${id}`, { url: 'http://mes.example.com/' })).toMatchObject({ status: 422 });
    expect(await admin('GET', '/wh-0000000000')).toMatchObject({ status: 404, body: { code: 'webhook-unknown' } });
  });
});
