import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  CreateCertificateFromCsrCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  GetPolicyCommand,
  ListAttachedPoliciesCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsV2Command,
  RegisterThingCommand,
  UpdateCertificateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { evaluate } from '../../src/sandbox/provisioning/evaluation.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { toPem } from '../../src/x509/pem.js';
import { Bench, EU } from './support/bench.js';
import { failure } from './support/failure.js';
import { ANYTHING, registerCa } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
});
afterAll(() => bench.stop());

const text = { Type: 'String' };
const policy = { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [ANYTHING] }) } };

/** A template whose certificate comes from `source`, bent as a test needs it. */
const templateWith = (source: object, thing: object = {}, more: object = {}) => ({
  Parameters: { ThingName: text, Line: text, Pem: text, CaPem: text, Csr: text, Id: text },
  Resources: {
    theThing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' }, AttributePayload: { line: { Ref: 'Line' } }, ...thing }, ...more },
    theCertificate: { Type: 'AWS::IoT::Certificate', Properties: { ...source, Status: 'ACTIVE', ThingPrincipalType: 'EXCLUSIVE_THING' } },
    thePolicy: policy,
  },
});
const byCsr = { CertificateSigningRequest: { Ref: 'Csr' } };

const register = (template: object, parameters: Record<string, string>) => iot.send(new RegisterThingCommand({ templateBody: JSON.stringify(template), parameters }));

function newCsr() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const csr = toPem('CERTIFICATE REQUEST', createCsr({ subject: [{ type: 'CN', value: 'device' }], privateKey }));
  return { csr, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
}

