import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateProvisioningClaimCommand,
  CreateProvisioningTemplateCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  ListCertificatesCommand,
  ListThingPrincipalsCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { AmazonAuthority } from '../../src/sandbox/certificates/amazon-authority.js';
import { Throttle } from '../../src/sandbox/faults/throttle.js';
import { addDefaultRoles } from '../../src/sandbox/iam/default-roles.js';
import { Permissions } from '../../src/sandbox/iam/permissions.js';
import { FleetProvisioning, type InvokeFunction } from '../../src/sandbox/provisioning/fleet-provisioning.js';
import { Store } from '../../src/sandbox/store/store.js';
import { Bench, EU, makeFolder, removeFolder, US } from './support/bench.js';
import { failure } from './support/failure.js';
import { ask, connectWith as connectTo, CREATE, FROM_CSR, newCsr } from './support/fleet-device.js';
import { ANYTHING, ROLE } from './support/registration.js';

const text = { Type: 'String' };
const TEMPLATE = {
  Parameters: { SerialNumber: text, 'AWS::IoT::Certificate::Id': text },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { 'Fn::Join': ['', ['unit-', { Ref: 'SerialNumber' }]] }, AttributePayload: { serial: { Ref: 'SerialNumber' } } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: { Version: '2012-10-17', Statement: [ANYTHING] } } },
  },
  DeviceConfiguration: { site: 'hall-1' },
};

let bench: Bench;
const connectWith = (identity: { pem: string; keyPem: string }, clientId: string) => connectTo(bench, EU, identity, clientId);
let iot: IoTClient;
let claim: { pem: string; keyPem: string };

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  await createTemplate('fleet');
  await createTemplate('disabled', false);
  const { certificateArn, certificatePem, keyPair } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  // The policy of AWS's guide, and what it lacks for a CSR.
  const topics = ['$aws/certificates/create/*', '$aws/certificates/create-from-csr/*', '$aws/provisioning-templates/*'];
  const arns = (kind: string) => topics.map((topic) => `arn:aws:iot:eu-west-1:111111111111:${kind}/${topic}`);
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: arns('topic') },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arns('topicfilter') },
    ],
  });
  await iot.send(new CreatePolicyCommand({ policyName: 'claim', policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName: 'claim', target: certificateArn }));
  claim = { pem: certificatePem!, keyPem: keyPair!.PrivateKey! };
});
afterAll(() => bench.stop());

const createTemplate = (templateName: string, enabled = true, more: object = {}) =>
  iot.send(new CreateProvisioningTemplateCommand({ templateName, templateBody: JSON.stringify(TEMPLATE), provisioningRoleArn: ROLE, enabled, ...more }));

const PROVISION = '$aws/provisioning-templates/fleet/provision';

