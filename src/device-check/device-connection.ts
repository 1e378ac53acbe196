import type { MqttClient } from 'mqtt';
import type { EndpointWay, LoadedUnit } from './loaded-unit.js';

const ANSWER_MS = 10_000;

/** One MQTT 3.1.1 connection as the unit would make it. It never connects again by itself. */
export class DeviceConnection {
  private constructor(private readonly client: MqttClient) {}

  /** Rejects where the endpoint ends the connection before its CONNACK, with what is known of the reason. */
  static async open({ certificate, privateKey }: LoadedUnit, { host, connectTo, port, roots }: EndpointWay, clientId: string): Promise<DeviceConnection> {
    const { default: mqtt } = await import('mqtt');
    const client = mqtt.connect({
      protocol: 'mqtts', host: connectTo, port, servername: host, ca: roots, cert: certificate, key: privateKey, clientId,
      protocolVersion: 4, keepalive: 60, connectTimeout: ANSWER_MS, reconnectPeriod: 0,
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
      client.publish(topic, JSON.stringify({ check: 'end-of-line' }), { qos: 1 }, (error) => settle(error ? 'cut' : 'acknowledged'));
    });
  }

  end(): void {
    this.client.end(true);
  }
}
