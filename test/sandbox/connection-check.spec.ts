import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { RegisterCertificateWithoutCACommand, UpdateCACertificateCommand, UpdateCertificateCommand, type IoTClient } from '@aws-sdk/client-iot';
import type { IClientOptions } from 'mqtt';
import { ServerAuthority } from '../../src/sandbox/mqtt/server-certificate.js';
import { Bench, EU, FRANKFURT, makeFolder, removeFolder, US } from './support/bench.js';
import { ANYTHING, registerCa, registerDefaultCa, registerDevice } from './support/registration.js';
import { soon, TestAuthority, type Issued } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;
let us: IoTClient;
let sniOnlyCa: TestAuthority;
let defaultCa: TestAuthority;
let endpoint: string;

beforeAll(async () => {
  bench = await Bench.start();
  [iot, us] = [bench.iot(EU), bench.iot(US)];
  endpoint = bench.account(EU).endpoint;
  [sniOnlyCa, defaultCa] = [await TestAuthority.make(), await TestAuthority.make()];
  await registerCa(iot, sniOnlyCa);
  await registerDefaultCa(iot, defaultCa);
});
afterAll(() => bench.stop());

let counter = 0;
async function registered(ca: TestAuthority, client = iot): Promise<Issued> {
  const device = await ca.issue(`CN=device-${counter++}`);
  await registerDevice(client, device, ANYTHING);
  return device;
}

const attempt = (device: Issued | undefined, servername: string, options: IClientOptions = {}) =>
  bench.tryDevice(device, { ...options, servername, clientId: `client-${counter++}` });

/** The reason that the sandbox logged for the refusal. */
async function refusal(device: Issued | undefined, servername: string, options: IClientOptions = {}): Promise<unknown> {
  const logged = bench.log.next('sandbox.connection-refused');
  expect(await attempt(device, servername, options)).toBe('closed');
  return (await logged)['reason'];
}

describe('a device with a certificate in SNI_ONLY mode', () => {
  it('comes in with its own endpoint as server name', async () => {
    const device = await registered(sniOnlyCa);
    expect(await attempt(device, endpoint)).toBe('accepted');
    expect(await attempt(device, endpoint.toUpperCase())).toBe('accepted');
  });

  it('is refused without a server name', async () => {
    expect(await refusal(await registered(sniOnlyCa), '')).toContain('No server name');
  });

  it('is refused with the endpoint of another account or region', async () => {
    const device = await registered(sniOnlyCa);
    expect(await refusal(device, bench.account(US).endpoint)).toContain('not registered');
    expect(await refusal(device, bench.account(FRANKFURT).endpoint)).toContain('not registered');
  });

  it.each([
    ['a part of the endpoint', () => endpoint.slice(0, endpoint.indexOf('.'))],
    ['an endpoint with another prefix', () => endpoint.replace(/^a./, 'zz')],
    ['another host', () => 'example.com'],
  ])('is refused with %s as server name', async (_title, name) => {
    // The server can't have a certificate for such a name, and a device that goes on must still not come in.
    const careless = { rejectUnauthorized: false };
    expect(await refusal(await registered(sniOnlyCa), name(), careless)).toContain('is no endpoint');
  });

  it('comes in to each account that registered it', async () => {
    const device = await registered(sniOnlyCa);
    await registerCa(us, sniOnlyCa);
    await registerDevice(us, device, ANYTHING);
    expect(await attempt(device, endpoint)).toBe('accepted');
    expect(await attempt(device, bench.account(US).endpoint)).toBe('accepted');
  });
});

describe('a device with a certificate in DEFAULT mode', () => {
  it('comes in with and without its server name', async () => {
    const device = await registered(defaultCa);
    expect(await attempt(device, '')).toBe('accepted');
    expect(await attempt(device, endpoint)).toBe('accepted');
  });

  it('is refused with the endpoint of another account', async () => {
    expect(await refusal(await registered(defaultCa), bench.account(US).endpoint)).toContain('not registered');
  });
});

describe('a certificate', () => {
  it.each(['INACTIVE', 'REVOKED'] as const)('is refused when it is %s', async (newStatus) => {
    const device = await registered(sniOnlyCa);
    await iot.send(new UpdateCertificateCommand({ certificateId: device.id, newStatus }));
    expect(await refusal(device, endpoint)).toBe(`The certificate is ${newStatus}.`);
  });

  it('is refused when no registered CA signed it, whatever issuer it names', async () => {
    const stranger = await TestAuthority.make();
    expect(await refusal(await stranger.issue('CN=stranger'), endpoint)).toContain('no registered CA has signed it');
    await iot.send(new UpdateCACertificateCommand({ certificateId: sniOnlyCa.id, newAutoRegistrationStatus: 'ENABLE' }));
    const impostor = await TestAuthority.make(sniOnlyCa.subject);
    expect(await refusal(await impostor.issue('CN=forged'), endpoint)).toContain('no registered CA has signed it');
    await iot.send(new UpdateCACertificateCommand({ certificateId: sniOnlyCa.id, newAutoRegistrationStatus: 'DISABLE' }));
  });

  it('is refused when its CA does not register by itself', async () => {
    expect(await refusal(await sniOnlyCa.issue('CN=unregistered'), endpoint)).toContain('does not register by itself');
  });

  it('is refused when it has run out since it was registered, and never registers itself when it has', async () => {
    const notAfter = soon();
    const device = await sniOnlyCa.issue('CN=short', { notAfter });
    await registerDevice(iot, device, ANYTHING);
    // Validity has whole seconds, and there is no event for their end.
    while (Date.now() <= +notAfter) await attempt(device, endpoint);
    expect(await refusal(device, endpoint)).toContain('not valid at this time');
    const auto = await TestAuthority.make();
    await registerCa(iot, auto, { allowAutoRegistration: true });
    const expired = await auto.issue('CN=expired', { notAfter: new Date(Date.now() - 5_000) });
    expect(await refusal(expired, endpoint)).toContain('not valid at this time');
  });

  it('must be sent at all', async () => {
    expect(await refusal(undefined, endpoint)).toContain('sent no certificate');
  });

  it('may come with its CA', async () => {
    const device = await registered(sniOnlyCa);
    expect(await attempt({ ...device, pem: device.pem + sniOnlyCa.pem }, endpoint)).toBe('accepted');
  });

  it('registered without a CA needs the server name too', async () => {
    const device = await (await TestAuthority.make()).issue('CN=no-ca');
    await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: device.pem, status: 'ACTIVE' }));
    expect(await refusal(device, '')).toContain('No server name');
  });
});

