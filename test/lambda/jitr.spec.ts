import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { AttachThingPrincipalCommand, CreatePolicyCommand, CreateThingCommand, CreateTopicRuleCommand, DescribeCertificateCommand, RegisterCertificateWithoutCACommand } from '@aws-sdk/client-iot';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { jitr } from '../../src/lambda/jitr.js';
import { signedUrl } from '../../src/sandbox/s3/signed-url.js';
import { crlTbs, encodeCrlEntry, sealCrl } from '../../src/x509/crl.js';
import { readCrl } from '../../src/x509/crl-reader.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { signatureAlgorithmFor } from '../../src/x509/signature-algorithm.js';
import { Bench, EU } from '../sandbox/support/bench.js';
import { boto3 } from '../sandbox/support/boto3.js';
import { ANYTHING, registerCa } from '../sandbox/support/registration.js';
import { type Issued, TestAuthority } from '../sandbox/support/test-pki.js';
import { until } from '../support/until.js';

let bench: Bench;
let ca: TestAuthority;
beforeAll(async () => {
  bench = await Bench.start();
  ca = await TestAuthority.make();
  await registerCa(bench.iot(EU), ca, { allowAutoRegistration: true });
  await bench.iot(EU).send(new CreatePolicyCommand({ policyName: 'devices', policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: ANYTHING }) }));
});
afterAll(() => bench.stop());

function crl(by: TestAuthority, revoked: readonly Issued[], nextUpdate = new Date(Date.now() + 3_600_000)): Buffer {
  const { subject } = readCertificate(new X509Certificate(by.pem).raw);
  const signatureAlgorithm = signatureAlgorithmFor('P-256');
  const entries = revoked.map(({ serialNumber }) => encodeCrlEntry(Buffer.from(serialNumber, 'hex'), new Date(Date.now() - 1_000), 'keyCompromise'));
  const tbs = crlTbs({ issuerName: subject, issuerKeyIdentifier: Buffer.alloc(20), signatureAlgorithm, number: 7, thisUpdate: new Date(Date.now() - 60_000), nextUpdate, entries });
  return sealCrl(tbs, signatureAlgorithm, sign('sha256', tbs, createPrivateKey(by.certificate.keyPem)));
}

