import { GetRegistrationCodeCommand } from '@aws-sdk/client-iot';
import { Bench, EU, JITP_TEMPLATE } from './support/bench.js';
import { runPython } from './support/boto3.js';
import { ANYTHING, ROLE } from './support/registration.js';
import { TestAuthority } from './support/test-pki.js';

describe('boto3', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.stop());

  it('registers, attaches, lists page by page and sees AWS\'s errors', async () => {
    const account = bench.account(EU);
    const credential = bench.sandbox.credentials.find(({ accountId }) => accountId === account.accountId)!;
    const registrationCode = (await bench.iot(EU).send(new GetRegistrationCodeCommand({}))).registrationCode!;
    const ca = await TestAuthority.make();
    const device = await ca.issue('CN=boto');
    const input = {
      endpointUrl: bench.sandbox.endpointUrl,
      region: account.region,
      accessKeyId: credential.accessKeyId,
      secretAccessKey: credential.secretAccessKey,
      template: JSON.stringify(JITP_TEMPLATE),
      role: ROLE,
      ca: ca.pem,
      proof: await ca.prove(registrationCode),
      device: device.pem,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: ANYTHING }),
      singleTemplate: JSON.stringify({
        Parameters: { ThingName: { Type: 'String' }, Id: { Type: 'String' } },
        Resources: {
          thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } },
          certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'Id' } } },
        },
      }),
      fleetTemplate: JSON.stringify(JITP_TEMPLATE),
    };
    const answers = await runPython('drive.py', input, bench.folder);
    const arn = `arn:aws:iot:eu-west-1:111111111111:cert/${device.id}`;
    expect(answers).toEqual({
      registrationCode,
      ca: ca.id,
      caAgain: { code: 'ResourceAlreadyExistsException', status: 409 },
      deleteActive: { code: 'CertificateStateException', status: 406 },
      cas: [ca.id],
      certificates: [device.id],
      things: ['boto:0', 'boto:1', 'boto:2', 'boto:3', 'boto:4'],
      principals: [arn],
      policies: ['boto=1'],
      targets: [arn],
      thingsOfPrincipal: ['boto:0'],
      described: { status: 'ACTIVE', mode: 'DEFAULT', year: expect.any(Number) },
      endpoint: account.endpoint,
      missing: { code: 'ResourceNotFoundException', status: 404 },
      unknownOperation: { code: 'UnknownOperationException', status: 404 },
      typed: ['valve', 'customer-7', { line: 'L1' }, 2],
      groups: ['hall-1'],
      inGroup: ['typed'],
      policyVersions: [['2', true], ['1', false]],
      principalPolicies: ['boto=1'],
      registered: ['certificate', 'thing'],
      claim: [['PrivateKey', 'PublicKey'], true],
      task: ['nowhere', 0],
      indexing: 'STATUS',
    });
    expect(await bench.tryDevice(device, { servername: '', clientId: 'boto' })).toBe('accepted');
  });
});
