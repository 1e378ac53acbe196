import { header, type AwsRequest } from './aws-request.js';
import { SignatureRefused } from './signature-refused.js';

export interface SignatureScope {
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** 20060102T150405Z */
  readonly date: string | undefined;
}

/** What a request says about its own signature. Nothing of it is proven yet. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly signature: string;
  readonly securityToken: string | undefined;
  /** Undefined for signature version 2, which has none; S3 is the only service here that takes it. */
  readonly scope: SignatureScope | undefined;
  /** A URL that was signed for later: where it says when it ends. */
  readonly url: { readonly expires: string } | undefined;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([A-Z0-9]{16,128})\/([0-9]{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/;
const CREDENTIAL = /^([A-Z0-9]{16,128})\/([0-9]{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/;

/** The service that a request was signed for, undefined where it names none. */
export function serviceNameOf(request: AwsRequest): string | undefined {
  const authorization = header(request, 'authorization');
  if (authorization !== undefined) return /Credential=[^/,]*\/[^/,]*\/[^/,]*\/([^/,]*)\//.exec(authorization)?.[1];
  if (request.query['X-Amz-Credential'] !== undefined) return CREDENTIAL.exec(request.query['X-Amz-Credential'])?.[4];
  return request.query['AWSAccessKeyId'] === undefined ? undefined : 's3';
}

/** @throws SignatureRefused where there is none, or one of a form that AWS doesn't take */
export function readClaim(request: AwsRequest): SignatureClaim {
  const authorization = header(request, 'authorization');
  if (authorization !== undefined) return ofHeader(request, authorization);
  if (request.query['X-Amz-Credential'] !== undefined) return ofUrl(request, request.query['X-Amz-Credential']);
  if (request.query['AWSAccessKeyId'] !== undefined) return ofVersion2Url(request, request.query['AWSAccessKeyId']);
  throw new SignatureRefused('missing', 'Missing Authentication Token');
}

function ofHeader(request: AwsRequest, value: string): SignatureClaim {
  const [, accessKeyId = '', day = '', region = '', service = '', names = '', signature = ''] = AUTHORIZATION.exec(value) ?? [];
  if (signature === '') throw new SignatureRefused('malformed', 'The Authorization header is not one of AWS Signature Version 4.');
  const signedHeaders = names.split(';');
  if (!signedHeaders.includes('host') || !signedHeaders.includes('x-amz-date')) throw new SignatureRefused('malformed', 'Host and X-Amz-Date must be signed.');
  const date = header(request, 'x-amz-date');
  return { accessKeyId, signature, securityToken: header(request, 'x-amz-security-token'), scope: { day, region, service, signedHeaders, date }, url: undefined };
}

function ofUrl({ query }: AwsRequest, credential: string): SignatureClaim {
  const [, accessKeyId = '', day = '', region = '', service = ''] = CREDENTIAL.exec(credential) ?? [];
  const signedHeaders = query['X-Amz-SignedHeaders']?.split(';') ?? [];
  const known = accessKeyId !== '' && query['X-Amz-Algorithm'] === 'AWS4-HMAC-SHA256' && signedHeaders.includes('host');
  const signature = /^[0-9a-f]{64}$/.exec(query['X-Amz-Signature'] ?? '')?.[0];
  if (!known || signature === undefined) throw new SignatureRefused('malformed', 'The URL is not one of AWS Signature Version 4.');
  const scope = { day, region, service, signedHeaders, date: query['X-Amz-Date'] };
  return { accessKeyId, signature, securityToken: query['X-Amz-Security-Token'], scope, url: { expires: query['X-Amz-Expires'] ?? '' } };
}

function ofVersion2Url({ query }: AwsRequest, accessKeyId: string): SignatureClaim {
  return {
    accessKeyId, signature: query['Signature'] ?? '', securityToken: query['x-amz-security-token'], scope: undefined, url: { expires: query['Expires'] ?? '' },
  };
}
