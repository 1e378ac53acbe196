import {
  DescribeCertificateCommand,
  RegisterCertificateCommand,
  RegisterCertificateWithoutCACommand,
  UpdateCACertificateCommand,
  UpdateCertificateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench } from './support/bench.js';
import { failure } from './support/failure.js';
import { ANYTHING, registerCa, registerDefaultCa, registerDevice } from './support/registration.js';
import { soon, TestAuthority, type Issued } from './support/test-pki.js';

/** Two accounts of one region, and one of them in a second region. */
let bench: Bench;
let first: IoTClient;
let neighbour: IoTClient;
let elsewhere: IoTClient;

beforeAll(async () => {
  bench = await Bench.start({ accounts: '111111111111:eu-west-1,222222222222:eu-west-1,111111111111:us-east-1' });
  [first, neighbour, elsewhere] = [bench.iot(0), bench.iot(1), bench.iot(2)];
});
afterAll(() => bench.stop());

async function refusal(device: Issued, servername: string): Promise<unknown> {
  const logged = bench.log.next('sandbox.connection-refused');
  expect(await bench.tryDevice(device, { servername, clientId: 'x' })).toBe('closed');
  return (await logged)['reason'];
}

describe('DEFAULT mode', () => {
  it('gives a CA to one account of a region, in whatever mode the others ask', async () => {
    const ca = await TestAuthority.make();
    await registerDefaultCa(first, ca);
    const refused = { name: 'InvalidRequestException', status: 400, message: 'Cannot accept this CACertificate' };
    expect(await failure(registerDefaultCa(neighbour, ca))).toMatchObject(refused);
    expect(await failure(registerCa(neighbour, ca))).toMatchObject(refused);
    await registerDefaultCa(elsewhere, ca);

    const shared = await TestAuthority.make();
    await registerCa(first, shared);
    expect(await failure(registerDefaultCa(neighbour, shared))).toMatchObject(refused);
    await registerCa(neighbour, shared);
  });

  it('gives a certificate to one account of a region', async () => {
    const ca = await TestAuthority.make();
    await registerDefaultCa(first, ca);
    const device = await ca.issue('CN=one-owner');
    await first.send(new RegisterCertificateCommand({ certificatePem: device.pem }));
    const register = (client: IoTClient) => client.send(new RegisterCertificateWithoutCACommand({ certificatePem: device.pem }));
    expect(await failure(register(neighbour))).toMatchObject({ name: 'InvalidRequestException', status: 400, message: 'This request is not valid' });
    expect((await register(elsewhere)).certificateId).toBe(device.id);
  });

  it('lets no other account register such a certificate at its first connection', async () => {
    const owner = await TestAuthority.make('CN=Shared Key');
    // Two CA certificates of one key and name: the accounts hold different ones, so both registrations pass.
    const twin = await TestAuthority.make('CN=Shared Key', { keys: owner.certificate.keys });
    await registerDefaultCa(first, owner);
    await registerCa(neighbour, twin, { allowAutoRegistration: true });
    const device = await owner.issue('CN=owned');
    await first.send(new RegisterCertificateCommand({ certificatePem: device.pem }));
    expect(await refusal(device, bench.account(1).endpoint)).toContain('Another account of the region');
    expect(await failure(neighbour.send(new DescribeCertificateCommand({ certificateId: device.id })))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('needs the server name when two regions know the certificate', async () => {
    const ca = await TestAuthority.make();
    const device = await ca.issue('CN=two-regions');
    await registerDefaultCa(first, ca);
    await registerDevice(first, device, ANYTHING);
    const attempt = (servername: string) => bench.tryDevice(device, { servername, clientId: 'x' });
    expect(await attempt('')).toBe('accepted');
    await registerDefaultCa(elsewhere, ca);
    await registerDevice(elsewhere, device, ANYTHING);
    expect(await refusal(device, '')).toContain('more than one region');
    expect(await attempt(bench.account(0).endpoint)).toBe('accepted');
    expect(await attempt(bench.account(2).endpoint)).toBe('accepted');
  });
});

describe('a CA whose certificate has run out', () => {
  it('registers nothing any more, and its devices go on', async () => {
    const notAfter = soon();
    const ca = await TestAuthority.make(undefined, { notAfter });
    await registerCa(first, ca);
    const early = await ca.issue('CN=early');
    await registerDevice(first, early, ANYTHING);
    await first.send(new UpdateCACertificateCommand({ certificateId: ca.id, newAutoRegistrationStatus: 'ENABLE' }));
    const endpoint = bench.account(0).endpoint;
    // There is no event for the end of a certificate.
    while (Date.now() <= +notAfter) expect(await bench.tryDevice(early, { servername: endpoint, clientId: 'early' })).toBe('accepted');
    expect(await refusal(await ca.issue('CN=late'), endpoint)).toContain('CA certificate is not valid');
    expect(await bench.tryDevice(early, { servername: endpoint, clientId: 'early' })).toBe('accepted');
  });
});

describe('a certificate that somebody activates by hand', () => {
  it('is not touched by a provisioning that comes late', async () => {
    const ca = await TestAuthority.make();
    await registerCa(first, ca, { allowAutoRegistration: true });
    const device = await ca.issue('CN=by-hand');
    expect(await refusal(device, bench.account(0).endpoint)).toContain('PENDING_ACTIVATION');
    await first.send(new UpdateCertificateCommand({ certificateId: device.id, newStatus: 'REVOKED' }));
    expect(await refusal(device, bench.account(0).endpoint)).toBe('The certificate is REVOKED.');
  });
});
