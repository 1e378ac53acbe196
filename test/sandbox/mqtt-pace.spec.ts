import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { Bench, EU, JITP_TEMPLATE } from './support/bench.js';
import { ANYTHING, registerCa, registerDevice, registerProvisioningCa } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';
import { Wire } from './support/wire.js';

/** Nothing is over within a minute, so that no test depends on who is faster. */
const A_MINUTE = '60000';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.start({ settings: { SANDBOX_PROVISIONING_DELAY_MS: `${A_MINUTE}-${A_MINUTE}`, SANDBOX_CONNECT_INTERVAL_MS: A_MINUTE } });
});
afterAll(() => bench.stop());

const servername = () => bench.account(EU).endpoint;

it('drops a device that comes back at once, while it is being provisioned', async () => {
  const ca = await registerProvisioningCa(bench.iot(EU), JITP_TEMPLATE, 'slow');
  const unit = await ca.issue('CN=slow-1');
  for (const _ of [1, 2, 3]) expect(await bench.tryDevice(unit, { servername: servername(), clientId: 'slow-1' })).toBe('closed');
  const { certificateDescription } = await bench.iot(EU).send(new DescribeCertificateCommand({ certificateId: unit.id }));
  expect(certificateDescription?.status).toBe('PENDING_ACTIVATION');
  expect(bench.log.entries.map(({ event }) => event)).not.toContain('sandbox.provisioned');
});

it('refuses a second CONNECT of a client id within the interval, with 0x97, and in MQTT 3.1.1 without a CONNACK', async () => {
  const ca = await TestAuthority.make();
  await registerCa(bench.iot(EU), ca);
  const device = await ca.issue('CN=hasty');
  await registerDevice(bench.iot(EU), device, ANYTHING);
  const first = (await Wire.connected(bench, device, { clientId: 'hasty' })).wire;
  await expect(Wire.connected(bench, device, { clientId: 'hasty' })).rejects.toThrow('"reasonCode":151');
  expect(await bench.tryDevice(device, { servername: servername(), clientId: 'hasty' })).toBe('closed');
  expect(await bench.tryDevice(device, { servername: servername(), clientId: 'patient' })).toBe('accepted');
  // The one that is connected stays so.
  expect(await first.publish('a')).toBe(0);
  expect(bench.log.entries.filter(({ event }) => event === 'sandbox.throttled').map(({ facts }) => facts['clientId'])).toEqual(['hasty', 'hasty']);
});
