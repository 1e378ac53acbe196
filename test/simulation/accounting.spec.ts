import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { simulate } from '../../src/simulation/simulate.js';
import type { SimulationSettings } from '../../src/simulation/simulation-report.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;
let closing: (() => void)[] = [];
/** Ends a run that a test has left at work: the next one would find its units on the line. */
let leftOver: AbortController;

beforeAll(async () => {
  service = await wholeService({ LEASE_MS: '9000', HEARTBEAT_MS: '500', POLL_WAIT_MS: '1000' });
  demo = await service.demo();
});
beforeEach(() => {
  leftOver = new AbortController();
});
afterEach(() => {
  leftOver.abort();
  for (const close of closing) close();
  closing = [];
});
afterAll(() => service.stop());

/** What a service that lies answers in the place of the real one's answer; undefined: that. */
type Lie = (path: string, asked: string, answered: string) => string | undefined;

/** The service, but for what it says to its callers. @param isDeaf requests that never reach it */
async function lying(lie: Lie, isDeaf: (path: string, asked: string) => string | undefined = () => undefined): Promise<DemoCredentials> {
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const [path, asked] = [request.url!, await text(request)];
    const invented = isDeaf(path, asked);
    if (invented !== undefined) return response.writeHead(200, { 'content-type': 'application/json' }).end(invented);
    const headers = Object.entries(request.headers).filter(([name]) => ['authorization', 'content-type', 'idempotency-key', 'lineside-session'].includes(name)) as [string, string][];
    const answer = await fetch(`${service.baseUrl}${path}`, { method: request.method!, headers, ...(asked && { body: asked }) });
    const answered = await answer.text();
    return response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(lie(path, asked, answered) ?? answered);
  };
  const server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { ...demo, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const QUICK: SimulationSettings = { stations: 2, units: 4, connect: 0, seed: 'accounts' };

describe('a simulation whose stations are killed', () => {
  it('accounts for every unit: those that a station held come back to its slots or to the line', async () => {
    const report = await simulate(demo, { stations: 4, slots: 2, units: 12, taktMs: 1_000, killsPerMinute: 60, failRate: 0.1, order: 'killed', seed: 'kill', connect: 0, signal: leftOver.signal });
    expect(report).toMatchObject({ ok: true, problems: [], balance: { ordered: 12, unaccounted: 0, notBegun: 0 } });
    expect(report.passed + report.failed).toBe(12);
    const { powerCuts } = report.leases;
    expect(powerCuts.count).toBeGreaterThan(0);
    expect(powerCuts.held).toBeGreaterThan(0);
    expect(powerCuts.regained + powerCuts.returned).toBeGreaterThan(0);
    expect(report.calls.heartbeat.count).toBeGreaterThan(0);
  });

  it('for a time, adds units as the line eats them, and comes to an end of all of them', async () => {
    const report = await simulate(demo, { stations: 2, slots: 2, minutes: 0.05, taktMs: 300, connect: 0, signal: leftOver.signal });
    expect(report).toMatchObject({ ok: true, problems: [], failed: 0 });
    expect(report.units).toBeGreaterThanOrEqual(8);
    expect(report.passed).toBe(report.units);
    expect(report.balance).toMatchObject({ ordered: report.units, passed: report.units });
  });

  it('that is ended early says so, and leaves nothing on the line', async () => {
    const stop = new AbortController();
    const report = await simulate(demo, { ...QUICK, units: 100, taktMs: 500, order: 'ended', signal: stop.signal, onProgress: ({ run }) => void run.reached(2).then(() => stop.abort()) });
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual(['The run was interrupted', expect.stringMatching(/^\d+ of 100 units passed$/)]);
    expect(report.balance).toMatchObject({ ordered: 100, inWork: 100, unaccounted: 0 });
    const answer = await fetch(`${service.baseUrl}/v1/work-orders/ended`, { headers: { authorization: `Bearer ${service.keys.manager}` } });
    expect(await answer.json()).toMatchObject({ state: 'cancelled' });
  });
});

describe('the accounts of a simulation find', () => {
  it('a PASS that the ledger has never heard of', async () => {
    let lost: string | undefined;
    const deaf = await lying(() => undefined, (path, asked) => {
      if (!path.endsWith('/result') || !asked.includes('"PASS"') || (lost ??= path) !== path) return undefined;
      return JSON.stringify({ job: { id: 'job-1', state: 'passed' }, unit: { serial: 'x', state: 'passed' }, attempt: 1 });
    });
    const report = await simulate(deaf, { ...QUICK, order: 'deaf', signal: leftOver.signal });
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual([expect.stringMatching(/^A station was told that unit DEAF-00000[1-4] has passed, and the ledger has it as certified$/)]);
  });

  it('a certificate that belongs to another unit, and the one that its unit lacks', async () => {
    let first: string | undefined;
    const swapping = await lying((path, _, answered) => {
      if (!path.endsWith('/certificate') || path.includes('authorities')) return undefined;
      if (first === undefined) {
        first = answered;
        return undefined;
      }
      return first;
    });
    const report = await simulate(swapping, { ...QUICK, units: 2, order: 'swapped', signal: leftOver.signal });
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual(expect.arrayContaining([
      expect.stringMatching(/^The certificate of SWAPPED-00000[12] names another unit$/),
      expect.stringMatching(/^Unit SWAPPED-00000[12] carries a certificate that the ledger does not know: [0-9a-f]{64}$/),
      expect.stringMatching(/^Unit SWAPPED-00000[12] carries another certificate than the ledger has$/),
    ]));
  });

  it('a certificate too many against the quota, and a PASS that nobody has given', async () => {
    const ledger = new pg.Client({ connectionString: service.databaseUrl });
    await ledger.connect();
    const report = await simulate(demo, {
      ...QUICK, order: 'tampered', failRate: 1, signal: leftOver.signal,
      onProgress: ({ run }) => {
        if (!run.signal.aborted) return;
        void ledger.query(`update work_order set certificates_reserved = certificates_reserved + 1 where id = 'tampered'`);
        void ledger.query(`update unit set state = 'passed' where serial = 'TAMPERED-000001'`);
      },
    }).finally(() => ledger.end());
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual(expect.arrayContaining([
      'Work order tampered has 1 units that nobody can account for: 5 certificates count against its quota, 4 are on record',
      'A station was told that unit TAMPERED-000001 has failed, and the ledger has it as passed',
      'Unit TAMPERED-000001 has passed in the ledger, and no station has said so',
    ]));
  });
});
