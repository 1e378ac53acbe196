import { CreateProvisioningTemplateCommand, CreateThingCommand, DescribeThingCommand, GetRegistrationCodeCommand, IoTClient } from '@aws-sdk/client-iot';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { Bench, EU, FRANKFURT, JITP_TEMPLATE, US } from './support/bench.js';
import { boto3 } from './support/boto3.js';
import { failure } from './support/failure.js';
import { registerCa } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';
import { until } from '../support/until.js';

const [OURS, THEIRS] = ['111111111111', '222222222222'];

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench.stop());

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (action: string | string[], resource: string | string[] = '*') => ({ Effect: 'Allow', Action: action, Resource: resource });
const trust = (more: object = {}, principal: object = { AWS: `arn:aws:iam::${THEIRS}:root` }) => ({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more });

let counter = 0;
/** A role of the first account; answers its ARN. */
function makeRole({ trusts = [trust()], may = [allow('iot:*')], longestSessionSeconds = 3_600 }: { trusts?: object[]; may?: object[]; longestSessionSeconds?: number } = {}): string {
  const name = `role-${counter++}`;
  bench.sandbox.roles.add({ accountId: OURS!, name, trust: policy(...trusts), longestSessionSeconds, policies: may.length === 0 ? {} : { may: policy(...may) } });
  return `arn:aws:iam::${OURS}:role/${name}`;
}

const sts = (index: number, keys?: Parameters<Bench['access']>[1]) => bench.own(new STSClient(bench.access(index, keys)));

async function assume(RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}, index: number = US) {
  const answer = await sts(index).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lineside', ...more }));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials!;
  return { keys: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! }, expiration: Expiration!, user: answer.AssumedRoleUser! };
}

const iotWith = (keys: Parameters<Bench['access']>[1]) => bench.own(new IoTClient(bench.access(EU, keys)));

const DENIED = { name: 'AccessDenied', status: 403 };

describe('the one endpoint', () => {
  it('tells services apart by the name that a request is signed for', async () => {
    expect(await sts(EU).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: OURS, Arn: `arn:aws:iam::${OURS}:user/sandbox` });
    expect((await bench.iot(EU).send(new GetRegistrationCodeCommand({}))).registrationCode).toHaveLength(64);
    const forSts = bench.iot(EU, { signingName: 'sts' });
    expect((await failure(forSts.send(new GetRegistrationCodeCommand({})))).status).toBe(400);
  });

  it('serves boto3 with roles of IAM, sessions of STS, and AWS IoT with their keys', async () => {
    const [, , , , assumed, wrongId, malformed, missing] = await boto3(bench, EU, [
      { service: 'iam', operation: 'create_role', arguments: { RoleName: 'boto', AssumeRolePolicyDocument: policy(trust({ Condition: { StringEquals: { 'sts:ExternalId': 'line-7' } } }, { AWS: OURS })) } },
      { service: 'iam', operation: 'put_role_policy', arguments: { RoleName: 'boto', PolicyName: 'codes', PolicyDocument: policy(allow('iot:GetRegistrationCode')) } },
      { service: 'iam', operation: 'get_role', arguments: { RoleName: 'boto' } },
      { service: 'iam', operation: 'list_roles' },
      { service: 'sts', operation: 'assume_role', arguments: { RoleArn: `arn:aws:iam::${OURS}:role/boto`, RoleSessionName: 'bench', ExternalId: 'line-7', Tags: [{ Key: 'a', Value: 'b' }] } },
      { service: 'sts', operation: 'assume_role', arguments: { RoleArn: `arn:aws:iam::${OURS}:role/boto`, RoleSessionName: 'bench', ExternalId: 'line-8' } },
      { service: 'iam', operation: 'put_role_policy', arguments: { RoleName: 'boto', PolicyName: 'codes', PolicyDocument: '{' } },
      { service: 'iam', operation: 'get_role', arguments: { RoleName: 'nobody' } },
    ]);
    // The trust policy says nothing of sts:TagSession.
    expect(assumed).toEqual({ code: 'AccessDenied', status: 403 });
    expect(wrongId).toEqual({ code: 'AccessDenied', status: 403 });
    expect(malformed).toEqual({ code: 'MalformedPolicyDocument', status: 400 });
    expect(missing).toEqual({ code: 'NoSuchEntity', status: 404 });
    const [session, role, roles] = await boto3(bench, EU, [
      { service: 'sts', operation: 'assume_role', arguments: { RoleArn: `arn:aws:iam::${OURS}:role/boto`, RoleSessionName: 'bench', ExternalId: 'line-7' } },
      { service: 'iam', operation: 'get_role', arguments: { RoleName: 'boto' } },
      { service: 'iam', operation: 'list_roles' },
    ]);
    expect(role).toMatchObject({ Role: { RoleName: 'boto', AssumeRolePolicyDocument: { Version: '2012-10-17' } } });
    expect((roles!['Roles'] as { RoleName: string }[]).map(({ RoleName }) => RoleName)).toEqual(expect.arrayContaining(['lineside-provisioning', 'lineside-rules', 'boto']));
    const made = session!['Credentials'] as { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
    const credentials = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey, sessionToken: made.SessionToken };
    const [identity, code, things] = await boto3(bench, EU, [
      { service: 'sts', operation: 'get_caller_identity', credentials },
      { service: 'iot', operation: 'get_registration_code', credentials },
      { service: 'iot', operation: 'list_things', credentials },
    ]);
    expect(identity).toMatchObject({ Account: OURS, Arn: `arn:aws:sts::${OURS}:assumed-role/boto/bench` });
    expect(code!['registrationCode']).toHaveLength(64);
    expect(things).toEqual({ code: 'AccessDeniedException', status: 403 });
  });
});