const handler = (list: Buffer) => jitr({ iot: bench.iot(EU), policyName: 'devices', revocationList: () => Promise.resolve(list) });
const eventOf = ({ id }: Issued) => ({ certificateId: id, caCertificateId: ca.id, certificateStatus: 'PENDING_ACTIVATION' });
const connect = (device: Issued, clientId: string) => bench.tryDevice(device, { servername: bench.account(EU).endpoint, clientId });
const statusOf = async ({ id: certificateId }: Issued) => (await bench.iot(EU).send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status;
/** A device whose first connection has made its certificate known. */
const arrived = async (name: string) => {
  const device = await ca.issue(`CN=${name}`);
  expect(await connect(device, name)).toBe('closed');
  return device;
};

it('activates what the CA has signed, with policy and Thing, and takes the event again for nothing', async () => {
  const device = await arrived('L-1');
  const handle = handler(crl(ca, []));
  expect(await handle(eventOf(device))).toEqual({ certificateId: device.id, outcome: 'activated' });
  expect(await handle(eventOf(device))).toMatchObject({ outcome: 'left', reason: 'the certificate is ACTIVE' });
  expect(await connect(device, 'L-1')).toBe('accepted');
});

it('revokes what the revocation list names', async () => {
  const device = await arrived('L-2');
  expect(await handler(crl(ca, [device]))(eventOf(device))).toEqual({ certificateId: device.id, outcome: 'revoked' });
  expect(await statusOf(device)).toBe('REVOKED');
});

it('lets nobody in without a list of the CA that holds now', async () => {
  const device = await arrived('L-3');
  await expect(handler(crl(ca, [], new Date(Date.now() - 1_000)))(eventOf(device))).rejects.toThrow('The revocation list was good until');
  await expect(handler(crl(await TestAuthority.make(), []))(eventOf(device))).rejects.toThrow('it is not signed by the CA');
  await expect(handler(Buffer.from('<html>'))(eventOf(device))).rejects.toThrow();
  expect(await statusOf(device)).toBe('PENDING_ACTIVATION');
});

it('leaves a device whose Thing has another certificate', async () => {
  const device = await arrived('L-4');
  const other = await ca.issue('CN=other');
  const { certificateArn } = await bench.iot(EU).send(new RegisterCertificateWithoutCACommand({ certificatePem: other.pem, status: 'INACTIVE' }));
  await bench.iot(EU).send(new CreateThingCommand({ thingName: 'L-4' }));
  await bench.iot(EU).send(new AttachThingPrincipalCommand({ thingName: 'L-4', principal: certificateArn! }));
  expect(await handler(crl(ca, []))(eventOf(device))).toMatchObject({ outcome: 'left', reason: 'the Thing L-4 has another certificate' });
  expect(await statusOf(device)).toBe('PENDING_ACTIVATION');
});

it('reads which serial numbers a list has', async () => {
  const [one, two] = [await ca.issue('CN=one'), await ca.issue('CN=two')];
  const { serialNumbers } = readCrl(crl(ca, [one, two]), new X509Certificate(ca.pem));
  expect([...serialNumbers].toSorted()).toEqual([one.serialNumber, two.serialNumber].toSorted());
});

it('runs built, in a process of its own, for each event of a topic rule, with what its role may do', async () => {
  const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const actions = ['DescribeCertificate', 'DescribeCACertificate', 'CreateThing', 'ListThingPrincipals', 'AttachPolicy', 'AttachThingPrincipal', 'UpdateCertificate'];
  bench.sandbox.roles.add({
    accountId: '111111111111', name: 'jitr', trust: policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    policies: { provision: policy({ Effect: 'Allow', Action: actions.map((action) => `iot:${action}`), Resource: '*' }) },
  });
  const s3 = bench.own(new S3Client(bench.access(EU)));
  await s3.send(new CreateBucketCommand({ Bucket: 'lists' }));
  await s3.send(new PutObjectCommand({ Bucket: 'lists', Key: 'ca.crl', Body: crl(ca, []) }));
  const place = { endpointUrl: bench.sandbox.endpointUrl, region: 'eu-west-1', bucket: 'lists', key: 'ca.crl' };
  const Variables = { POLICY_NAME: 'devices', CRL_URL: signedUrl(place, { accountId: '111111111111', ...bench.keys(EU) }, 600) };
  const ruleArn = 'arn:aws:iot:eu-west-1:111111111111:rule/jitr';
  const [made] = await boto3(bench, EU, [
    { service: 'lambda', operation: 'create_function', arguments: {
      FunctionName: 'jitr', Role: 'arn:aws:iam::111111111111:role/jitr', Runtime: 'nodejs22.x', Handler: 'jitr.handler', Code: { S3Bucket: 'sandbox', S3Key: '.' }, Timeout: 20, Environment: { Variables },
    } },
    { service: 'lambda', operation: 'add_permission', arguments: { FunctionName: 'jitr', StatementId: 'rule', Action: 'lambda:InvokeFunction', Principal: 'iot.amazonaws.com', SourceArn: ruleArn } },
  ]);
  const sql = `SELECT * FROM '$aws/events/certificates/registered/${ca.id}'`;
  await bench.iot(EU).send(new CreateTopicRuleCommand({ ruleName: 'jitr', topicRulePayload: { sql, actions: [{ lambda: { functionArn: String(made!['FunctionArn']) } }] } }));
  const device = await arrived('L-5');
  await until('the function has activated it', async () => (await statusOf(device)) === 'ACTIVE' || undefined);
  expect(await connect(device, 'L-5')).toBe('accepted');
});
