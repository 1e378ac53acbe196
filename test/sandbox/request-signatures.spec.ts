import { request } from 'node:http';
import { CreateThingCommand, GetRegistrationCodeCommand, ListJobsCommand, ListThingsCommand } from '@aws-sdk/client-iot';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Bench, EU, US } from './support/bench.js';
import { failure } from './support/failure.js';

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench.stop());

/** A request as it goes over the wire, to send it again with something changed. */
interface Wire {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Any client of the SDK. */
interface Client {
  middlewareStack: { add(middleware: (next: (args: never) => unknown) => (args: never) => unknown, options: object): void };
}

/** Has the last request of this client shown. */
function watch(client: Client): () => Wire {
  let wire: Wire | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      const { request: sent } = args as { request: Omit<Wire, 'body'> & { query: Record<string, string>; body: Uint8Array | string | undefined } };
      const { method, headers, body } = sent;
      const query = String(new URLSearchParams(sent.query));
      wire = { method, path: query === '' ? sent.path : `${sent.path}?${query}`, headers: { ...headers }, body: typeof body === 'string' ? body : new TextDecoder().decode(body) };
      return next(args);
    },
    { step: 'finalizeRequest', name: 'capture', priority: 'low' },
  );
  return () => wire!;
}

async function capture(thingName: string): Promise<Wire> {
  const iot = bench.iot(EU);
  const seen = watch(iot as unknown as Client);
  await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { line: 'L1' } } }));
  return seen();
}

async function send(wire: Wire): Promise<{ status: number | undefined; type: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request(`${bench.sandbox.endpointUrl}${wire.path}`, { method: wire.method, headers: wire.headers }, (response) => {
      response.resume();
      const type = response.headers['x-amzn-errortype'];
      response.on('end', () => resolve({ status: response.statusCode, type: Array.isArray(type) ? type[0] : type }));
    });
    call.on('error', reject);
    call.end(wire.body);
  });
}

const INVALID = { status: 403, type: 'InvalidSignatureException' };

