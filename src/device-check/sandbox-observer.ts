import type { MqttClient } from 'mqtt';
import type { EndpointWay } from '../device-connection/loaded-unit.js';
import type { SandboxCheckAccount } from './sandbox-account.js';

/** A client of the sandbox's account that hears what another one does there. */
export class SandboxObserver {
  private constructor(
    private readonly client: MqttClient,
    private readonly leave: () => Promise<void>,
  ) {}

  /** Resolves when it hears messages to these topics, from then on. */
  static async on(account: SandboxCheckAccount, { host, connectTo, port, roots }: EndpointWay, topics: readonly string[], hear: (topic: string, payload: string) => void): Promise<SandboxObserver> {
    const { certificate, privateKey, clientId, remove } = await account.addObserver();
    try {
      const { default: mqtt } = await import('mqtt');
      const client = await mqtt.connectAsync({ protocol: 'mqtts', host: connectTo, port, servername: host, ca: roots, cert: certificate, key: privateKey, clientId, protocolVersion: 4, reconnectPeriod: 0 });
      client.on('error', () => undefined);
      client.on('message', (topic, payload) => hear(topic, payload.toString()));
      await client.subscribeAsync([...topics], { qos: 1 });
      return new SandboxObserver(client, remove);
    } catch (error) {
      await remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.client.end(true);
    await this.leave();
  }
}
