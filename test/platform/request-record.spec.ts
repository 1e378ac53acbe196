import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { mock } from 'node:test';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import { IdentityService } from '../../src/identity/identity.service.js';
import { Clock } from '../../src/platform/clock.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

type Line = Record<string, unknown>;
let bench: ServiceBench;
const lines: Line[] = [];

beforeAll(async () => {
  bench = await serviceBench({ LOG_LEVEL: 'log' });
  const keep = (line: unknown) => void lines.push(line as Line);
  bench.app.useLogger({ log: keep, warn: keep, error: keep });
});
afterAll(() => bench.close());
beforeEach(() => void lines.splice(0));

const requestLines = () => lines.filter(({ event }) => event === 'request');

describe('the log', () => {
  it('has one line for each request of a unit’s way, with its serial and job', async () => {
    const { id, serials } = await bench.order(1);
    lines.splice(0);
    const { jobId, fence } = await bench.claim();
    await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
    await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
    const [serial] = serials;
    expect(requestLines()).toMatchObject([
      { method: 'POST', path: '/v1/station/claims', status: 200, serial, job: jobId, workOrder: id, caller: expect.stringMatching(/^key:/), requestId: expect.any(String) },
      { path: `/v1/jobs/${jobId}/certificate`, status: 201, serial, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { path: `/v1/jobs/${jobId}/result`, status: 200, serial, job: jobId, outcome: 'PASS' },
    ]);
  });

  describe('of a stream of lines', () => {
    const sendAll = async (): Promise<Line[]> => {
      const { id, serials } = await bench.order(300);
      lines.splice(0);
      const payload = serials.map((serial) => `${JSON.stringify({ workOrder: id, serial, csr: csrFor(deviceKey()) })}\n`).join('');
      const headers = { authorization: `Bearer ${bench.keys.issuer}`, 'content-type': 'application/x-ndjson' };
      const answer = await bench.app.inject({ method: 'POST', url: '/v1/certificates/batch', headers, payload });
      return answer.body.trim().split('\n').map((text) => JSON.parse(text) as Line);
    };
    const ofBatch = () => lines.filter(({ event }) => String(event).startsWith('batch.'));

    it('tells twice of a cause of ours that fails every line, without a stack: when it first comes, and at the end how often', async () => {
      const clock = bench.app.get(Clock);
      const now = clock.now.bind(clock);
      clock.now = () => new Date(Date.now() + 3 * 365 * 86_400_000);
      const answers = await sendAll();
      clock.now = now;
      expect(answers.filter(({ code }) => code === 'clock-wrong')).toHaveLength(300);
      expect(ofBatch()).toEqual([
        { event: 'batch.line_failed', requestId: expect.any(String), line: expect.any(Number), code: 'clock-wrong', detail: expect.stringMatching(/1095 days ahead/) },
        { event: 'batch.lines_failed', requestId: expect.any(String), code: 'clock-wrong', lines: 300 },
      ]);
    });

    it('has the stack of what nobody has foreseen, a few times', async () => {
      const identities = bench.app.get(IdentityService, { strict: false });
      const bug = mock.method(identities, 'issueDirectly', () => Promise.reject(new TypeError('a bug')));
      const answers = await sendAll();
      bug.mock.restore();
      expect(answers.filter(({ status }) => status === 500)).toHaveLength(300);
      const stacks = ofBatch().filter(({ error }) => error instanceof TypeError);
      expect(stacks.length).toBeGreaterThan(0);
      expect(stacks.length).toBeLessThanOrEqual(10);
      expect(ofBatch().slice(stacks.length)).toEqual([{ event: 'batch.lines_failed', requestId: expect.any(String), code: stacks[0]!['code'], lines: 300 }]);
    });

    it('has nothing of lines whose own fault it is', async () => {
      const answer = await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, 'not json\n', { 'content-type': 'application/x-ndjson' });
      expect(answer.body).toMatchObject({ status: 400 });
      expect(ofBatch()).toEqual([]);
    });
  });

  it('has a line for a stream of lines, and for a caller that hung up', async () => {
    await bench.app.listen(0, '127.0.0.1');
    const url = await bench.app.getUrl();
    const { id } = await bench.order(1);
    lines.splice(0);
    await bench.call('POST', '/v1/certificates/batch', bench.keys.issuer, `{"workOrder": "${id}", "serial": "none"}\n`, { 'content-type': 'application/x-ndjson' });
    const line = await until('logged', async () => requestLines().find(({ path }) => path === '/v1/certificates/batch'));
    expect(line).toMatchObject({ status: 200, requestId: expect.any(String), caller: expect.stringMatching(/^key:/) });
    await bench.clearSlots();
    const hungUp = new AbortController();
    const poll = fetch(`${url}/v1/station/claims`, { method: 'POST', headers: { authorization: `Bearer ${bench.keys.station}`, 'content-type': 'application/json' }, body: '{"slot":"2","waitMs":20000}', signal: hungUp.signal });
    await until('polling', async () => ((await new Promise<number>((resolve) => bench.app.getHttpServer().getConnections((_: unknown, count: number) => resolve(count)))) > 0 ? true : undefined));
    hungUp.abort();
    await expect(poll).rejects.toThrow();
    const cut = await until('logged', async () => requestLines().find(({ path }) => path === '/v1/station/claims'));
    expect(cut).toMatchObject({ cut: true });
  });

  it('has a line for a caller that hung up in the middle of the body, which is no failure', async () => {
    const port = Number(new URL(await bench.app.getUrl()).port);
    lines.splice(0);
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`POST /v1/lines HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bench.keys.manager}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":`),
    );
    const [request] = (await once(bench.app.getHttpServer(), 'request')) as [IncomingMessage];
    await until('its body is being read', async () => (request.listenerCount('data') > 0 ? true : undefined));
    socket.destroy();
    const cut = await until('logged', async () => lines.find(({ event }) => event === 'request.cut'));
    expect(cut).toEqual({ event: 'request.cut', requestId: expect.any(String), route: '/v1/lines' });
    const line = await until('logged', async () => requestLines().find(({ path }) => path === '/v1/lines'));
    expect(line).toMatchObject({ requestId: cut['requestId'], cut: true });
    expect(line).not.toHaveProperty('code');
    expect(lines.filter(({ event }) => event === 'request.failed')).toEqual([]);
  });

  it('has the requestId of what is no request that can be read', async () => {
    const { body } = await bench.call('GET', '/v1/units/%ff', bench.keys.manager);
    expect(requestLines()).toMatchObject([{ requestId: body['requestId'], code: 'request-invalid', path: '/v1/units/%ff' }]);
  });

  it('has the requestId and the code of each refusal', async () => {
    const refused = await bench.as('station').post('/v1/jobs/job-999/heartbeat', { fence: 1 });
    expect(requestLines()).toMatchObject([{ status: refused.status, requestId: refused.body['requestId'], code: refused.body['code'] }]);
  });

  it('never holds a key, a CSR, a certificate or a query', async () => {
    const { fence, jobId } = await bench.order(1).then(() => bench.claim(undefined, '2'));
    const csr = csrFor(deviceKey());
    await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr });
    await bench.as('officer').post('/v1/access/keys', { role: 'issuer', name: 'x' });
    await bench.as('manager').get('/v1/queues?a=secret');
    const text = JSON.stringify(lines);
    expect(text).toContain('/v1/access/keys');
    expect(text).not.toMatch(/ls_[a-z]+_|BEGIN|secret/);
    expect(text).not.toContain(csr.split('\n')[1]!);
  });

  it('has one line for each event of a unit that no request of its own tells of', async () => {
    const { id, serials } = await bench.order(1);
    const [serial] = serials;
    await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(deviceKey()) });
    await until('issued', async () => lines.find((line) => line['event'] === 'certificate.issued' && line['serial'] === serial));
    expect(lines.find((line) => line['event'] === 'certificate.issued' && line['serial'] === serial)).toMatchObject({ authority: bench.authority.id, index: expect.any(Number) });
  });
});

