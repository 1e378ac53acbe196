import { CreateThingCommand, DescribeThingCommand, ListThingsCommand, RegisterCertificateWithoutCACommand, type IoTClient } from '@aws-sdk/client-iot';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Throttle } from '../../src/sandbox/faults/throttle.js';
import { loadSandboxSettings } from '../../src/sandbox/settings.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { Bench, EU, makeFolder, removeFolder, settingsIn, US } from './support/bench.js';
import { failure } from './support/failure.js';
import { TestAuthority } from './support/test-pki.js';

let bench: Bench;
let iot: IoTClient;

beforeAll(async () => {
  bench = await Bench.start();
  iot = bench.iot(EU);
});
afterAll(() => bench.stop());
afterEach(() => bench.admin('DELETE', 'faults'));

const keyOf = (index: number) => bench.sandbox.credentials.find(({ accountId }) => accountId === bench.account(index).accountId)!;
const order = async (fault: object) => (await bench.admin('POST', 'faults', fault)).body;
const create = (thingName: string, client = iot) => client.send(new CreateThingCommand({ thingName }));
const isThere = (thingName: string) => iot.send(new DescribeThingCommand({ thingName })).then(() => true, () => false);

describe('a fault on order', () => {
  it('denies one operation to one access key', async () => {
    await order({ kind: 'deny', action: 'iot:CreateThing', accessKeyId: keyOf(EU).accessKeyId });
    expect(await failure(create('denied'))).toMatchObject({ name: 'AccessDeniedException', status: 403, message: expect.stringContaining('iot:CreateThing') });
    expect(await isThere('denied')).toBe(false);
    await iot.send(new ListThingsCommand({}));
    await create('allowed', bench.iot(US));
  });

  it.each([
    ['error', 'InternalFailureException', 500],
    ['throttle', 'ThrottlingException', 400],
    ['expired-token', 'ExpiredTokenException', 403],
    ['clock-skew', 'InvalidSignatureException', 403],
  ])('makes an %s of a call, as often as it says', async (kind, name, status) => {
    await order({ kind, action: 'iot:CreateThing', times: 2 });
    expect(await failure(create(`after-${kind}`))).toMatchObject({ name, status });
    expect(await failure(create(`after-${kind}`))).toMatchObject({ name, status });
    await create(`after-${kind}`);
    expect((await bench.admin('GET', 'faults')).body).toEqual({ faults: [] });
  });

  it('cuts the connection before the call has run, or after', async () => {
    await order({ kind: 'cut', action: 'iot:CreateThing', times: 1 });
    expect((await failure(create('cut'))).status).toBeUndefined();
    expect(await isThere('cut')).toBe(false);
    await order({ kind: 'lost-answer', action: 'iot:CreateThing', times: 1 });
    expect((await failure(create('lost'))).status).toBeUndefined();
    expect(await isThere('lost')).toBe(true);
  });

  it('is slow in one region, until it is taken back', async () => {
    const { id } = await order({ kind: 'slow', action: 'iot:*', region: 'eu-west-1', delayMs: 600_000 });
    const waits = new AbortController();
    const slow = iot.send(new ListThingsCommand({}), { abortSignal: waits.signal });
    await bench.iot(US).send(new ListThingsCommand({}));
    const { body } = await bench.admin('GET', 'faults');
    expect(body['faults']).toMatchObject([{ id, kind: 'slow', struck: 1 }]);
    waits.abort();
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' });
    expect((await bench.admin('DELETE', `faults/${String(id)}`)).status).toBe(200);
    await iot.send(new ListThingsCommand({}));
  });

  it('strikes the other services too', async () => {
    const sts = new STSClient({ endpoint: bench.sandbox.endpointUrl, region: 'eu-west-1', credentials: keyOf(EU), maxAttempts: 1 });
    await order({ kind: 'error', action: 'sts:*', times: 1 });
    expect((await failure(sts.send(new GetCallerIdentityCommand({})))).status).toBe(500);
    await order({ kind: 'throttle', action: 'sts:GetCallerIdentity', times: 1 });
    expect(await failure(sts.send(new GetCallerIdentityCommand({})))).toMatchObject({ name: 'Throttling', status: 400 });
    await sts.send(new GetCallerIdentityCommand({}));
    sts.destroy();
  });

  it('strikes objects, and every call of every service where no action is named', async () => {
    const place = { endpoint: bench.sandbox.endpointUrl, region: 'eu-west-1', credentials: keyOf(EU), maxAttempts: 1 };
    const [s3, sts] = [bench.own(new S3Client({ ...place, forcePathStyle: true })), bench.own(new STSClient(place))];
    const makeBucket = () => s3.send(new CreateBucketCommand({ Bucket: 'struck' }));
    await order({ kind: 'deny', action: 's3:CreateBucket', times: 1 });
    expect(await failure(makeBucket())).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await order({ kind: 'error' })).toMatchObject({ action: '*' });
    for (const call of [makeBucket, () => sts.send(new GetCallerIdentityCommand({})), () => iot.send(new ListThingsCommand({}))]) expect((await failure(call())).status).toBe(500);
    await bench.admin('DELETE', 'faults');
    await makeBucket();
  });

  it.each([
    [{ kind: 'explode' }, 400],
    [{ kind: 'deny', action: 'CreateThing' }, 400],
    [{ kind: 'deny', unknown: true }, 400],
  ])('%j is not understood', async (fault, status) => {
    expect((await bench.admin('POST', 'faults', fault)).status).toBe(status);
    expect((await bench.admin('GET', 'faults')).body).toEqual({ faults: [] });
  });

  it('is not ordered by a web page, and other paths say what there is', async () => {
    const simple = await fetch(`${bench.sandbox.endpointUrl}/_sandbox/faults`, { method: 'POST', body: '{"kind":"deny"}' });
    expect(simple.status).toBe(415);
    expect(await bench.admin('GET', 'nothing')).toMatchObject({ status: 404, body: { message: expect.stringContaining('POST faults') } });
  });

  it('stands in the settings from the start, or stops the start', async () => {
    const folder = makeFolder();
    const settings = (faults: string) => loadSandboxSettings({ ...settingsIn(folder), SANDBOX_FAULTS: faults });
    await expect(startSandbox(settings('[{"kind":"explode"}]'), () => undefined)).rejects.toThrow('SANDBOX_FAULTS: 0.kind');
    const sandbox = await startSandbox(settings('[{"kind":"slow","delayMs":1}]'), () => undefined);
    const answer = (await (await fetch(`${sandbox.endpointUrl}/_sandbox/faults`)).json()) as { faults: unknown[] };
    expect(answer.faults).toMatchObject([{ kind: 'slow', delayMs: 1, action: '*' }]);
    await sandbox.stop();
    removeFolder(folder);
  });
});

