import { randomUUID } from 'node:crypto';
import type { Role } from '../../src/platform/http/roles.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { type CrashingApi, crashingApi, endCrashingApis } from './second-api.js';

let bench: ServiceBench;
let api: CrashingApi;
beforeAll(async () => {
  bench = await serviceBench({ LEASE_MS: '60000' });
  api = await crashingApi(bench, 'around the change', 'SIGSTOP');
});
afterAll(async () => {
  endCrashingApis();
  await bench.close();
});

const order = (id: string) => ({ id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: [`${id.toUpperCase()}-1`] });
const target = (name: string, accountId: string) => ({ name, accountId, region: 'eu-west-1', mode: 'SNI_ONLY', provisioningRoleArn: `arn:aws:iam::${accountId}:role/lineside` });
const made = async (table: 'work_order' | 'api_key' | 'line' | 'station' | 'target' | 'authority', column: string, value: string) =>
  (await bench.db.selectFrom(table).select(({ fn }) => fn.countAll<number>().as('n')).where(column as never, '=', value as never).executeTakeFirstOrThrow()).n;

/** What is made, by whom, its body, and how many rows there are of it. The name differs from test to test. */
const CREATIONS: [string, Role, string, (name: string) => object, (name: string) => Promise<number>][] = [
  ['an order', 'manager', '/v1/work-orders', order, (name) => made('work_order', 'id', name)],
  ['an order whose id the service chooses', 'manager', '/v1/work-orders', (name) => ({ ...order(name), id: undefined, product: name }), (name) => made('work_order', 'product', name)],
  ['an API key', 'admin', '/v1/access/keys', (name) => ({ role: 'auditor', name }), (name) => made('api_key', 'name', name)],
  ['a line', 'manager', '/v1/lines', (id) => ({ id, name: 'Hall 3' }), (name) => made('line', 'id', name)],
  ['a station', 'manager', '/v1/stations', (id) => ({ id, line: 'line-1', slots: ['1'] }), (name) => made('station', 'id', name)],
  ['a target', 'officer', '/v1/aws/targets', (name) => target(name, name.startsWith('before') ? '333333333333' : '444444444444'), (name) => made('target', 'name', name)],
  ['an authority', 'officer', '/v1/authorities', (name) => ({ family: `F-${name}` }), (name) => made('authority', 'family', `F-${name}`)],
];

/** Sends it to an api that hangs before or after the change, repeats it here after the first one's time is over, and lets that one go on. */
async function repeated(step: 'before' | 'after', role: Role, url: string, body: object) {
  const headers = { 'idempotency-key': `${step}-${randomUUID()}` };
  const late = api.post(url, bench.keys[role], body, headers);
  await api.hung();
  await bench.db.updateTable('idempotency').set({ held_until: new Date(0) }).where('key', '=', headers['idempotency-key']).execute();
  const repeat = await bench.as(role).post(url, body, headers);
  api.wake();
  const first = await late;
  const later = await bench.as(role).post(url, body, headers);
  return { repeat, first: { status: first.status, body: (await first.json()) as Record<string, unknown> }, later };
}

describe('when the answer is lost after the change', () => {
  it.each(CREATIONS)('a repeat makes no second one and is answered what was made: %s', async (what, role, url, bodyOf, count) => {
    const name = `after-${randomUUID().slice(0, 8)}`;
    const { repeat, first, later } = await repeated('after', role, url, bodyOf(name));
    expect(await count(name)).toBe(1);
    expect(first.status).toBe(url === '/v1/authorities' ? 202 : 201);
    if (what === 'an API key') {
      // The secret is in the answer that was lost, and nowhere else.
      for (const again of [repeat, later]) expect(again).toMatchObject({ status: 409, body: { code: 'api-key-shown-once', detail: expect.stringContaining(String(first.body['id'])) } });
      return;
    }
    for (const again of [repeat, later]) {
      expect(again.status).toBeLessThan(300);
      const { id, name: called } = first.body;
      expect(again.body).toMatchObject(JSON.parse(JSON.stringify({ id, name: called })) as object);
    }
  });

  it('a repeat of a step of an order finds it taken, and is answered with the order as it is', async () => {
    const { id } = (await bench.as('manager').post('/v1/work-orders', order(`after-${randomUUID().slice(0, 8)}`))).body as { id: string };
    for (const [step, state, body] of [['release', 'released', {}], ['hold', 'held', {}], ['resume', 'released', {}], ['close', 'closed', { unaccounted: 1, reason: 'test' }]] as const) {
      const { repeat, first } = await repeated('after', 'manager', `/v1/work-orders/${id}/${step}`, body);
      expect([first.status, first.body['state']]).toEqual([200, state]);
      expect([repeat.status, repeat.body['state']]).toEqual([200, state]);
    }
  });

  it('a repeat of a step of an authority finds it taken, and is answered with the authority as it is', async () => {
    for (const [step, state] of [['freeze', 'frozen'], ['unfreeze', 'issuing']] as const) {
      const { repeat, first } = await repeated('after', 'officer', `/v1/authorities/${bench.authority.id}/${step}`, { reason: 'a rumour' });
      expect([first.status, first.body['state']]).toEqual([200, state]);
      expect([repeat.status, repeat.body['state']]).toEqual([200, state]);
    }
  });

  it('a repeat of a revocation of a key finds it revoked', async () => {
    const { id } = (await bench.as('admin').post('/v1/access/keys', { role: 'auditor', name: 'to be revoked' })).body as { id: string };
    const headers = { 'idempotency-key': `after-${randomUUID()}` };
    const late = api.delete(`/v1/access/keys/${id}`, bench.keys.admin, headers);
    await api.hung();
    await bench.db.updateTable('idempotency').set({ held_until: new Date(0) }).where('key', '=', headers['idempotency-key']).execute();
    expect(await bench.call('DELETE', `/v1/access/keys/${id}`, bench.keys.admin, undefined, headers)).toMatchObject({ status: 204 });
    api.wake();
    expect((await late).status).toBe(204);
    expect(await bench.call('DELETE', `/v1/access/keys/${id}`, bench.keys.admin)).toMatchObject({ status: 404, body: { code: 'key-unknown' } });
  });

  it('a repeat of a decision on a unit is answered what was decided', async () => {
    const { serials } = await bench.order(1);
    for (const [step, state] of [['quarantine', 'quarantined'], ['release', 'planned'], ['scrap', 'scrapped']] as const) {
      const { repeat, first } = await repeated('after', 'manager', `/v1/units/${serials[0]!}/${step}`, {});
      expect(first).toMatchObject({ status: 200, body: { state } });
      expect(repeat).toMatchObject(first);
    }
  });
});

describe('when the first one hangs before the change, until a repeat has made it', () => {
  it.each(CREATIONS)('it makes no second one: %s', async (_what, role, url, bodyOf, count) => {
    const name = `before-${randomUUID().slice(0, 8)}`;
    const { repeat, first } = await repeated('before', role, url, bodyOf(name));
    expect(repeat.status).toBeLessThan(300);
    expect(await count(name)).toBe(1);
    if (first.status >= 300) expect(first).toMatchObject({ status: 409, body: { code: expect.stringMatching(/^(request-in-progress|work-order-exists|serial-taken)$/) } });
  });
});