const statusOf = async (certificateId: string) => (await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription!.status;

describe('RegisterThing', () => {
  it('registers a certificate with its CA, and makes thing, policy and attachments', async () => {
    const ca = await TestAuthority.make();
    await registerCa(iot, ca);
    const unit = await ca.issue('CN=single-1');
    const template = templateWith({ CertificatePem: { Ref: 'Pem' }, CACertificatePem: { Ref: 'CaPem' } });
    const answer = await register(template, { ThingName: 'single-1', Line: 'L1', Pem: unit.pem, CaPem: ca.pem });
    const certificateArn = `arn:aws:iot:eu-west-1:111111111111:cert/${unit.id}`;
    const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target: certificateArn }));
    expect(answer.certificatePem).toBe(unit.pem);
    expect(answer.resourceArns).toEqual({
      theThing: 'arn:aws:iot:eu-west-1:111111111111:thing/single-1',
      theCertificate: certificateArn,
      thePolicy: policies![0]!.policyArn,
    });
    expect(await iot.send(new DescribeThingCommand({ thingName: 'single-1' }))).toMatchObject({ attributes: { line: 'L1' } });
    const { thingPrincipalObjects } = await iot.send(new ListThingPrincipalsV2Command({ thingName: 'single-1' }));
    expect(thingPrincipalObjects).toEqual([{ principal: certificateArn, thingPrincipalType: 'EXCLUSIVE_THING' }]);
    expect((await iot.send(new GetPolicyCommand({ policyName: policies![0]!.policyName }))).policyDocument).toBe(policy.Properties.PolicyDocument);
    expect(await bench.tryDevice(unit, { servername: bench.account(EU).endpoint, clientId: 'single-1' })).toBe('accepted');
  });

  it('signs a CSR as AWS does, and the device connects with its own key', async () => {
    const { csr, keyPem, publicKey } = newCsr();
    const { certificatePem } = await register(templateWith(byCsr), { ThingName: 'signed-1', Line: 'L1', Csr: csr });
    const certificate = new X509Certificate(certificatePem!);
    expect(certificate.subject).toBe('CN=AWS IoT Certificate');
    expect(certificate.issuer).toBe('OU=Amazon Web Services O\\=Amazon.com Inc. L\\=Seattle ST\\=Washington C\\=US'.replaceAll('\\=', '='));
    expect(new Date(certificate.validTo)).toEqual(new Date('2049-12-31T23:59:59Z'));
    expect(certificate.publicKey.export({ type: 'spki', format: 'der' })).toEqual(publicKey);
    expect(await bench.tryDevice({ pem: certificatePem!, keyPem }, { servername: bench.account(EU).endpoint, clientId: 'signed-1' })).toBe('accepted');
  });

  it('activates a certificate that is known only where the template says so, except one that waits for activation', async () => {
    const { certificateId } = await iot.send(new CreateKeysAndCertificateCommand({}));
    const template = templateWith({ CertificateId: { Ref: 'Id' } });
    await register(template, { ThingName: 'known-1', Line: 'L1', Id: certificateId! });
    expect(await statusOf(certificateId!)).toBe('INACTIVE');
    const { theCertificate } = template.Resources;
    const replacing = { ...template, Resources: { ...template.Resources, theCertificate: { ...theCertificate, OverrideSettings: { Status: 'REPLACE' } } } };
    await register(replacing, { ThingName: 'known-1', Line: 'L1', Id: certificateId! });
    expect(await statusOf(certificateId!)).toBe('ACTIVE');
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }));
    const failed = await failure(register(replacing, { ThingName: 'known-1', Line: 'L1', Id: certificateId! }));
    expect(failed).toMatchObject({ name: 'ResourceRegistrationFailureException', status: 400 });
  });

  it('leaves out what needs a parameter without a value, and fails without a name', async () => {
    await register(templateWith(byCsr), { ThingName: 'sparse-1', Csr: newCsr().csr });
    expect((await iot.send(new DescribeThingCommand({ thingName: 'sparse-1' }))).attributes).toEqual({});
    expect(await failure(register(templateWith(byCsr), { Csr: newCsr().csr }))).toMatchObject({ name: 'ResourceRegistrationFailureException' });
  });

  it('leaves nothing behind when a part of it fails', async () => {
    const ca = await TestAuthority.make();
    const unit = await ca.issue('CN=lost-1');
    const template = templateWith({ CertificatePem: { Ref: 'Pem' } });
    const failed = await failure(register(template, { ThingName: 'lost-1', Line: 'L1', Pem: unit.pem }));
    expect(failed).toMatchObject({ name: 'ResourceRegistrationFailureException', message: expect.stringContaining('No CA certificate exists') });
    expect(await failure(iot.send(new DescribeThingCommand({ thingName: 'lost-1' })))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('brings a thing that exists nearer to the template as far as its settings say', async () => {
    for (const thingGroupName of ['old-group', 'new-group']) await iot.send(new CreateThingGroupCommand({ thingGroupName }));
    const run = async (thingName: string, settings: object) => {
      await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { kept: '1' } } }));
      const template = templateWith(byCsr, { ThingGroups: ['new-group'] }, { OverrideSettings: settings });
      return register(template, { ThingName: thingName, Line: 'L2', Csr: newCsr().csr });
    };
    await run('merged', { AttributePayload: 'MERGE', THING_GROUPS: 'MERGE' });
    expect((await iot.send(new DescribeThingCommand({ thingName: 'merged' }))).attributes).toEqual({ kept: '1', line: 'L2' });
    expect((await iot.send(new ListThingGroupsForThingCommand({ thingName: 'merged' }))).thingGroups).toMatchObject([{ groupName: 'new-group' }]);
    await run('untouched', {});
    expect((await iot.send(new DescribeThingCommand({ thingName: 'untouched' }))).attributes).toEqual({ kept: '1' });
    expect((await iot.send(new ListThingGroupsForThingCommand({ thingName: 'untouched' }))).thingGroups).toEqual([]);
    expect(await failure(run('failing', { ThingGroups: 'FAIL' }))).toMatchObject({ message: expect.stringContaining('other groups') });
  });

  it.each<[string, object]>([
    ['two sources of the certificate', templateWith({ ...byCsr, CertificateId: { Ref: 'Id' } })],
    ['a function', templateWith(byCsr, { ThingName: { 'Fn::Join': ['', ['a']] } })],
    ['a section of fleet templates', { ...templateWith(byCsr), DeviceConfiguration: {} }],
    ['a reference that nobody declared', templateWith(byCsr, { ThingTypeName: { Ref: 'Other' } })],
  ])('refuses a template with %s', async (_title, template) => {
    expect(await failure(register(template, { ThingName: 'x', Csr: newCsr().csr }))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });
});

