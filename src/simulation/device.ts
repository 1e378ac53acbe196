import { createECDH, createHmac, createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isNativeError } from 'node:util/types';
import type { MqttClient } from 'mqtt';
import { isFinal } from '../device-connection/device-connection.js';
import { createCsr } from '../x509/csr-writer.js';
import { toPem } from '../x509/pem.js';
import type { Endpoint, Identity, UnitIdentity } from './api-answers.js';
import type { Cloud } from './credentials.js';
import { askForCertificate } from './fleet-device.js';

const makeKeyPair = promisify(generateKeyPair);

export type DeviceKeyType = 'P-256' | 'RSA-2048';

/** How devices reach the endpoints that they are told. */
export interface Network {
  /** The sandbox's; without it names are looked up, as for real AWS. */
  cloud?: Cloud;
  /** An installer who brings a claim, where the order's units have none. */
  bringClaim?: () => Promise<{ certificate: string; privateKey: string }>;
  /** Pause after the first dropped connection; each later one is half as long again. AWS takes one CONNECT a second from a client id, and provisions within 1 to 3 s. */
  firstPauseMs: number;
  /** How long a device goes on trying. */
  patienceMs: number;
}

export const sandboxNetwork = (cloud: Cloud, patienceMs = 60_000, firstPauseMs = 1_000): Network => ({ cloud, firstPauseMs, patienceMs });

/** How the first contact went. */
export interface Contact {
  target: string;
  /** Connections that were dropped before one was accepted. */
  drops: number;
}

/** The endpoint never let the device in. */
export class DeviceOffline extends Error {
  constructor(serial: string, { host, target }: Endpoint, cause: unknown) {
    super(`Device ${serial} was not let in at ${host} (${target}): ${isNativeError(cause) ? cause.message : String(cause)}`, { cause });
    this.name = new.target.name;
  }
}

/** A device that made its own key. It tries to connect again unless `node:tls` refuses the server's certificate. */
export class Device {
  private own: Identity | undefined;
  private request: string | undefined;

  private constructor(
    readonly serial: string,
    private readonly privateKey: KeyObject,
  ) {}

  static async make(serial: string, keyType: DeviceKeyType = 'P-256'): Promise<Device> {
    const { privateKey } = keyType === 'P-256' ? await makeKeyPair('ec', { namedCurve: 'P-256' }) : await makeKeyPair('rsa', { modulusLength: 2_048 });
    return new Device(serial, privateKey);
  }

  /** One whose key (P-256) follows from its serial and the seed of a simulation: it is the same again in another process, and later. */
  static ofSeed(serial: string, seed: string): Device {
    const scalar = createHmac('sha256', seed).update(serial).digest();
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(scalar);
    const point = ecdh.getPublicKey();
    const [d, x, y] = [scalar, point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
    return new Device(serial, createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d: d!, x: x!, y: y! } }));
  }

  /** PEM. The same each time it is asked for, as long as the device lives. */
  get csr(): string {
    const { serial, privateKey } = this;
    this.request ??= toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: serial }], privateKey }));
    return this.request;
  }

  get privateKeyPem(): string {
    return this.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** With what it connects: what it was given, or what AWS has signed when it asked; asked for once. */
  async identityFrom(given: UnitIdentity, network: Network): Promise<Identity> {
    if (!('claim' in given)) return given;
    this.own ??= await askForCertificate(given, this.csr, network);
    return this.own;
  }

  /**
   * Connects, publishes one message and waits for its PUBACK. With just-in-time provisioning the first connection is dropped
   * while AWS makes the Thing, so the device comes back. @throws DeviceOffline
   */
  async firstContact(identity: Identity, endpoint: Endpoint, network: Network, signal?: AbortSignal): Promise<Contact> {
    const deadline = performance.now() + network.patienceMs;
    for (let drops = 0; ; drops++) {
      const pauseMs = Math.min(network.firstPauseMs * 1.5 ** drops, 5_000) * (1 + Math.random() / 4);
      try {
        await this.connectOnce(identity, endpoint, network);
        return { target: endpoint.target, drops };
      } catch (error) {
        if (isFinal(error) || performance.now() + pauseMs > deadline) throw new DeviceOffline(this.serial, endpoint, error);
      }
      await wait(pauseMs, undefined, signal && { signal });
    }
  }

  private async connectOnce(identity: Identity, endpoint: Endpoint, { cloud }: Network): Promise<void> {
    const known = cloud?.targets.find(({ mqtt }) => mqtt.host === endpoint.host)?.mqtt;
    const { default: mqtt } = await import('mqtt');
    const client = mqtt.connect({
      protocol: 'mqtts',
      host: known?.connectTo ?? endpoint.host,
      port: known?.port ?? endpoint.port,
      servername: endpoint.host,
      ca: identity.roots,
      cert: identity.certificate,
      key: this.privateKeyPem,
      clientId: identity.thingName,
      protocolVersion: 4,
      keepalive: 60,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
    });
    try {
      await connected(client);
      await published(client, `devices/${identity.thingName}/hello`, JSON.stringify({ serial: this.serial }));
      await client.endAsync();
    } catch (error) {
      client.end(true);
      throw error;
    }
  }
}

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason: Error | undefined;
    client.once('connect', () => resolve());
    client.on('error', (error) => {
      reason = error;
      reject(error);
    });
    client.once('close', () => reject(reason ?? new Error('the connection was dropped')));
  });
}

/** mqtt.js would wait for a PUBACK until the next connection, which never comes here. */
function published(client: MqttClient, topic: string, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('close', () => reject(new Error(`the connection was dropped before ${topic} was acknowledged`)));
    client.publish(topic, payload, { qos: 1 }, (error) => (error ? reject(error) : resolve()));
  });
}