describe('fleet provisioning by claim', () => {
  it('gives a key and a certificate, makes the thing, and the device connects with it', async () => {
    const device = await connectWith(claim, 'box-1');
    const created = await ask(device, CREATE);
    expect(created.outcome).toBe('accepted');
    const { certificateId, certificatePem, privateKey, certificateOwnershipToken } = created.payload as Record<string, string>;
    const statusOf = async () => (await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription!.status;
    expect(await statusOf()).toBe('PENDING_ACTIVATION');

    const registered = await ask(device, PROVISION, { certificateOwnershipToken, parameters: { SerialNumber: '1' } });
    expect(registered).toEqual({ outcome: 'accepted', payload: { deviceConfiguration: { site: 'hall-1' }, thingName: 'unit-1' } });
    expect(await statusOf()).toBe('ACTIVE');
    expect((await iot.send(new DescribeThingCommand({ thingName: 'unit-1' }))).attributes).toEqual({ serial: '1' });
    expect((await iot.send(new ListThingPrincipalsCommand({ thingName: 'unit-1' }))).principals).toEqual([`arn:aws:iot:eu-west-1:111111111111:cert/${certificateId}`]);
    expect(await bench.tryDevice({ pem: certificatePem!, keyPem: privateKey! }, { servername: bench.account(EU).endpoint, clientId: 'unit-1' })).toBe('accepted');

    const again = await ask(device, PROVISION, { certificateOwnershipToken, parameters: { SerialNumber: '1' } });
    expect(again).toMatchObject({ outcome: 'rejected', payload: { statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' } });
  });

  it('signs a CSR, with CBOR all the way', async () => {
    const device = await connectWith(claim, 'box-2');
    const { csr, keyPem } = newCsr();
    const created = await ask(device, FROM_CSR, { certificateSigningRequest: csr }, 'cbor');
    const { certificatePem, certificateOwnershipToken } = created.payload;
    const registered = await ask(device, PROVISION, { certificateOwnershipToken, parameters: { SerialNumber: '2' } }, 'cbor');
    expect(registered).toEqual({ outcome: 'accepted', payload: { deviceConfiguration: { site: 'hall-1' }, thingName: 'unit-2' } });
    expect(await bench.tryDevice({ pem: certificatePem!, keyPem }, { servername: bench.account(EU).endpoint, clientId: 'unit-2' })).toBe('accepted');
  });

  it('says what it will not do', async () => {
    const device = await connectWith(claim, 'box-3');
    const rejected = async (topic: string, payload: object) => {
      const { outcome, payload: answer } = await ask(device, topic, payload);
      return [outcome, answer.statusCode, answer['errorCode']];
    };
    expect(await rejected(PROVISION, { certificateOwnershipToken: '', parameters: {} })).toEqual(['rejected', 400, 'InvalidCertificateOwnershipToken']);
    expect(await rejected(PROVISION, { certificateOwnershipToken: 'x', parameters: {} })).toEqual(['rejected', 400, 'InvalidCertificateOwnershipToken']);
    expect(await rejected(FROM_CSR, { certificateSigningRequest: 'x' })).toEqual(['rejected', 400, 'InvalidRequestException']);
    expect(await rejected(FROM_CSR, {})).toEqual(['rejected', 400, 'InvalidPayload']);
    const { certificateOwnershipToken } = (await ask(device, FROM_CSR, { certificateSigningRequest: newCsr().csr })).payload;
    expect(await rejected('$aws/provisioning-templates/nowhere/provision', { certificateOwnershipToken })).toEqual(['rejected', 404, 'TemplateNotFound']);
    expect(await rejected('$aws/provisioning-templates/disabled/provision', { certificateOwnershipToken })).toEqual(['rejected', 400, 'TemplateNotEnabled']);
    expect(await rejected(PROVISION, { certificateOwnershipToken })).toEqual(['rejected', 400, 'InvalidParameters']);
    // None of these has used the token up.
    expect((await ask(device, PROVISION, { certificateOwnershipToken, parameters: { SerialNumber: '3' } })).outcome).toBe('accepted');
  });
});

describe('a provisioning claim of a trusted user', () => {
  it('lets in for its template only, and stands in no list', async () => {
    const made = await iot.send(new CreateProvisioningClaimCommand({ templateName: 'fleet' }));
    expect(+made.expiration! - Date.now()).toBeGreaterThan(200_000);
    expect(+made.expiration! - Date.now()).toBeLessThanOrEqual(300_000);
    const { certificates } = await iot.send(new ListCertificatesCommand({ pageSize: 250 }));
    expect(certificates!.map(({ certificateId }) => certificateId)).not.toContain(made.certificateId);

    const trusted = { pem: made.certificatePem!, keyPem: made.keyPair!.PrivateKey! };
    const device = await connectWith(trusted, 'box-4');
    const { certificateOwnershipToken } = (await ask(device, FROM_CSR, { certificateSigningRequest: newCsr().csr })).payload;
    expect((await ask(device, PROVISION, { certificateOwnershipToken, parameters: { SerialNumber: '4' } })).outcome).toBe('accepted');
    const refused = bench.log.next('sandbox.not-authorized');
    await expect(device.subscribeAsync('$aws/provisioning-templates/other/provision/json/accepted')).rejects.toThrow('Unspecified error');
    expect(await refused).toMatchObject({ action: 'iot:Subscribe' });
    expect(await bench.tryDevice(trusted, { servername: bench.account(US).endpoint, clientId: 'box-4' })).toBe('closed');
  });

  it('is made for an enabled fleet template', async () => {
    const make = (templateName: string) => failure(iot.send(new CreateProvisioningClaimCommand({ templateName })));
    expect(await make('nowhere')).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
    expect(await make('disabled')).toMatchObject({ name: 'InvalidRequestException', status: 400 });
  });
});

describe('a pre-provisioning hook', () => {
  const hookArn = 'arn:aws:lambda:eu-west-1:111111111111:function:hook';

  /** What the hook was asked, and what became of it. */
  async function run(invoke: InvokeFunction, tokenMs = 60_000) {
    const folder = makeFolder();
    const store = new Store(folder);
    try {
      addDefaultRoles(store.roles, ['111111111111']);
      const account = store.account({ accountId: '111111111111', region: 'eu-west-1' });
      const hook = { targetArn: hookArn, payloadVersion: '2020-04-01' };
      store.templates.add(account, { name: 't', description: undefined, enabled: true, roleArn: ROLE, type: 'FLEET_PROVISIONING', hook }, JSON.stringify(TEMPLATE));
      const fleet = new FleetProvisioning({ permissions: new Permissions(store.roles), throttle: new Throttle(false), invoke, tokenMs });
      const registry = { account, store, amazon: new AmazonAuthority(folder) };
      const created = fleet.createCertificateFromCsr(registry, { certificateSigningRequest: newCsr().csr }) as Record<string, string>;
      const asking = { claimCertificateId: 'c'.repeat(64), clientId: 'box' };
      const input = { certificateOwnershipToken: created['certificateOwnershipToken'], parameters: { SerialNumber: '7' } };
      const answer = await fleet.registerThing(registry, 't', asking, input).catch((error: unknown) => error as { statusCode: number; errorCode: string; message: string });
      store.fleet.expire();
      return { created, answer, certificateIsThere: store.certificates.find(account, created['certificateId']!) !== undefined };
    } finally {
      store.close();
      removeFolder(folder);
    }
  }

  it('is asked who provisions what, and may change parameters', async () => {
    const asked: unknown[] = [];
    const { created, answer } = await run((account, functionArn, payload, timeoutMs) => {
      asked.push(account.accountId, functionArn, payload, timeoutMs);
      return Promise.resolve({ allowProvisioning: true, parameterOverrides: { SerialNumber: '8' } });
    });
    expect(answer).toMatchObject({ thingName: 'unit-8' });
    expect(asked).toEqual(['111111111111', hookArn, {
      claimCertificateId: 'c'.repeat(64), certificateId: created['certificateId'], certificatePem: created['certificatePem'],
      templateArn: 'arn:aws:iot:eu-west-1:111111111111:provisioningtemplate/t', clientId: 'box', parameters: { SerialNumber: '7' },
    }, 5_000]);
  });

  it.each<[string, InvokeFunction]>([
    ['says no', () => Promise.resolve({ allowProvisioning: false })],
    ['says nothing', () => Promise.resolve(null)],
    ['fails', () => Promise.reject(new Error('Task timed out'))],
  ])('that %s denies', async (_what, invoke) => {
    expect((await run(invoke)).answer).toMatchObject({ statusCode: 403, errorCode: 'ACCESS_DENIED' });
  });

  it('finds a certificate deleted whose token has ended before anybody used it', async () => {
    const { answer, certificateIsThere } = await run(() => Promise.resolve({ allowProvisioning: true }), 0);
    expect(answer).toMatchObject({ statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' });
    expect(certificateIsThere).toBe(false);
  });
});
