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
    const { versions } = await iot.send(new ListProvisioningTemplateVersionsCommand({ templateName: 'versions' }));
    expect(versions!.map(({ versionId }) => versionId)).toEqual([1, 3, 4, 5, 6]);
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
    ['more than 10,240 characters', { Parameters, Resources, Padding: 'x'.repeat(10_240) }],
  ])('is refused with %s', async (_title, template) => {
    const templateBody = template === undefined ? '{' : JSON.stringify(template);
    const call = iot.send(new CreateProvisioningTemplateCommand({ templateName: 'refused', templateBody, provisioningRoleArn: ROLE, type: 'JITP' }));
    expect(await failure(call)).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });

  it('can\'t have a hook when it is of type JITP', async () => {
    const preProvisioningHook = { targetArn: 'arn:aws:lambda:eu-west-1:111111111111:function:hook', payloadVersion: '2020-04-01' };
    const input = { templateName: 'hooked', templateBody: body, provisioningRoleArn: ROLE, preProvisioningHook };
    expect(await failure(iot.send(new CreateProvisioningTemplateCommand({ ...input, type: 'JITP' })))).toMatchObject({ name: 'InvalidRequestException' });
    await iot.send(new CreateProvisioningTemplateCommand(input));
    expect(await iot.send(new DescribeProvisioningTemplateCommand({ templateName: 'hooked' }))).toMatchObject({ type: 'FLEET_PROVISIONING', preProvisioningHook });
  });
});
