import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Accounts } from './accounts.js';
import { ADMIN_PATH, createAdmin } from './admin/admin.js';
import { AmazonAuthority } from './certificates/amazon-authority.js';
import { createConnectProxy } from './connect-proxy.js';
import { createControlPlane } from './control-plane/iot-service.js';
import { loadCredentials, type Credential } from './credentials.js';
import { createIotData } from './data-plane/iot-data-service.js';
import { createEndpoint } from './endpoint/endpoint.js';
import { SignatureCheck } from './endpoint/signature-check.js';
import { logToStandardOutput, type EventLog } from './event-log.js';
import { readFaults } from './faults/fault.js';
import { Faults } from './faults/faults.js';
import { Throttle } from './faults/throttle.js';
import { addDefaultRoles } from './iam/default-roles.js';
import { createIam } from './iam/iam-service.js';
import { Permissions } from './iam/permissions.js';
import { Functions } from './lambda/functions.js';
import { createLambda } from './lambda/lambda-service.js';
import { MqttServer } from './mqtt/mqtt-server.js';
import { SessionEnds } from './mqtt/session-ends.js';
import { MQTT_TIMES, type MqttTimes } from './mqtt/mqtt-times.js';
import { PolicyCheck } from './mqtt/policy.js';
import { PublishedMessages, type PublishListener } from './mqtt/published-messages.js';
import { ReservedTopics } from './mqtt/reserved-topics.js';
import { ServerAuthority } from './mqtt/server-certificate.js';
import { FleetProvisioning, type InvokeFunction } from './provisioning/fleet-provisioning.js';
import { fleetTopics } from './provisioning/fleet-topics.js';
import { RegistrationTasks, STOPPED } from './provisioning/registration-tasks.js';
import { JustInTimeProvisioning } from './provisioning/just-in-time.js';
import { createActions } from './rules/actions.js';
import { RuleEngine } from './rules/rule-engine.js';
import type { Registry } from './registry/registry.js';
import { createS3 } from './s3/s3-service.js';
import { TaskReports } from './s3/task-reports.js';
import type { SandboxSettings } from './settings.js';
import { createSqs } from './sqs/sqs-service.js';
import type { RoleRepository } from './store/role.repository.js';
import { Store } from './store/store.js';
import { createSts } from './sts/sts-service.js';

/** Where a build leaves the handlers of this repository, whether this file runs compiled itself or as TypeScript in a test. */
const BUILT_HANDLERS = fileURLToPath(new URL('../../dist/lambda', import.meta.url));

/** What clients must know; also in `<data dir>/sandbox.json`. */
export interface SandboxAddress {
  readonly endpointUrl: string;
  readonly mqttPort: number;
  readonly proxyPort: number;
  readonly accounts: readonly { accountId: string; region: string; endpoint: string }[];
}

export interface Sandbox extends SandboxAddress {
  readonly credentials: readonly Credential[];
  /** Path of the root certificate that MQTT clients trust. */
  readonly caFile: string;
  /** Calls for each message that a device or AWS itself publishes in any account. */
  onPublish(listener: PublishListener): void;
  /** The roles of all accounts, for tests in this process. Other processes use IAM's own calls. */
  readonly roles: RoleRepository;
  stop(): Promise<void>;
}

