import type { Readable } from 'node:stream';
import { header, type AwsRequest } from '../endpoint/aws-request.js';
import type { Answer } from '../endpoint/aws-service.js';
import { UNSIGNED } from '../endpoint/signature-check.js';
import type { StoredObject } from '../store/object.repository.js';
import { AwsChunkedDecoder } from './aws-chunked.js';
import { CHECKSUMS } from './body-digests.js';
import type { BodyClaims } from './object-files.js';
import { bucketArn, requireBucket, type S3Call } from './s3-call.js';
import { S3Error } from './s3-error.js';

/** Headers of a PUT that are answered as they came. */
const KEPT = ['content-type', 'content-encoding', 'content-language', 'content-disposition', 'cache-control', 'expires'];

const KEY_BYTES = 1_024;

export async function putObject(call: S3Call, bucket: string, key: string): Promise<Answer> {
  const { request, objects, files } = call;
  requireBucket(call, bucket, 's3:PutObject', key);
  if (Buffer.byteLength(key) > KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long');
  for (const name of ['x-amz-copy-source', 'x-amz-server-side-encryption-customer-key', 'x-amz-object-lock-mode']) {
    if (header(request, name) !== undefined) throw new S3Error('NotImplemented', `The sandbox does not know the header ${name}.`);
  }
  const condition = header(request, 'if-none-match');
  if (condition !== undefined && condition !== '*') throw new S3Error('NotImplemented', 'A PUT takes * in If-None-Match only.');
  if (condition === '*' && objects.find(bucket, key) !== undefined) throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const decoder = isFramed(request) ? new AwsChunkedDecoder() : undefined;
  const claims = claimsOf(request, decoder);
  const object = await files.put(bucket, key, keptHeaders(request), { stream: request.stream, decoder }, claims);
  return { status: 200, headers: { etag: `"${object.md5}"`, ...checksumHeaders(object) }, body: '' };
}

/** Deletes nothing without a complaint, as at AWS. */
export function deleteObject(call: S3Call, bucket: string, key: string): Answer {
  requireBucket(call, bucket, 's3:DeleteObject', key);
  call.files.remove(bucket, key);
  return { status: 204, headers: {} };
}

/** GET and HEAD. */
export function getObject(call: S3Call, bucket: string, key: string): Answer {
  const { request, files } = call;
  const object = requireObject(call, bucket, key);
  const etag = `"${object.md5}"`;
  const [match, noneMatch] = [header(request, 'if-match'), header(request, 'if-none-match')];
  if (match !== undefined && !names(match, etag)) throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (noneMatch !== undefined && names(noneMatch, etag)) return { status: 304, headers: { etag } };
  const range = rangeOf(header(request, 'range'), object.size);
  const headers: Record<string, string> = {
    'content-type': 'binary/octet-stream', ...object.headers, ...overrides(request),
    etag, 'last-modified': object.modifiedAt.toUTCString(), 'accept-ranges': 'bytes',
    'content-length': String(range === undefined ? object.size : range.to - range.from + 1),
    ...(range === undefined ? {} : { 'content-range': `bytes ${range.from}-${range.to}/${object.size}` }),
    // Never with a part: clients compare it with what they got.
    ...(range === undefined && header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' ? checksumHeaders(object) : {}),
  };
  const status = range === undefined ? 200 : 206;
  return request.method === 'HEAD' || object.size === 0 ? { status, headers } : { status, headers, body: files.read(object, range) };
}

/** For services of the sandbox that act with a role. @throws S3Error, AccessDenied */
export function readObject(call: Pick<S3Call, 'caller' | 'objects' | 'permissions' | 'files'>, bucket: string, key: string): Readable {
  return call.files.read(requireObject(call, bucket, key));
}

/** That an object is missing is told only to those who may list the bucket. */
function requireObject(call: Pick<S3Call, 'caller' | 'objects' | 'permissions'>, bucket: string, key: string): StoredObject {
  requireBucket(call, bucket, 's3:GetObject', key);
  const object = call.objects.find(bucket, key);
  if (object !== undefined) return object;
  call.permissions.require(call.caller, 's3:ListBucket', bucketArn(bucket));
  throw new S3Error('NoSuchKey', 'The specified key does not exist.');
}

const isFramed = (request: AwsRequest): boolean =>
  header(request, 'content-encoding')?.split(',').some((one) => one.trim() === 'aws-chunked') === true || header(request, 'x-amz-content-sha256')?.startsWith('STREAMING-') === true;

function claimsOf(request: AwsRequest, decoder: AwsChunkedDecoder | undefined): BodyClaims {
  const hash = header(request, 'x-amz-content-sha256');
  const length = header(request, decoder === undefined ? 'content-length' : 'x-amz-decoded-content-length');
  const trailer = header(request, 'x-amz-trailer')?.toLowerCase();
  const given = Object.keys(request.headers).find((name) => /^x-amz-checksum-(?!mode$|type$|algorithm$)/.test(name)) ?? trailer;
  const name = CHECKSUMS.find((one) => given === `x-amz-checksum-${one}`);
  if (given !== undefined && name === undefined) throw new S3Error('NotImplemented', `The sandbox can not check ${given}. It knows ${CHECKSUMS.join(', ')}.`);
  return {
    sha256: hash === undefined || hash === UNSIGNED || hash.startsWith('STREAMING-') ? undefined : hash,
    md5: header(request, 'content-md5'),
    length: length === undefined ? undefined : Number(length),
    checksum: name === undefined ? undefined : { name, value: () => header(request, `x-amz-checksum-${name}`) ?? decoder?.trailers[`x-amz-checksum-${name}`] },
  };
}

function keptHeaders({ headers }: AwsRequest): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT.includes(name) || name.startsWith('x-amz-meta-'));
  return Object.fromEntries(kept.flatMap(([name, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.join(',') : (value ?? '');
    // The framing belongs to the request, and not to the object.
    const stored = name === 'content-encoding' ? text.split(',').map((one) => one.trim()).filter((one) => one !== 'aws-chunked').join(',') : text;
    return stored === '' ? [] : [[name, stored]];
  }));
}

/** `response-content-type` and so on in the query of a signed GET. */
const overrides = ({ query }: AwsRequest): Record<string, string> =>
  Object.fromEntries(KEPT.flatMap((name): [string, string][] => (query[`response-${name}`] === undefined ? [] : [[name, query[`response-${name}`] ?? '']])));

const checksumHeaders = ({ checksum }: StoredObject): Record<string, string> =>
  checksum === undefined ? {} : { [`x-amz-checksum-${checksum[0]}`]: checksum[1], 'x-amz-checksum-type': 'FULL_OBJECT' };

const names = (condition: string, etag: string): boolean => condition.split(',').some((one) => ['*', etag, etag.slice(1, -1)].includes(one.trim()));

/** One range of bytes (RFC 9110 section 14.1.2); what is no range is ignored, as HTTP wants it. */
function rangeOf(value: string | undefined, size: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(value ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const from = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from >= size || from > to) throw new S3Error('InvalidRange', 'The requested range is not satisfiable');
  return { from, to };
}
