import { createHash, createHmac } from 'node:crypto';
import { header, type AwsRequest } from './aws-request.js';
import type { SignatureScope } from './signature-claim.js';

type SignedParts = Pick<AwsRequest, 'method' | 'path' | 'search' | 'headers'>;

/** The signature that a request should have (AWS General Reference, "Signing AWS API requests": canonical request and string to sign). */
export function signatureVersion4(request: SignedParts, { day, region, service, signedHeaders, date = '' }: SignatureScope, secretAccessKey: string, payloadHash: string): Buffer {
  const canonical = [
    request.method,
    service === 's3' ? request.path : encodedTwice(request.path),
    canonicalQuery(request.search),
    ...signedHeaders.map((name) => `${name}:${(header(request, name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/${service}/aws4_request\n${createHash('sha256').update(canonical).digest('hex')}`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return hmac(key, toSign);
}

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** encodeURIComponent leaves five characters that RFC 3986 section 2.2 reserves. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** All services but S3 sign the path without dots and doubled slashes, and encode it once more than it is sent. */
function encodedTwice(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const slash = parts.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${parts.map(encode).join('/')}${slash}`;
}

function canonicalQuery(search: string): string {
  const pairs = search.split('&').filter((pair) => pair !== '').map((pair) => {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    return [encode(decoded(name)), encode(decoded(value))] as const;
  });
  return pairs
    .filter(([name]) => name !== 'X-Amz-Signature')
    .toSorted(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The parts of a query that version 2 signs besides the path (S3, "Signing and authenticating REST requests"). */
const SUBRESOURCES = new Set([
  'acl', 'cors', 'delete', 'lifecycle', 'location', 'logging', 'notification', 'partNumber', 'policy', 'requestPayment', 'tagging', 'torrent', 'uploadId', 'uploads',
  'versionId', 'versioning', 'versions', 'website', 'response-cache-control', 'response-content-disposition', 'response-content-encoding', 'response-content-language',
  'response-content-type', 'response-expires',
]);

/** The signature of a URL that was signed with version 2, as boto3 of Debian 12 does it for S3 in older regions. Headers may stand in the query. */
export function signatureVersion2(request: AwsRequest, expires: string, secretAccessKey: string): Buffer {
  const given = (name: string): string => request.query[name] ?? header(request, name) ?? '';
  const names = new Set([...Object.keys(request.query), ...Object.keys(request.headers)].filter((name) => name.startsWith('x-amz-')));
  const extra = [...names].toSorted().map((name) => `${name}:${given(name)}\n`);
  const subresources = Object.entries(request.query).filter(([name]) => SUBRESOURCES.has(name)).toSorted(([a], [b]) => order(a, b));
  const resource = subresources.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  const toSign = `${request.method}\n${given('content-md5')}\n${given('content-type')}\n${expires}\n${extra.join('')}${request.path}${resource === '' ? '' : `?${resource}`}`;
  return createHmac('sha1', secretAccessKey).update(toSign).digest();
}
