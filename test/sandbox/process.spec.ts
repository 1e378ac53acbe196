import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CreateThingCommand,
  DescribeCACertificateCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  GetRegistrationCodeCommand,
  IoTClient,
  ListThingsCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { fromIni } from '@aws-sdk/credential-providers';
import mqtt from 'mqtt';
import { JITP_TEMPLATE, makeFolder, removeFolder, settingsIn } from './support/bench.js';
import { compileSandbox, kill, runSandbox, type SandboxProcess } from './support/compiled-sandbox.js';
import { registerProvisioningCa } from './support/registration.js';
import type { Issued } from './support/test-pki.js';

let folder: string;
let main: string;
let settings: Record<string, string>;
const running: SandboxProcess[] = [];
const clients: IoTClient[] = [];

beforeAll(() => {
  folder = makeFolder();
  main = compileSandbox(folder);
  settings = settingsIn(folder);
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await Promise.all(running.map(({ child }) => kill(child, 'SIGKILL')));
  removeFolder(folder);
});

const file = (name: string) => join(folder, 'data', name);

async function run(more: Record<string, string> = {}): Promise<SandboxProcess> {
  const sandbox = await runSandbox(main, { ...settings, ...more });
  running.push(sandbox);
  return sandbox;
}

/** A client as someone makes it who has nothing but the credentials file. */
function clientOf({ listening }: SandboxProcess): IoTClient {
  const client = new IoTClient({
    endpoint: listening.endpointUrl,
    region: 'eu-west-1',
    credentials: fromIni({ filepath: file('credentials'), profile: 'sandbox-111111111111', ignoreCache: true }),
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

async function connect({ listening }: SandboxProcess, unit: Issued, clientId: string): Promise<'accepted' | 'closed'> {
  const device = mqtt.connect({
    host: '127.0.0.1',
    port: listening.mqttPort,
    protocol: 'mqtts',
    servername: listening.accounts[0]!.endpoint,
    ca: readFileSync(file('ca.pem')),
    cert: unit.pem,
    key: unit.keyPem,
    clientId,
    reconnectPeriod: 0,
  });
  device.on('error', () => undefined);
  const outcome = await new Promise<'accepted' | 'closed'>((resolve) => {
    device.once('connect', () => resolve('accepted'));
    device.once('close', () => resolve('closed'));
  });
  await device.endAsync(true);
  return outcome;
}

describe('the sandbox as a program', () => {
  it('loses nothing that it acknowledged when it is killed', async () => {
    let sandbox = await run();
    let iot = clientOf(sandbox);
    const ca = await registerProvisioningCa(iot, JITP_TEMPLATE, 'kept');
    const unit = await ca.issue('CN=kept-1');
    expect(await connect(sandbox, unit, 'kept-1')).toBe('closed');
    // The certificate is ACTIVE once somebody could connect with it.
    while ((await connect(sandbox, unit, 'kept-1')) !== 'accepted');
    const code = (await iot.send(new GetRegistrationCodeCommand({}))).registrationCode;
    const credentials = readFileSync(file('credentials'), 'utf8');
    const root = readFileSync(file('ca.pem'), 'utf8');

    for (let round = 0; round < 3; round++) {
      const thingName = `round-${round}`;
      await iot.send(new CreateThingCommand({ thingName }));
      await kill(sandbox.child, 'SIGKILL');
      sandbox = await run();
      iot = clientOf(sandbox);
      const { things } = await iot.send(new ListThingsCommand({}));
      expect(things!.map((thing) => thing.thingName)).toContain(thingName);
    }
    expect(readFileSync(file('credentials'), 'utf8')).toBe(credentials);
    expect(readFileSync(file('ca.pem'), 'utf8')).toBe(root);
    expect((await iot.send(new GetRegistrationCodeCommand({}))).registrationCode).toBe(code);
    expect((await iot.send(new DescribeCACertificateCommand({ certificateId: ca.id }))).registrationConfig).toEqual({ templateName: 'kept' });
    expect((await iot.send(new DescribeCertificateCommand({ certificateId: unit.id }))).certificateDescription!.status).toBe('ACTIVE');
    const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
    expect(endpointAddress).toBe(sandbox.listening.accounts[0]!.endpoint);
    expect(await connect(sandbox, unit, 'kept-1')).toBe('accepted');

    await iot.send(new UpdateCertificateCommand({ certificateId: unit.id, newStatus: 'INACTIVE' }));
    await kill(sandbox.child, 'SIGKILL');
    sandbox = await run();
    expect(await connect(sandbox, unit, 'kept-1')).toBe('closed');
    await kill(sandbox.child, 'SIGKILL');
  });

  it('tells where it listens, in a file, in a log line and over IPC, and keeps its secrets to its owner', async () => {
    const sandbox = await run();
    const { event, pid, endpointUrl, mqttPort, proxyPort, accounts } = sandbox.listening;
    expect(event).toBe('listening');
    expect(JSON.parse(readFileSync(file('sandbox.json'), 'utf8'))).toEqual({ pid: sandbox.child.pid, endpointUrl, mqttPort, proxyPort, accounts });
    const line = sandbox.output().trim().split('\n')[0]!;
    expect(JSON.parse(line)).toMatchObject({ event: 'sandbox.listening', pid, endpointUrl, mqttPort });
    expect(statSync(file('.')).mode & 0o777).toBe(0o700);
    expect(statSync(file('credentials')).mode & 0o777).toBe(0o600);
    expect(statSync(file('ca-key.pem')).mode & 0o777).toBe(0o600);
    const [secret] = /(?<=aws_secret_access_key = )\S+/.exec(readFileSync(file('credentials'), 'utf8'))!;
    expect(sandbox.output()).not.toContain(secret);
    await kill(sandbox.child, 'SIGKILL');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops at %s', async (signal) => {
    const sandbox = await run();
    expect(await kill(sandbox.child, signal)).toBe(0);
  });

  it('stops when whoever started it is gone', async () => {
    const sandbox = await run();
    const exit = once(sandbox.child, 'exit');
    sandbox.child.disconnect();
    expect((await exit)[0]).toBe(0);
  });

  it('takes back the address of one that was killed before it listens itself', async () => {
    const first = await run();
    await kill(first.child, 'SIGKILL');
    expect(existsSync(file('sandbox.json'))).toBe(true);
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    await expect(run({ SANDBOX_PORT: `${port}` })).rejects.toThrow('is in use');
    expect(existsSync(file('sandbox.json'))).toBe(false);
    blocker.close();
  });

  it('keeps a second one out of its data folder', async () => {
    const first = await run();
    await expect(run()).rejects.toThrow(/Another sandbox uses .*Stop it, or set SANDBOX_DATA_DIR to another folder/);
    expect((await clientOf(first).send(new GetRegistrationCodeCommand({}))).registrationCode).toHaveLength(64);
    await kill(first.child, 'SIGKILL');
  });

  it('says in one sentence which port is in use, and which settings are wrong', async () => {
    const first = await run();
    const port = new URL(first.listening.endpointUrl).port;
    const taken = run({ SANDBOX_PORT: port, SANDBOX_DATA_DIR: join(folder, 'second') });
    await expect(taken).rejects.toThrow(`Port ${port} is in use. Stop what uses it, or set SANDBOX_PORT to another port`);
    const wrong = run({ SANDBOX_ACCOUNTS: '111:eu', SANDBOX_DATA_DIR: join(folder, 'third') });
    await expect(wrong).rejects.toThrow('SANDBOX_ACCOUNTS must be pairs like 111111111111:eu-west-1');
    expect(existsSync(join(folder, 'third'))).toBe(false);
    await kill(first.child, 'SIGKILL');
  });
});
