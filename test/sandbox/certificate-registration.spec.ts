import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  DetachThingPrincipalCommand,
  ListCertificatesByCACommand,
  ListCertificatesCommand,
  RegisterCertificateCommand,
  RegisterCertificateWithoutCACommand,
  UpdateCACertificateCommand,
  UpdateCertificateCommand,
  type CertificateStatus,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench, EU, FRANKFURT, US } from './support/bench.js';
import { failure } from './support/failure.js';
import { registerCa, registerDefaultCa } from './support/registration.js';
import { rsaKeys, TestAuthority } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;
let ca: TestAuthority;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  ca = await TestAuthority.make();
  await registerCa(iot, ca);
});
afterAll(() => bench.stop());

const describeCertificate = async (id: string, client = iot) =>
  (await client.send(new DescribeCertificateCommand({ certificateId: id }))).certificateDescription!;

describe('RegisterCertificate', () => {
  it('registers a certificate of a registered CA, inactive unless told otherwise', async () => {
    const device = await ca.issue('CN=d1');
    const answer = await iot.send(new RegisterCertificateCommand({ certificatePem: device.pem }));
    expect(answer).toMatchObject({ certificateId: device.id, certificateArn: `arn:aws:iot:eu-west-1:111111111111:cert/${device.id}` });
    expect(await describeCertificate(device.id)).toMatchObject({ status: 'INACTIVE', caCertificateId: ca.id, certificateMode: 'SNI_ONLY', certificatePem: device.pem, ownedBy: '111111111111' });

    const active = await ca.issue('CN=d2');
    await iot.send(new RegisterCertificateCommand({ certificatePem: active.pem, setAsActive: true }));
    expect((await describeCertificate(active.id)).status).toBe('ACTIVE');
  });

  it('inherits DEFAULT mode from the CA, and then belongs to one account of the region', async () => {
    const legacy = await TestAuthority.make();
    await registerDefaultCa(iot, legacy);
    const device = await legacy.issue('CN=legacy');
    await iot.send(new RegisterCertificateCommand({ certificatePem: device.pem }));
    expect((await describeCertificate(device.id)).certificateMode).toBe('DEFAULT');
  });

  it('says which certificate it is when it is registered twice', async () => {
    const device = await ca.issue('CN=twice');
    const register = () => iot.send(new RegisterCertificateCommand({ certificatePem: device.pem }));
    await register();
    expect(await failure(register())).toEqual({
      name: 'ResourceAlreadyExistsException',
      status: 409,
      message: 'The certificate is already provisioned or registered',
      resourceId: device.id,
      resourceArn: `arn:aws:iot:eu-west-1:111111111111:cert/${device.id}`,
    });
  });

  it('refuses a certificate whose CA is unknown, inactive or another one of the same name', async () => {
    const unknown = await TestAuthority.make();
    const attempt = async (certificatePem: string, caCertificatePem?: string) =>
      failure(iot.send(new RegisterCertificateCommand({ certificatePem, ...(caCertificatePem === undefined ? {} : { caCertificatePem }) })));
    const orphan = await unknown.issue('CN=orphan');
    expect(await attempt(orphan.pem)).toMatchObject({ name: 'CertificateStateException', status: 406, message: 'No CA certificate exists for the given certificate' });
    expect(await attempt(orphan.pem, unknown.pem)).toMatchObject({ name: 'CertificateStateException', status: 406 });

    await registerCa(iot, unknown, { setAsActive: false });
    expect(await attempt(orphan.pem)).toMatchObject({ name: 'CertificateStateException', status: 406 });

    const impostor = await TestAuthority.make(ca.subject);
    expect(await attempt((await impostor.issue('CN=forged')).pem)).toMatchObject({ name: 'CertificateValidationException', status: 400 });
  });

  it('must name the CA where two have the same subject', async () => {
    const [first, second] = [await TestAuthority.make('CN=Twin'), await TestAuthority.make('CN=Twin')];
    await registerCa(iot, first);
    await registerCa(iot, second);
    const device = await second.issue('CN=twin-device');
    expect(await failure(iot.send(new RegisterCertificateCommand({ certificatePem: device.pem })))).toMatchObject({ name: 'CertificateConflictException', status: 409 });
    await iot.send(new RegisterCertificateCommand({ certificatePem: device.pem, caCertificatePem: second.pem }));
    expect((await describeCertificate(device.id)).caCertificateId).toBe(second.id);
  });

  it.each([
    ['an expired certificate', async () => (await ca.issue('CN=x', { notAfter: new Date(Date.now() - 1_000) })).pem],
    ['a weak key', async () => (await ca.issue('CN=x', { keys: await rsaKeys(1024) })).pem],
    ['garbage', async () => '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ])('refuses %s', async (_title, make) => {
    expect(await failure(iot.send(new RegisterCertificateCommand({ certificatePem: await make() })))).toMatchObject({ name: 'CertificateValidationException', status: 400 });
  });

  it('refuses statuses that only AWS sets, and contradictions', async () => {
    const { pem } = await ca.issue('CN=status');
    const attempt = (more: { status?: CertificateStatus; setAsActive?: boolean }) => failure(iot.send(new RegisterCertificateCommand({ certificatePem: pem, ...more })));
    expect(await attempt({ status: 'PENDING_ACTIVATION' })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await attempt({ status: 'INACTIVE', setAsActive: true })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(iot.send(new RegisterCertificateCommand({ certificatePem: '' })))).toMatchObject({ name: 'InvalidRequestException' });
  });
});

describe('RegisterCertificateWithoutCA', () => {
  it('registers the same certificate in many accounts, in SNI_ONLY mode', async () => {
    const device = await (await TestAuthority.make()).issue('CN=roaming');
    for (const index of [EU, US, FRANKFURT]) {
      const client = bench.iot(index);
      await client.send(new RegisterCertificateWithoutCACommand({ certificatePem: device.pem, status: 'ACTIVE' }));
      const description = await describeCertificate(device.id, client);
      expect(description).toMatchObject({ certificateMode: 'SNI_ONLY', status: 'ACTIVE' });
      expect(description.caCertificateId).toBeUndefined();
    }
    const again = failure(iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: device.pem })));
    expect(await again).toMatchObject({ name: 'ResourceAlreadyExistsException', status: 409, resourceId: device.id });
  });
});

