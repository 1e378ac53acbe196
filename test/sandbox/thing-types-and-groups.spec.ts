import {
  AddThingToBillingGroupCommand,
  AddThingToThingGroupCommand,
  AttachPrincipalPolicyCommand,
  AttachThingPrincipalCommand,
  CreateBillingGroupCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  DeleteBillingGroupCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DeleteThingTypeCommand,
  DeprecateThingTypeCommand,
  DescribeBillingGroupCommand,
  DescribeThingCommand,
  DescribeThingGroupCommand,
  DescribeThingTypeCommand,
  DetachPrincipalPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListBillingGroupsCommand,
  ListPolicyPrincipalsCommand,
  ListPolicyVersionsCommand,
  ListPrincipalPoliciesCommand,
  ListPrincipalThingsV2Command,
  ListThingGroupsCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsV2Command,
  ListThingsCommand,
  ListThingsInBillingGroupCommand,
  ListThingsInThingGroupCommand,
  ListThingTypesCommand,
  RemoveThingFromBillingGroupCommand,
  RemoveThingFromThingGroupCommand,
  SetDefaultPolicyVersionCommand,
  UpdateThingCommand,
  UpdateThingGroupsForThingCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench, EU } from './support/bench.js';
import { failure } from './support/failure.js';
import { ANYTHING } from './support/registration.js';

let bench: Bench;
let iot: IoTClient;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
});
afterAll(() => bench.stop());

const arn = (resource: string) => `arn:aws:iot:eu-west-1:111111111111:${resource}`;
const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, '1']));

describe('a thing type', () => {
  it('lets a thing have fifty attributes, and is deleted when it is deprecated and unused', async () => {
    const properties = { thingTypeDescription: 'A valve', searchableAttributes: ['line'] };
    const created = await iot.send(new CreateThingTypeCommand({ thingTypeName: 'valve', thingTypeProperties: properties }));
    expect(created).toMatchObject({ thingTypeName: 'valve', thingTypeArn: arn('thingtype/valve') });
    expect(await iot.send(new CreateThingTypeCommand({ thingTypeName: 'valve', thingTypeProperties: properties }))).toMatchObject({ thingTypeId: created.thingTypeId });
    expect(await failure(iot.send(new CreateThingTypeCommand({ thingTypeName: 'valve' })))).toMatchObject({ name: 'ResourceAlreadyExistsException', status: 409 });
    expect(await iot.send(new DescribeThingTypeCommand({ thingTypeName: 'valve' }))).toMatchObject({ thingTypeProperties: properties, thingTypeMetadata: { deprecated: false } });

    const create = (thingName: string, count: number, thingTypeName?: string) =>
      iot.send(new CreateThingCommand({ thingName, thingTypeName, attributePayload: { attributes: attributes(count) } }));
    expect(await failure(create('typed', 51, 'valve'))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(create('typed', 4))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(create('typed', 4, 'nothing'))).toMatchObject({ name: 'ResourceNotFoundException' });
    await create('typed', 50, 'valve');
    await create('typed', 50, 'valve');
    expect(await failure(create('typed', 3))).toMatchObject({ name: 'ResourceAlreadyExistsException', resourceArn: arn('thing/typed') });
    const { things } = await iot.send(new ListThingsCommand({ thingTypeName: 'valve' }));
    expect(things).toMatchObject([{ thingName: 'typed', thingTypeName: 'valve', version: 1 }]);

    const remove = () => iot.send(new DeleteThingTypeCommand({ thingTypeName: 'valve' }));
    expect(await failure(remove())).toMatchObject({ message: expect.stringContaining('deprecated') });
    await iot.send(new DeprecateThingTypeCommand({ thingTypeName: 'valve' }));
    expect(await failure(create('late', 1, 'valve'))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(remove())).toMatchObject({ message: expect.stringContaining('has things') });
    await iot.send(new DeleteThingCommand({ thingName: 'typed' }));
    await remove();
    expect((await iot.send(new ListThingTypesCommand({}))).thingTypes).toEqual([]);
  });
});

