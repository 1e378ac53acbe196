import { readFileSync } from 'node:fs';
import { http, io, iot, mqtt as awsMqtt } from 'aws-iot-device-sdk-v2';
import mqtt from 'mqtt';
import type { CloudTarget, DemoCredentials } from '../../src/simulation/credentials.js';
import { Device } from '../../src/simulation/device.js';
import { wholeService, type WholeService } from '../support/whole-service.js';

let service: WholeService;
let demo: DemoCredentials;

beforeAll(async () => {
  service = await wholeService();
  demo = await service.demo();
});
afterAll(() => service.stop());

interface Unit {
  serial: string;
  certificate: string;
  key: string;
  endpoints: { host: string; port: number }[];
  pass(): Promise<string>;
}

/** What a station does, with nothing but `fetch`. */
async function provision(): Promise<Unit> {
  const post = async <Body>(path: string, body: object) => {
    const headers = { authorization: `Bearer ${demo.keys.station}`, 'content-type': 'application/json' };
    const answer = await fetch(`${service.baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const told: unknown = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(told));
    return told as Body;
  };
  const { job, unit, lease } = await post<{ job: { id: string }; unit: { serial: string }; lease: { fence: number } }>('/v1/station/claims', { slot: '1' });
  const device = await Device.make(unit.serial);
  const identity = await post<{ certificate: string; endpoints: Unit['endpoints'] }>(`/v1/jobs/${job.id}/certificate`, { fence: lease.fence, csr: device.csr });
  const pass = async () => (await post<{ unit: { state: string } }>(`/v1/jobs/${job.id}/result`, { fence: lease.fence, outcome: 'PASS' })).unit.state;
  return { serial: unit.serial, certificate: identity.certificate, key: device.privateKeyPem, endpoints: identity.endpoints, pass };
}

/** Until the first connection's provisioning is through; a device can't know when that is. */
async function untilLetIn(connect: () => Promise<void>): Promise<number> {
  const deadline = performance.now() + 10_000;
  for (let drops = 0; ; drops++) {
    try {
      await connect();
      return drops;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

describe('a unit of the demo order', () => {
  it('comes through just-in-time provisioning in both accounts with AWS\'s device SDK, through the sandbox\'s proxy', async () => {
    const unit = await provision();
    const proxy = new URL(demo.aws.proxyUrl);
    for (const { host } of unit.endpoints) {
      const config = () =>
        iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(unit.certificate, unit.key)
          .with_certificate_authority(readFileSync(service.sandbox.caFile, 'utf8'))
          .with_endpoint(host)
          .with_port(8883)
          .with_client_id(unit.serial)
          .with_clean_session(true)
          .with_http_proxy_options(new http.HttpProxyOptions(proxy.hostname, Number(proxy.port)))
          .build();
      const connectOnce = async () => {
        const connection = new awsMqtt.MqttClient(new io.ClientBootstrap()).new_connection(config());
        try {
          await connection.connect();
          await connection.publish(`devices/${unit.serial}/hello`, '{}', awsMqtt.QoS.AtLeastOnce);
        } finally {
          // Also after a failed connection, whose native part would keep the process alive.
          await connection.disconnect().catch(() => undefined);
        }
      };
      await expect(connectOnce()).rejects.toMatch('AWS_ERROR_MQTT_UNEXPECTED_HANGUP');
      await untilLetIn(connectOnce);
    }
    expect(unit.endpoints).toHaveLength(2);
    expect(await unit.pass()).toBe('passed');
  });

  it('comes through just-in-time provisioning in both accounts with mqtt.js, with the name in SNI', async () => {
    const unit = await provision();
    for (const { host } of unit.endpoints) {
      const target = demo.aws.targets.find(({ mqtt: known }) => known.host === host) as CloudTarget;
      const drops = await untilLetIn(() => visit(unit, target));
      expect(drops).toBeGreaterThan(0);
      expect(await visit(unit, target)).toBeUndefined();
    }
    expect(await unit.pass()).toBe('passed');
  });

  it('is not let in with the name of another unit', async () => {
    const unit = await provision();
    const [target] = demo.aws.targets as [CloudTarget];
    await untilLetIn(() => visit(unit, target));
    await expect(visit(unit, target, 'LS-000001')).rejects.toThrow('connect');
    expect(await unit.pass()).toBe('passed');
  });
});

/** Connects, publishes with an acknowledgement, and leaves; rejects when the connection is dropped. */
async function visit(unit: Unit, { mqtt: { host, connectTo, port, caFile } }: CloudTarget, clientId = unit.serial): Promise<void> {
  const options = { servername: host, ca: readFileSync(caFile), cert: unit.certificate, key: unit.key, clientId, reconnectPeriod: 0, protocolVersion: 4 as const };
  const client = await mqtt.connectAsync(`mqtts://${connectTo}:${port}`, options, false);
  await client.publishAsync(`devices/${clientId}/hello`, '{}', { qos: 1 });
  await client.endAsync();
}