/** AWS IoT on this machine: control plane, MQTT and proxy. Answers when all three listen. @param times those of MQTT that differ from AWS's, for tests */
export async function startSandbox(settings: SandboxSettings, log: EventLog = logToStandardOutput, times: Partial<MqttTimes> = {}): Promise<Sandbox> {
  const { SANDBOX_DATA_DIR: dataDir, SANDBOX_HOST: host } = settings;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  const store = new Store(dataDir);
  // The file of a sandbox that was killed names ports that another program may have by now.
  rmSync(join(dataDir, 'sandbox.json'), { force: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((end) => end()));
    store.close();
  };
  try {
    const accounts = new Accounts(settings.SANDBOX_ACCOUNTS.map((name) => store.account(name)));
    const credentials = loadCredentials(dataDir, accounts.all.map(({ accountId }) => accountId));
    const amazon = new AmazonAuthority(dataDir);
    const permissions = new Permissions(store.roles);
    const faults = new Faults(readFaults(settings.SANDBOX_FAULTS));
    const throttle = new Throttle(settings.SANDBOX_THROTTLING === 'on');
    const provisioning = new JustInTimeProvisioning({ store, amazon, permissions }, log, settings.SANDBOX_PROVISIONING_DELAY_MS);
    const published = new PublishedMessages(log);
    const reserved = new ReservedTopics();
    let port = 0;
    const endpointUrl = () => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const functions = new Functions(store, permissions, log, { folder: settings.SANDBOX_FUNCTIONS_DIR ?? BUILT_HANDLERS, endpointUrl });
    stops.push(() => functions.stop());
    const invoke: InvokeFunction = ({ accountId }, arn, payload, limitMs) =>
      functions.callByService(arn, payload, { service: 'iot.amazonaws.com', sourceArn: payload.templateArn, sourceAccount: accountId }, limitMs);
    const fleet = new FleetProvisioning({ permissions, throttle, invoke, tokenMs: settings.SANDBOX_OWNERSHIP_TOKEN_MS });
    // Also ended when they are asked for; this is for certificates that nobody asks for.
    const expiry = setInterval(() => store.fleet.expire(), 30_000).unref();
    stops.push(() => Promise.resolve(clearInterval(expiry)));
    for (const service of fleetTopics(fleet, { store, amazon }, log)) reserved.serve(service);
    const mqtt = new MqttServer(
      accounts,
      { store, log, published, policies: new PolicyCheck(store), reserved, times: { ...MQTT_TIMES, connectIntervalMs: settings.SANDBOX_CONNECT_INTERVAL_MS, ...times } },
      provisioning,
      await ServerAuthority.open(dataDir),
    );
    stops.push(() => mqtt.stop());
    const sessionEnds = new SessionEnds(store, (account) => mqtt.broker(account), settings.SANDBOX_SESSION_END_MS);
    stops.push(() => Promise.resolve(sessionEnds.stop()));
    const mqttPort = await listen(mqtt.tls, host, settings.SANDBOX_MQTT_PORT, 'SANDBOX_MQTT_PORT');

    addDefaultRoles(store.roles, accounts.all.map(({ accountId }) => accountId));
    const signatures = new SignatureCheck(credentials, store);
    const sqs = createSqs(signatures, accounts, store, permissions, faults);
    published.onPublish(new RuleEngine(store, createActions(permissions, sqs, functions), log).hear);
    const s3 = createS3(signatures, store, permissions, faults, { dataDir, room: settings.SANDBOX_OBJECTS_BYTES });
    const reports = new TaskReports(store, s3.files, credentials, endpointUrl);
    const files = { read: s3.read, keepReport: ({ account }: Registry, name: string, content: Readable) => reports.keep(account, name, content) };
    const tasks = new RegistrationTasks({ permissions, throttle, files, log });
    store.registrationTasks.failAll(STOPPED);
    stops.push(() => tasks.end());
    const endpoint = createEndpoint([
      createControlPlane(signatures, accounts, { store, amazon, permissions, log, tasks, reportLink: (account, name) => reports.link(account, name), disconnect: (account, id) => sessionEnds.leftActive(account, id) }, faults, throttle),
      createIotData(signatures, accounts, { store, permissions, faults, broker: (account) => mqtt.broker(account) }),
      createSts(signatures, store, permissions, faults, settings.SANDBOX_LONGEST_SESSION_SECONDS),
      createIam(signatures, store, permissions, faults),
      sqs,
      s3,
      createLambda(signatures, accounts, { store, permissions, functions, faults }),
    ], { path: ADMIN_PATH, service: createAdmin({ faults, throttle, store }) }, log);
    stops.push(closerOf(endpoint));
    port = await listen(endpoint, host, settings.SANDBOX_PORT, 'SANDBOX_PORT');

    const proxy = createConnectProxy(accounts, { host, port: () => mqttPort });
    stops.push(closerOf(proxy));
    const proxyPort = await listen(proxy, host, settings.SANDBOX_PROXY_PORT, 'SANDBOX_PROXY_PORT');

    const address: SandboxAddress = {
      endpointUrl: endpointUrl(),
      mqttPort,
      proxyPort,
      accounts: accounts.all.map(({ accountId, region, endpoint }) => ({ accountId, region, endpoint })),
    };
    writeAddress(dataDir, address);
    return { ...address, credentials, caFile: join(dataDir, 'ca.pem'), roles: store.roles, onPublish: (listener) => published.onPublish(listener), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function writeAddress(dataDir: string, address: SandboxAddress): void {
  const path = join(dataDir, 'sandbox.json');
  writeFileSync(`${path}.new`, `${JSON.stringify({ pid: process.pid, ...address }, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

async function listen(server: Server, host: string, port: number, setting: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE';
      reject(busy ? new Error(`Port ${port} is in use. Stop what uses it, or set ${setting} to another port (0 for any).`) : error);
    });
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Answers a function that closes the server at once, with its tunnels and idle connections. Call it before the server listens. */
function closerOf(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async () => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}
