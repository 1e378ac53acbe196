import { EventEmitter, once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { IoTClient } from '@aws-sdk/client-iot';
import { SignatureV4 } from '@smithy/signature-v4';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { MqttTimes } from '../../../src/sandbox/mqtt/mqtt-times.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { loadSandboxSettings } from '../../../src/sandbox/settings.js';
import { newFolder } from '../../support/run-folders.js';
import { giveServerKeys } from '../../support/sandbox-keys.js';
import { Sha256 } from './sha256.js';
import type { Issued } from './test-pki.js';

export const [EU, US, FRANKFURT] = [0, 1, 2] as const;

/** A folder of its own inside the checkout. */
export const makeFolder = (): string => newFolder('sandbox');

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export const settingsIn = (folder: string) => ({
  SANDBOX_DATA_DIR: join(folder, 'data'),
  SANDBOX_PORT: '0',
  SANDBOX_MQTT_PORT: '0',
  SANDBOX_PROXY_PORT: '0',
  // Nobody waits in tests: what is late is asked for.
  SANDBOX_PROVISIONING_DELAY_MS: '0-0',
  SANDBOX_CONNECT_INTERVAL_MS: '0',
  SANDBOX_SESSION_END_MS: '0',
});

/** What the sandbox logged, and a way to wait for it. */
export class Log extends EventEmitter {
  readonly entries: { event: string; facts: Readonly<Record<string, unknown>> }[] = [];

  readonly write = (event: string, facts: Readonly<Record<string, unknown>>): void => {
    this.entries.push({ event, facts });
    this.emit(event, facts);
  };

  /** The facts of the next entry of this name. */
  async next(event: string): Promise<Readonly<Record<string, unknown>>> {
    const [facts] = (await once(this, event, { signal: AbortSignal.timeout(20_000) })) as [Readonly<Record<string, unknown>>];
    return facts;
  }
}

/** What the SDK uses unless told otherwise, but for another service. */
const signerFor = (service: string, credentials: { accessKeyId: string; secretAccessKey: string }) =>
  new SignatureV4({ service, region: 'eu-west-1', credentials, sha256: Sha256 });

/** A sandbox in this process with clients that speak to it as the real ones do. */
export class Bench {
  private readonly clients: { destroy(): void }[] = [];
  private readonly devices: MqttClient[] = [];

  private constructor(
    readonly folder: string,
    readonly sandbox: Sandbox,
    readonly log: Log,
  ) {}

  static async start({ folder = makeFolder(), accounts, times, settings: more = {} }: { folder?: string; accounts?: string; times?: Partial<MqttTimes>; settings?: Record<string, string> } = {}): Promise<Bench> {
    const log = new Log();
    await giveServerKeys(join(folder, 'data'));
    // Specs of the sandbox call it as fast as they can; those of the service have AWS's quotas.
    const settings = loadSandboxSettings({ ...settingsIn(folder), SANDBOX_THROTTLING: 'off', SANDBOX_ACCOUNTS: accounts, ...more });
    return new Bench(folder, await startSandbox(settings, log.write, times), log);
  }

  iot(index: number, more: { secretAccessKey?: string; accessKeyId?: string; region?: string; clockOffsetMs?: number; signingName?: string } = {}): IoTClient {
    const account = this.account(index);
    const credential = this.sandbox.credentials.find(({ accountId }) => accountId === account.accountId)!;
    const client = new IoTClient({
      endpoint: this.sandbox.endpointUrl,
      region: more.region ?? account.region,
      credentials: { accessKeyId: more.accessKeyId ?? credential.accessKeyId, secretAccessKey: more.secretAccessKey ?? credential.secretAccessKey },
      maxAttempts: 1,
      systemClockOffset: more.clockOffsetMs ?? 0,
      ...(more.signingName === undefined ? {} : { signer: signerFor(more.signingName, credential) }),
    });
    this.clients.push(client);
    return client;
  }

  /** What a client of any of the services needs, with the account's own keys or those of a session. */
  access(index: number, credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = this.keys(index)) {
    return { endpoint: this.sandbox.endpointUrl, region: this.account(index).region, credentials, maxAttempts: 1 };
  }

  /** A call that no SDK here knows yet, without a body. Answers the HTTP status. */
  async signed(method: string, path: string, service: string): Promise<number> {
    const { host, hostname } = new URL(this.sandbox.endpointUrl);
    const [pathname = '', search = ''] = path.split('?');
    const query = Object.fromEntries(new URLSearchParams(search));
    const { headers } = await signerFor(service, this.keys(EU)).sign({ method, protocol: 'http:', hostname, path: pathname, query, headers: { host } });
    const { status } = await fetch(`${this.sandbox.endpointUrl}${path}`, { method, headers });
    return status;
  }

  keys(index: number) {
    const { accessKeyId, secretAccessKey } = this.sandbox.credentials.find(({ accountId }) => accountId === this.account(index).accountId)!;
    return { accessKeyId, secretAccessKey };
  }

  /** Closes a client when the bench stops. */
  own<T extends { destroy(): void }>(client: T): T {
    this.clients.push(client);
    return client;
  }

  /** A call of the sandbox's own, see docs/sandbox.md. */
  async admin(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const init = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.sandbox.endpointUrl}/_sandbox/${path}`, { method, ...init });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  account(index: number) {
    return this.sandbox.accounts[index]!;
  }

  /** A device that tries once. `servername` '' sends no SNI. */
  device(identity: Pick<Issued, 'pem' | 'keyPem'> | undefined, options: IClientOptions & { servername: string; clientId: string }): MqttClient {
    const client = mqtt.connect({
      host: '127.0.0.1',
      port: this.sandbox.mqttPort,
      protocol: 'mqtts',
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      ca: readFileSync(this.sandbox.caFile),
      ...(identity === undefined ? {} : { cert: identity.pem, key: identity.keyPem }),
      // Without SNI there is nothing that the name could be checked against.
      ...(options.servername === '' ? { checkServerIdentity: () => undefined } : {}),
      ...options,
    });
    client.on('error', () => undefined);
    this.devices.push(client);
    return client;
  }

  /** Whether a CONNACK came before the connection closed. */
  async tryDevice(identity: Pick<Issued, 'pem' | 'keyPem'> | undefined, options: IClientOptions & { servername: string; clientId: string }): Promise<'accepted' | 'closed'> {
    const client = this.device(identity, options);
    const outcome = await new Promise<'accepted' | 'closed'>((resolve) => {
      client.once('connect', () => resolve('accepted'));
      client.once('close', () => resolve('closed'));
    });
    await client.endAsync(true);
    return outcome;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await Promise.all(this.devices.map((device) => device.endAsync(true)));
    await this.sandbox.stop();
    removeFolder(this.folder);
  }
}

export const JITP_TEMPLATE = {
  Parameters: { 'AWS::IoT::Certificate::CommonName': { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' } },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' }, AttributePayload: { line: 'L1' } },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
    policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'iot:Connect', Resource: 'arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}' },
            { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: 'arn:aws:iot:*:*:topic/units/${iot:Connection.Thing.ThingName}/*' },
            { Effect: 'Allow', Action: 'iot:Subscribe', Resource: 'arn:aws:iot:*:*:topicfilter/units/${iot:Connection.Thing.ThingName}/*' },
          ],
        }),
      },
    },
  },
};
