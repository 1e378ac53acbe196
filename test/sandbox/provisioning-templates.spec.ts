import {
  CreateProvisioningTemplateCommand,
  CreateProvisioningTemplateVersionCommand,
  DeleteProvisioningTemplateCommand,
  DeleteProvisioningTemplateVersionCommand,
  DescribeProvisioningTemplateCommand,
  DescribeProvisioningTemplateVersionCommand,
  ListProvisioningTemplatesCommand,
  ListProvisioningTemplateVersionsCommand,
  UpdateProvisioningTemplateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench, EU, JITP_TEMPLATE, US } from './support/bench.js';
import { failure } from './support/failure.js';
import { createTemplate, registerCa, ROLE } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
});
afterAll(() => bench.stop());

const body = JSON.stringify(JITP_TEMPLATE);
const { Parameters, Resources } = JITP_TEMPLATE;
const certificate = Resources.certificate;
const policy = (Properties: object) => ({ Type: 'AWS::IoT::Policy', Properties });
const thing = (Properties: object) => ({ Type: 'AWS::IoT::Thing', Properties });

describe('a provisioning template', () => {
  it('is described as it was created', async () => {
    const created = await iot.send(
      new CreateProvisioningTemplateCommand({ templateName: 'one', templateBody: body, provisioningRoleArn: ROLE, type: 'JITP', description: 'Line 1' }),
    );
    expect(created).toMatchObject({ templateName: 'one', defaultVersionId: 1, templateArn: 'arn:aws:iot:eu-west-1:111111111111:provisioningtemplate/one' });
    const described = await iot.send(new DescribeProvisioningTemplateCommand({ templateName: 'one' }));
    expect(described).toMatchObject({ templateBody: body, type: 'JITP', enabled: false, description: 'Line 1', provisioningRoleArn: ROLE, defaultVersionId: 1 });
    await iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'one', enabled: true }));
    expect(await iot.send(new DescribeProvisioningTemplateCommand({ templateName: 'one' }))).toMatchObject({ enabled: true, description: 'Line 1' });
    expect(await failure(createTemplate(iot, 'one', JITP_TEMPLATE))).toMatchObject({ name: 'ResourceAlreadyExistsException', status: 409, resourceId: 'one' });
    const there = bench.iot(US).send(new DescribeProvisioningTemplateCommand({ templateName: 'one' }));
    expect(await failure(there)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  it('has five versions at most, and one of them is the default', async () => {
    await createTemplate(iot, 'versions', JITP_TEMPLATE);
    const other = JSON.stringify({ Parameters, Resources: { certificate } });
    const add = (setAsDefault: boolean) => iot.send(new CreateProvisioningTemplateVersionCommand({ templateName: 'versions', templateBody: other, setAsDefault }));
    expect(await add(false)).toMatchObject({ versionId: 2, isDefaultVersion: false });
    expect((await iot.send(new DescribeProvisioningTemplateCommand({ templateName: 'versions' }))).templateBody).toBe(body);
    expect(await add(true)).toMatchObject({ versionId: 3, isDefaultVersion: true });
    expect((await iot.send(new DescribeProvisioningTemplateCommand({ templateName: 'versions' }))).templateBody).toBe(other);
    await add(false);
    await add(false);
    expect(await failure(add(false))).toMatchObject({ name: 'VersionsLimitExceededException', status: 409 });
    const remove = (versionId: number) => iot.send(new DeleteProvisioningTemplateVersionCommand({ templateName: 'versions', versionId }));
    expect(await failure(remove(3))).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await remove(2);
    expect((await add(false)).versionId).toBe(6);
    await remove(6);
    expect((await add(false)).versionId).toBe(7);
    const { versions } = await iot.send(new ListProvisioningTemplateVersionsCommand({ templateName: 'versions' }));
    expect(versions!.map(({ versionId }) => versionId)).toEqual([1, 3, 4, 5, 7]);
    expect(await iot.send(new DescribeProvisioningTemplateVersionCommand({ templateName: 'versions', versionId: 1 }))).toMatchObject({ templateBody: body, isDefaultVersion: false });
  });

  it('is not deleted while a CA uses it', async () => {
    await createTemplate(iot, 'used', JITP_TEMPLATE);
    const ca = await TestAuthority.make();
    await registerCa(iot, ca, { registrationConfig: { templateName: 'used' } });
    expect(await failure(iot.send(new DeleteProvisioningTemplateCommand({ templateName: 'used' })))).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await createTemplate(iot, 'unused', JITP_TEMPLATE);
    await iot.send(new DeleteProvisioningTemplateCommand({ templateName: 'unused' }));
    const { templates } = await iot.send(new ListProvisioningTemplatesCommand({}));
    expect(templates!.map(({ templateName }) => templateName)).not.toContain('unused');
    expect(templates).toContainEqual(expect.objectContaining({ templateName: 'used', type: 'JITP', enabled: true }));
  });

  it.each<[string, unknown]>([
    ['text that is no JSON', undefined],
    ['no resources', { Parameters }],
    ['no certificate', { Parameters, Resources: { thing: Resources.thing } }],
    ['two certificates', { Parameters, Resources: { a: certificate, b: certificate } }],
    ['a certificate by PEM', { Parameters, Resources: { certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: 'x' } } } }],
    ['an unknown status', { Parameters, Resources: { certificate: { ...certificate, Properties: { ...certificate.Properties, Status: 'SOMETIMES' } } } }],
    ['an unknown type', { Parameters, Resources: { certificate, other: { Type: 'AWS::IoT::Topic', Properties: {} } } }],
    ['a parameter of another type', { Parameters: { ...Parameters, count: { Type: 'Number' } }, Resources }],
    ['a reference that nobody declared', { Parameters, Resources: { certificate, thing: thing({ ThingName: { Ref: 'SerialNumber' } }) } }],
    ['a function', { Parameters, Resources: { certificate, thing: thing({ ThingName: { 'Fn::Join': ['', ['a', 'b']] } }) } }],
    ['a policy with name and document', { Parameters, Resources: { certificate, policy: policy({ PolicyName: 'a', PolicyDocument: '{}' }) } }],
    ['a policy with neither', { Parameters, Resources: { certificate, policy: policy({}) } }],
    ['a section of fleet templates', { Parameters, Resources, DeviceConfiguration: { a: 'b' } }],
    ['an unknown override', { Parameters, Resources: { certificate, thing: { ...Resources.thing, OverrideSettings: { AttributePayload: 'KEEP' } } } }],
    ['a function inside a policy document', { Parameters, Resources: { certificate, policy: policy({ PolicyDocument: { Version: { 'Fn::Join': ['', ['2012-10-17']] } } }) } }],
    ['more than 10,240 characters', { Parameters, Resources, Padding: 'x'.repeat(10_240) }],
  ])('is refused with %s', async (_title, template) => {
    const templateBody = template === undefined ? '{' : JSON.stringify(template);
    const call = iot.send(new CreateProvisioningTemplateCommand({ templateName: 'refused', templateBody, provisioningRoleArn: ROLE, type: 'JITP' }));
    expect(await failure(call)).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });

  it.each<[string, object]>([
    ['the prose spelling of an override', { Parameters, Resources: { certificate, thing: { ...Resources.thing, OverrideSettings: { ATTRIBUTE_PAYLOAD: 'MERGE', THING_TYPE_NAME: 'REPLACE', THING_GROUPS: 'DO_NOTHING' } } } }],
    ['versions of packages', { Parameters, Resources: { certificate, thing: thing({ ThingName: 'a', PackageVersions: { firmware: '1.0' } }) } }],
    ['a certificate id that Parameters does not declare', { Parameters: {}, Resources: { certificate } }],
  ])('of type JITP is taken with %s', async (title, template) => {
    const templateName = title.replaceAll(' ', '-').slice(-36);
    await createTemplate(iot, templateName, template);
    expect((await iot.send(new DescribeProvisioningTemplateCommand({ templateName }))).templateBody).toBe(JSON.stringify(template));
  });

  const fleet = {
    Parameters: { SerialNumber: { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' } },
    Mappings: { Location: { eu: { url: 'https://eu.example.com' } } },
    Resources: { certificate, thing: thing({ ThingName: { 'Fn::Join': ['', ['unit-', { Ref: 'SerialNumber' }]] } }), policy: policy({ PolicyName: 'units' }) },
    DeviceConfiguration: { url: { 'Fn::FindInMap': ['Location', 'eu', 'url'] } },
  };
  const createFleet = (templateName: string, template: object) =>
    iot.send(new CreateProvisioningTemplateCommand({ templateName, templateBody: JSON.stringify(template), provisioningRoleArn: ROLE }));

  it('of the fleet kind is taken with functions, mappings and a configuration for the device', async () => {
    expect(await createFleet('fleet', fleet)).toMatchObject({ templateName: 'fleet' });
  });

  it.each<[string, object]>([
    ['a CSR as its certificate', { ...fleet, Resources: { certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: { Ref: 'SerialNumber' } } } } }],
    ['an unknown resource type', { ...fleet, Resources: { certificate, other: { Type: 'AWS::IoT::Topic', Properties: {} } } }],
    ['a nested configuration', { ...fleet, DeviceConfiguration: { a: { b: 'c' } } }],
    ['Fn::GetAtt', { ...fleet, Resources: { certificate, thing: thing({ ThingName: { 'Fn::GetAtt': ['thing', 'name'] } }) } }],
    ['Fn::GetAtt in a policy document', { ...fleet, Resources: { certificate, policy: policy({ PolicyDocument: { Version: { 'Fn::GetAtt': ['a', 'b'] } } }) } }],
    ['a status PENDING', { ...fleet, Resources: { certificate: { ...certificate, Properties: { ...certificate.Properties, Status: 'PENDING' } } } }],
    ['no resources', { ...fleet, Resources: {} }],
    ['a reference that nobody declared', { ...fleet, Resources: { certificate, thing: thing({ ThingName: { Ref: 'Other' } }) } }],
    ['a placeholder that nobody declared', { ...fleet, Resources: { certificate, thing: thing({ ThingName: { 'Fn::Sub': 'unit-${Other}' } }) } }],
    ['a function inside its mappings', { ...fleet, Mappings: { Location: { eu: { url: { Ref: 'SerialNumber' } } } } }],
  ])('of the fleet kind is refused with %s', async (_title, template) => {
    expect(await failure(createFleet('fleet-refused', template))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });

  it('can\'t have a hook when it is of type JITP', async () => {
    const preProvisioningHook = { targetArn: 'arn:aws:lambda:eu-west-1:111111111111:function:hook', payloadVersion: '2020-04-01' };
    const input = { templateName: 'hooked', templateBody: body, provisioningRoleArn: ROLE, preProvisioningHook };
    expect(await failure(iot.send(new CreateProvisioningTemplateCommand({ ...input, type: 'JITP' })))).toMatchObject({ name: 'InvalidRequestException' });
    await iot.send(new CreateProvisioningTemplateCommand(input));
    expect(await iot.send(new DescribeProvisioningTemplateCommand({ templateName: 'hooked' }))).toMatchObject({ type: 'FLEET_PROVISIONING', preProvisioningHook });
  });
});
