import { newApiKey, parseApiKey } from '../../src/access/api-key.js';
import { ERRORS } from '../../src/platform/errors/error-codes.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ BODY_LIMIT: '20000' });
});
afterAll(() => bench.close());

const PROBLEM = { type: expect.stringMatching(/^urn:lineside:problem:/), title: expect.any(String), detail: expect.any(String), operatorAction: expect.any(String), requestId: expect.any(String) };

describe('a caller', () => {
  it.each([
    ['no key', undefined],
    ['a key of another form', 'hello'],
    ['a key that was never made', 'ls_manager_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('with %s is answered 401', async (_what, key) => {
    const answer = await bench.call('GET', '/v1/queues', key);
    expect(answer).toMatchObject({ status: 401, body: { ...PROBLEM, code: 'caller-unknown', retryable: false } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('with a known id and another secret is answered 401', async () => {
    const [prefix] = /^ls_manager_[0-9a-f]+_/.exec(bench.keys.manager)!;
    expect((await bench.call('GET', '/v1/queues', `${prefix}${'A'.repeat(43)}`)).status).toBe(401);
  });

  it('of a station is refused in the words for its operator, with what its program does next, also where it is not known', async () => {
    const [station, manager] = [newApiKey('station').text, newApiKey('manager').text];
    const refused = await Promise.all([station, manager].map((key) => bench.call('GET', '/v1/station', key)));
    expect(refused).toMatchObject([{ status: 401, body: { nextStep: 'call', operatorAction: ERRORS['caller-unknown'].action } }, { status: 401, body: { code: 'caller-unknown' } }]);
    expect(refused[1]!.body).not.toHaveProperty('nextStep');
  });

  it('with the wrong role is answered 403 and told which role it takes', async () => {
    const answer = await bench.as('station').post('/v1/work-orders', {});
    expect(answer).toMatchObject({ status: 403, body: { ...PROBLEM, code: 'role-missing', detail: 'This needs the role manager' } });
  });

  it('reaches nothing but health, metrics, the API’s own description, CA certificates, revocation lists and the enrolment of a station that has a code, without a key', async () => {
    const { paths } = (await bench.call('GET', '/openapi.json', undefined)).body as { paths: Record<string, Record<string, unknown>> };
    const open: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods)) {
        const url = path.replaceAll(/\{[a-zA-Z]+\}/g, 'job-1');
        const { status } = await bench.call(method.toUpperCase() as 'GET', url, undefined, method === 'get' ? undefined : {});
        if (status !== 401) open.push(`${method} ${path}`);
      }
    }
    expect(open.toSorted()).toEqual(['get /health/live', 'get /health/ready', 'get /metrics', 'get /v1/authorities/{id}/certificate', 'get /v1/authorities/{id}/crl', 'post /v1/enrolments']);
    expect(Object.keys(paths).length).toBeGreaterThan(25);
  });

  it('loses access the moment its key is revoked', async () => {
    const made = await bench.as('officer').post('/v1/access/keys', { role: 'manager', name: 'temporary' });
    expect(made.status).toBe(201);
    const key = String(made.body['key']);
    expect((await bench.call('GET', '/v1/queues', key)).status).toBe(200);
    expect((await bench.call('DELETE', `/v1/access/keys/${made.body['id']}`, bench.keys.officer)).status).toBe(204);
    expect((await bench.call('GET', '/v1/queues', key)).status).toBe(401);
  });
});

describe('an API key', () => {
  it('is shown once and kept only as a hash', async () => {
    const made = await bench.as('manager').post('/v1/access/keys', { role: 'station', name: 'fixture', station: 'a' }, { 'idempotency-key': 'k-1' });
    const { secret } = parseApiKey(String(made.body['key']))!;
    const { rows } = await bench.db.executeQuery<{ text: string }>(
      // Every row of every table, as text.
      (await import('kysely')).sql`select query_to_xml('select * from api_key', true, false, '')::text || query_to_xml('select convert_from(body, ''UTF8'') as body from log_leaf', true, false, '')::text || query_to_xml('select * from idempotency', true, false, '')::text as text`.compile(bench.db) as never,
    );
    expect(rows[0]!.text).toContain(String(made.body['id']));
    expect(rows[0]!.text).not.toContain(secret);
    expect((await bench.as('admin').get('/v1/access/keys')).body['items']).not.toContainEqual(expect.objectContaining({ key: expect.anything() }));
  });

  it('for a station names its station, and a manager makes no other kind', async () => {
    expect(await bench.as('manager').post('/v1/access/keys', { role: 'officer', name: 'x' })).toMatchObject({ status: 403, body: { code: 'role-not-grantable' } });
    expect(await bench.as('manager').post('/v1/access/keys', { role: 'station', name: 'x' })).toMatchObject({ status: 422, body: { code: 'station-needed' } });
    expect(await bench.as('manager').post('/v1/access/keys', { role: 'station', name: 'x', station: 'nowhere' })).toMatchObject({ status: 404, body: { code: 'station-unknown' } });
  });
});

describe('making an API key', () => {
  const make = (name: string, key = 'make-one') => bench.as('admin').post('/v1/access/keys', { role: 'auditor', name }, { 'idempotency-key': key });

  it('with the same Idempotency-Key makes one, whose secret is shown once and kept nowhere', async () => {
    const first = await make('once');
    expect(first.status).toBe(201);
    const again = await make('once');
    expect(again).toMatchObject({ status: 409, body: { code: 'api-key-shown-once', detail: expect.stringContaining(String(first.body['id'])), retryable: false } });
    expect(JSON.stringify(again.body)).not.toContain(String(first.body['key']).split('_').at(-1));
    const { items } = (await bench.as('admin').get('/v1/access/keys')).body as { items: { name: string }[] };
    expect(items.filter(({ name }) => name === 'once')).toHaveLength(1);
    const kept = await bench.db.selectFrom('idempotency').select('body').where('key', '=', 'make-one').executeTakeFirstOrThrow();
    expect(kept.body).toEqual({ id: first.body['id'], role: 'auditor', name: 'once', station: null });
  });

  it('with the Idempotency-Key of another request is refused', async () => {
    expect(await make('another')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });
});

describe('the HTTP edge', () => {
  const send = (payload: string | Buffer, type: string) =>
    bench.app.inject({ method: 'POST', url: '/v1/lines', headers: { authorization: `Bearer ${bench.keys.manager}`, 'content-type': type }, payload });

  it.each([
    ['a body over the limit', Buffer.alloc(20_001, 'x'), 'application/json', 413, 'request-too-large'],
    ['another media type', 'id=line-9', 'text/plain', 415, 'media-type-unsupported'],
    ['broken JSON', '{"id": ', 'application/json', 400, 'request-invalid'],
    ['a body of the wrong shape', '{"id": 7}', 'application/json', 400, 'request-invalid'],
    ['a prototype in the body', '{"id": "line-9", "__proto__": {"x": 1}}', 'application/json', 400, 'request-invalid'],
  ])('refuses %s with one sentence, and writes nothing', async (_what, payload, type, status, code) => {
    const before = await bench.db.selectFrom('log_leaf').select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow();
    const answer = await send(payload, type);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ ...PROBLEM, code, status });
    expect(await bench.db.selectFrom('log_leaf').select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()).toEqual(before);
  });

  it('answers an address that does not exist with 404', async () => {
    expect(await bench.as('manager').get('/v1/nothing')).toMatchObject({ status: 404, body: { ...PROBLEM, code: 'not-found' } });
  });

  it('is ready with HSM, ledger and Redis', async () => {
    // A machine that stalls may find something amiss for a moment.
    const ready = await until('ready', async () => {
      const answer = await bench.call('GET', '/health/ready', undefined);
      return answer.body['status'] === 'ready' ? answer : undefined;
    });
    expect(ready).toMatchObject({ status: 200, body: { ready: true, reasons: [], checks: { hsm: { ok: true }, ledger: { ok: true }, redis: { ok: true } } } });
  });
});

describe('a repeated request', () => {
  const create = (key: string, id: string) => bench.as('manager').post('/v1/work-orders', { id, product: 'p', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: [`${id}-1`] }, { 'idempotency-key': key });

  it('answers what the first one answered', async () => {
    const first = await create('"once"', 'wo-once');
    const again = await create('once', 'wo-once');
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
  });

  it('is refused when its key was used for another request', async () => {
    await create('mine', 'wo-mine');
    expect(await create('mine', 'wo-yours')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('may be tried again after a refusal', async () => {
    expect((await bench.as('manager').post('/v1/work-orders/wo-late/release', {}, { 'idempotency-key': 'later' })).status).toBe(404);
    await create('make-it', 'wo-late');
    expect((await bench.as('manager').post('/v1/work-orders/wo-late/release', {}, { 'idempotency-key': 'later' })).status).toBe(200);
  });
});

describe('an answer kept for repetition', () => {
  it('is forgotten after 30 days and not before', async () => {
    const { IdempotencyRetention } = await import('../../src/access/idempotency-retention.js');
    const row = (key: string, days: number) => ({ caller: 'x', key, request_sha256: Buffer.alloc(32), held_by: 0, created_at: new Date(Date.now() - days * 86_400_000) });
    await bench.db.insertInto('idempotency').values([row('old', 31), row('young', 29)]).execute();
    await bench.app.get(IdempotencyRetention).forgetOld();
    expect(await bench.db.selectFrom('idempotency').select('key').where('caller', '=', 'x').execute()).toEqual([{ key: 'young' }]);
  });
});

describe('the queue board', () => {
  it('opens to a manager’s key only, its static files included', async () => {
    const board = (key: string | undefined, path = '') => bench.call('GET', `/admin/queues${path}`, key);
    expect(await board(undefined)).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.stringContaining('Basic') } });
    expect((await board(undefined, '/static/images/logo.svg')).status).toBe(401);
    expect((await board(undefined, '/api/queues')).status).toBe(401);
    expect((await board(bench.keys.station)).status).toBe(403);
    expect(await board(bench.keys.manager)).toMatchObject({ status: 200, body: { text: expect.stringContaining('Lineside queues') } });
    const basic = Buffer.from(`me:${bench.keys.manager}`).toString('base64');
    expect((await bench.call('GET', '/admin/queues/api/queues', undefined, undefined, { authorization: `Basic ${basic}` })).status).toBe(200);
  });

  it('changes nothing: it is read-only', async () => {
    await bench.order(1);
    const queues = (await bench.call('GET', '/admin/queues/api/queues', bench.keys.manager)).body as { queues: { name: string; readOnlyMode: boolean }[] };
    expect(queues.queues).toMatchObject([{ name: 'line-line-1~provision', readOnlyMode: true }]);
    const paused = await bench.call('PUT', '/admin/queues/api/queues/line-line-1~provision/pause', bench.keys.manager);
    expect(paused.status).toBe(405);
  });
});