describe('a registered certificate', () => {
  it('changes its status, except to what only AWS sets, and never back from REVOKED', async () => {
    const { id, pem } = await ca.issue('CN=states');
    await iot.send(new RegisterCertificateCommand({ certificatePem: pem }));
    const update = (newStatus: CertificateStatus) => iot.send(new UpdateCertificateCommand({ certificateId: id, newStatus }));
    await update('ACTIVE');
    await update('ACTIVE');
    expect((await describeCertificate(id)).status).toBe('ACTIVE');
    expect(await failure(update('PENDING_ACTIVATION'))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await failure(update('PENDING_TRANSFER'))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    await update('REVOKED');
    expect(await failure(update('ACTIVE'))).toMatchObject({ name: 'CertificateStateException', status: 406 });
    const unknown = iot.send(new UpdateCertificateCommand({ certificateId: '0'.repeat(64), newStatus: 'ACTIVE' }));
    expect(await failure(unknown)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  it('is deleted only when it is neither active nor attached', async () => {
    const { id, pem } = await ca.issue('CN=deleting');
    const { certificateArn } = await iot.send(new RegisterCertificateCommand({ certificatePem: pem, status: 'ACTIVE' }));
    await iot.send(new CreateThingCommand({ thingName: 'deleting' }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'deleting', principal: certificateArn }));
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' } });
    await iot.send(new CreatePolicyCommand({ policyName: 'deleting', policyDocument }));
    await iot.send(new AttachPolicyCommand({ policyName: 'deleting', target: certificateArn }));

    const remove = (forceDelete = false) => iot.send(new DeleteCertificateCommand({ certificateId: id, forceDelete }));
    expect(await failure(remove(true))).toMatchObject({ name: 'CertificateStateException', status: 406 });
    await iot.send(new UpdateCertificateCommand({ certificateId: id, newStatus: 'INACTIVE' }));
    expect(await failure(remove(true))).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await iot.send(new DetachThingPrincipalCommand({ thingName: 'deleting', principal: certificateArn }));
    expect(await failure(remove())).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await remove(true);
    expect(await failure(describeCertificate(id))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  it('is listed by account and by CA, page by page', async () => {
    const own = await TestAuthority.make();
    await registerCa(iot, own);
    const devices = await Promise.all(['a', 'b', 'c'].map((name) => own.issue(`CN=listed-${name}`)));
    for (const { pem } of devices) await iot.send(new RegisterCertificateCommand({ certificatePem: pem }));
    const first = await iot.send(new ListCertificatesByCACommand({ caCertificateId: own.id, pageSize: 2, ascendingOrder: true }));
    const second = await iot.send(new ListCertificatesByCACommand({ caCertificateId: own.id, pageSize: 2, ascendingOrder: true, marker: first.nextMarker }));
    expect([...first.certificates!, ...second.certificates!].map(({ certificateId }) => certificateId)).toEqual(devices.map(({ id }) => id));
    expect(second.nextMarker).toBeUndefined();
    const newest = await iot.send(new ListCertificatesCommand({ pageSize: 1 }));
    expect(newest.certificates![0]).toMatchObject({ certificateId: devices[2]!.id, status: 'INACTIVE', certificateMode: 'SNI_ONLY' });
  });

  it('keeps working when its CA is deactivated', async () => {
    const own = await TestAuthority.make();
    await registerCa(iot, own);
    const device = await own.issue('CN=kept');
    await iot.send(new RegisterCertificateCommand({ certificatePem: device.pem, status: 'ACTIVE' }));
    await iot.send(new UpdateCACertificateCommand({ certificateId: own.id, newStatus: 'INACTIVE' }));
    expect((await describeCertificate(device.id)).status).toBe('ACTIVE');
  });
});