describe('AssumeRole', () => {
  it('answers keys of another account, which do what the role may and nothing else', async () => {
    const { keys, user, expiration } = await assume(makeRole({ may: [allow('iot:CreateThing', `arn:aws:iot:*:${OURS}:thing/line-*`)] }));
    expect(user.Arn).toMatch(new RegExp(`^arn:aws:sts::${OURS}:assumed-role/role-\\d+/lineside$`));
    expect(+expiration - Date.now()).toBeGreaterThan(3_500_000);
    const iot = iotWith(keys);
    expect((await iot.send(new CreateThingCommand({ thingName: 'line-1' }))).thingName).toBe('line-1');
    const refused = await failure(iot.send(new CreateThingCommand({ thingName: 'other' })));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(refused.message).toContain(`is not authorized to perform: iot:CreateThing on resource: arn:aws:iot:eu-west-1:${OURS}:thing/other`);
    expect(await failure(iot.send(new DescribeThingCommand({ thingName: 'line-1' })))).toMatchObject({ name: 'AccessDeniedException' });
    expect((await bench.iot(EU).send(new DescribeThingCommand({ thingName: 'line-1' }))).thingName).toBe('line-1');
  });

  it('wants the trust policy: the account, the external id and the tags that it names', async () => {
    const strict = makeRole({
      trusts: [
        trust({ Action: ['sts:AssumeRole', 'sts:TagSession'], Condition: { StringEquals: { 'sts:ExternalId': 'ours', 'aws:RequestTag/factory': 'berlin' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['factory'] } } }),
      ],
    });
    const good = { ExternalId: 'ours', Tags: [{ Key: 'factory', Value: 'berlin' }] };
    const identity = await sts(EU, (await assume(strict, good)).keys).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe(OURS);
    expect(await failure(assume(strict, { ...good, ExternalId: 'theirs' }))).toMatchObject(DENIED);
    expect(await failure(assume(strict, { Tags: good.Tags }))).toMatchObject(DENIED);
    expect(await failure(assume(strict, { ExternalId: 'ours' }))).toMatchObject(DENIED);
    expect(await failure(assume(strict, { ...good, Tags: [{ Key: 'factory', Value: 'rome' }] }))).toMatchObject(DENIED);
    expect(await failure(assume(strict, { ...good, Tags: [...good.Tags, { Key: 'line', Value: '1' }] }))).toMatchObject(DENIED);
    expect(await failure(assume(makeRole({ trusts: [trust({}, { Service: 'iot.amazonaws.com' })] })))).toMatchObject(DENIED);
    expect(await failure(assume(makeRole({ trusts: [trust({}, { AWS: OURS })] })))).toMatchObject(DENIED);
    expect(await failure(assume(makeRole({ trusts: [trust(), trust({ Effect: 'Deny' })] })))).toMatchObject(DENIED);
    expect(await failure(assume(`arn:aws:iam::${OURS}:role/nobody`))).toMatchObject(DENIED);
  });

  it('knows the tags of a session in the policies of the role', async () => {
    const role = makeRole({
      trusts: [trust({ Action: ['sts:AssumeRole', 'sts:TagSession'] })],
      may: [allow('iot:CreateThing', 'arn:aws:iot:*:*:thing/${aws:PrincipalTag/line}-*')],
    });
    const iot = iotWith((await assume(role, { Tags: [{ Key: 'line', Value: 'L3' }] })).keys);
    await iot.send(new CreateThingCommand({ thingName: 'L3-1' }));
    expect(await failure(iot.send(new CreateThingCommand({ thingName: 'L4-1' })))).toMatchObject({ name: 'AccessDeniedException' });
    expect(await failure(iotWith((await assume(role)).keys).send(new CreateThingCommand({ thingName: 'L3-2' })))).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('narrows a session to the policy that was asked for', async () => {
    const iot = iotWith((await assume(makeRole(), { Policy: policy(allow('iot:GetRegistrationCode')) })).keys);
    await iot.send(new GetRegistrationCodeCommand({}));
    expect(await failure(iot.send(new CreateThingCommand({ thingName: 'narrow' })))).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('bounds the duration: 15 minutes, what the role says, and an hour from session to session', async () => {
    const role = makeRole({ longestSessionSeconds: 7_200, trusts: [trust({}, { AWS: '*' })] });
    const long = await assume(role, { DurationSeconds: 7_200 });
    expect(+long.expiration - Date.now()).toBeGreaterThan(7_100_000);
    expect(await failure(assume(role, { DurationSeconds: 7_201 }))).toMatchObject({ name: 'ValidationError', status: 400 });
    expect(await failure(assume(role, { DurationSeconds: 899 }))).toMatchObject({ name: 'ValidationError' });
    const chaining = makeRole({ may: [allow('sts:AssumeRole')] });
    const first = sts(EU, (await assume(chaining)).keys);
    expect((await first.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'again' }))).Credentials).toBeDefined();
    expect(await failure(first.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'again', DurationSeconds: 3_601 })))).toMatchObject({ name: 'ValidationError' });
  });

  it('refuses a session whose own role may not assume the next one, unless that one names it', async () => {
    const first = makeRole({ may: [] });
    const keys = (await assume(first)).keys;
    const next = (RoleArn: string) => sts(EU, keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'next' }));
    expect(await failure(next(makeRole({ trusts: [trust({}, { AWS: OURS })] })))).toMatchObject(DENIED);
    expect((await next(makeRole({ trusts: [trust({}, { AWS: first })] }))).Credentials).toBeDefined();
  });

  it('takes session names and external ids of the form that AWS documents only', async () => {
    const role = makeRole();
    for (const more of [{ RoleSessionName: 'x' }, { RoleSessionName: 'a b' }, { ExternalId: 'x' }, { TransitiveTagKeys: ['a'] }]) {
      expect(await failure(assume(role, more))).toMatchObject({ name: 'ValidationError', status: 400 });
    }
  });
});