describe('the TLS handshake, seen by openssl', () => {
  let folder: string;
  beforeAll(() => {
    folder = makeFolder();
  });
  afterAll(() => removeFolder(folder));

  async function client(device: Issued, ...options: string[]): Promise<string> {
    writeFileSync(join(folder, 'device.pem'), device.pem);
    writeFileSync(join(folder, 'device-key.pem'), device.keyPem, { mode: 0o600 });
    const files = ['-cert', join(folder, 'device.pem'), '-key', join(folder, 'device-key.pem'), '-CAfile', bench.sandbox.caFile];
    const run = promisify(execFile)('openssl', ['s_client', '-connect', `127.0.0.1:${bench.sandbox.mqttPort}`, ...files, ...options], { timeout: 20_000 });
    run.child.stdin?.end();
    return run.then(({ stdout, stderr }) => stdout + stderr, ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr);
  }

  it.each(['-tls1_2', '-tls1_3'])('ends well with %s, with the certificate of the endpoint and no CA names', async (version) => {
    const output = await client(await registered(sniOnlyCa), version, '-servername', endpoint, '-verify_hostname', endpoint, '-verify_return_error');
    expect(output).toContain('Verify return code: 0 (ok)');
    expect(output).toContain('No client certificate CA names sent');
    expect(output).toContain(`subject=CN = ${endpoint}`);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is a whole one each time: no session of %s is ever resumed', async (version) => {
    const device = await registered(sniOnlyCa);
    const options = { port: bench.sandbox.mqttPort, host: '127.0.0.1', servername: endpoint, cert: device.pem, key: device.keyPem, ca: readFileSync(bench.sandbox.caFile), maxVersion: version };
    const first = connectTls(options);
    const [session] = (await once(first, 'session')) as [Buffer];
    first.destroy();
    const second = connectTls({ ...options, session });
    await once(second, 'secureConnect');
    expect([second.getProtocol(), second.isSessionReused()]).toEqual([version, false]);
    second.destroy();
  });

  it.each([
    ['RSA', ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'], 'RSA Root CA'],
    ['RSA', ['-tls1_3', '-sigalgs', 'rsa_pss_rsae_sha256:rsa_pkcs1_sha256'], 'RSA Root CA'],
    ['ECDSA', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'], 'Root CA'],
    ['ECDSA', ['-tls1_3', '-sigalgs', 'ecdsa_secp256r1_sha256'], 'Root CA'],
  ])('shows an %s chain with an intermediate to a client with %j', async (kind, options, root) => {
    const output = await client(await registered(sniOnlyCa), ...options, '-servername', endpoint, '-verify_hostname', endpoint, '-verify_return_error', '-showcerts');
    expect(output).toContain('Verify return code: 0 (ok)');
    expect(output).toMatch(new RegExp(`1 s:CN = Lineside Sandbox ${kind} CA\\n +i:CN = Lineside Sandbox ${root}\\n`));
    // The root itself is the client's to know.
    expect(output).not.toContain(' 2 s:');
  });

  it('shows a chain to the root that an earlier sandbox has given to its clients, which had no RSA', async () => {
    const data = join(folder, 'earlier');
    mkdirSync(data);
    await ServerAuthority.open(data);
    const [first] = readFileSync(join(data, 'ca.pem'), 'utf8').split(/(?<=-----END CERTIFICATE-----\n)/);
    writeFileSync(join(data, 'ca.pem'), first!);
    rmSync(join(data, 'ca-rsa-key.pem'));
    await ServerAuthority.open(data);
    const bundle = readFileSync(join(data, 'ca.pem'), 'utf8');
    expect(bundle.startsWith(first!)).toBe(true);
    expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    await ServerAuthority.open(data);
    expect(readFileSync(join(data, 'ca.pem'), 'utf8')).toBe(bundle);
  });

  it('ends well for a certificate that is refused afterwards, as at AWS', async () => {
    const output = await client(await (await TestAuthority.make()).issue('CN=unknown'), '-tls1_2', '-servername', endpoint);
    expect(output).toContain('Verify return code: 0 (ok)');
    expect(output).not.toMatch(/alert/i);
  });

  it('is refused with TLS 1.1', async () => {
    const output = await client(await registered(sniOnlyCa), '-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0', '-servername', endpoint);
    expect(output).toMatch(/alert protocol version|no protocols available/);
  });

  it('agrees on the name that AWS uses for MQTT on port 443', async () => {
    const device = await registered(sniOnlyCa);
    const socket = connectTls({ port: bench.sandbox.mqttPort, host: '127.0.0.1', servername: endpoint, cert: device.pem, key: device.keyPem, rejectUnauthorized: false, ALPNProtocols: ['x-amzn-mqtt-ca'] });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.alpnProtocol).toBe('x-amzn-mqtt-ca');
    socket.destroy();
  });
});
