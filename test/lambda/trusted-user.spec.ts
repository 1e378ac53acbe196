import { readFileSync } from 'node:fs';
import { CreateProvisioningTemplateCommand, DescribeCertificateCommand, type IoTClient, UpdateProvisioningTemplateCommand } from '@aws-sdk/client-iot';
import { type ApiAnswer, type ApiEvent, type ProvisioningClaim, trustedUser } from '../../src/lambda/trusted-user.js';
import { trustOf } from '../../src/sandbox/iam/default-roles.js';
import { Bench, EU, US } from '../sandbox/support/bench.js';
import { boto3 } from '../sandbox/support/boto3.js';
import { ask, connectWith, FROM_CSR, newCsr } from '../sandbox/support/fleet-device.js';
import { ANYTHING, ROLE } from '../sandbox/support/registration.js';

const STACK = JSON.parse(readFileSync('docs/aws/trusted-user.cloudformation.json', 'utf8'));
const TEMPLATE = {
  Parameters: { SerialNumber: { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: { Version: '2012-10-17', Statement: [ANYTHING] } } },
  },
};

const HOOK = { payloadVersion: '2020-04-01', targetArn: 'arn:aws:lambda:eu-west-1:111111111111:function:hook' };

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
  for (const templateName of ['installers', 'others']) {
    await bench.iot(EU).send(new CreateProvisioningTemplateCommand({ templateName, templateBody: JSON.stringify(TEMPLATE), provisioningRoleArn: ROLE, enabled: true, preProvisioningHook: HOOK }));
  }
  // The role as the stack makes it.
  const values: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111111111111', TemplateName: 'installers' };
  const [{ PolicyDocument }] = STACK.Resources.Role.Properties.Policies;
  const [claims] = PolicyDocument.Statement;
  const Resource = claims.Resource['Fn::Sub'].replaceAll(/\$\{([^}]+)\}/g, (_: string, name: string) => values[name]);
  const addRole = (name: string, Action: string[]) => bench.sandbox.roles.add({
    accountId: '111111111111', name, trust: trustOf('lambda.amazonaws.com'), policies: { claims: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...claims, Action, Resource }] }) },
  });
  addRole('trusted-user', claims.Action);
  // As a stack that was deployed before the function looked at its template.
  addRole('trusted-user-before', ['iot:CreateProvisioningClaim']);
});
afterAll(() => bench.stop());

const signedIn: ApiEvent = { requestContext: { requestId: 'r-1', authorizer: { jwt: { claims: { sub: 'installer-7' } } } } };
const log: object[] = [];
const api = (iot: IoTClient, templateName = 'installers') => trustedUser({ iot, templateName, endpoint: bench.account(EU).endpoint, log: (line) => log.push(line) });
const bodyOf = ({ body }: ApiAnswer) => JSON.parse(body);

it('gives an installer a claim of five minutes, with which a device gets a certificate of its own', async () => {
  const answer = await api(bench.iot(EU))(signedIn);
  expect(answer).toMatchObject({ statusCode: 201, headers: { 'cache-control': 'no-store' } });
  const claim = bodyOf(answer) as ProvisioningClaim;
  // Its hook is another function's matter.
  await bench.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName: 'installers', removePreProvisioningHook: true }));
  expect(+new Date(claim.expiresAt) - Date.now()).toBeGreaterThan(4 * 60_000);
  expect(+new Date(claim.expiresAt) - Date.now()).toBeLessThanOrEqual(5 * 60_000);
  const device = await connectWith(bench, EU, { pem: claim.certificatePem, keyPem: claim.privateKeyPem }, 'box-1');
  const { csr, keyPem } = newCsr();
  const { payload: { certificateId, certificatePem, certificateOwnershipToken } } = await ask(device, FROM_CSR, { certificateSigningRequest: csr });
  expect(await ask(device, `$aws/provisioning-templates/${claim.templateName}/provision`, { certificateOwnershipToken, parameters: { SerialNumber: 'IN-1' } })).toMatchObject({ outcome: 'accepted', payload: { thingName: 'IN-1' } });
  expect((await bench.iot(EU).send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status).toBe('ACTIVE');
  expect(await bench.tryDevice({ pem: certificatePem!, keyPem }, { servername: claim.endpoint, clientId: 'IN-1' })).toBe('accepted');

  expect(bodyOf(await api(bench.iot(EU))(signedIn))).toMatchObject({ status: 503, code: 'template-without-hook', retryable: false });
  await bench.iot(EU).send(new UpdateProvisioningTemplateCommand({ templateName: 'installers', preProvisioningHook: HOOK }));

  expect(log).toEqual([expect.objectContaining({ event: 'claim.created', installer: 'installer-7', certificateId: claim.certificateId }), expect.objectContaining({ event: 'claim.refused', detail: expect.stringContaining('no pre-provisioning hook') })]);
  expect(JSON.stringify(log)).not.toContain('PRIVATE KEY');
});

