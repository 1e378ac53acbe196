import { DeleteConnectionCommand, IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { AwsIotRefused } from '../aws-iot.errors.js';
import type { Target } from '../targets/targets.schema.js';
import { isDenied, toAwsIotError } from './aws-failure.js';
import type { AwsIotCaller } from './aws-iot-caller.js';

/** Live MQTT connections in one target. */
export class ConnectionsClient {
  private readonly iotData: IoTDataPlaneClient;

  constructor(caller: AwsIotCaller, { mqttHost, controlEndpoint }: Target, private readonly closing: AbortSignal) {
    this.iotData = new IoTDataPlaneClient({ ...caller.settings, ...(controlEndpoint === null && mqttHost !== null ? { endpoint: `https://${mqttHost}` } : {}) });
  }

  /**
   * Ends the connection of this client and forgets its session (DeleteConnection, AWS IoT data plane API reference). Without it a device that is connected stays so for minutes after
   * its certificate was revoked. False where the caller may not; rejects when AWS can't be asked.
   */
  async end(clientId: string): Promise<boolean> {
    try {
      await this.iotData.send(new DeleteConnectionCommand({ clientId, cleanSession: true }), { abortSignal: this.closing });
      return true;
    } catch (error) {
      const failure = toAwsIotError('DeleteConnection', error);
      if (!(failure instanceof AwsIotRefused) || failure.isAboutCredentials) throw failure;
      // Whatever else AWS says, nobody is connected under this name.
      return !isDenied(failure.code);
    }
  }

  close() {
    this.iotData.destroy();
  }
}
