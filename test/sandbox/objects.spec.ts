import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { crc32c, crc64nvme } from '../../src/sandbox/s3/crc.js';
import { signedUrl } from '../../src/sandbox/s3/signed-url.js';
import { Bench, EU, US } from './support/bench.js';
import { boto3, runPython } from './support/boto3.js';
import { failure } from './support/failure.js';
import { http } from './support/plain-http.js';
import { Sha256 } from './support/sha256.js';

let bench: Bench;
let s3: S3Client;

beforeAll(async () => {
  bench = await Bench.start({ settings: { SANDBOX_OBJECTS_BYTES: '1048576' } });
  s3 = client(EU);
  await s3.send(new CreateBucketCommand({ Bucket: 'units' }));
});
afterAll(() => bench.stop());

const client = (index: number, keys?: Parameters<Bench['access']>[1]) => bench.own(new S3Client(bench.access(index, keys)));

const put = (Key: string, Body: NonNullable<PutObjectCommandInput['Body']>, more: Partial<PutObjectCommandInput> = {}) => s3.send(new PutObjectCommand({ Bucket: 'units', Key, Body, ...more }));

async function get(Key: string, more: object = {}, by = s3): Promise<string> {
  return (await by.send(new GetObjectCommand({ Bucket: 'units', Key, ...more }))).Body!.transformToString();
}

/** A URL as the SDK's presigner makes it. */
async function presign(method: string, key: string, { seconds = 60, keys = bench.keys(EU), at = new Date() }: { seconds?: number; keys?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }; at?: Date } = {}): Promise<string> {
  const { host, hostname, port } = new URL(bench.sandbox.endpointUrl);
  const signer = new SignatureV4({ service: 's3', region: 'eu-west-1', credentials: keys, sha256: Sha256, uriEscapePath: false, applyChecksum: false });
  const path = `/units/${key.split('/').map(encodeURIComponent).join('/')}`;
  const plain = new HttpRequest({ method, protocol: 'http:', hostname, port: Number(port), path, headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, query: { 'x-id': 'Any' } });
  const signed = await signer.presign(plain, { expiresIn: seconds, signingDate: at, unhoistableHeaders: new Set(), hoistableHeaders: new Set(['x-amz-content-sha256']) });
  const query = Object.entries(signed.query!).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&');
  return `${bench.sandbox.endpointUrl}${path}?${query}`;
}