describe('the metrics', () => {
  const metrics = async () => String((await bench.call('GET', '/metrics', undefined)).body['text']);

  it('tell of requests by route and status, and of refusals by code', async () => {
    await bench.as('manager').get('/v1/units/nobody');
    const text = await metrics();
    expect(text).toMatch(/lineside_http_request_seconds_count\{method="GET",route="\/v1\/units\/:serial",status="404"\} [1-9]/);
    expect(text).toMatch(/lineside_refusals_total\{code="serial-unknown"\} [1-9]/);
  });

  it('tell of what stands in the ledger, without a query of their own', async () => {
    const { id } = await bench.order(3, { quantity: 2 });
    const issued = await bench.db.selectFrom('certificate').select((eb) => eb.fn.countAll<number>().as('n')).where('state', '=', 'valid').executeTakeFirstOrThrow();
    await until('counted', async () => {
      const counted = await bench.db.selectFrom('log_count').select('leaves').where('event', '=', 'certificate.issued').executeTakeFirst();
      return counted?.leaves === Number(issued.n);
    });
    // What the service's own loop read before the order was made may come after what is read here.
    const text = await until('told', async () => {
      await bench.app.get(LedgerMetrics, { strict: false }).read();
      const told = await metrics();
      return told.includes(`lineside_work_order_quota_left{work_order="${id}"} 2\n`) ? told : undefined;
    });
    expect(text).toContain(`lineside_events_total{event="certificate.issued"} ${issued.n}\n`);
    const queued = await bench.db.selectFrom('job').select((eb) => eb.fn.countAll<number>().as('n')).where('state', '=', 'queued').executeTakeFirstOrThrow();
    expect(text).toContain(`lineside_queue_jobs{line="line-1"} ${queued.n}\n`);
    expect(Number(queued.n)).toBeGreaterThanOrEqual(3);
    expect(text).toMatch(/lineside_queue_oldest_seconds\{line="line-1"\} \d/);
    expect(text).toMatch(/lineside_aws_backlog_units\{target="eu"\} \d+\n/);
    expect(text).toMatch(new RegExp(`lineside_authority_end_seconds\\{authority="${bench.authority.id}"\\} \\d{10}`));
    expect(text).toMatch(new RegExp(`lineside_crl_end_seconds\\{authority="${bench.authority.id}"\\} \\d{10}`));
    expect(text).toMatch(/lineside_process_starts_total\{counted_in="ledger"\} [1-9]/);
  });
});
