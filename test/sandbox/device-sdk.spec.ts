import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CreateProvisioningClaimCommand, CreateProvisioningTemplateCommand, DescribeThingCommand } from '@aws-sdk/client-iot';
import { http, io, iot, iotidentity, mqtt, mqtt5 } from 'aws-iot-device-sdk-v2';
import { createCsr } from '../../src/x509/csr-writer.js';
import { toPem } from '../../src/x509/pem.js';
import { Bench, EU, JITP_TEMPLATE } from './support/bench.js';
import { registerProvisioningCa, ROLE } from './support/registration.js';
import type { Issued, TestAuthority } from './support/test-pki.js';

let bench: Bench;
let ca: TestAuthority;

beforeAll(async () => {
  bench = await Bench.start();
  ca = await registerProvisioningCa(bench.iot(EU), JITP_TEMPLATE, 'sdk');
});
afterAll(() => bench.stop());

/** The SDK can't tell the host to connect to from the name to send, so devices go through the proxy. */
const proxy = () => new http.HttpProxyOptions('127.0.0.1', bench.sandbox.proxyPort);
const root = () => readFileSync(bench.sandbox.caFile, 'utf8');

/** A device as AWS's own SDK makes it with MQTT 3.1.1. */
function connection(unit: Issued, clientId: string): mqtt.MqttClientConnection {
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(unit.pem, unit.keyPem)
    .with_certificate_authority(root())
    .with_endpoint(bench.account(EU).endpoint)
    .with_port(8883)
    .with_client_id(clientId)
    .with_clean_session(true)
    .with_http_proxy_options(proxy())
    .with_reconnect_min_sec(1)
    .build();
  return new mqtt.MqttClient(new io.ClientBootstrap()).new_connection(config);
}

/** And with MQTT 5, which connects again by itself. */
function client(unit: Pick<Issued, 'pem' | 'keyPem'>, clientId: string): mqtt5.Mqtt5Client {
  const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(bench.account(EU).endpoint, unit.pem, unit.keyPem)
    .withCertificateAuthority(root())
    .withPort(8883)
    .withConnectProperties({ keepAliveIntervalSeconds: 60, clientId, sessionExpiryIntervalSeconds: 99_999_999 })
    .withHttpProxyOptions(proxy())
    .withMinReconnectDelayMs(100)
    .build();
  return new mqtt5.Mqtt5Client(config);
}

describe('a device that is written with AWS\'s device SDK', () => {
  it('comes through just-in-time provisioning: the first connection fails, the second publishes and receives', async () => {
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
  });

  it('does the same with MQTT 5 without a loop of its own, learns AWS\'s limits, and is told what it may not do', async () => {
    const unit = await ca.issue('CN=sdk-5');
    const device = client(unit, 'sdk-5');
    const failure = once(device, 'connectionFailure');
    const success = once(device, 'connectionSuccess');
    device.start();
    const [refused] = (await failure) as [mqtt5.ConnectionFailureEvent];
    expect([refused.error.error_name, refused.connack]).toEqual(['AWS_ERROR_MQTT_UNEXPECTED_HANGUP', undefined]);
    const [{ settings }] = (await success) as [mqtt5.ConnectionSuccessEvent];
    expect(settings).toMatchObject({
      clientId: 'sdk-5', maximumQos: 1, receiveMaximumFromServer: 100, maximumPacketSizeToServer: 149_504, topicAliasMaximumToServer: 8, retainAvailable: true,
      sharedSubscriptionsAvailable: false, wildcardSubscriptionsAvailable: true, sessionExpiryInterval: 3_600,
    });

    const message = once(device, 'messageReceived');
    expect((await device.subscribe({ subscriptions: [{ topicFilter: 'units/sdk-5/in', qos: 1 }, { topicFilter: 'units/other/in', qos: 1 }] }))?.reasonCodes).toEqual([1, 135]);
    expect((await device.publish({ topicName: 'units/sdk-5/in', qos: 1, payload: 'hello' }))?.reasonCode).toBe(0);
    const [{ message: received }] = (await message) as [mqtt5.MessageReceivedEvent];
    expect(Buffer.from(received.payload as ArrayBuffer).toString()).toBe('hello');

    const disconnection = once(device, 'disconnection');
    expect((await device.publish({ topicName: 'units/other/in', qos: 1, payload: 'x' }))?.reasonCode).toBe(135);
    const [{ disconnect }] = (await disconnection) as [mqtt5.DisconnectionEvent];
    expect(disconnect?.reasonCode).toBe(135);
    const stopped = once(device, 'stopped');
    device.stop();
    await stopped;
    device.close();
  });

  it('gets its identity by fleet provisioning, with a key of AWS\'s and with its own', async () => {
    const cloud = bench.iot(EU);
    const templateBody = JSON.stringify({ ...JITP_TEMPLATE, Parameters: { Name: { Type: 'String' } }, Resources: { ...JITP_TEMPLATE.Resources, thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'Name' } } } } });
    await cloud.send(new CreateProvisioningTemplateCommand({ templateName: 'sdk-fleet', templateBody, provisioningRoleArn: ROLE, enabled: true }));
    const claim = await cloud.send(new CreateProvisioningClaimCommand({ templateName: 'sdk-fleet' }));
    const device = client({ pem: claim.certificatePem!, keyPem: claim.keyPair!.PrivateKey! }, 'sdk-box');
    const connected = once(device, 'connectionSuccess');
    device.start();
    await connected;
    const identity = iotidentity.IotIdentityClientv2.newFromMqtt5(device, { maxRequestResponseSubscriptions: 4, maxStreamingSubscriptions: 1, operationTimeoutInSeconds: 20 });
    const register = (name: string, certificateOwnershipToken?: string) =>
      identity.registerThing({ templateName: 'sdk-fleet', certificateOwnershipToken: certificateOwnershipToken!, parameters: { Name: name } });

    const keys = await identity.createKeysAndCertificate({});
    expect(await register('sdk-keys', keys.certificateOwnershipToken)).toMatchObject({ thingName: 'sdk-keys' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificateSigningRequest = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'sdk' }], privateKey }));
    const own = await identity.createCertificateFromCsr({ certificateSigningRequest });
    expect(await register('sdk-csr', own.certificateOwnershipToken)).toMatchObject({ thingName: 'sdk-csr' });
    await expect(register('sdk-late', own.certificateOwnershipToken)).rejects.toMatchObject({ modeledError: { statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' } });
    for (const thingName of ['sdk-keys', 'sdk-csr']) expect(await cloud.send(new DescribeThingCommand({ thingName }))).toMatchObject({ thingName });

    identity.close();
    const stopped = once(device, 'stopped');
    device.stop();
    await stopped;
    device.close();
    const servername = bench.account(EU).endpoint;
    expect(await bench.tryDevice({ pem: keys.certificatePem!, keyPem: keys.privateKey! }, { servername, clientId: 'sdk-keys' })).toBe('accepted');
    const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(await bench.tryDevice({ pem: own.certificatePem!, keyPem }, { servername, clientId: 'sdk-csr' })).toBe('accepted');
  });
});