describe('an object', () => {
  it.each(['plain.txt', 'lines/L1/unit 7+é~*\'().json', 'a//b/../c', '%41', '/leading'])('comes back under the key %j with what was said of it', async (key) => {
    const body = `body of ${key}`;
    const sent = await put(key, body, { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { line: 'L1' } });
    expect(sent.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    const got = await s3.send(new GetObjectCommand({ Bucket: 'units', Key: key, ChecksumMode: 'ENABLED' }));
    expect(await got.Body!.transformToString()).toBe(body);
    expect(got).toMatchObject({ ETag: sent.ETag, ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { line: 'L1' }, ChecksumCRC32: sent.ChecksumCRC32, ContentLength: Buffer.byteLength(body) });
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'units', Key: key }));
    expect([head.ContentLength, head.ETag]).toEqual([Buffer.byteLength(body), sent.ETag]);
    await s3.send(new DeleteObjectCommand({ Bucket: 'units', Key: key }));
    expect(await failure(get(key))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await failure(s3.send(new HeadObjectCommand({ Bucket: 'units', Key: key })))).toMatchObject({ status: 404 });
  });

  it('may come as a stream, in chunks with a checksum behind them', async () => {
    const pieces = [randomBytes(70_000), Buffer.from('middle'), randomBytes(1)];
    await put('stream', Readable.from(pieces), { ContentLength: 70_007, ContentEncoding: 'identity' });
    const got = await s3.send(new GetObjectCommand({ Bucket: 'units', Key: 'stream', ChecksumMode: 'ENABLED' }));
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(Buffer.concat(pieces))).toBe(true);
    expect([got.ContentEncoding, got.ChecksumCRC32]).toEqual(['identity', expect.any(String)]);
    await put('empty', '', { ContentLength: 0 });
    expect(await get('empty')).toBe('');
  });

  it.each(['SHA1', 'SHA256', 'CRC32C', 'CRC64NVME'] as const)('keeps a checksum of %s', async (ChecksumAlgorithm) => {
    const sent = await put('checked', 'checked', { ChecksumAlgorithm });
    const got = await s3.send(new GetObjectCommand({ Bucket: 'units', Key: 'checked', ChecksumMode: 'ENABLED' }));
    expect(got[`Checksum${ChecksumAlgorithm}`]).toBe(sent[`Checksum${ChecksumAlgorithm}`]);
    expect(await got.Body!.transformToString()).toBe('checked');
  });

  it.each([[crc32c, 'e3069283'], [crc64nvme, 'ae8b14860a799888']])('has the checksums that their authors name for 123456789: %p', (make, expected) => {
    const crc = make();
    for (const part of ['1234', '', '56789']) crc.update(Buffer.from(part));
    expect(crc.digest().toString('hex')).toBe(expected);
  });

  it('is replaced whole, or not at all where its body is not what was announced', async () => {
    await put('whole', 'first');
    expect(await failure(put('whole', 'second', { ContentMD5: createHash('md5').update('other').digest('base64') }))).toMatchObject({ name: 'BadDigest', status: 400 });
    expect(await failure(put('whole', 'second', { ChecksumCRC32: 'AAAAAA==' }))).toMatchObject({ name: 'BadDigest' });
    expect(await failure(put('whole', 'second', { ChecksumCRC32C: 'AAAAAA==' }))).toMatchObject({ name: 'BadDigest' });
    expect(await get('whole')).toBe('first');
    await put('whole', 'third');
    expect(await get('whole')).toBe('third');
    expect(await failure(put('whole', 'fourth', { IfNoneMatch: '*' }))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
  });

  it('is read in parts, and without a checksum then', async () => {
    await put('parts', '0123456789');
    const part = await s3.send(new GetObjectCommand({ Bucket: 'units', Key: 'parts', Range: 'bytes=2-4', ChecksumMode: 'ENABLED' }));
    expect([await part.Body!.transformToString(), part.ContentRange, part.ContentLength]).toEqual(['234', 'bytes 2-4/10', 3]);
    expect(await get('parts', { Range: 'bytes=-3' })).toBe('789');
    expect(await get('parts', { Range: 'bytes=8-' })).toBe('89');
    expect(await failure(get('parts', { Range: 'bytes=10-' }))).toMatchObject({ name: 'InvalidRange', status: 416 });
    expect((await failure(get('parts', { IfNoneMatch: `"${createHash('md5').update('0123456789').digest('hex')}"` }))).status).toBe(304);
  });

  it('finds no room beyond what the setting says, and leaves no bytes behind', async () => {
    const before = readdirSync(join(bench.folder, 'data', 'objects')).length;
    const refused = await failure(put('large', 'x'.repeat(1_048_577)));
    expect([refused.name, refused.message]).toEqual(['EntityTooLarge', expect.stringContaining('SANDBOX_OBJECTS_BYTES')]);
    expect(readdirSync(join(bench.folder, 'data', 'objects')).length).toBe(before);
  });
});

