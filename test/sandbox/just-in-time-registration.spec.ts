import { DescribeCertificateCommand, UpdateCACertificateCommand, UpdateCertificateCommand, type IoTClient } from '@aws-sdk/client-iot';
import type { MqttClient } from 'mqtt';
import { Bench, EU, JITP_TEMPLATE } from './support/bench.js';
import { ANYTHING, createTemplate, registerCa, registerDevice } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;
let ca: TestAuthority;
let listener: MqttClient;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  ca = await TestAuthority.make();
  await registerCa(iot, ca);
  const consumer = await ca.issue('CN=consumer');
  await registerDevice(iot, consumer, ANYTHING);
  await iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, newAutoRegistrationStatus: 'ENABLE' }));
  listener = bench.device(consumer, { servername: bench.account(EU).endpoint, clientId: 'consumer' });
  await new Promise<void>((resolve) => listener.once('connect', () => resolve()));
  await listener.subscribeAsync(`$aws/events/certificates/registered/${ca.id}`, { qos: 1 });
});
afterAll(() => bench.stop());

async function eventOf(unit: Issued): Promise<Record<string, unknown>> {
  const message = new Promise<Record<string, unknown>>((resolve) => {
    listener.once('message', (_topic, payload) => resolve(JSON.parse(payload.toString()) as Record<string, unknown>));
  });
  expect(await bench.tryDevice(unit, { servername: bench.account(EU).endpoint, clientId: 'unit' })).toBe('closed');
  return message;
}

describe('just-in-time registration', () => {
  it('drops the connection and tells the account, again at each connection that finds the certificate pending', async () => {
    const unit = await ca.issue('CN=jitr-1');
    const before = Date.now();
    const event = await eventOf(unit);
    expect(event).toEqual({
      certificateId: unit.id,
      caCertificateId: ca.id,
      timestamp: expect.any(Number),
      certificateStatus: 'PENDING_ACTIVATION',
      awsAccountId: '111111111111',
      certificateRegistrationTimestamp: expect.stringMatching(/^[0-9]{13}$/),
    });
    expect(event['timestamp']).toBeGreaterThanOrEqual(before);
    const again = await eventOf(unit);
    expect(again['certificateRegistrationTimestamp']).toBe(event['certificateRegistrationTimestamp']);

    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: unit.id }));
    expect(certificateDescription).toMatchObject({ status: 'PENDING_ACTIVATION', caCertificateId: ca.id, certificatePem: unit.pem });
    await iot.send(new UpdateCertificateCommand({ certificateId: unit.id, newStatus: 'ACTIVE' }));
    expect((await iot.send(new DescribeCertificateCommand({ certificateId: unit.id }))).certificateDescription!.status).toBe('ACTIVE');
  });

  it('gives way to provisioning when the CA gets a template', async () => {
    const unit = await ca.issue('CN=jitr-2');
    await eventOf(unit);
    await createTemplate(iot, 'later', JITP_TEMPLATE);
    await iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, registrationConfig: { templateName: 'later' } }));
    const provisioned = bench.log.next('sandbox.provisioned');
    expect(await bench.tryDevice(unit, { servername: bench.account(EU).endpoint, clientId: 'jitr-2' })).toBe('closed');
    await provisioned;
    expect(await bench.tryDevice(unit, { servername: bench.account(EU).endpoint, clientId: 'jitr-2' })).toBe('accepted');
  });
});
