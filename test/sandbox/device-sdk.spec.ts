import { http, io, iot, mqtt } from 'aws-iot-device-sdk-v2';
import { readFileSync } from 'node:fs';
import { Bench, EU, JITP_TEMPLATE } from './support/bench.js';
import { registerProvisioningCa } from './support/registration.js';
import type { Issued } from './support/test-pki.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench.stop());

/** A device as AWS's own SDK makes it. It can't tell the host to connect to from the name to send, so it goes through the proxy. */
function connection(unit: Issued, clientId: string): mqtt.MqttClientConnection {
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(unit.pem, unit.keyPem)
    .with_certificate_authority(readFileSync(bench.sandbox.caFile, 'utf8'))
    .with_endpoint(bench.account(EU).endpoint)
    .with_port(8883)
    .with_client_id(clientId)
    .with_clean_session(true)
    .with_http_proxy_options(new http.HttpProxyOptions('127.0.0.1', bench.sandbox.proxyPort))
    .with_reconnect_min_sec(1)
    .build();
  return new mqtt.MqttClient(new io.ClientBootstrap()).new_connection(config);
}

describe('a device that is written with AWS\'s device SDK', () => {
  it('comes through just-in-time provisioning: the first connection fails, the second publishes and receives', async () => {
    const ca = await registerProvisioningCa(bench.iot(EU), JITP_TEMPLATE, 'sdk');
    const unit = await ca.issue('CN=sdk-1');
    const provisioned = bench.log.next('sandbox.provisioned');
    // What devices see at AWS, too. The SDK rejects with a text.
    await expect(connection(unit, 'sdk-1').connect()).rejects.toMatch('AWS_ERROR_MQTT_UNEXPECTED_HANGUP');
    await provisioned;

    const device = connection(unit, 'sdk-1');
    await device.connect();
    const received = new Promise<string>((resolve, reject) => {
      device.subscribe('units/sdk-1/in', mqtt.QoS.AtLeastOnce, (_topic, payload) => resolve(Buffer.from(payload).toString())).then(
        () => device.publish('units/sdk-1/in', 'hello', mqtt.QoS.AtLeastOnce).catch(reject),
        reject,
      );
    });
    expect(await received).toBe('hello');
    await device.disconnect();
  }, 30_000);
});
