import { connect } from 'node:net';
import { ERRORS } from '../../src/platform/errors/error-codes.js';
import { serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
let port: number;

beforeAll(async () => {
  bench = await serviceBench();
  await bench.app.listen(0, '127.0.0.1');
  port = Number(new URL(await bench.app.getUrl()).port);
});
afterAll(() => bench.close());

/** What a socket that sends `text` gets back until the service ends the connection or has answered in full. */
function exchange(text: string): Promise<{ status: number; headers: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    const settle = () => {
      const [headers = '', body = ''] = answer.split('\r\n\r\n', 2);
      resolve({ status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body });
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      const length = /content-length: (\d+)/i.exec(answer)?.[1];
      if (length !== undefined && answer.includes('\r\n\r\n') && Buffer.byteLength(answer.split('\r\n\r\n')[1]!) >= Number(length)) socket.destroy();
    });
    socket.on('close', settle);
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined));
  });
}

const NUL = '\u0000';
const HALF = '\ud800';

describe('text that the ledger can’t hold', () => {
  it.each([NUL, HALF, `a${NUL}b`])('is refused by the name of its field, and changes nothing (%j)', async (text) => {
    await bench.order(1);
    const { jobId, fence } = await bench.claim();
    const station = bench.as('station');
    const before = await bench.db.selectFrom('log_leaf').select(({ fn }) => fn.countAll<number>().as('count')).where('actor', '!=', 'system').executeTakeFirstOrThrow();
    const tried = [
      [await station.post(`/v1/jobs/${jobId}/heartbeat`, { fence, phase: text }), 'phase'],
      [await station.post(`/v1/jobs/${jobId}/heartbeat`, { fence, checkpoint: { x: { y: [text] } } }), 'checkpoint.x.y.0'],
      [await station.post(`/v1/jobs/${jobId}/heartbeat`, { fence, checkpoint: { [text]: 1 } }), 'checkpoint.'],
      [await bench.as('manager').post('/v1/lines', { id: 'line-x', name: text }), 'name'],
      [await bench.as('manager').post('/v1/work-orders', { product: text, line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['Z-1'] }), 'product'],
      [await bench.as('officer').get(`/v1/certificates?serial=${encodeURIComponent(NUL)}`), 'serial'],
    ] as const;
    for (const [answer, field] of tried) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
      expect(answer.body['detail']).toContain(field);
    }
    expect(await bench.db.selectFrom('log_leaf').select(({ fn }) => fn.countAll<number>().as('count')).where('actor', '!=', 'system').executeTakeFirstOrThrow()).toEqual(before);
    expect(await bench.db.selectFrom('job').select(['phase', 'checkpoint']).where('id', '=', Number(jobId!.slice(4))).executeTakeFirst()).toEqual({ phase: null, checkpoint: null });
    expect(await bench.db.selectFrom('line').select('id').where('id', '=', 'line-x').execute()).toEqual([]);
    await bench.clearSlots();
  });

  it('is kept escaped in a result, so that a station can always report', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim();
    const record = { [`k${NUL}`]: `v${HALF}`, whole: '🏭', list: [NUL] };
    expect(await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL', failureCode: `E${NUL}1`, record })).toMatchObject({ status: 200 });
    expect((await bench.as('manager').get(`/v1/units/${serials[0]}/attempts`)).body).toMatchObject({ items: [{ failureCode: 'E\\u00001' }] });
    expect((await bench.as('manager').get(`/v1/jobs/${jobId}/attempts/1/record`)).body).toEqual(record);
    await bench.clearSlots();
  });
});

describe('a body', () => {
  it('nested thousands deep is refused, also with an Idempotency-Key', async () => {
    const deep = `${'['.repeat(3_000)}${']'.repeat(3_000)}`;
    for (const headers of [{}, { 'idempotency-key': 'deep' }]) {
      const answer = await bench.call('POST', '/v1/jobs/job-1/heartbeat', bench.keys.station, `{"fence":1,"checkpoint":{"x":${deep}}}`, { 'content-type': 'application/json', ...headers });
      expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: 'The body is nested more than 64 deep' } });
    }
  });

  it.each(['application/json; charset=utf-16', 'application/json;charset="ISO-8859-1"', 'application/x-ndjson; charset=utf-16', 'text/xml', 'application/json; charset=utf-8; charset=utf-16'])('in another encoding than UTF-8, or of another type, is refused: %s', async (type) => {
    const url = type.startsWith('application/x-ndjson') ? '/v1/certificates/batch' : '/v1/lines';
    const answer = await bench.call('POST', url, url === '/v1/lines' ? bench.keys.manager : bench.keys.issuer, Buffer.from('{"id":"line-utf"}', 'utf16le'), { 'content-type': type });
    expect(answer).toMatchObject({ status: 415, body: { code: 'media-type-unsupported' } });
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip'])('that is compressed is refused, and told that it must not be: %s', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await bench.call('POST', '/v1/lines', bench.keys.manager, '{"id":"line-packed"}', headers);
    expect(answer).toMatchObject({ status: 415, body: { code: 'media-type-unsupported', detail: expect.stringContaining(encoding) }, headers: { 'accept-encoding': 'identity' } });
    const batch = await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, '{}\n', { 'content-type': 'application/x-ndjson', 'content-encoding': encoding });
    expect(batch).toMatchObject({ status: 415, body: { code: 'media-type-unsupported' } });
  });

  it.each([{ 'content-type': 'application/json; charset=UTF-8' }, { 'content-type': 'application/json;charset="utf-8"' }, { 'content-type': 'application/json', 'content-encoding': 'identity' }])('in UTF-8 and as it is is taken: %j', async (headers) => {
    expect(await bench.call('POST', '/v1/lines', bench.keys.manager, '{"id":"line-1"}', headers)).toMatchObject({ status: 201 });
  });

  it('that is a stream is taken by the route for streams only', async () => {
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': 'stream' };
    expect(await bench.call('POST', '/v1/lines', bench.keys.manager, '{}\n', headers)).toMatchObject({ status: 415, body: { code: 'media-type-unsupported' } });
    expect(await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, '{}\n', headers)).toMatchObject({ status: 200 });
  });
});