describe('a certificate that AWS IoT issues', () => {
  it('is another one each time, for the key of the CSR', async () => {
    const { csr } = newCsr();
    const create = (setAsActive: boolean) => iot.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: csr, setAsActive }));
    const [first, second] = [await create(true), await create(false)];
    expect(first.certificateId).not.toBe(second.certificateId);
    expect(await statusOf(first.certificateId!)).toBe('ACTIVE');
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: second.certificateId }));
    expect(certificateDescription).toMatchObject({ status: 'INACTIVE', certificateMode: 'DEFAULT', certificatePem: second.certificatePem });
    const bad = iot.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: 'nothing' }));
    expect(await failure(bad)).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });

  it('comes with a new RSA key where AWS makes the key', async () => {
    const { keyPair, certificatePem } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    const certificate = new X509Certificate(certificatePem!);
    expect(keyPair!.PrivateKey).toContain('BEGIN RSA PRIVATE KEY');
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(keyPair!.PublicKey);
  });
});

describe('a function of a fleet template', () => {
  const evaluated = (ThingName: unknown, parameters: Record<string, string> = {}) => {
    const template = {
      Parameters: { Serial: text, Site: { ...text, Default: 'eu-1' } },
      Mappings: { Sites: { 'eu-1': { name: 'hall', tags: ['a', 'b'] } } },
      Resources: {
        thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName } },
        certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' } } },
        policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: { Statement: [{ Resource: { 'Fn::Sub': 'client/${Serial}' } }] } } },
      },
      DeviceConfiguration: { site: { Ref: 'Site' } },
    };
    return evaluate(JSON.stringify(template), 'FLEET_PROVISIONING', { Serial: 'a-b-c', 'AWS::IoT::Certificate::Id': 'f'.repeat(64), ...parameters });
  };

  it.each<[unknown, string]>([
    [{ 'Fn::Join': ['-', ['unit', { Ref: 'Serial' }]] }, 'unit-a-b-c'],
    [{ 'Fn::Select': ['1', ['x', 'y']] }, 'y'],
    [{ 'Fn::Select': [2, { 'Fn::Split': ['-', { Ref: 'Serial' }] }] }, 'c'],
    [{ 'Fn::Join': ['+', { 'Fn::FindInMap': ['Sites', { Ref: 'Site' }, 'tags'] }] }, 'a+b'],
    [{ 'Fn::FindInMap': ['Sites', { Ref: 'Site' }, 'name'] }, 'hall'],
    [{ 'Fn::Sub': '${Serial}@${Site}' }, 'a-b-c@eu-1'],
    [{ 'Fn::Sub': ['${it}/${Site}', { it: { Ref: 'Serial' } }] }, 'a-b-c/eu-1'],
  ])('%j becomes %s', (value, expected) => {
    const plan = evaluated(value);
    expect(plan.thing!.name).toBe(expected);
    expect(plan.deviceConfiguration).toEqual({ site: 'eu-1' });
    expect(plan.policies[0]!.document).toBe('{"Statement":[{"Resource":"client/a-b-c"}]}');
  });

  it.each<[unknown, string]>([
    [{ 'Fn::Select': ['9', ['x']] }, 'no item 9'],
    [{ 'Fn::FindInMap': ['Sites', 'mars', 'name'] }, 'Sites.mars.name'],
    [{ 'Fn::FindInMap': ['constructor', 'name', 'name'] }, 'constructor.name.name'],
    [{ 'Fn::Split': ['-', 'a-b'] }, 'A list stands where a text must stand'],
  ])('%j fails', (value, message) => {
    expect(() => evaluated(value)).toThrow(message);
  });
});