describe('UpdateThing', () => {
  it('merges or replaces attributes, takes empty ones away, and changes the type', async () => {
    await iot.send(new CreateThingTypeCommand({ thingTypeName: 'pump' }));
    await iot.send(new CreateThingCommand({ thingName: 'changed', attributePayload: { attributes: { a: '1', b: '2' } } }));
    const update = (more: object) => iot.send(new UpdateThingCommand({ thingName: 'changed', ...more }));
    const described = () => iot.send(new DescribeThingCommand({ thingName: 'changed' }));
    await update({ thingTypeName: 'pump', attributePayload: { attributes: { a: '', c: '3' }, merge: true } });
    expect(await described()).toMatchObject({ attributes: { b: '2', c: '3' }, thingTypeName: 'pump', version: 2 });
    expect(await failure(update({ expectedVersion: 1 }))).toMatchObject({ name: 'VersionConflictException', status: 409 });
    await update({ expectedVersion: 2, removeThingType: true, attributePayload: { attributes: { d: '4' } } });
    expect((await described()).thingTypeName).toBeUndefined();
    expect((await described()).attributes).toEqual({ d: '4' });
    expect(await failure(update({ attributePayload: { attributes: attributes(4) } }))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(update({ thingTypeName: 'none' }))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a thing group', () => {
  it('stands in a hierarchy, holds things and lists them', async () => {
    const create = (thingGroupName: string, parentGroupName?: string) => iot.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName }));
    await create('plant');
    await create('hall', 'plant');
    await create('line', 'hall');
    expect(await failure(create('lost', 'nowhere'))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await failure(create('hall'))).toMatchObject({ name: 'ResourceAlreadyExistsException', resourceArn: arn('thinggroup/hall') });
    const described = await iot.send(new DescribeThingGroupCommand({ thingGroupName: 'line' }));
    expect(described.thingGroupMetadata).toMatchObject({ parentGroupName: 'hall', rootToParentThingGroups: [{ groupName: 'plant' }, { groupName: 'hall' }] });
    const names = async (input: object) => (await iot.send(new ListThingGroupsCommand(input))).thingGroups!.map(({ groupName }) => groupName);
    expect(await names({ parentGroup: 'plant', recursive: false })).toEqual(['hall']);
    expect(await names({ parentGroup: 'plant' })).toEqual(['hall', 'line']);
    expect(await names({ recursive: false })).toEqual(['plant']);
    expect(await names({ namePrefixFilter: 'li' })).toEqual(['line']);

    for (const thingName of ['g1', 'g2', 'g3']) await iot.send(new CreateThingCommand({ thingName }));
    const add = (thingGroupName: string, thingName: string) => iot.send(new AddThingToThingGroupCommand({ thingGroupName, thingName }));
    await add('line', 'g1');
    await add('line', 'g1');
    await iot.send(new AddThingToThingGroupCommand({ thingGroupArn: arn('thinggroup/hall'), thingArn: arn('thing/g2') }));
    expect(await failure(add('plant', 'g1'))).toMatchObject({ name: 'InvalidRequestException', message: expect.stringContaining('hierarchy') });
    expect(await failure(add('line', 'g9'))).toMatchObject({ name: 'ResourceNotFoundException' });
    const inGroup = async (input: { thingGroupName: string; recursive?: boolean; maxResults?: number; nextToken?: string }) => iot.send(new ListThingsInThingGroupCommand(input));
    expect((await inGroup({ thingGroupName: 'plant' })).things).toEqual([]);
    const first = await inGroup({ thingGroupName: 'plant', recursive: true, maxResults: 1 });
    expect(first.things).toEqual(['g1']);
    expect((await inGroup({ thingGroupName: 'plant', recursive: true, nextToken: first.nextToken! })).things).toEqual(['g2']);

    await create('week-48');
    await iot.send(new UpdateThingGroupsForThingCommand({ thingName: 'g1', thingGroupsToAdd: ['week-48'], thingGroupsToRemove: ['line'] }));
    const { thingGroups } = await iot.send(new ListThingGroupsForThingCommand({ thingName: 'g1' }));
    expect(thingGroups).toEqual([{ groupName: 'week-48', groupArn: arn('thinggroup/week-48') }]);
    await iot.send(new RemoveThingFromThingGroupCommand({ thingGroupName: 'week-48', thingName: 'g1' }));
    expect((await inGroup({ thingGroupName: 'week-48' })).things).toEqual([]);

    const remove = (thingGroupName: string) => iot.send(new DeleteThingGroupCommand({ thingGroupName }));
    expect(await failure(remove('hall'))).toMatchObject({ name: 'InvalidRequestException', message: expect.stringContaining('child') });
    await remove('line');
    await remove('hall');
    await remove('hall');
    expect((await iot.send(new ListThingGroupsForThingCommand({ thingName: 'g2' }))).thingGroups).toEqual([]);
  });
});

