import {
  DeleteCACertificateCommand,
  DeleteRegistrationCodeCommand,
  DescribeCACertificateCommand,
  GetRegistrationCodeCommand,
  ListCACertificatesCommand,
  RegisterCACertificateCommand,
  UpdateCACertificateCommand,
  CreateProvisioningTemplateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench, EU, FRANKFURT, JITP_TEMPLATE, US } from './support/bench.js';
import { failure } from './support/failure.js';
import { createTemplate, registerCa, ROLE } from './support/registration.js';
import { makeKeys, rsaKeys, TestAuthority } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
});
afterAll(() => bench.stop());

const code = async (client: IoTClient) => (await client.send(new GetRegistrationCodeCommand({}))).registrationCode!;
const register = (input: Partial<ConstructorParameters<typeof RegisterCACertificateCommand>[0]>, client = iot) =>
  client.send(new RegisterCACertificateCommand({ caCertificate: '', ...input }));

/** Made with openssl, since WebCrypto has no such curve. Valid for 100 years; its key was thrown away. */
const SECP256K1_CA = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR6gAwIBAgIUS51zoRJg0BPozRobSVbrkNZKw78wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHS29ibGl0ejAgFw0yNjExMjIyMTQ2NDhaGA8yMTI2MTAyOTIx
NDY0OFowEjEQMA4GA1UEAwwHS29ibGl0ejBWMBAGByqGSM49AgEGBSuBBAAKA0IA
BMEKlKyrc8iQiR1lxeO3folPMsPJShg2FtZNp0GRqXbvFQo3BpILRy7SQDBYAnSj
aen6VGPRZPWYyoJBRupX9MWjUzBRMB0GA1UdDgQWBBQb1lFIB6LHWOhwqOXnlNe0
KVUBwDAfBgNVHSMEGDAWgBQb1lFIB6LHWOhwqOXnlNe0KVUBwDAPBgNVHRMBAf8E
BTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDtCWyqr6Y+WAN4Lt6I5xhlXd7l8ajNb
dbJDpFfNcC9aAiEAqokQ52EM7igAZjnIU1pqB4VfM9eESJ6Sh3rVW9NvwU4=
-----END CERTIFICATE-----
`;

describe('the registration code', () => {
  it('stays the same until it is deleted, and each account and region has its own', async () => {
    const [first, again, us, frankfurt] = [await code(iot), await code(iot), await code(bench.iot(US)), await code(bench.iot(FRANKFURT))];
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(first);
    expect(new Set([first, us, frankfurt]).size).toBe(3);
    await bench.iot(US).send(new DeleteRegistrationCodeCommand({}));
    expect(await failure(bench.iot(US).send(new DeleteRegistrationCodeCommand({})))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await code(bench.iot(US))).not.toBe(us);
  });
});

describe('registering a CA in SNI_ONLY mode', () => {
  it('tells what was registered, with the SHA-256 of the certificate as its id', async () => {
    const ca = await TestAuthority.make('CN=Factory CA, O=Lineside');
    const answer = await register({ caCertificate: ca.pem, certificateMode: 'SNI_ONLY', allowAutoRegistration: true });
    expect(answer.certificateId).toBe(ca.id);
    expect(answer.certificateArn).toBe(`arn:aws:iot:eu-west-1:111111111111:cacert/${ca.id}`);
    const described = await iot.send(new DescribeCACertificateCommand({ certificateId: ca.id }));
    expect(described.certificateDescription).toMatchObject({
      status: 'INACTIVE',
      autoRegistrationStatus: 'ENABLE',
      certificateMode: 'SNI_ONLY',
      certificatePem: ca.pem,
      ownedBy: '111111111111',
      customerVersion: 1,
    });
    expect(described.certificateDescription!.creationDate!.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(described.certificateDescription!.validity!.notAfter!.getTime()).toBeGreaterThan(Date.now());
  });

  it('may happen in many accounts', async () => {
    const ca = await TestAuthority.make();
    await registerCa(iot, ca);
    await registerCa(bench.iot(US), ca);
    await registerCa(bench.iot(FRANKFURT), ca);
    const { certificateDescription } = await bench.iot(US).send(new DescribeCACertificateCommand({ certificateId: ca.id }));
    expect(certificateDescription!.certificateArn).toBe(`arn:aws:iot:us-east-1:222222222222:cacert/${ca.id}`);
  });

  it('says which CA it is when it is registered twice', async () => {
    const ca = await TestAuthority.make();
    await registerCa(iot, ca);
    expect(await failure(registerCa(iot, ca))).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      status: 409,
      resourceId: ca.id,
      resourceArn: `arn:aws:iot:eu-west-1:111111111111:cacert/${ca.id}`,
    });
  });

  it('takes ten CAs of one subject and no eleventh', async () => {
    const cas = await Promise.all(Array.from({ length: 11 }, () => TestAuthority.make('CN=Same Subject')));
    for (const ca of cas.slice(0, 10)) await registerCa(iot, ca);
    expect(await failure(registerCa(iot, cas[10]!))).toMatchObject({ name: 'LimitExceededException', status: 410 });
    await registerCa(bench.iot(US), cas[10]!);
  });

  it('refuses a verification certificate', async () => {
    const ca = await TestAuthority.make();
    const call = register({ caCertificate: ca.pem, certificateMode: 'SNI_ONLY', verificationCertificate: await ca.prove(await code(iot)) });
    expect(await failure(call)).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });

  it.each([
    ['text that is no PEM', async () => 'hello', 'parsed'],
    ['a PEM with broken DER', async () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'parsed'],
    ['two certificates', async () => `${(await TestAuthority.make()).pem}${(await TestAuthority.make()).pem}`, 'parsed'],
    ['a device certificate', async () => (await TestAuthority.make('CN=x', { ca: false })).pem, 'CA:TRUE'],
    ['an expired CA', async () => (await TestAuthority.make('CN=x', { notAfter: new Date(Date.now() - 1_000) })).pem, 'not valid at this time'],
    ['a CA of tomorrow', async () => (await TestAuthority.make('CN=x', { notBefore: new Date(Date.now() + 86_400_000) })).pem, 'not valid at this time'],
    ['an RSA key of 1024 bits', async () => (await TestAuthority.make('CN=x', { keys: await rsaKeys(1024) })).pem, '2048'],
    ['an Ed25519 key', async () => (await TestAuthority.make('CN=x', { keys: await makeKeys({ name: 'Ed25519' }) })).pem, 'ed25519'],
    ['a secp256k1 key', async () => SECP256K1_CA, 'secp256k1'],
    ['a SHA-1 signature', async () => (await TestAuthority.make('CN=x', { keys: await rsaKeys(2048, 'SHA-1'), hash: 'SHA-1' })).pem, 'algorithm'],
  ])('refuses %s', async (_title, make, reason) => {
    const refused = await failure(register({ caCertificate: await make(), certificateMode: 'SNI_ONLY' }));
    expect(refused).toMatchObject({ name: 'CertificateValidationException', status: 400 });
    expect(refused.message).toContain(reason);
  });

  it.each([
    ['P-384', () => makeKeys({ name: 'ECDSA', namedCurve: 'P-384' }), 'SHA-384'],
    ['RSA 2048', () => rsaKeys(2048), 'SHA-256'],
  ])('takes a %s key', async (_title, keys, hash) => {
    const ca = await TestAuthority.make(undefined, { keys: await keys(), hash });
    expect((await register({ caCertificate: ca.pem, certificateMode: 'SNI_ONLY' })).certificateId).toBe(ca.id);
  });
});

describe('registering a CA in DEFAULT mode', () => {
  it('needs a proof that carries the registration code and is signed by the CA key', async () => {
    const ca = await TestAuthority.make();
    const stranger = await TestAuthority.make(ca.subject);
    const DEFAULT = { caCertificate: ca.pem, setAsActive: true };
    expect(await failure(register(DEFAULT))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await failure(register({ ...DEFAULT, verificationCertificate: await stranger.prove(await code(iot)) }))).toMatchObject({ name: 'CertificateValidationException', status: 400 });
    expect(await failure(register({ ...DEFAULT, verificationCertificate: await ca.prove(await code(bench.iot(US))) }))).toMatchObject({ name: 'RegistrationCodeValidationException', status: 400 });
    await register({ ...DEFAULT, verificationCertificate: await ca.prove(await code(iot)) });
    const { certificateDescription } = await iot.send(new DescribeCACertificateCommand({ certificateId: ca.id }));
    expect(certificateDescription).toMatchObject({ certificateMode: 'DEFAULT', status: 'ACTIVE', autoRegistrationStatus: 'DISABLE' });
  });
});

describe('a CA\'s provisioning template', () => {
  it('must exist, be of type JITP and stand in one place', async () => {
    const ca = await TestAuthority.make();
    const attempt = (registrationConfig: object) => failure(registerCa(iot, ca, { registrationConfig }));
    await iot.send(new CreateProvisioningTemplateCommand({ templateName: 'fleet', templateBody: JSON.stringify(JITP_TEMPLATE), provisioningRoleArn: ROLE }));
    await createTemplate(iot, 'jitp', JITP_TEMPLATE);
    const body = JSON.stringify(JITP_TEMPLATE);
    expect(await attempt({ templateName: 'nowhere' })).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await attempt({ templateName: 'fleet' })).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await attempt({ templateName: 'jitp', templateBody: body, roleArn: ROLE })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await attempt({})).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await attempt({ roleArn: ROLE })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await attempt({ templateBody: body })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await attempt({ templateBody: '{', roleArn: ROLE })).toMatchObject({ name: 'InvalidRequestException' });
    expect(await attempt({ templateName: 'no spaces' })).toMatchObject({ name: 'InvalidRequestException' });
    await registerCa(iot, ca, { registrationConfig: { templateName: 'jitp' } });
    const found = await iot.send(new ListCACertificatesCommand({ templateName: 'jitp' }));
    expect(found.certificates!.map(({ certificateId }) => certificateId)).toEqual([ca.id]);
  });
});

describe('a registered CA', () => {
  it('can be switched, loses its template on request, and is deleted only when inactive', async () => {
    await createTemplate(iot, 'switching', JITP_TEMPLATE);
    const ca = await TestAuthority.make();
    await registerCa(iot, ca, { allowAutoRegistration: true, registrationConfig: { templateName: 'switching' } });
    const describeCa = () => iot.send(new DescribeCACertificateCommand({ certificateId: ca.id }));
    expect((await describeCa()).registrationConfig).toEqual({ templateName: 'switching' });

    const emptied = iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, registrationConfig: {} }));
    expect(await failure(emptied)).toMatchObject({ name: 'InvalidRequestException' });
    expect((await describeCa()).registrationConfig).toEqual({ templateName: 'switching' });

    await iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, removeAutoRegistration: true, newAutoRegistrationStatus: 'DISABLE' }));
    expect(await describeCa()).toMatchObject({ certificateDescription: { autoRegistrationStatus: 'DISABLE', status: 'ACTIVE', customerVersion: 2 } });
    expect((await describeCa()).registrationConfig).toBeUndefined();

    const remove = () => iot.send(new DeleteCACertificateCommand({ certificateId: ca.id }));
    expect(await failure(remove())).toMatchObject({ name: 'CertificateStateException', status: 406 });
    await iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, newStatus: 'INACTIVE' }));
    await remove();
    expect(await failure(remove())).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await failure(describeCa())).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  it('is listed once when all pages are read, newest first or oldest first', async () => {
    const frankfurt = bench.iot(FRANKFURT);
    const before = (await frankfurt.send(new ListCACertificatesCommand({ pageSize: 250 }))).certificates!.length;
    const cas = await Promise.all(Array.from({ length: 5 }, () => TestAuthority.make()));
    for (const ca of cas) await registerCa(frankfurt, ca);
    for (const ascendingOrder of [true, false]) {
      const ids: string[] = [];
      let marker: string | undefined;
      do {
        const page = await frankfurt.send(new ListCACertificatesCommand({ pageSize: 2, ascendingOrder, ...(marker === undefined ? {} : { marker }) }));
        expect(page.certificates!.length).toBeLessThanOrEqual(2);
        ids.push(...page.certificates!.map(({ certificateId }) => certificateId!));
        marker = page.nextMarker;
      } while (marker !== undefined);
      expect(ids).toHaveLength(before + 5);
      const expected = cas.map(({ id }) => id);
      expect(ascendingOrder ? ids.slice(before) : ids.slice(0, 5).reverse()).toEqual(expected);
    }
    expect(await failure(frankfurt.send(new ListCACertificatesCommand({ marker: 'bm9uc2Vuc2U=' })))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(frankfurt.send(new ListCACertificatesCommand({ pageSize: 251 })))).toMatchObject({ name: 'InvalidRequestException' });
  });
});
