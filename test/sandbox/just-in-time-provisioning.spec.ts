import {
  CreateProvisioningTemplateCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  GetPolicyCommand,
  ListAttachedPoliciesCommand,
  ListThingPrincipalsCommand,
  RegisterCACertificateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { Bench, EU, JITP_TEMPLATE } from './support/bench.js';
import { TestAuthority } from './support/test-pki.js';

const ROLE = 'arn:aws:iam::111111111111:role/provisioning';

let bench: Bench;
let iot: IoTClient;
let endpoint: string;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
  endpoint = bench.account(EU).endpoint;
});
afterAll(() => bench.stop());

async function registerCa(template: object, name: string): Promise<TestAuthority> {
  await iot.send(
    new CreateProvisioningTemplateCommand({
      templateName: name,
      templateBody: JSON.stringify(template),
      provisioningRoleArn: ROLE,
      enabled: true,
      type: 'JITP',
    }),
  );
  const ca = await TestAuthority.make();
  await iot.send(
    new RegisterCACertificateCommand({
      caCertificate: ca.pem,
      certificateMode: 'SNI_ONLY',
      setAsActive: true,
      allowAutoRegistration: true,
      registrationConfig: { templateName: name },
    }),
  );
  return ca;
}

describe('just-in-time provisioning', () => {
  it('drops the first connection, makes thing, policy and attachments, and accepts the second', async () => {
    const ca = await registerCa(JITP_TEMPLATE, 'first');
    const unit = await ca.issue('CN=unit-1');
    const provisioned = bench.log.next('sandbox.provisioned');

    expect(await bench.tryDevice(unit, { servername: endpoint, clientId: 'unit-1' })).toBe('closed');
    await provisioned;

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
  });
});