describe('the signature of a request', () => {
  it('is accepted as the SDK makes it, and refused when anything signed is changed', async () => {
    const wire = await capture('signed');
    expect(wire.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 /);
    expect(await send(wire)).toEqual({ status: 200, type: undefined });
    expect(await send({ ...wire, path: '/things/other' })).toEqual(INVALID);
    expect(await send({ ...wire, path: `${wire.path}?a=b` })).toEqual(INVALID);
    expect(await send({ ...wire, body: wire.body.replace('L1', 'L2') })).toEqual(INVALID);
    expect(await send({ ...wire, headers: { ...wire.headers, 'x-amz-date': '20200101T000000Z' } })).toEqual(INVALID);
    expect(await send({ ...wire, headers: { ...wire.headers, authorization: wire.headers['authorization']!.replace(/.$/, (last) => (last === '0' ? '1' : '0')) } })).toEqual(INVALID);
    const unsigned = Object.fromEntries(Object.entries(wire.headers).filter(([name]) => name !== 'authorization'));
    expect(await send({ ...wire, headers: unsigned })).toEqual({ status: 403, type: 'MissingAuthenticationTokenException' });
    expect(await send({ ...wire, headers: { ...unsigned, authorization: 'Basic eDp5' } })).toEqual(INVALID);
  });

  it('is refused with a wrong secret and with an unknown key', async () => {
    const wrong = bench.iot(EU, { secretAccessKey: 'x'.repeat(40) });
    expect(await failure(wrong.send(new GetRegistrationCodeCommand({})))).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
    const unknown = bench.iot(EU, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' });
    expect(await failure(unknown.send(new GetRegistrationCodeCommand({})))).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
  });

  it('counts for AWS IoT only', async () => {
    const iot = bench.iot(EU, { signingName: 'dynamodb' });
    const refused = await failure(iot.send(new GetRegistrationCodeCommand({})));
    expect(refused).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
    expect(refused.message).toContain('correct service');
    expect((await bench.iot(EU, { signingName: 'execute-api' }).send(new GetRegistrationCodeCommand({}))).registrationCode).toHaveLength(64);
  });

  it('is refused when the clocks are more than five minutes apart', async () => {
    const attempt = (clockOffsetMs: number) => bench.iot(EU, { clockOffsetMs }).send(new GetRegistrationCodeCommand({}));
    await attempt(-4 * 60_000);
    await attempt(4 * 60_000);
    expect(await failure(attempt(-6 * 60_000))).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
    expect(await failure(attempt(6 * 60_000))).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
  });

  it('tells the account by the key and the region by the scope, and only configured pairs exist', async () => {
    const elsewhere = bench.iot(US, { region: 'eu-west-1' });
    const refused = await failure(elsewhere.send(new GetRegistrationCodeCommand({})));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(refused.message).toContain('222222222222 in eu-west-1');
  });

  it('covers query strings with unusual characters', async () => {
    const { things } = await bench.iot(EU).send(new ListThingsCommand({ attributeName: 'a.b,c@d/e:f#g', attributeValue: 'x=[y]' }));
    expect(things).toEqual([]);
  });
});

describe('a request that the sandbox has no answer to', () => {
  it('is named in the refusal', async () => {
    const refused = await failure(bench.iot(EU).send(new ListJobsCommand({})));
    expect(refused).toMatchObject({ name: 'UnknownOperationException', status: 404 });
    expect(refused.message).toContain('GET /jobs');
  });

  it('may be too large', async () => {
    const wire = await capture('large');
    expect(await send({ ...wire, body: 'x'.repeat(1_048_577), headers: { ...wire.headers, 'content-length': '1048577' } })).toEqual({
      status: 413,
      type: 'RequestEntityTooLargeException',
    });
  });
});

describe('each service', () => {
  type Keys = NonNullable<Parameters<Bench['access']>[1]>;
  const caller = (keys?: Keys) => bench.own(new STSClient(bench.access(EU, keys))).send(new GetCallerIdentityCommand({}));
  const queues = (keys?: Keys) => bench.own(new SQSClient(bench.access(EU, keys))).send(new ListQueuesCommand({}));
  const buckets = (keys?: Keys) => bench.own(new S3Client(bench.access(EU, keys))).send(new ListBucketsCommand({}));

  it.each([
    ['STS', caller, 'InvalidClientTokenId', 'InvalidClientTokenId', 403],
    ['SQS', queues, 'InvalidClientTokenId', 'InvalidClientTokenId', 403],
    ['S3', buckets, 'InvalidAccessKeyId', 'InvalidToken', 400],
  ])('checks keys and tokens, as %s does in its own words', async (_service, call, unknownKey, unknownToken, tokenStatus) => {
    const keys = bench.keys(EU);
    await call();
    expect(await failure(call({ ...keys, secretAccessKey: 'x'.repeat(40) }))).toMatchObject({ name: 'SignatureDoesNotMatch', status: 403 });
    expect(await failure(call({ ...keys, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }))).toMatchObject({ name: unknownKey, status: 403 });
    expect(await failure(call({ ...keys, sessionToken: 'of nobody' }))).toMatchObject({ name: unknownToken, status: tokenStatus });
  });

  it('takes the body that was signed, and no other', async () => {
    const [sts, sqs, s3] = [bench.own(new STSClient(bench.access(EU))), bench.own(new SQSClient(bench.access(EU))), bench.own(new S3Client(bench.access(EU)))];
    const [ofSts, ofSqs, ofS3] = [sts, sqs, s3].map((client) => watch(client as unknown as Client));
    await sts.send(new GetCallerIdentityCommand({}));
    await sqs.send(new CreateQueueCommand({ QueueName: 'signed' }));
    await s3.send(new CreateBucketCommand({ Bucket: 'signed' }));
    await s3.send(new PutObjectCommand({ Bucket: 'signed', Key: 'a', Body: 'signed' }));
    for (const [wire, body] of [[ofSts!(), 'Action=GetCallerIdentity&Version=2011-06-16'], [ofSqs!(), '{"QueueName":"signes"}']] as const) {
      expect((await send(wire)).status).toBe(200);
      expect((await send({ ...wire, body, headers: { ...wire.headers, 'content-length': String(body.length) } })).status).toBe(403);
    }
    const put = ofS3!();
    expect((await send(put)).status).toBe(200);
    expect((await send({ ...put, body: 'forged' })).status).toBe(400);
    expect((await send({ ...put, path: put.path.replace('/a?', '/b?') })).status).toBe(403);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'signed', Key: 'a' }));
    expect(await Body!.transformToString()).toBe('signed');
  });
});