describe('a bucket', () => {
  it('is listed page by page, by prefix and delimiter, in the order of bytes', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'listed' }));
    const keys = ['Z', 'a/1', 'a/2', 'a/b/1', 'b&c', 'b<d', 'e f+g', 'é'];
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: 'listed', Key, Body: Key }));
    const list = async (more: object) => s3.send(new ListObjectsV2Command({ Bucket: 'listed', ...more }));
    expect((await list({})).Contents!.map(({ Key }) => Key)).toEqual(keys);
    const grouped = await list({ Delimiter: '/' });
    expect([grouped.CommonPrefixes, grouped.KeyCount]).toEqual([[{ Prefix: 'a/' }], 6]);
    expect((await list({ Prefix: 'a/', Delimiter: '/' })).CommonPrefixes).toEqual([{ Prefix: 'a/b/' }]);
    expect((await list({ StartAfter: 'b&c' })).Contents!.map(({ Key }) => Key)).toEqual(['b<d', 'e f+g', 'é']);
    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await list({ MaxKeys: 2, Delimiter: '/', EncodingType: 'url', ContinuationToken: token });
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      seen.push(...(page.Contents ?? []).map(({ Key }) => decodeURIComponent(Key!)), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(seen).toEqual(['Z', 'a/', 'b&c', 'b<d', 'e f+g', 'é']);
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: 'listed' })))).toMatchObject({ name: 'BucketNotEmpty', status: 409 });
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: 'listed', Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    expect(Deleted!.map(({ Key }) => Key)).toEqual(keys);
    await s3.send(new DeleteBucketCommand({ Bucket: 'listed' }));
    expect(await failure(list({}))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
  });

  it('is its account\'s alone, and a session\'s as far as its role says', async () => {
    const theirs = client(US);
    await put('own', 'ours');
    expect(await failure(get('own', {}, theirs))).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await failure(theirs.send(new CreateBucketCommand({ Bucket: 'units' })))).toMatchObject({ name: 'BucketAlreadyExists', status: 409 });
    expect((await theirs.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    expect((await s3.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name)).toContain('units');
    expect((await s3.send(new HeadBucketCommand({ Bucket: 'units' }))).BucketRegion).toBe('eu-west-1');
    const statement = (Action: string, Resource: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] });
    bench.sandbox.roles.add({ accountId: '111111111111', name: 'reader', trust, policies: { read: statement('s3:GetObject', 'arn:aws:s3:::units/o*') } });
    const sts = bench.own(new STSClient(bench.access(US)));
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/reader', RoleSessionName: 'reader' }));
    const keys = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
    const session = client(EU, keys);
    expect(await get('own', {}, session)).toBe('ours');
    expect(await failure(get('whole', {}, session))).toMatchObject({ name: 'AccessDenied' });
    // Only who may list a bucket learns that something is missing.
    expect(await failure(get('other', {}, session))).toMatchObject({ name: 'AccessDenied' });
    expect((await http('GET', await presign('GET', 'own', { keys }))).body).toBe('ours');
    const { sessionToken: _token, ...without } = keys;
    expect((await http('GET', await presign('GET', 'own', { keys: without }))).status).toBe(400);
  });

  it('answers to what the sandbox does not know by naming it', async () => {
    const refused = await failure(s3.send(new GetBucketAclCommand({ Bucket: 'units' })));
    expect([refused.name, refused.message, refused.status]).toEqual(['NotImplemented', 'The sandbox does not know ?acl of S3.', 501]);
    expect(await failure(s3.send(new CreateBucketCommand({ Bucket: 'Not_Good' })))).toMatchObject({ name: 'InvalidBucketName' });
  });
});