it('makes none for a caller of whom the API has not said who he is', async () => {
  for (const authorizer of [undefined, {}, { jwt: { claims: {} } }, { jwt: { claims: { sub: '' } } }]) {
    expect(await api(bench.iot(EU))({ requestContext: { requestId: 'r', ...(authorizer ? { authorizer } : {}) } })).toMatchObject({ statusCode: 403, headers: { 'content-type': 'application/problem+json' } });
  }
});

it('says what to do when AWS makes none', async () => {
  expect(bodyOf(await api(bench.iot(EU), 'nowhere')(signedIn))).toMatchObject({ status: 503, code: 'template-missing', retryable: false });
  expect(bodyOf(await api(bench.iot(US))(signedIn))).toMatchObject({ status: 503, code: 'template-missing' });
  await bench.admin('POST', 'faults', { kind: 'throttle', action: 'iot:CreateProvisioningClaim' });
  const throttled = await api(bench.iot(EU))(signedIn);
  await bench.admin('DELETE', 'faults');
  expect(throttled).toMatchObject({ statusCode: 429, headers: { 'retry-after': '2' } });
  expect(bodyOf(throttled)).toMatchObject({ code: 'too-many-claims', retryable: true });
});

it('runs built, with no more than what the role of its stack may do', async () => {
  const variables = (TEMPLATE_NAME: string) => ({ Variables: { TEMPLATE_NAME, DATA_ENDPOINT: bench.account(EU).endpoint } });
  const create = (name: string, role = 'trusted-user', template = name) => ({ service: 'lambda', operation: 'create_function', arguments: {
    FunctionName: name, Role: `arn:aws:iam::111111111111:role/${role}`, Runtime: 'nodejs24.x', Handler: STACK.Resources.Function.Properties.Handler, Code: { S3Bucket: 'sandbox', S3Key: '.' }, Timeout: 10, Environment: variables(template),
  } });
  const invoke = (FunctionName: string) => ({ service: 'lambda', operation: 'invoke', arguments: { FunctionName, Payload: Buffer.from(JSON.stringify(signedIn)).toString('base64') }, bytes: 'Payload' });
  const answers = await boto3(bench, EU, [create('installers'), create('others'), create('before', 'trusted-user-before', 'installers'), invoke('installers'), invoke('others'), invoke('before')]);
  const payload = (at: number) => JSON.parse(Buffer.from(String(answers[at]!['Payload']), 'base64').toString()) as ApiAnswer;
  expect(payload(3)).toMatchObject({ statusCode: 201 });
  const refused = { status: 502, code: 'aws-refused', retryable: true, detail: expect.stringContaining('AccessDeniedException'), remedy: expect.stringMatching(/iot:DescribeProvisioningTemplate.*update the stack.*of this version/i) };
  expect(bodyOf(payload(4))).toMatchObject(refused);
  expect(bodyOf(payload(5))).toMatchObject(refused);
});