describe('a query', () => {
  it.each(['/v1/certificates?workorder=x', '/v1/lines?limit=1&nosuch=1', '/v1/audit/leaves?Subject=unit:x', '/v1/units/A?expand=1', '/v1/queues?colour=red', '/health/live?x=1', '/openapi.json?x=1', '/docs?x=1', '/metrics?x=1'])('with a parameter that there is not is refused: %s', async (url) => {
    const answer = await bench.as('officer').get(url);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('no such query parameter') } });
  });

  it('for leaves of a subject says what kind of subject it is', async () => {
    expect(await bench.as('auditor').get('/v1/audit/leaves?subject=line-1')).toMatchObject({ status: 400 });
    expect(await bench.as('auditor').get('/v1/audit/leaves?subject=line:line-1')).toMatchObject({ status: 200 });
  });

  it('finds the certificates of an order', async () => {
    expect(await bench.as('officer').get('/v1/certificates?workOrder=none')).toMatchObject({ status: 200, body: { items: [] } });
  });
});

describe('a list', () => {
  const LISTS = ['/v1/lines', '/v1/stations', '/v1/queues', '/v1/work-orders', '/v1/certificates', '/v1/authorities', '/v1/aws/targets', '/v1/aws/registrations', '/v1/access/keys', '/v1/audit/leaves'];

  it.each(LISTS)('takes a limit within bounds and no cursor that it has not given: %s', async (url) => {
    for (const query of ['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'cursor=abc', 'cursor=', 'cursor=1.5', 'cursor=Infinity', 'cursor=WyJhIl0x', 'limit=1&limit=2']) {
      expect([query, await bench.as('officer').get(`${url}?${query}`)]).toEqual([query, expect.objectContaining({ status: 400, body: expect.objectContaining({ code: 'request-invalid' }) })]);
    }
  });

  it.each(LISTS.filter((url) => !['/v1/certificates', '/v1/work-orders'].includes(url)))('is whole when it is read page by page: %s', async (url) => {
    await bench.as('manager').post('/v1/lines', { id: 'line-2' });
    type List = { items: Record<string, unknown>[]; nextCursor: string | null };
    // Counts change meanwhile.
    const named = ({ id, index, name, authority, target }: Record<string, unknown>) => JSON.stringify([id, index, name, authority, target]);
    const read = async (query: string) => (await bench.as('officer').get(`${url}?${query}`)).body as unknown as List;
    const whole = await read('limit=500');
    const pages: string[] = [];
    for (let cursor: string | null = '', at = ''; cursor !== null; at = `&cursor=${cursor}`) {
      const next: List = await read(`limit=1${at}`);
      expect(next.items.length).toBeLessThanOrEqual(1);
      pages.push(...next.items.map(named));
      cursor = pages.length < 8 ? next.nextCursor : null;
    }
    expect(pages).toEqual(whole.items.map(named).slice(0, pages.length));
  });
});

describe('what never becomes a call of a route', () => {
  it.each([
    ['an address with broken escapes', 'GET /v1/work-orders/%ff HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'request-invalid'],
    ['an address with half of a character', 'GET /v1/work-orders/%E0%A4%A HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'request-invalid'],
    ['an address that is too long', `GET /v1/units/${'a'.repeat(300)} HTTP/1.1\r\nhost: x\r\n\r\n`, 414, 'uri-too-long'],
    ['an address beyond what is read at all', `GET /v1/units/${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 414, 'uri-too-long'],
    ['headers that are too large', `GET /health/live HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
    ['an expectation', 'POST /v1/lines HTTP/1.1\r\nhost: x\r\nexpect: magic\r\ncontent-length: 2\r\n\r\n{}', 417, 'expectation-failed'],
    ['something that is no HTTP', 'EHLO factory\r\n\r\n', 400, 'request-invalid'],
    ['HTTP/1.1 without Host', 'GET /health/live HTTP/1.1\r\n\r\n', 400, 'request-invalid'],
    ['two Hosts', 'GET /health/live HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n', 400, 'request-invalid'],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org:443\r\n\r\n', 405, 'method-not-allowed'],
    ['a tunnel without Host', 'CONNECT example.org:443 HTTP/1.1\r\n\r\n', 405, 'method-not-allowed'],
    ['a method that there is not', 'BREW /v1/lines HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'request-invalid'],
    ['a body of an unknown transfer coding', 'POST /v1/lines HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n', 400, 'request-invalid'],
    ['two lengths', 'POST /v1/lines HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}', 400, 'request-invalid'],
    ['a path that there is not', 'GET /v2/nothing HTTP/1.1\r\nhost: x\r\n\r\n', 404, 'not-found'],
  ])('is answered with a problem: %s', async (_what, text, status, code) => {
    const answer = await exchange(text);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, expect.objectContaining({ status, code, title: ERRORS[code as keyof typeof ERRORS].title, requestId: expect.any(String) })]);
    expect(answer.headers).toContain('content-type: application/problem+json');
    expect(answer.headers).toContain('x-content-type-options: nosniff');
  });
});

it('HTTP/1.0, which knows no Host, is answered without one', async () => {
  expect(await exchange('GET /health/live HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200 });
});

describe('a browser', () => {
  it('is told to guess no types, show no frames, load nothing and keep nothing', async () => {
    for (const url of ['/v1/lines', '/v1/nothing', '/health/live', '/openapi.json']) {
      expect([url, (await bench.as('manager').get(url)).headers]).toEqual([url, expect.objectContaining({
        'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'cache-control': 'no-store',
      })]);
    }
    const batch = await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, '{}\n', { 'content-type': 'application/x-ndjson' });
    expect(batch.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect((await bench.call('GET', `/v1/authorities/${bench.authority.id}/crl`, undefined)).headers).toMatchObject({ 'cache-control': 'public, no-cache' });
  });

  it('loads what the pages for people need from here only, and no script that stands in a page', async () => {
    for (const url of ['/docs', '/admin/queues']) {
      const { status, headers, body } = await bench.as('manager').get(url);
      expect([url, status, headers['content-security-policy']]).toEqual([url, 200, expect.stringMatching(/^default-src 'self'; style-src 'self' 'unsafe-inline'; .*frame-ancestors 'none'$/)]);
      const scripts = [...String(body['text']).matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes!);
      expect(scripts.length).toBeGreaterThan(2);
      // Each is a file from here, or holds data.
      expect(scripts.filter((attributes) => !/src="(?!https?:|\/\/)[^"]+"/.test(attributes) && !attributes.includes('type="application/json"'))).toEqual([]);
    }
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 404],
    [{ origin: 'http://factory:3000', host: 'factory:3000' }, 404],
    [{}, 404],
  ])('with a Basic login changes things from our own pages only: %j', async (headers, status) => {
    const authorization = `Basic ${Buffer.from(`x:${bench.keys.manager}`).toString('base64')}`;
    const answer = await bench.call('POST', '/v1/work-orders/none/release', undefined, undefined, { authorization, ...headers } as Record<string, string>);
    expect(answer).toMatchObject({ status, body: { code: status === 403 ? 'origin-refused' : 'work-order-unknown' } });
    expect(await bench.call('GET', '/v1/lines', undefined, undefined, { authorization, ...headers } as Record<string, string>)).toMatchObject({ status: 200 });
  });
});

it('the queue board refuses a change from another site with a problem too', async () => {
  const authorization = `Basic ${Buffer.from(`x:${bench.keys.manager}`).toString('base64')}`;
  const answer = await bench.call('PUT', '/admin/queues/api/queues/pause', undefined, undefined, { authorization, origin: 'https://evil.example' });
  expect(answer).toMatchObject({ status: 403, body: { code: 'origin-refused', requestId: expect.any(String) }, headers: { 'content-type': expect.stringMatching(/^application\/problem\+json/) } });
});

it('a name for people holds no character that turns the reading direction', async () => {
  for (const name of ['a\u202eb', 'a\u2066b', 'a\u200fb', 'a\nb', 'a\u2028b']) {
    expect(await bench.as('manager').post('/v1/lines', { id: 'line-bidi', name })).toMatchObject({ status: 400, body: { detail: expect.stringContaining('name: must not hold control characters') } });
  }
  expect(await bench.as('manager').post('/v1/lines', { id: 'line-hebrew', name: 'קו ייצור 1' })).toMatchObject({ status: 201 });
});

it('a body of no octets is none, also where it is said to be JSON', async () => {
  const { serials: [serial] } = await bench.order(1);
  const send = (path: string, role: 'manager' | 'station') => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: { authorization: `Bearer ${bench.keys[role]}`, 'content-type': 'application/json' }, body: '' });
  expect((await send(`/v1/units/${serial}/quarantine`, 'manager')).status).toBe(200);
  const refused = await send('/v1/station/claims', 'station');
  expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ code: 'request-invalid' })]);
});
