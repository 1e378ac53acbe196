import { isNativeError } from 'node:util/types';
import type { MqttClient } from 'mqtt';
import type { EndpointWay, LoadedUnit } from './loaded-unit.js';

const ANSWER_MS = 10_000;

/** One MQTT 3.1.1 connection as the unit would make it. It never connects again by itself. */
export class DeviceConnection {
  private constructor(private readonly client: MqttClient) {}

  /** Rejects where the endpoint ends the connection before its CONNACK, with what is known of the reason. */
  static async open({ certificate, privateKey }: LoadedUnit, { host, connectTo, port, alpn, roots }: EndpointWay, clientId: string): Promise<DeviceConnection> {
    const { default: mqtt } = await import('mqtt');
    const client = mqtt.connect({
      protocol: 'mqtts', host: connectTo, port, servername: host, ca: roots, cert: certificate, key: privateKey, clientId,
      protocolVersion: 4, keepalive: 60, connectTimeout: ANSWER_MS, reconnectPeriod: 0, ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    });
    try {
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.on('error', reject);
        client.once('close', () => reject(new Error('the connection was dropped')));
      });
    } catch (error) {
      client.end(true);
      throw error;
    }
    return new DeviceConnection(client);
  }

  /** Publishes with QoS 1. Whether it was acknowledged before the connection ended, or ten seconds were over. */
  publish(topic: string): Promise<'acknowledged' | 'cut' | 'unanswered'> {
    const { client } = this;
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve('unanswered'), ANSWER_MS);
      const settle = (outcome: 'acknowledged' | 'cut') => {
        clearTimeout(late);
        resolve(outcome);
      };
      client.once('close', () => settle('cut'));
      client.publish(topic, JSON.stringify({ check: 'connection' }), { qos: 1 }, (error) => settle(error ? 'cut' : 'acknowledged'));
    });
  }

  end(): void {
    this.client.end(true);
  }
}

/** The server is not who it should be: trying again will not help, and must not. */
export function isFinal(failure: unknown): boolean {
  const code = codeOf(failure);
  return code.startsWith('ERR_TLS_CERT') || code.startsWith('UNABLE_TO') || code.includes('SELF_SIGNED') || code.startsWith('CERT_');
}

const UNREACHED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA']);

/** Nobody answered at all, so that nothing is said of the unit. */
export function isUnreached(failure: unknown): boolean {
  return UNREACHED.has(codeOf(failure)) || (isNativeError(failure) && failure.message === 'connack timeout');
}

const codeOf = (failure: unknown): string => (isNativeError(failure) && 'code' in failure ? String(failure.code) : '');
