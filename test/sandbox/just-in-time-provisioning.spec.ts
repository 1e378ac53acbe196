import {
  CreateBillingGroupCommand, CreateProvisioningTemplateVersionCommand, CreateThingGroupCommand, CreateThingTypeCommand, CreateThingCommand,
  DescribeCertificateCommand, DescribeThingCommand, GetPolicyCommand, ListAttachedPoliciesCommand, ListCertificatesByCACommand,
  ListThingGroupsForThingCommand, ListThingPrincipalsCommand, ListThingsCommand, UpdateCACertificateCommand, type IoTClient,
} from '@aws-sdk/client-iot';
import { AmazonAuthority } from '../../src/sandbox/certificates/amazon-authority.js';
import { trustOf } from '../../src/sandbox/iam/default-roles.js';
import { Certificate } from '../../src/sandbox/certificates/x509-certificate.js';
import { Permissions } from '../../src/sandbox/iam/permissions.js';
import { JustInTimeProvisioning } from '../../src/sandbox/provisioning/just-in-time.js';
import { Store } from '../../src/sandbox/store/store.js';
import { fromPem } from '../../src/x509/pem.js';
import { Bench, EU, JITP_TEMPLATE, makeFolder, removeFolder, US } from './support/bench.js';
import { createTemplate, registerCa, registerProvisioningCa, ROLE } from './support/registration.js';
import { TestAuthority, type Issued } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;
let endpoint: string;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  endpoint = bench.account(EU).endpoint;
});
afterAll(() => bench.stop());

async function connectOnce(unit: Issued, clientId: string, outcome: 'sandbox.provisioned' | 'sandbox.provisioning-failed') {
  const done = bench.log.next(outcome);
  expect(await bench.tryDevice(unit, { servername: endpoint, clientId })).toBe('closed');
  return done;
}

async function statusOf(unit: Issued) {
  return (await iot.send(new DescribeCertificateCommand({ certificateId: unit.id }))).certificateDescription!.status;
}

const withThing = (properties: object, more: object = {}) => ({
  ...JITP_TEMPLATE,
  Resources: { ...JITP_TEMPLATE.Resources, thing: { Type: 'AWS::IoT::Thing', Properties: properties, ...more } },
});

