import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { http, iot, iotidentity, mqtt5 } from 'aws-iot-device-sdk-v2';
import type { Bench } from '../../sandbox/support/bench.js';

/** A client of AWS's own device SDK, MQTT 5, while `use` is at work. It can't tell the host to connect to from the name to send, so that it goes through the sandbox's proxy. */
async function connected<Answer>(aws: Bench, index: number, identity: { pem: string; keyPem: string }, clientId: string, use: (client: mqtt5.Mqtt5Client) => Promise<Answer>): Promise<Answer> {
  const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(aws.account(index).endpoint, identity.pem, identity.keyPem)
    .withCertificateAuthority(readFileSync(aws.sandbox.caFile, 'utf8'))
    .withPort(8883)
    .withConnectProperties({ keepAliveIntervalSeconds: 60, clientId })
    .withHttpProxyOptions(new http.HttpProxyOptions('127.0.0.1', aws.sandbox.proxyPort))
    .withMinReconnectDelayMs(100)
    .build();
  const client = new mqtt5.Mqtt5Client(config);
  const success = once(client, 'connectionSuccess');
  client.start();
  try {
    await success;
    return await use(client);
  } finally {
    const stopped = once(client, 'stopped');
    client.stop();
    await stopped;
    client.close();
  }
}

/** What AWS's client for fleet provisioning does with a claim, while it is connected. */
export function withClaim<Answer>(aws: Bench, index: number, claim: { pem: string; keyPem: string }, clientId: string, use: (identity: iotidentity.IotIdentityClientv2) => Promise<Answer>): Promise<Answer> {
  return connected(aws, index, claim, clientId, async (client) => {
    const identity = iotidentity.IotIdentityClientv2.newFromMqtt5(client, { maxRequestResponseSubscriptions: 4, maxStreamingSubscriptions: 1, operationTimeoutInSeconds: 20 });
    try {
      return await use(identity);
    } finally {
      identity.close();
    }
  });
}

/** Connects as a Thing, subscribes under its own topics and hears what it publishes there. */
export function hearsItself(aws: Bench, index: number, device: { pem: string; keyPem: string }, thingName: string): Promise<string> {
  return connected(aws, index, device, thingName, async (client) => {
    const topicName = `devices/${thingName}/hello`;
    const heard = once(client, 'messageReceived');
    await client.subscribe({ subscriptions: [{ topicFilter: topicName, qos: 1 }] });
    await client.publish({ topicName, qos: 1, payload: 'here I am' });
    const [{ message }] = (await heard) as [mqtt5.MessageReceivedEvent];
    return Buffer.from(message.payload as ArrayBuffer).toString();
  });
}
