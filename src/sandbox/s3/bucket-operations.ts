import { header, readBody } from '../endpoint/aws-request.js';
import type { Answer } from '../endpoint/aws-service.js';
import { encode } from '../endpoint/canonical-request.js';
import { xml, type XmlValue } from '../endpoint/xml.js';
import type { StoredObject } from '../store/object.repository.js';
import { bucketArn, requireBucket, type S3Call } from './s3-call.js';
import { S3Error } from './s3-error.js';

const NAMESPACE = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
/** A thousand keys of a kilobyte, and their elements. */
const BODY_LIMIT = 2_097_152;

export const xmlDocument = (name: string, content: XmlValue): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xml(name, content, 'flat', NAMESPACE)}`;

const answer = (name: string, content: XmlValue): Answer => ({ status: 200, headers: { 'content-type': 'application/xml' }, body: xmlDocument(name, content) });

export function listBuckets({ caller, objects, permissions }: S3Call): Answer {
  permissions.require(caller, 's3:ListAllMyBuckets', '*');
  const buckets = objects.bucketsOf(caller.accountId).map(({ name, createdAt }) => ({ Name: name, CreationDate: createdAt.toISOString() }));
  return answer('ListAllMyBucketsResult', { Owner: { ID: caller.accountId }, Buckets: { Bucket: buckets } });
}

export async function createBucket(call: S3Call, name: string): Promise<Answer> {
  const { caller, objects, permissions, request } = call;
  const body = (await readBody(request, BODY_LIMIT)).toString('utf8');
  permissions.require(caller, 's3:CreateBucket', bucketArn(name));
  if (!/^(?!xn--|\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.');
  const known = objects.bucket(name);
  if (known?.accountId === caller.accountId) throw new S3Error('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.');
  if (known !== undefined) throw new S3Error('BucketAlreadyExists', 'The requested bucket name is not available.');
  objects.addBucket(name, caller.accountId, /<LocationConstraint>([a-z0-9-]+)<\/LocationConstraint>/.exec(body)?.[1] ?? caller.region);
  return { status: 200, headers: { location: `/${name}` }, body: '' };
}

export function headBucket(call: S3Call, name: string): Answer {
  return { status: 200, headers: { 'x-amz-bucket-region': requireBucket(call, name, 's3:ListBucket').region } };
}

export function getBucketLocation(call: S3Call, name: string): Answer {
  const { region } = requireBucket(call, name, 's3:GetBucketLocation');
  // The oldest region is said by saying nothing.
  return answer('LocationConstraint', region === 'us-east-1' ? '' : region);
}

export function deleteBucket(call: S3Call, name: string): Answer {
  requireBucket(call, name, 's3:DeleteBucket');
  if (!call.objects.isEmpty(name)) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
  call.objects.removeBucket(name);
  return { status: 204, headers: {} };
}

export function listObjectsV2(call: S3Call, name: string): Answer {
  requireBucket(call, name, 's3:ListBucket');
  const { query } = call.request;
  const { prefix = '', delimiter = '', 'start-after': startAfter } = query;
  const encodingType = query['encoding-type'];
  const most = /^[0-9]{1,9}$/.test(query['max-keys'] ?? '') ? Math.min(Number(query['max-keys']), 1_000) : 1_000;
  const token = query['continuation-token'];
  const page = pageOf(call, name, { prefix, delimiter, after: token === undefined ? (startAfter ?? '') : decodeToken(token), most });
  const shown = (text: string): string => (encodingType === 'url' ? encode(text).replaceAll('%2F', '/') : text);
  return answer('ListBucketResult', {
    Name: name,
    Prefix: shown(prefix),
    Delimiter: delimiter === '' ? undefined : shown(delimiter),
    MaxKeys: most,
    EncodingType: encodingType,
    KeyCount: page.objects.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(`after:${page.next}`).toString('base64'),
    StartAfter: startAfter === undefined ? undefined : shown(startAfter),
    Contents: page.objects.map(({ key, modifiedAt, md5, size, checksum }) => ({
      Key: shown(key), LastModified: modifiedAt.toISOString(), ETag: `"${md5}"`, ...(checksum === undefined ? {} : { ChecksumAlgorithm: checksum[0].toUpperCase() }), Size: size, StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((one) => ({ Prefix: shown(one) })),
  });
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (!text.startsWith('after:')) throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return text.slice('after:'.length);
}

interface ListPage {
  readonly objects: StoredObject[];
  /** What keys have in common up to the delimiter. */
  readonly prefixes: string[];
  /** Where the next page goes on; undefined on the last one. */
  readonly next: string | undefined;
}

/** Behind every key that begins with a text. */
const LAST_CHARACTER = '\u{10FFFF}';

function pageOf({ objects }: S3Call, bucket: string, { prefix, delimiter, after, most }: { prefix: string; delimiter: string; after: string; most: number }): ListPage {
  const found: StoredObject[] = [];
  const prefixes: string[] = [];
  let cursor = after;
  while (found.length + prefixes.length < most) {
    const rows = objects.list(bucket, prefix, cursor, most - found.length - prefixes.length);
    if (rows.length === 0) return { objects: found, prefixes, next: undefined };
    for (const row of rows) {
      const end = delimiter === '' ? -1 : row.key.indexOf(delimiter, prefix.length);
      if (end < 0) {
        found.push(row);
        cursor = row.key;
        continue;
      }
      const common = row.key.slice(0, end + delimiter.length);
      prefixes.push(common);
      // All others below it are skipped, and so are those of this page that begin with it.
      cursor = `${common}${LAST_CHARACTER}`;
      break;
    }
  }
  return { objects: found, prefixes, next: most > 0 && objects.list(bucket, prefix, cursor, 1).length > 0 ? cursor : undefined };
}

/** Up to a thousand keys, each of which succeeds or fails by itself. */
export async function deleteObjects(call: S3Call, bucket: string): Promise<Answer> {
  const body = (await readBody(call.request, BODY_LIMIT)).toString('utf8');
  const keys = [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unescapeXml(key));
  if (!/<Delete[ >]/.test(body) || keys.length === 0 || keys.length > 1_000) throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
  if (header(call.request, 'x-amz-bypass-governance-retention') !== undefined) throw new S3Error('NotImplemented', 'The sandbox has no object lock.');
  const [deleted, errors]: [{ Key: string }[], XmlValue[]] = [[], []];
  for (const key of keys) {
    try {
      requireBucket(call, bucket, 's3:DeleteObject', key);
      call.files.remove(bucket, key);
      deleted.push({ Key: key });
    } catch (error) {
      if (error instanceof S3Error) throw error;
      errors.push({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' });
    }
  }
  return answer('DeleteResult', { Deleted: /<Quiet>true<\/Quiet>/.test(body) ? [] : deleted, Error: errors });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));/g, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16));
  });