describe('just-in-time provisioning', () => {
  it('drops the first connection, makes thing, policy and attachments, and accepts the second', async () => {
    const ca = await registerProvisioningCa(iot, JITP_TEMPLATE, 'first');
    const unit = await ca.issue('CN=unit-1');
    await connectOnce(unit, 'unit-1', 'sandbox.provisioned');

    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: unit.id }));
    expect(certificateDescription).toMatchObject({ status: 'ACTIVE', caCertificateId: ca.id, certificateMode: 'SNI_ONLY', certificatePem: unit.pem });
    const arn = certificateDescription!.certificateArn!;
    const thing = await iot.send(new DescribeThingCommand({ thingName: 'unit-1' }));
    expect(thing.attributes).toEqual({ line: 'L1' });
    expect((await iot.send(new ListThingPrincipalsCommand({ thingName: 'unit-1' }))).principals).toEqual([arn]);
    const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target: arn }));
    expect(policies).toHaveLength(1);
    expect(policies![0]!.policyName).toMatch(/^[0-9A-F]{40}$/);
    const policy = await iot.send(new GetPolicyCommand({ policyName: policies![0]!.policyName }));
    expect(policy.policyDocument).toBe(JITP_TEMPLATE.Resources.policy.Properties.PolicyDocument);

    expect(await bench.tryDevice(unit, { servername: endpoint, clientId: 'unit-1' })).toBe('accepted');
    expect(await bench.tryDevice(unit, { servername: endpoint, clientId: 'unit-2' })).toBe('closed');
  });

  it('provisions every unit of a CA, and they share the policy', async () => {
    const ca = await registerProvisioningCa(iot, JITP_TEMPLATE, 'many');
    const units = await Promise.all(['A', 'B', 'C'].map((letter) => ca.issue(`CN=many-${letter}`)));
    for (const [at, unit] of units.entries()) await connectOnce(unit, `many-${'ABC'[at]}`, 'sandbox.provisioned');
    for (const unit of units) expect(await statusOf(unit)).toBe('ACTIVE');
    const { certificates } = await iot.send(new ListCertificatesByCACommand({ caCertificateId: ca.id }));
    expect(new Set(certificates!.map(({ certificateId }) => certificateId))).toEqual(new Set(units.map(({ id }) => id)));
  });

  it('leaves the certificate pending when the subject lacks a parameter, keeps why, and runs again at the next connection', async () => {
    const template = { ...JITP_TEMPLATE, Parameters: { ...JITP_TEMPLATE.Parameters, 'AWS::IoT::Certificate::OrganizationalUnit': { Type: 'String' } } };
    const ca = await registerProvisioningCa(iot, template, 'lacking');
    const unit = await ca.issue('CN=lacking-1');

    const failed = await connectOnce(unit, 'lacking-1', 'sandbox.provisioning-failed');
    expect(failed['reason']).toContain('AWS::IoT::Certificate::OrganizationalUnit');
    expect(await statusOf(unit)).toBe('PENDING_ACTIVATION');
    const { things } = await iot.send(new ListThingsCommand({ maxResults: 250 }));
    expect(things!.map(({ thingName }) => thingName)).not.toContain('lacking-1');
    await connectOnce(unit, 'lacking-1', 'sandbox.provisioning-failed');

    const withDefault = { 'AWS::IoT::Certificate::OrganizationalUnit': { Type: 'String', Default: 'unclaimed' } };
    const mended = { ...template, Parameters: { ...template.Parameters, ...withDefault } };
    await iot.send(new CreateProvisioningTemplateVersionCommand({ templateName: 'lacking', templateBody: JSON.stringify(mended), setAsDefault: true }));
    await connectOnce(unit, 'lacking-1', 'sandbox.provisioned');
    expect(await statusOf(unit)).toBe('ACTIVE');
  });

  it('takes all parameters from the subject and the serial number in decimal', async () => {
    const names = ['Country', 'Organization', 'OrganizationalUnit', 'DistinguishedNameQualifier', 'StateName', 'SerialNumber'];
    const values = names.map((name) => `AWS::IoT::Certificate::${name}`);
    const template = {
      Parameters: { ...JITP_TEMPLATE.Parameters, ...Object.fromEntries(values.map((name) => [name, { Type: 'String' }])) },
      Resources: {
        certificate: JITP_TEMPLATE.Resources.certificate,
        policy: {
          Type: 'AWS::IoT::Policy',
          Properties: { PolicyDocument: { Version: '2012-10-17', Statement: values.map((Ref) => ({ Sid: { Ref }, Effect: 'Deny', Action: 'iot:*', Resource: '*' })) } },
        },
      },
    };
    const ca = await registerProvisioningCa(iot, template, 'subject');
    const unit = await ca.issue('C=DE, ST=Bayern, O=Lineside, OU=Line 4, CN=subject-1, 2.5.4.46=q7');
    await connectOnce(unit, 'subject-1', 'sandbox.provisioned');
    const target = `arn:aws:iot:eu-west-1:111111111111:cert/${unit.id}`;
    const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target }));
    const { policyDocument } = await iot.send(new GetPolicyCommand({ policyName: policies![0]!.policyName }));
    const sids = (JSON.parse(policyDocument!) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    expect(sids).toEqual(['DE', 'Lineside', 'Line 4', 'q7', 'Bayern', BigInt(`0x${unit.serialNumber}`).toString()]);
  });

  it('evaluates a template that stands in the CA itself', async () => {
    const ca = await TestAuthority.make();
    await registerCa(iot, ca, { allowAutoRegistration: true, registrationConfig: { templateBody: JSON.stringify(JITP_TEMPLATE), roleArn: ROLE } });
    const unit = await ca.issue('CN=inline-1');
    await connectOnce(unit, 'inline-1', 'sandbox.provisioned');
    expect(await statusOf(unit)).toBe('ACTIVE');
  });

  it.each([
    ['DO_NOTHING', undefined, { old: '1' }],
    ['MERGE', 'MERGE', { old: '1', line: 'L1' }],
    ['REPLACE', 'REPLACE', { line: 'L1' }],
  ])('does %s with the attributes of a thing that exists', async (title, setting, expected) => {
    const name = `existing-${title}`;
    await iot.send(new CreateThingCommand({ thingName: name, attributePayload: { attributes: { old: '1' } } }));
    const properties = { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' }, AttributePayload: { line: 'L1' } };
    const ca = await registerProvisioningCa(iot, withThing(properties, setting === undefined ? {} : { OverrideSettings: { AttributePayload: setting } }), name);
    const unit = await ca.issue(`CN=${name}`);
    await connectOnce(unit, name, 'sandbox.provisioned');
    expect((await iot.send(new DescribeThingCommand({ thingName: name }))).attributes).toEqual(expected);
  });

  it.each([
    ['a thing that exists is to FAIL', withThing({ ThingName: 'taken' }, { OverrideSettings: { AttributePayload: 'FAIL' } }), 'exists with other attributes'],
    ['the thing type does not exist', withThing({ ThingName: 'x', ThingTypeName: 'sensor' }), 'Thing type sensor not found'],
    ['the common name can\'t be a thing name', withThing({ ThingName: 'with space' }), 'name of a thing'],
    ['an attribute has a space', withThing({ ThingName: 'x', AttributePayload: { line: 'L 1' } }), 'attribute line'],
    ['the named policy does not exist', { ...JITP_TEMPLATE, Resources: { ...JITP_TEMPLATE.Resources, policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'nowhere' } } } }, 'Policy not found (name=nowhere)'],
    ['the policy document is malformed', { ...JITP_TEMPLATE, Resources: { ...JITP_TEMPLATE.Resources, policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: '{}' } } } }, 'malformed'],
  ])('stays pending when %s', async (_title, template, reason) => {
    await iot.send(new CreateThingCommand({ thingName: 'taken', attributePayload: { attributes: { a: '1' } } }));
    const ca = await registerProvisioningCa(iot, template, `failing-${bench.log.entries.length}`);
    const unit = await ca.issue('CN=failing');
    const failed = await connectOnce(unit, 'failing', 'sandbox.provisioning-failed');
    expect(failed['reason']).toContain(reason);
    expect(await statusOf(unit)).toBe('PENDING_ACTIVATION');
  });

  it('puts the thing into the type, groups and billing group of the template, which must exist', async () => {
    const properties = {
      ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' },
      AttributePayload: { a: '1', b: '2', c: '3', d: '4' },
      ThingTypeName: 'valve',
      ThingGroups: ['hall-1', 'week-48'],
      BillingGroup: 'customer-7',
      PackageVersions: { firmware: '1.0' },
    };
    const ca = await registerProvisioningCa(iot, withThing(properties), 'grouped');
    const early = await connectOnce(await ca.issue('CN=early-bird'), 'early-bird', 'sandbox.provisioning-failed');
    expect(early['reason']).toContain('Thing group hall-1 not found');

    await iot.send(new CreateThingGroupCommand({ thingGroupName: 'hall-1' }));
    await iot.send(new CreateThingGroupCommand({ thingGroupName: 'week-48' }));
    await iot.send(new CreateThingTypeCommand({ thingTypeName: 'valve' }));
    const second = await connectOnce(await ca.issue('CN=second'), 'second', 'sandbox.provisioning-failed');
    expect(second['reason']).toContain('Billing group customer-7 not found');

    await iot.send(new CreateBillingGroupCommand({ billingGroupName: 'customer-7' }));
    await connectOnce(await ca.issue('CN=grouped-1'), 'grouped-1', 'sandbox.provisioned');
    const thing = await iot.send(new DescribeThingCommand({ thingName: 'grouped-1' }));
    expect(thing).toMatchObject({ thingTypeName: 'valve', billingGroupName: 'customer-7', attributes: { a: '1', b: '2', c: '3', d: '4' } });
    const { thingGroups } = await iot.send(new ListThingGroupsForThingCommand({ thingName: 'grouped-1' }));
    expect(thingGroups!.map(({ groupName }) => groupName)).toEqual(['hall-1', 'week-48']);
  });

  it('makes only the calls that its role allows', async () => {
    const policies = { some: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['iot:CreateThing', 'iot:CreatePolicy', 'iot:AttachPolicy'], Resource: '*' }] }) };
    bench.sandbox.roles.add({ accountId: '111111111111', name: 'too-narrow', trust: trustOf('iot.amazonaws.com'), policies });
    const roleArn = 'arn:aws:iam::111111111111:role/too-narrow';
    const ca = await TestAuthority.make();
    await registerCa(iot, ca, { allowAutoRegistration: true, registrationConfig: { templateBody: JSON.stringify(JITP_TEMPLATE), roleArn } });
    const unit = await ca.issue('CN=narrow-1');
    const failed = await connectOnce(unit, 'narrow-1', 'sandbox.provisioning-failed');
    expect(failed['reason']).toMatch(/assumed-role\/too-narrow.* is not authorized to perform: iot:AttachThingPrincipal/);
    expect(await statusOf(unit)).toBe('PENDING_ACTIVATION');
  });

  it('does not run a template that is not enabled', async () => {
    await createTemplate(iot, 'off', JITP_TEMPLATE, false);
    const ca = await TestAuthority.make();
    const warned = bench.log.next('sandbox.template-not-enabled');
    await registerCa(iot, ca, { allowAutoRegistration: true, registrationConfig: { templateName: 'off' } });
    expect(await warned).toMatchObject({ templateName: 'off', consequence: expect.stringContaining('UpdateProvisioningTemplate') });
    const unit = await ca.issue('CN=off-1');
    const failed = await connectOnce(unit, 'off-1', 'sandbox.provisioning-failed');
    expect(failed['reason']).toContain('not enabled');
    const { failures } = (await bench.admin('GET', 'provisioning-failures')).body as { failures: object[] };
    expect(failures).toContainEqual({ account: '111111111111:eu-west-1', certificateId: unit.id, reason: 'The provisioning template off is not enabled.' });
    const refused = bench.log.next('sandbox.connection-refused');
    await connectOnce(unit, 'off-1', 'sandbox.provisioning-failed');
    expect((await refused)['reason']).toBe('The certificate is PENDING_ACTIVATION. Provisioning failed: The provisioning template off is not enabled.');
  });

  it('registers nothing for a CA that was deactivated, and the units it had keep working', async () => {
    const ca = await registerProvisioningCa(iot, JITP_TEMPLATE, 'retired');
    const early = await ca.issue('CN=early');
    await connectOnce(early, 'early', 'sandbox.provisioned');
    await iot.send(new UpdateCACertificateCommand({ certificateId: ca.id, newStatus: 'INACTIVE' }));

    const late = await ca.issue('CN=late');
    const refused = bench.log.next('sandbox.connection-refused');
    expect(await bench.tryDevice(late, { servername: endpoint, clientId: 'late' })).toBe('closed');
    expect((await refused)['reason']).toContain('CA is not ACTIVE');
    await expect(statusOf(late)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await bench.tryDevice(early, { servername: endpoint, clientId: 'early' })).toBe('accepted');
  });

  it('registers in the account that the server name tells, and in no other', async () => {
    const ca = await registerProvisioningCa(iot, JITP_TEMPLATE, 'here');
    await registerCa(bench.iot(US), ca, { allowAutoRegistration: true });
    const unit = await ca.issue('CN=here-1');
    await connectOnce(unit, 'here-1', 'sandbox.provisioned');
    const missing = bench.iot(US).send(new DescribeCertificateCommand({ certificateId: unit.id }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('leaves a certificate alone whose status somebody changed in the meantime', async () => {
    const folder = makeFolder();
    const store = new Store(folder);
    const account = store.account({ accountId: '111111111111', region: 'eu-west-1' });
    const ca = await TestAuthority.make();
    const certificates = [await ca.issue('CN=late'), { pem: ca.pem }].map(({ pem }) => new Certificate(fromPem('CERTIFICATE', pem)));
    const [late, issuer] = [certificates[0]!, certificates[1]!];
    const registrationConfig = { templateBody: JSON.stringify(JITP_TEMPLATE), roleArn: ROLE };
    store.caCertificates.add(account, issuer, { status: 'ACTIVE', autoRegistration: 'ENABLE', mode: 'SNI_ONLY', registrationConfig });
    store.certificates.add(account, late, { status: 'REVOKED', mode: 'SNI_ONLY', caId: issuer.id });
    new JustInTimeProvisioning({ store, amazon: new AmazonAuthority(folder), permissions: new Permissions(store.roles) }, () => undefined).run(account, late.id, store.caCertificates.find(account, issuer.id)!);
    expect(store.certificates.find(account, late.id)!.status).toBe('REVOKED');
    expect(store.things.find(account, 'late')).toBeUndefined();
    store.close();
    removeFolder(folder);
  });
});