describe('a billing group', () => {
  it('holds things, each in one group at most', async () => {
    await iot.send(new CreateBillingGroupCommand({ billingGroupName: 'north', billingGroupProperties: { billingGroupDescription: 'North' } }));
    await iot.send(new CreateBillingGroupCommand({ billingGroupName: 'south' }));
    await iot.send(new CreateThingCommand({ thingName: 'billed', billingGroupName: 'north' }));
    await iot.send(new CreateThingCommand({ thingName: 'unbilled' }));
    expect(await failure(iot.send(new CreateThingCommand({ thingName: 'lost', billingGroupName: 'east' })))).toMatchObject({ name: 'ResourceNotFoundException' });
    const add = (billingGroupName: string, thingName: string) => iot.send(new AddThingToBillingGroupCommand({ billingGroupName, thingName }));
    await add('south', 'unbilled');
    expect(await failure(add('south', 'billed'))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await iot.send(new DescribeThingCommand({ thingName: 'unbilled' }))).toMatchObject({ billingGroupName: 'south' });
    expect((await iot.send(new ListThingsInBillingGroupCommand({ billingGroupName: 'north' }))).things).toEqual(['billed']);
    expect(await failure(iot.send(new DeleteBillingGroupCommand({ billingGroupName: 'north' })))).toMatchObject({ name: 'InvalidRequestException' });
    await iot.send(new RemoveThingFromBillingGroupCommand({ billingGroupArn: arn('billinggroup/north'), thingName: 'billed' }));
    await iot.send(new DeleteBillingGroupCommand({ billingGroupName: 'north' }));
    expect((await iot.send(new ListBillingGroupsCommand({ namePrefixFilter: 'so' }))).billingGroups).toEqual([{ groupName: 'south', groupArn: arn('billinggroup/south') }]);
    expect(await failure(iot.send(new DescribeBillingGroupCommand({ billingGroupName: 'north' })))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a policy', () => {
  const document = (Sid: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ ...ANYTHING, Sid }] });

  it('has five versions at most, one of which counts', async () => {
    const policyName = 'versions';
    await iot.send(new CreatePolicyCommand({ policyName, policyDocument: document('v1') }));
    const add = (Sid: string, setAsDefault = false) => iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument: document(Sid), setAsDefault }));
    expect(await add('v2')).toMatchObject({ policyVersionId: '2', isDefaultVersion: false, policyArn: arn('policy/versions') });
    expect((await iot.send(new GetPolicyCommand({ policyName }))).policyDocument).toBe(document('v1'));
    expect(await add('v3', true)).toMatchObject({ policyVersionId: '3', isDefaultVersion: true });
    expect(await iot.send(new GetPolicyCommand({ policyName }))).toMatchObject({ policyDocument: document('v3'), defaultVersionId: '3' });
    await add('v4');
    await add('v5');
    expect(await failure(add('v6'))).toMatchObject({ name: 'VersionsLimitExceededException', status: 409 });
    expect(await failure(iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument: '{}' })))).toMatchObject({ name: 'MalformedPolicyException' });
    const remove = (policyVersionId: string) => iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId }));
    expect(await failure(remove('3'))).toMatchObject({ name: 'DeleteConflictException', status: 409 });
    await remove('5');
    expect((await add('v6')).policyVersionId).toBe('6');
    await iot.send(new SetDefaultPolicyVersionCommand({ policyName, policyVersionId: '1' }));
    const { policyVersions } = await iot.send(new ListPolicyVersionsCommand({ policyName }));
    expect(policyVersions!.map(({ versionId, isDefaultVersion }) => [versionId, isDefaultVersion])).toEqual([['6', false], ['4', false], ['3', false], ['2', false], ['1', true]]);
    expect(await iot.send(new GetPolicyVersionCommand({ policyName, policyVersionId: '2' }))).toMatchObject({ policyDocument: document('v2'), isDefaultVersion: false });
    expect(await failure(iot.send(new GetPolicyVersionCommand({ policyName, policyVersionId: '5' })))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await failure(iot.send(new DeletePolicyCommand({ policyName })))).toMatchObject({ name: 'DeleteConflictException', message: expect.stringContaining('versions') });
    for (const version of ['2', '3', '4', '6']) await remove(version);
    await iot.send(new DeletePolicyCommand({ policyName }));
  });

  it('is attached to a principal in the old way too', async () => {
    const { certificateArn: principal } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    await iot.send(new CreatePolicyCommand({ policyName: 'old-way', policyDocument: document('v1') }));
    await iot.send(new AttachPrincipalPolicyCommand({ policyName: 'old-way', principal }));
    expect((await iot.send(new ListPrincipalPoliciesCommand({ principal }))).policies).toEqual([{ policyName: 'old-way', policyArn: arn('policy/old-way') }]);
    expect((await iot.send(new ListPolicyPrincipalsCommand({ policyName: 'old-way' }))).principals).toEqual([principal]);
    await iot.send(new DetachPrincipalPolicyCommand({ policyName: 'old-way', principal }));
    expect((await iot.send(new ListPrincipalPoliciesCommand({ principal }))).policies).toEqual([]);
  });
});

