import { createPrivateKey, X509Certificate } from 'node:crypto';
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ApiClient } from '../../src/client/api-client.js';
import type { Job } from '../../src/client/job.js';
import { Station } from '../../src/client/station.js';
import { type Identity, UnitIdentity } from '../../src/simulation/api-answers.js';
import type { DemoCredentials } from '../../src/simulation/credentials.js';
import { Device, DeviceOffline, type Network, sandboxNetwork } from '../../src/simulation/device.js';
import { checkIssued } from '../../src/simulation/issued-certificate.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;
let station: Station;

beforeAll(async () => {
  service = await wholeService();
  demo = await service.demo();
  station = new Station({ baseUrl: service.baseUrl, key: demo.keys.station, slot: '1' });
});
afterAll(() => service.stop());

async function certified(keyType: 'P-256' | 'RSA-2048'): Promise<{ job: Job; device: Device; identity: Identity }> {
  const job = await station.claim({ waitMs: 0 });
  if (!job) throw new Error('no unit');
  const device = await Device.make(job.serial, keyType);
  return { job, device, identity: await device.identityFrom(UnitIdentity.parse(await job.certificate(device.csr)), sandboxNetwork(demo.aws)) };
}

describe('a simulated device', () => {
  it.each(['P-256', 'RSA-2048'] as const)('with a %s key makes a request that openssl accepts, and is let in at the second connection', async (keyType) => {
    const { job, device, identity } = await certified(keyType);
    const file = join(service.folder, `${keyType}.csr`);
    writeFileSync(file, device.csr);
    const { status, stderr } = spawnSync('openssl', ['req', '-in', file, '-verify', '-noout'], { encoding: 'utf8' });
    expect([status, stderr.trim()]).toEqual([0, expect.stringMatching(/verify OK$/)]);
    expect(new X509Certificate(identity.certificate).checkPrivateKey(createPrivateKey(device.privateKeyPem))).toBe(true);
    expect(checkIssued(identity.certificate, identity.chain, job.serial).fingerprint).toBe(identity.fingerprint);

    const [endpoint] = identity.endpoints;
    expect((await device.firstContact(identity, endpoint!, sandboxNetwork(demo.aws, 20_000, 100))).drops).toBeGreaterThan(0);
    expect((await device.firstContact(identity, endpoint!, sandboxNetwork(demo.aws))).drops).toBe(0);
    await job.report({ outcome: 'PASS' });
  });

  it('passes the end-of-line check with what the ledger knows of it, and its key from a file', async () => {
    const { job, device, identity } = await certified('P-256');
    const [key, apiKey] = [join(service.folder, 'device.key'), join(service.folder, 'station.key')];
    writeFileSync(key, device.privateKeyPem);
    writeFileSync(apiKey, `${demo.keys.station}\n`);
    const check = (serial: string) => {
      const args = ['--serial', serial, '--key', key, '--service', service.baseUrl, '--api-key-file', apiKey, '--sandbox', join(service.folder, 'sandbox'), '--json'];
      return new Promise<{ code: number | string | undefined; report: unknown }>((resolve) => {
        execFile(process.execPath, ['dist/cli.js', 'check-device', ...args], { encoding: 'utf8' }, (error, stdout) => resolve({ code: error?.code ?? 0, report: JSON.parse(stdout) }));
      });
    };
    const checks = expect.arrayContaining([expect.objectContaining({ check: 'chain', state: 'ok' }), expect.objectContaining({ check: 'first connections', state: 'ok' }), expect.objectContaining({ check: 'forbidden topic', state: 'ok' })]);
    expect(await check(job.serial)).toEqual({ code: 0, report: { ok: true, thing: job.serial, certificateId: expect.stringMatching(/^[0-9a-f]{64}$/), endpoint: service.sandbox.accounts.at(-1)!.endpoint, proves: expect.stringContaining('not the customer’s account'), checks } });
    expect(identity.endpoints.map(({ host }) => host)).not.toContain(service.sandbox.accounts.at(-1)!.endpoint);
    expect(await check('LS-999999')).toEqual({ code: 1, report: { ok: false, message: expect.stringContaining('LS-999999'), checks: [] } });
    await job.report({ outcome: 'PASS' });
    const manager = new ApiClient({ baseUrl: service.baseUrl }, demo.keys.manager);
    expect(await manager.get(`/v1/units/${job.serial}/identity`, z.unknown())).toEqual({ ...identity, certificateId: identity.fingerprint, notAfter: expect.any(String) });
    await expect(manager.get('/v1/units/LS-000025/identity', z.unknown())).rejects.toMatchObject({ code: 'no-certificate' });
  });

  it('finds that the service may do in the sandbox all that it needs', async () => {
    const apiKey = join(service.folder, 'manager.key');
    writeFileSync(apiKey, service.keys.manager);
    const args = ['dist/cli.js', 'aws', 'check', '--service', service.baseUrl, '--api-key-file', apiKey];
    const run = (...more: string[]) => new Promise<{ code: number | string | undefined; stdout: string }>((resolve) => {
      execFile(process.execPath, [...args, ...more], { encoding: 'utf8' }, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }));
    });
    const { code, stdout } = await run('--json');
    const { ok, targets } = JSON.parse(stdout) as { ok: boolean; targets: { target: string; methods: string[]; passed: boolean }[] };
    expect([code, ok, targets.map(({ target }) => target).sort()]).toEqual([0, true, expect.arrayContaining(demo.aws.targets.map(({ name }) => name))]);
    expect(targets.map(({ methods, passed }) => [methods, passed])).toEqual(targets.map(() => [['jitp'], true]));
    expect(await run('--target', 'nowhere', '--json')).toMatchObject({ code: 1, stdout: expect.stringContaining('nowhere') });
    expect((await run('--target', demo.aws.targets[0]!.name, '--method', 'single-thing')).stdout).toMatch(/^\S+ \(single-thing\)\nok    iot:DescribeEndpoint: AWS permits iot:DescribeEndpoint\n[^]*\nEverything is allowed\.\n$/);
  });

  it('does not talk to a server that its root did not sign, and does not try again', async () => {
    const { job, device, identity } = await certified('P-256');
    const { aws: cloud } = demo;
    let visits = 0;
    const network: Network = {
      ...sandboxNetwork(cloud, 2_000),
      get cloud() {
        visits++;
        return cloud;
      },
    };
    await expect(device.firstContact({ ...identity, roots: identity.chain }, identity.endpoints[0]!, network)).rejects.toThrow(DeviceOffline);
    expect(visits).toBe(1);
    await job.report({ outcome: 'PASS' });
  });

  it('is told apart from another unit by its certificate', async () => {
    const { job, identity } = await certified('P-256');
    expect(() => checkIssued(identity.certificate, identity.chain, 'LS-999999')).toThrow('The certificate of LS-999999 names another unit');
    expect(() => checkIssued(identity.certificate, identity.certificate, job.serial)).toThrow('names an issuer that is not in its chain');
    await job.report({ outcome: 'PASS' });
  });
});
