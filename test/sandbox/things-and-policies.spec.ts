import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  DeletePolicyCommand,
  DeleteThingCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  GetPolicyCommand,
  ListAttachedPoliciesCommand,
  ListPoliciesCommand,
  ListPrincipalThingsCommand,
  ListPrincipalThingsV2Command,
  ListTargetsForPolicyCommand,
  ListThingPrincipalsCommand,
  ListThingPrincipalsV2Command,
  ListThingsCommand,
  RegisterCertificateWithoutCACommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench, EU, US } from './support/bench.js';
import { failure } from './support/failure.js';
import { TestAuthority } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;
let ca: TestAuthority;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  ca = await TestAuthority.make();
});
afterAll(() => bench.stop());

async function registeredArn(name: string): Promise<string> {
  const { pem } = await ca.issue(`CN=${name}`);
  return (await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: pem, status: 'ACTIVE' }))).certificateArn!;
}

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const CONNECT = document({ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' });

describe('things', () => {
  it('are made once: the same again succeeds, and other attributes conflict', async () => {
    const make = (attributes: Record<string, string>) => iot.send(new CreateThingCommand({ thingName: 'unit:1', attributePayload: { attributes } }));
    const first = await make({ line: 'L1' });
    expect(first).toMatchObject({ thingName: 'unit:1', thingArn: 'arn:aws:iot:eu-west-1:111111111111:thing/unit:1' });
    expect((await make({ line: 'L1' })).thingId).toBe(first.thingId);
    expect(await failure(make({ line: 'L2' }))).toMatchObject({ name: 'ResourceAlreadyExistsException', status: 409, resourceId: 'unit:1' });
    expect(await iot.send(new DescribeThingCommand({ thingName: 'unit:1' }))).toMatchObject({ thingId: first.thingId, attributes: { line: 'L1' }, version: 1, defaultClientId: 'unit:1' });
    expect(await failure(bench.iot(US).send(new DescribeThingCommand({ thingName: 'unit:1' })))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  it.each([
    ['a name with a space', { thingName: 'unit 1' }, 'InvalidRequestException'],
    ['a name of 129 characters', { thingName: 'x'.repeat(129) }, 'InvalidRequestException'],
    ['an attribute value with a space', { thingName: 'x', attributePayload: { attributes: { a: 'b c' } } }, 'InvalidRequestException'],
    ['a fourth attribute', { thingName: 'x', attributePayload: { attributes: { a: '1', b: '2', c: '3', d: '4' } } }, 'InvalidRequestException'],
    ['a thing type that nobody made', { thingName: 'x', thingTypeName: 'sensor' }, 'ResourceNotFoundException'],
  ])('are refused with %s', async (_title, input, name) => {
    expect(await failure(iot.send(new CreateThingCommand(input)))).toMatchObject({ name });
  });

  it('are found by attribute and read page by page', async () => {
    for (const [name, line] of [['f1', 'north-1'], ['f2', 'north-2'], ['f3', 'south-1']] as const) {
      await iot.send(new CreateThingCommand({ thingName: name, attributePayload: { attributes: { hall: line } } }));
    }
    const list = async (more: object) => (await iot.send(new ListThingsCommand(more))).things!.map(({ thingName }) => thingName);
    expect(await list({ attributeName: 'hall', attributeValue: 'north-2' })).toEqual(['f2']);
    expect(await list({ attributeName: 'hall', attributeValue: 'north', usePrefixAttributeValue: true })).toEqual(['f1', 'f2']);
    expect(await list({ attributeName: 'hall' })).toEqual(['f1', 'f2', 'f3']);
    const first = await iot.send(new ListThingsCommand({ attributeName: 'hall', maxResults: 2 }));
    expect(first.things).toHaveLength(2);
    expect(await list({ attributeName: 'hall', maxResults: 2, nextToken: first.nextToken })).toEqual(['f3']);
  });

  it('hold certificates, and can be deleted without them only', async () => {
    const principal = await registeredArn('holder');
    await iot.send(new CreateThingCommand({ thingName: 'holder' }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'holder', principal }));
    expect((await iot.send(new ListThingPrincipalsCommand({ thingName: 'holder' }))).principals).toEqual([principal]);
    expect((await iot.send(new ListPrincipalThingsCommand({ principal }))).things).toEqual(['holder']);
    expect((await iot.send(new ListThingPrincipalsV2Command({ thingName: 'holder' }))).thingPrincipalObjects).toEqual([{ principal, thingPrincipalType: 'NON_EXCLUSIVE_THING' }]);
    expect((await iot.send(new ListPrincipalThingsV2Command({ principal }))).principalThingObjects).toEqual([{ thingName: 'holder', thingPrincipalType: 'NON_EXCLUSIVE_THING' }]);
    const remove = () => iot.send(new DeleteThingCommand({ thingName: 'holder' }));
    expect(await failure(remove())).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    await iot.send(new DetachThingPrincipalCommand({ thingName: 'holder', principal }));
    expect(await failure(iot.send(new DetachThingPrincipalCommand({ thingName: 'holder', principal })))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await failure(iot.send(new DeleteThingCommand({ thingName: 'holder', expectedVersion: 7 })))).toMatchObject({ name: 'VersionConflictException', status: 409 });
    await remove();
    await remove();
  });

  it('can have a certificate for themselves', async () => {
    const principal = await registeredArn('exclusive');
    for (const thingName of ['alone', 'other']) await iot.send(new CreateThingCommand({ thingName }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'alone', principal, thingPrincipalType: 'EXCLUSIVE_THING' }));
    expect(await failure(iot.send(new AttachThingPrincipalCommand({ thingName: 'other', principal })))).toMatchObject({ name: 'InvalidRequestException' });
  });

  it('refuse principals that the account does not know', async () => {
    await iot.send(new CreateThingCommand({ thingName: 'stranger' }));
    const attach = (principal: string) => failure(iot.send(new AttachThingPrincipalCommand({ thingName: 'stranger', principal })));
    expect(await attach(`arn:aws:iot:eu-west-1:111111111111:cert/${'0'.repeat(64)}`)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await attach(`arn:aws:iot:us-east-1:222222222222:cert/${'0'.repeat(64)}`)).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });
});

describe('policies', () => {
  it('are kept as they were written, attached, listed and deleted', async () => {
    const target = await registeredArn('policied');
    const policyName = 'a+policy=1,x@y.z';
    const created = await iot.send(new CreatePolicyCommand({ policyName, policyDocument: CONNECT }));
    expect(created).toMatchObject({ policyName, policyVersionId: '1', policyArn: `arn:aws:iot:eu-west-1:111111111111:policy/${policyName}` });
    expect((await iot.send(new GetPolicyCommand({ policyName }))).policyDocument).toBe(CONNECT);
    expect(await failure(iot.send(new CreatePolicyCommand({ policyName, policyDocument: CONNECT })))).toMatchObject({ name: 'ResourceAlreadyExistsException', status: 409, resourceId: policyName });

    await iot.send(new AttachPolicyCommand({ policyName, target }));
    await iot.send(new AttachPolicyCommand({ policyName, target }));
    expect((await iot.send(new ListAttachedPoliciesCommand({ target }))).policies).toEqual([{ policyName, policyArn: created.policyArn }]);
    expect((await iot.send(new ListTargetsForPolicyCommand({ policyName }))).targets).toEqual([target]);
    expect((await iot.send(new ListPoliciesCommand({}))).policies).toContainEqual({ policyName, policyArn: created.policyArn });

    expect(await failure(iot.send(new DeletePolicyCommand({ policyName })))).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await iot.send(new DetachPolicyCommand({ policyName, target }));
    await iot.send(new DeletePolicyCommand({ policyName }));
    expect(await failure(iot.send(new GetPolicyCommand({ policyName })))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });

  it('are ten at most on one certificate', async () => {
    const target = await registeredArn('ten');
    for (let at = 0; at < 11; at++) await iot.send(new CreatePolicyCommand({ policyName: `ten-${at}`, policyDocument: CONNECT }));
    for (let at = 0; at < 10; at++) await iot.send(new AttachPolicyCommand({ policyName: `ten-${at}`, target }));
    expect(await failure(iot.send(new AttachPolicyCommand({ policyName: 'ten-10', target })))).toMatchObject({ name: 'LimitExceededException', status: 410 });
    const first = await iot.send(new ListAttachedPoliciesCommand({ target, pageSize: 6 }));
    const second = await iot.send(new ListAttachedPoliciesCommand({ target, pageSize: 6, marker: first.nextMarker }));
    expect([...first.policies!, ...second.policies!].map(({ policyName }) => policyName)).toEqual(Array.from({ length: 10 }, (_, at) => `ten-${at}`));
  });

  it.each([
    ['text that is no JSON', 'allow all'],
    ['no statement', JSON.stringify({ Version: '2012-10-17', Statement: [] })],
    ['another version', JSON.stringify({ Version: '2020-01-01', Statement: { Effect: 'Allow', Action: 'iot:*', Resource: '*' } })],
    ['an unknown effect', document({ Effect: 'Maybe', Action: 'iot:*', Resource: '*' })],
    ['a misspelt member', document({ Effect: 'Allow', Actions: 'iot:*', Resource: '*' })],
    ['NotAction', document({ Effect: 'Allow', NotAction: 'iot:*', Resource: '*' })],
    ['a resource that is no ARN', document({ Effect: 'Allow', Action: 'iot:*', Resource: 'topic/x' })],
    ['over 2,048 characters', document({ Effect: 'Allow', Action: 'iot:*', Resource: `arn:aws:iot:*:*:topic/${'x'.repeat(2_000)}` })],
  ])('are malformed with %s', async (_title, policyDocument) => {
    expect(await failure(iot.send(new CreatePolicyCommand({ policyName: 'bad', policyDocument })))).toMatchObject({ name: 'MalformedPolicyException', status: 400 });
  });

  it('may have any amount of white space', async () => {
    const policyDocument = CONNECT.replace(',', `,${' '.repeat(5_000)}`);
    expect((await iot.send(new CreatePolicyCommand({ policyName: 'spacious', policyDocument }))).policyDocument).toBe(policyDocument);
  });
});

describe('the endpoint', () => {
  it('is the same at each call, looks like AWS\'s and differs between accounts and regions', async () => {
    const endpointOf = async (index: number) => (await bench.iot(index).send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }))).endpointAddress;
    expect(await endpointOf(EU)).toBe(bench.account(EU).endpoint);
    expect(await endpointOf(EU)).toMatch(/^a[0-9a-f]{13}-ats\.iot\.eu-west-1\.amazonaws\.com$/);
    expect(await endpointOf(US)).toMatch(/\.us-east-1\.amazonaws\.com$/);
    const ofType = async (endpointType?: string) => (await iot.send(new DescribeEndpointCommand({ endpointType }))).endpointAddress!;
    const [prefix] = bench.account(EU).endpoint.split('-ats');
    expect(await ofType()).toBe(`${prefix}.iot.eu-west-1.amazonaws.com`);
    expect(await ofType('iot:Data')).toBe(await ofType());
    expect(await ofType('iot:Jobs')).toBe(`${prefix}.jobs.iot.eu-west-1.amazonaws.com`);
    expect(await ofType('iot:CredentialProvider')).toMatch(/^c[0-9a-f]{13}\.credentials\.iot\.eu-west-1\.amazonaws\.com$/);
    expect(await failure(ofType('iot:Nothing'))).toMatchObject({ name: 'InvalidRequestException' });
  });
});