describe("AWS's quotas of calls a second", () => {
  const account = () => ({ key: 'a' }) as Parameters<Throttle['take']>[0];

  it('let one second of calls through at once, and then as many as come back', () => {
    let now = 0;
    const throttle = new Throttle(true, () => now);
    const passing = (operation: string) => {
      let passed = 0;
      try {
        for (; passed < 1_000; passed++) throttle.take(account(), operation);
      } catch {
        // Full.
      }
      return passed;
    };
    expect(passing('CreatePolicy')).toBe(10);
    expect(passing('AttachPolicy')).toBe(15);
    expect(passing('DescribeThing')).toBe(350);
    now = 500;
    expect(passing('CreatePolicy')).toBe(5);
    now = 10_000;
    expect(passing('CreatePolicy')).toBe(10);
    // Ten of the one operation and five of the other are what may register certificates within a second.
    expect(passing('RegisterCertificate')).toBe(10);
    expect(passing('RegisterCertificateWithoutCA')).toBe(5);
  });

  it('refuse what is above them with AWS\'s error, in one account only, and can be turned on and off', async () => {
    const unit = await (await TestAuthority.make()).issue('CN=throttled');
    const register = (client: IoTClient) => failure(client.send(new RegisterCertificateWithoutCACommand({ certificatePem: unit.pem })));
    await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: unit.pem }));
    expect((await bench.admin('PUT', 'throttling', { on: true })).body).toEqual({ on: true });
    const names = (await Promise.all(Array.from({ length: 200 }, () => register(iot)))).map(({ name }) => name);
    expect(names).toContain('ResourceAlreadyExistsException');
    expect(names.filter((name) => name === 'ThrottlingException').length).toBeGreaterThan(0);
    await bench.iot(US).send(new RegisterCertificateWithoutCACommand({ certificatePem: unit.pem }));
    expect((await bench.admin('PUT', 'throttling', { on: false })).body).toEqual({ on: false });
    expect(await register(iot)).toMatchObject({ name: 'ResourceAlreadyExistsException' });
  });
});