describe('the keys of a session', () => {
  it('count with their own token only', async () => {
    const [one, two] = [(await assume(makeRole())).keys, (await assume(makeRole())).keys];
    const attempt = (keys: Parameters<Bench['access']>[1]) => failure(iotWith(keys).send(new GetRegistrationCodeCommand({})));
    const { accessKeyId, secretAccessKey } = one;
    expect(await attempt({ ...one, sessionToken: two.sessionToken })).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
    expect(await attempt({ accessKeyId, secretAccessKey })).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
    expect(await attempt({ ...bench.keys(EU), sessionToken: one.sessionToken })).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
    expect(await failure(sts(EU, { ...one, sessionToken: two.sessionToken }).send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'InvalidClientTokenId', status: 403 });
  });

  it('end with their role, also when one of its name is made anew', async () => {
    const arn = makeRole();
    const { keys } = await assume(arn);
    const role = bench.sandbox.roles.withArn(arn)!;
    bench.sandbox.roles.remove(role);
    bench.sandbox.roles.add(role);
    expect(await failure(iotWith(keys).send(new GetRegistrationCodeCommand({})))).toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('expire, in each service by its own name for it', async () => {
    const brief = await Bench.start({ settings: { SANDBOX_LONGEST_SESSION_SECONDS: '1' } });
    try {
      brief.sandbox.roles.add({ accountId: OURS!, name: 'brief', trust: policy(trust()), policies: { may: policy(allow('iot:*')) } });
      const client = brief.own(new STSClient(brief.access(US)));
      const { Credentials } = await client.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${OURS}:role/brief`, RoleSessionName: 'brief' }));
      const keys = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
      const iot = brief.own(new IoTClient(brief.access(EU, keys)));
      await until('the session is over', async () => (await iot.send(new GetRegistrationCodeCommand({})).catch((error: Error) => error.name)) === 'ExpiredTokenException' || undefined);
      expect(await failure(brief.own(new STSClient(brief.access(EU, keys))).send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'ExpiredToken', status: 403 });
    } finally {
      await brief.stop();
    }
  });
});

describe('a role that AWS IoT is handed', () => {
  const template = (provisioningRoleArn: string, templateName = `passed-${counter++}`) =>
    new CreateProvisioningTemplateCommand({ templateName, templateBody: JSON.stringify(JITP_TEMPLATE), provisioningRoleArn, type: 'JITP' });
  const READY = `arn:aws:iam::${OURS}:role/lineside-provisioning`;

  it('must stand in the account and trust AWS IoT', async () => {
    const iot = bench.iot(EU);
    await iot.send(template(READY));
    expect(await failure(iot.send(template(`arn:aws:iam::${OURS}:role/nobody`)))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await failure(iot.send(template(makeRole())))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(await failure(iot.send(template('arn:aws:iot:eu-west-1:111111111111:thing/x')))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failure(iot.send(template(`arn:aws:iam::${THEIRS}:role/lineside-provisioning`)))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  });

  it('may be bound to the account and region that AWS IoT acts for', async () => {
    const bound = { StringEquals: { 'aws:SourceAccount': OURS }, ArnLike: { 'aws:SourceArn': `arn:aws:iot:eu-west-1:${OURS}:*` } };
    const role = makeRole({ trusts: [trust({ Condition: bound }, { Service: 'iot.amazonaws.com' })] });
    await bench.iot(EU).send(template(role));
    expect(await failure(bench.iot(FRANKFURT).send(template(role)))).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    const foreign = makeRole({ trusts: [trust({ Condition: { StringEquals: { 'aws:SourceAccount': THEIRS } } }, { Service: 'iot.amazonaws.com' })] });
    expect(await failure(bench.iot(EU).send(template(foreign)))).toMatchObject({ name: 'InvalidRequestException' });
  });

  it('needs iam:PassRole of a session, for this role and this service', async () => {
    const withPass = async (statement: object) => iotWith((await assume(makeRole({ may: [allow('iot:*'), statement] }))).keys);
    const to = (service: string) => ({ ...allow('iam:PassRole', READY), Condition: { StringEquals: { 'iam:PassedToService': service } } });
    await (await withPass(to('iot.amazonaws.com'))).send(template(READY));
    const refused = await failure((await withPass(to('lambda.amazonaws.com'))).send(template(READY)));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(refused.message).toContain(`not authorized to perform: iam:PassRole on resource: ${READY}`);
    expect(await failure((await withPass(allow('iam:PassRole', `${READY}-2`))).send(template(READY)))).toMatchObject({ name: 'AccessDeniedException' });
    const ca = await TestAuthority.make();
    const registrationConfig = { templateBody: JSON.stringify(JITP_TEMPLATE), roleArn: READY };
    expect(await failure(registerCa(await withPass(allow('iot:*')), ca, { registrationConfig }))).toMatchObject({ name: 'AccessDeniedException' });
    await registerCa(await withPass(to('iot.amazonaws.com')), ca, { registrationConfig });
  });
});
