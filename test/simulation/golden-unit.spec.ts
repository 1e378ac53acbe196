import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, statSync } from 'node:fs';
import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { proveGoldenUnit } from '../../src/simulation/golden-unit.js';
import { until } from '../support/until.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;

beforeAll(async () => {
  service = await wholeService();
  demo = await service.demo();
});
afterAll(() => service.stop());

async function get<Body>(path: string, key = service.keys.manager): Promise<Body> {
  const answer = await fetch(`${service.baseUrl}${path}`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Body;
}

/** Puts a line on record and waits for its leaf: whatever was committed before it has its place in the log by then. */
async function markTheLog(id: string): Promise<void> {
  const headers = { authorization: `Bearer ${service.keys.manager}`, 'content-type': 'application/json' };
  expect((await fetch(`${service.baseUrl}/v1/lines`, { method: 'POST', headers, body: JSON.stringify({ id }) })).status).toBe(201);
  await until(`line ${id} in the log`, async () =>
    ((await get<{ items: unknown[] }>(`/v1/audit/leaves?subject=line:${id}`, service.keys.auditor)).items.length > 0 ? true : undefined));
}

describe('the demo line', () => {
  it('has three targets, one of them in DEFAULT mode, and an issuing authority that all of them know', async () => {
    const { items: targets } = await get<{ items: { accountId: string; region: string; mode: string }[] }>('/v1/aws/targets');
    expect(targets.map(({ accountId, region, mode }) => [accountId, region, mode])).toEqual([
      ['111111111111', 'eu-central-1', 'DEFAULT'],
      ['111111111111', 'eu-west-1', 'SNI_ONLY'],
      ['222222222222', 'us-east-1', 'SNI_ONLY'],
    ]);
    const authority = await get<{ state: string; commonName: string; registrations: { state: string }[] }>('/v1/authorities/lineside-g1');
    expect(authority).toMatchObject({ state: 'issuing', commonName: 'Lineside Device CA G1' });
    expect(authority.registrations.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync']);
  });

  it('leaves everything that a client needs in a file for its owner only', async () => {
    expect(statSync(service.credentialsFile).mode & 0o777).toBe(0o600);
    const written = JSON.parse(readFileSync(service.credentialsFile, 'utf8')) as DemoCredentials;
    expect(written).toEqual(demo);
    expect(written).toMatchObject({ baseUrl: service.baseUrl, station: { id: 'station-1', line: 'line-1', slots: ['1'] }, workOrder: 'demo' });
    expect(written.aws.targets.map(({ accountId, mqtt }) => [accountId, mqtt.host])).toEqual(
      service.sandbox.accounts.slice(0, 2).map(({ accountId, endpoint }) => [accountId, endpoint]),
    );
    expect(await get<{ id: string }>('/v1/station', written.keys.station)).toMatchObject({ id: 'station-1' });
    expect(await get('/v1/work-orders/demo')).toMatchObject({ state: 'released', units: { total: 1_000 } });
  });

  it('stays as it is when it is made again, in a few calls', async () => {
    // Of people and stations: what a worker notes at this moment has nothing to do with the demo line.
    const leaves = async () =>
      (await get<{ items: { actor: string }[] }>('/v1/audit/leaves?limit=500', service.keys.auditor)).items.filter(({ actor }) => actor !== 'system').length;
    await markTheLog('before');
    const before = await leaves();
    const calls: string[] = [];
    const note = (message: unknown) => {
      const { request } = message as { request: { method: string; path: string } };
      calls.push(`${request.method} ${request.path}`);
    };
    subscribe('undici:request:create', note);
    expect(await service.demo()).toEqual(demo);
    unsubscribe('undici:request:create', note);
    // It only asks what is there; a wait for anything would be many calls.
    expect(calls.length).toBeLessThanOrEqual(15);
    await markTheLog('after');
    // The mark itself, and nothing else.
    expect(await leaves()).toBe(before + 1);
  });
});

describe('the golden unit', () => {
  it('goes the whole way: certificate, first connection dropped and second accepted in each account, Thing found', async () => {
    const steps: string[] = [];
    const golden = await proveGoldenUnit(demo, ({ name }) => steps.push(name));
    expect(golden).toMatchObject({ authority: 'lineside-g1', thingName: golden.serial });
    expect(golden.targets.map(({ accountId, region }) => [accountId, region])).toEqual([['111111111111', 'eu-west-1'], ['222222222222', 'us-east-1']]);
    for (const { drops } of golden.targets) expect(drops).toBeGreaterThan(0);
    expect(steps).toEqual(expect.arrayContaining(['claim a unit', 'get a certificate', 'verify the certificate', 'find the Thing in account 222222222222', 'report PASS']));
    expect(await get(`/v1/units/${golden.serial}`)).toMatchObject({ workOrder: 'golden-1', state: 'passed' });
  });

  it('takes a fresh unit each time, and none of the demo order', async () => {
    const [one, other] = [await proveGoldenUnit(demo), await proveGoldenUnit(demo)];
    expect(one.serial).not.toBe(other.serial);
    expect(await get('/v1/work-orders/demo')).toMatchObject({ units: { planned: 1_000 } });
  });

  it('sets aside the unit that an interrupted check left in the slot, and takes the next', async () => {
    const post = async (path: string, body: object) => {
      const headers = { authorization: `Bearer ${demo.goldenUnit.key}`, 'content-type': 'application/json' };
      return (await (await fetch(`${service.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Record<string, Record<string, string>>;
    };
    const left = await post('/v1/station/claims', { slot: '1' });
    const { Device } = await import('../../src/simulation/device.js');
    const device = await Device.make('left');
    await post(`/v1/jobs/${left['job']?.['id']}/certificate`, { fence: left['lease']?.['fence'], csr: device.csr });

    const golden = await proveGoldenUnit(demo);
    expect(golden.serial).not.toBe(left['unit']?.['serial']);
    expect(await get(`/v1/units/${left['unit']?.['serial']}`)).toMatchObject({ state: 'failed' });
  });

  it('goes on with a new order when the last one is used up', async () => {
    const passed = async (order: string) => (await get<{ units: { planned: number } }>(`/v1/work-orders/${order}`)).units.planned;
    while ((await passed('golden-1')) > 0) {
      const headers = { authorization: `Bearer ${demo.goldenUnit.key}`, 'content-type': 'application/json' };
      const claim = await fetch(`${service.baseUrl}/v1/station/claims`, { method: 'POST', headers, body: JSON.stringify({ slot: '1' }) });
      const { job, lease } = (await claim.json()) as { job: { id: string }; lease: { fence: number } };
      await fetch(`${service.baseUrl}/v1/jobs/${job.id}/result`, { method: 'POST', headers, body: JSON.stringify({ fence: lease.fence, outcome: 'FAIL' }) });
    }
    expect((await proveGoldenUnit(demo)).serial).toMatch(/^GOLDEN-2-/);
  });
});

describe('the golden unit, when something is broken,', () => {
  it('names the step at which a station without a key stops', async () => {
    const broken = { ...demo, goldenUnit: { ...demo.goldenUnit, key: demo.goldenUnit.key.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) } };
    await expect(proveGoldenUnit(broken)).rejects.toThrow(/^The golden unit failed at "claim a unit": .*\(caller-unknown\)$/);
  });

  it('names the connection, and spoils its unit, when AWS IoT is away', async () => {
    await service.sandbox.stop();
    await expect(proveGoldenUnit(demo, undefined, 1_000)).rejects.toThrow(/^The golden unit failed at "connect to account [12]+ in .*ECONNREFUSED/);
  });
});
