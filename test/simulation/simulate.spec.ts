import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { IoTClient, paginateListThings } from '@aws-sdk/client-iot';
import { DomainError } from '../../src/platform/errors/domain-error.js';
import { ERRORS } from '../../src/platform/errors/error-codes.js';
import { toProblem } from '../../src/platform/http/problem.js';
import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { Device } from '../../src/simulation/device.js';
import { simulate } from '../../src/simulation/simulate.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;

beforeAll(async () => {
  service = await wholeService();
  demo = await service.demo();
});
afterAll(() => service.stop());

async function get<Body>(path: string): Promise<Body> {
  const answer = await fetch(`${service.baseUrl}${path}`, { headers: { authorization: `Bearer ${service.keys.manager}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Body;
}

/** Asked of the sandbox without any code of the simulation. */
async function thingsIn(account: { accountId: string; region: string }, prefix: string): Promise<string[]> {
  const credentials = service.sandbox.credentials.find(({ accountId }) => accountId === account.accountId);
  const client = new IoTClient({ endpoint: service.sandbox.endpointUrl, region: account.region, credentials: credentials! });
  const names: string[] = [];
  for await (const { things } of paginateListThings({ client, pageSize: 250 }, {})) names.push(...things!.map(({ thingName }) => thingName!));
  client.destroy();
  return names.filter((name) => name.startsWith(prefix));
}

/** The service, but for the first certificates that stations ask for, which are refused. */
async function refusingAtFirst(...refusals: DomainError[]) {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const refusal = request.url!.endsWith('/certificate') ? refusals.shift() : undefined;
      if (refusal) {
        response.writeHead(ERRORS[refusal.code].status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(toProblem(refusal)));
        return;
      }
      const headers = Object.entries(request.headers).filter(([name]) => ['authorization', 'content-type', 'idempotency-key'].includes(name)) as [string, string][];
      const answer = await fetch(`${service.baseUrl}${request.url}`, { method: request.method!, headers, ...(body && { body }) });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(await answer.text());
    })();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () => new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('a simulated line', () => {
  it('brings 24 units through 4 stations: 24 distinct certificates and 24 Things in each account', async () => {
    const report = await simulate(demo, { firstPauseMs: 100, stations: 4, units: 24, order: 'plain' });
    expect(report).toMatchObject({ ok: true, passed: 24, failed: 0, problems: [], certificates: { distinct: 24, byAuthority: { 'lineside-g1': 24 } } });
    expect(report.things.map(({ accountId, count }) => [accountId, count])).toEqual([['111111111111', 24], ['222222222222', 24]]);

    expect(await get('/v1/work-orders/plain')).toMatchObject({ units: { total: 24, passed: 24 }, certificates: { used: 24 } });
    const [eu, us, frankfurt] = service.sandbox.accounts;
    const { items: [attempt] } = await get<{ items: { job: string }[] }>('/v1/units/PLAIN-000001/attempts');
    expect(attempt).toMatchObject({ outcome: 'PASS', stationStartedAt: expect.stringMatching(/Z$/) as string, stationEndedAt: expect.stringMatching(/Z$/) as string });
    expect(await get(`/v1/jobs/${attempt!.job}/attempts/1/record`)).toEqual({ drops: expect.any(Number) as number });
    expect(await thingsIn(eu!, 'PLAIN-')).toHaveLength(24);
    expect(await thingsIn(us!, 'PLAIN-')).toHaveLength(24);
    expect(await thingsIn(frankfurt!, 'PLAIN-')).toEqual([]);
    const { items } = await get<{ items: { serial: string; fingerprint: string; state: string }[] }>('/v1/certificates?limit=500');
    const certificates = items.filter(({ serial }) => serial.startsWith('PLAIN-'));
    expect(new Set(certificates.map(({ fingerprint }) => fingerprint)).size).toBe(24);
    expect(new Set(certificates.map(({ serial }) => serial)).size).toBe(24);
  });

  it('has units fail, fixtures fail and boards lifted off; who tries again has the key that it made, and none gets a second certificate', async () => {
    const report = await simulate(demo, { firstPauseMs: 100, stations: 3, units: 24, order: 'unlucky', failRate: 0.5, seed: 'unlucky' });
    expect(report).toMatchObject({ ok: true, problems: [], balance: { ordered: 24, unaccounted: 0, notBegun: 0, passed: report.passed, begun: report.failed }, certificates: { distinct: report.passed } });
    expect(report.passed + report.failed).toBe(24);
    expect(report.retried).toBeGreaterThan(0);
    expect(report.failed).toBeGreaterThan(0);
    expect(await get('/v1/work-orders/unlucky')).toMatchObject({ units: { passed: report.passed, failed: report.failed }, certificates: { used: 24 } });
    const { items: failed } = await get<{ items: { serial: string; fingerprint: string | null }[] }>('/v1/work-orders/unlucky/units?state=failed');
    expect(failed.map(({ fingerprint }) => fingerprint)).toEqual(failed.map(() => null));
    const { attempts } = await get<{ attempts: { outcome: string; failure: { meaning: string } | null }[] }>(`/v1/units/${failed[0]!.serial}`);
    expect(attempts.filter(({ outcome }) => outcome === 'FAIL').map(({ failure }) => typeof failure?.meaning)).toEqual(['string', 'string']);
  });

  it('takes units through several steps, each at stations of its own, with one certificate', async () => {
    const report = await simulate(demo, { firstPauseMs: 100, stations: 3, units: 6, order: 'routed', route: ['provision', 'test'] });
    expect(report).toMatchObject({ ok: true, passed: 6, movedOn: 6, failed: 0, problems: [], certificates: { distinct: 6 } });
    expect(await get('/v1/work-orders/routed')).toMatchObject({ product: 'simulated-device-provision-test', route: [{ name: 'provision', identity: true }, { name: 'test' }], units: { passed: 6 }, certificates: { used: 6 } });
    const { attempts } = await get<{ attempts: { step: string; station: string }[] }>('/v1/units/ROUTED-000001');
    expect(attempts.map(({ step, station }) => `${step} ${station === 'sim-sim-provision-test-002'}`)).toEqual(['provision false', 'test true']);
  });

  it('lets the next generation of the authority take over in the middle, and no job fails', async () => {
    const report = await simulate(demo, { firstPauseMs: 100, stations: 4, units: 24, order: 'turning', rotate: true });
    expect(report).toMatchObject({ ok: true, passed: 24, failed: 0, problems: [], rotation: { from: 'lineside-g1', to: 'lineside-g2' } });
    const { 'lineside-g1': former = 0, 'lineside-g2': next = 0 } = report.certificates.byAuthority;
    expect(former).toBeGreaterThan(0);
    expect(next).toBeGreaterThan(0);
    expect(former + next).toBe(24);
    const g1 = await get<{ state: string; registrations: { state: string }[] }>('/v1/authorities/lineside-g1');
    expect(g1.registrations.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync']);
  });

  it('waits for a service that goes away in the middle, and loses and doubles nothing', async () => {
    let outage: Promise<void> | undefined;
    const report = await simulate(demo, {
      firstPauseMs: 100,
      stations: 4,
      units: 24,
      order: 'interrupted',
      onProgress: ({ run }) => {
        outage ??= run.reached(6).then(() => service.goAway()).then(() => service.comeBack());
      },
    });
    await outage;
    expect(outage).toBeDefined();
    expect(report).toMatchObject({ ok: true, passed: 24, failed: 0, certificates: { distinct: 24 } });
    expect(await get('/v1/work-orders/interrupted')).toMatchObject({ units: { passed: 24 }, certificates: { used: 24 } });
  });

  it('leaves no key valid that it made', async () => {
    const answer = await fetch(`${service.baseUrl}/v1/access/keys`, { headers: { authorization: `Bearer ${service.keys.admin}` } });
    const { items } = (await answer.json()) as { items: { station: string | null; revokedAt: string | null }[] };
    const simulated = items.filter(({ station }) => station?.startsWith('sim-'));
    expect(simulated.length).toBeGreaterThan(0);
    expect(simulated.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  });

  it('fails no unit whose certificate is refused with a call for a person: the unit is handed back, and passes at its next attempt', async () => {
    const refusing = await refusingAtFirst(new DomainError('device-key-needed', 'a test'));
    const report = await simulate({ ...demo, baseUrl: refusing.baseUrl }, { firstPauseMs: 100, stations: 1, units: 1, order: 'called' }).finally(() => refusing.close());
    expect(report).toMatchObject({ ok: true, passed: 1, failed: 0, retried: 1, problems: [], certificates: { distinct: 1 } });
    const { items } = await get<{ items: object[] }>('/v1/units/CALLED-000001/attempts');
    expect(items).toMatchObject([{ outcome: 'ABORTED', failureCode: 'released' }, { outcome: 'PASS' }]);
  });

  it('tells of a unit that failed: its key was lost between two attempts, so it needs rework', async () => {
    const post = async (path: string, body: object, key = service.keys.manager) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const answer = await fetch(`${service.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answer.ok).toBe(true);
      return (await answer.json()) as { key: string; job: { id: string }; lease: { fence: number } };
    };
    const order = { id: 'spoilt', product: 'p', line: 'sim', authority: 'Lineside', quantity: 3, serials: ['S-1', 'S-2', 'S-3'] };
    await post('/v1/work-orders', { ...order, targets: demo.aws.targets.map(({ name }) => name) });
    await post('/v1/work-orders/spoilt/release', {});
    const { key } = await post('/v1/access/keys', { role: 'station', name: 'before', station: 'sim-001' });
    const { job, lease } = await post('/v1/station/claims', { slot: '1' }, key);
    await post(`/v1/jobs/${job.id}/certificate`, { fence: lease.fence, csr: (await Device.make('lost')).csr }, key);
    await post(`/v1/jobs/${job.id}/result`, { fence: lease.fence, outcome: 'ERROR' }, key);

    const report = await simulate(demo, { firstPauseMs: 100, stations: 2, units: 3, order: 'spoilt' });
    expect(report).toMatchObject({ ok: false, passed: 2, failed: 1, certificates: { distinct: 2 } });
    expect(report.problems).toEqual([
      expect.stringMatching(/^Unit S-[123] failed: unit-already-provisioned$/),
      '2 of 3 units passed',
    ]);
    await expect(simulate(demo, { firstPauseMs: 100, stations: 1, units: 3, order: 'spoilt' })).rejects.toThrow('Work order spoilt has no units left');
  });
});