describe('the principals of a thing', () => {
  it('are listed by the type of their attachment', async () => {
    const [alone, shared] = await Promise.all([1, 2].map(() => iot.send(new CreateKeysAndCertificateCommand({}))));
    await iot.send(new CreateThingCommand({ thingName: 'held' }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'held', principal: alone!.certificateArn, thingPrincipalType: 'EXCLUSIVE_THING' }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: 'held', principal: shared!.certificateArn }));
    const exclusive = await iot.send(new ListThingPrincipalsV2Command({ thingName: 'held', thingPrincipalType: 'EXCLUSIVE_THING' }));
    expect(exclusive.thingPrincipalObjects).toEqual([{ principal: alone!.certificateArn, thingPrincipalType: 'EXCLUSIVE_THING' }]);
    expect((await iot.send(new ListThingPrincipalsV2Command({ thingName: 'held' }))).thingPrincipalObjects).toHaveLength(2);
    const things = (thingPrincipalType: 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING') =>
      iot.send(new ListPrincipalThingsV2Command({ principal: shared!.certificateArn, thingPrincipalType }));
    expect((await things('EXCLUSIVE_THING')).principalThingObjects).toEqual([]);
    expect((await things('NON_EXCLUSIVE_THING')).principalThingObjects).toEqual([{ thingName: 'held', thingPrincipalType: 'NON_EXCLUSIVE_THING' }]);
  });
});