describe('a URL that was signed for later', () => {
  it('reads and writes one object for a while', async () => {
    const sent = await http('PUT', await presign('PUT', 'signed/a b'), 'by anybody');
    expect(sent.status).toBe(200);
    expect(await http('GET', await presign('GET', 'signed/a b'))).toMatchObject({ status: 200, body: 'by anybody' });
    const url = await presign('GET', 'signed/a b');
    const codeOf = async (changed: string, method = 'GET') => {
      const { status, body } = await http(method, changed);
      return [status, /<Code>(\w+)<\/Code>/.exec(body)?.[1]];
    };
    expect(await codeOf(url.replace('a%20b', 'c'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(`${url}&response-content-type=text/html`)).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(url, 'DELETE')).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await codeOf(await presign('GET', 'signed/a b', { at: new Date(Date.now() - 61_000) }))).toEqual([403, 'AccessDenied']);
    expect(await codeOf(url.replace(/X-Amz-Signature=./, 'X-Amz-Signature=g'))).toEqual([400, 'AuthorizationHeaderMalformed']);
  });

  it('is made by the sandbox itself for the reports of its tasks', async () => {
    await put('reports/1 (é)', 'report');
    const place = { endpointUrl: bench.sandbox.endpointUrl, region: 'eu-west-1', bucket: 'units', key: 'reports/1 (é)' };
    const url = signedUrl(place, { accountId: '111111111111', ...bench.keys(EU) }, 60);
    expect(await http('GET', url)).toMatchObject({ status: 200, body: 'report' });
    expect((await http('GET', url.replace('reports', 'report'))).status).toBe(403);
  });

  it('may be signed with version 2, as boto3 of Debian 12 does in older regions', async () => {
    await put('older', 'version 2');
    const url = (key: string, { expires = Math.floor(Date.now() / 1_000) + 60, signedKey = key } = {}) => {
      const { accessKeyId, secretAccessKey } = bench.keys(EU);
      const signature = createHmac('sha1', secretAccessKey).update(`GET\n\n\n${expires}\n/units/${signedKey}`).digest('base64');
      return `${bench.sandbox.endpointUrl}/units/${key}?AWSAccessKeyId=${accessKeyId}&Signature=${encodeURIComponent(signature)}&Expires=${expires}`;
    };
    expect(await http('GET', url('older'))).toMatchObject({ status: 200, body: 'version 2' });
    expect((await http('GET', url('older', { signedKey: 'own' }))).body).toContain('SignatureDoesNotMatch');
    expect((await http('GET', url('older', { expires: 1_700_000_000 }))).body).toContain('Request has expired');
  });
});

it('serves boto3 of Debian 12: objects, pages, and URLs of both signature versions', async () => {
  const body = Buffer.from('hello from boto').toString('base64');
  const arguments_ = { Bucket: 'boto', Key: 'a b/ü+.txt' };
  const [, , got, head, missing, listed, location] = await boto3(bench, EU, [
    { service: 's3', operation: 'create_bucket', arguments: { Bucket: 'boto', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } } },
    { service: 's3', operation: 'put_object', arguments: { ...arguments_, Body: body, ContentType: 'text/plain', Metadata: { a: 'b' } }, bytes: 'Body' },
    { service: 's3', operation: 'get_object', arguments: arguments_ },
    { service: 's3', operation: 'head_object', arguments: arguments_ },
    { service: 's3', operation: 'head_object', arguments: { Bucket: 'boto', Key: 'none' } },
    { service: 's3', operation: 'list_objects_v2', arguments: { Bucket: 'boto', MaxKeys: 1 } },
    { service: 's3', operation: 'get_bucket_location', arguments: { Bucket: 'boto' } },
  ]);
  expect(got).toMatchObject({ Body: body, ContentType: 'text/plain', Metadata: { a: 'b' } });
  expect(head).toMatchObject({ ContentLength: 15 });
  expect(missing).toEqual({ code: '404', status: 404 });
  expect(listed).toMatchObject({ KeyCount: 1, IsTruncated: false, Contents: [{ Key: arguments_.Key, Size: 15 }] });
  expect(location).toEqual({ LocationConstraint: 'eu-west-1' });
  const { endpoint, region, credentials } = bench.access(EU);
  const urls = (await runPython('boto3_urls.py', { endpointUrl: endpoint, region, credentials, arguments: arguments_ }, bench.folder)) as { version2: string; version4: string; put: string };
  expect(urls.version2).toContain('AWSAccessKeyId=');
  expect(urls.version4).toContain('X-Amz-Credential=');
  expect([(await http('GET', urls.version2)).body, (await http('GET', urls.version4)).body]).toEqual(['hello from boto', 'hello from boto']);
  expect((await http('PUT', urls.put, 'replaced', { 'content-type': 'text/plain' })).status).toBe(200);
  expect((await http('GET', urls.version2)).body).toBe('replaced');
});
