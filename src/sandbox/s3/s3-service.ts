import type { Readable } from 'node:stream';
import { BodyTooLarge, header, type AwsRequest } from '../endpoint/aws-request.js';
import type { Answer, AwsService } from '../endpoint/aws-service.js';
import type { SignatureCheck } from '../endpoint/signature-check.js';
import { SignatureRefused, type SignatureFault } from '../endpoint/signature-refused.js';
import { xml } from '../endpoint/xml.js';
import { RateExceeded } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Caller } from '../iam/caller.js';
import { AccessDenied, type Permissions } from '../iam/permissions.js';
import type { Store } from '../store/store.js';
import * as buckets from './bucket-operations.js';
import { ObjectFiles } from './object-files.js';
import { deleteObject, getObject, putObject, readObject } from './object-operations.js';
import type { S3Call } from './s3-call.js';
import { S3Error, type S3Code } from './s3-error.js';

/** S3 as its other parts use it: tasks of AWS IoT read their input with a role. */
export interface S3 extends AwsService {
  /** @throws S3Error, AccessDenied */
  read(caller: Caller, bucket: string, key: string): Readable;
  readonly files: ObjectFiles;
}

/** Amazon S3, API version 2006-03-01: objects in buckets, and URLs that are signed for later. */
export function createS3(signatures: SignatureCheck, store: Store, permissions: Permissions, faults: Faults, place: { dataDir: string; room: number }): S3 {
  const { objects } = store;
  const context = { objects, files: new ObjectFiles(place.dataDir, objects, place.room), permissions };
  return {
    signingNames: ['s3'],
    async answer(request, requestId) {
      // Before the body is read: what it must be stands in the head.
      const caller = signatures.caller(request, ['s3']);
      const { bucket, key } = addressOf(request);
      const [action, run] = findOperation(request, bucket, key);
      const afterwards = await faults.strike(caller, `s3:${action}`);
      const { headers, ...answer } = await run({ ...context, request, caller });
      afterwards();
      return { ...answer, headers: { ...headers, 'x-amz-request-id': requestId } };
    },
    refusal(error, request, requestId) {
      const { code, message, status } = toS3Error(error);
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n${xml('Error', { Code: code, Message: message, Resource: request.path, RequestId: requestId }, 'flat')}`;
      const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
      return { answer: { status, headers, body: request.method === 'HEAD' ? '' : body }, internal: status === 500 };
    },
    files: context.files,
    read: (caller, bucket, key) => readObject({ ...context, caller }, bucket, key),
  };
}

/** Parts of S3 that the sandbox has no answer to. Without this list they would be taken for a plain GET or PUT. */
const UNKNOWN_SUBRESOURCES = [
  'accelerate', 'acl', 'analytics', 'attributes', 'cors', 'encryption', 'intelligent-tiering', 'inventory', 'legal-hold', 'lifecycle', 'logging', 'metrics', 'notification',
  'object-lock', 'ownershipControls', 'partNumber', 'policy', 'policyStatus', 'publicAccessBlock', 'replication', 'requestPayment', 'restore', 'retention', 'select', 'tagging',
  'torrent', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website',
];

/** The operation of a request, by the name of its permission. @throws S3Error */
function findOperation({ method, query }: AwsRequest, bucket: string, key: string): readonly [action: string, run: (call: S3Call) => Answer | Promise<Answer>] {
  const unknown = UNKNOWN_SUBRESOURCES.find((name) => query[name] !== undefined);
  if (unknown !== undefined) throw new S3Error('NotImplemented', `The sandbox does not know ?${unknown} of S3.`);
  if (bucket === '') {
    if (method === 'GET') return ['ListAllMyBuckets', buckets.listBuckets];
  } else if (key === '') {
    if (method === 'PUT') return ['CreateBucket', (call) => buckets.createBucket(call, bucket)];
    if (method === 'HEAD') return ['ListBucket', (call) => buckets.headBucket(call, bucket)];
    if (method === 'DELETE') return ['DeleteBucket', (call) => buckets.deleteBucket(call, bucket)];
    if (method === 'POST' && query['delete'] !== undefined) return ['DeleteObject', (call) => buckets.deleteObjects(call, bucket)];
    if (method === 'GET' && query['location'] !== undefined) return ['GetBucketLocation', (call) => buckets.getBucketLocation(call, bucket)];
    if (method === 'GET' && query['list-type'] === '2') return ['ListBucket', (call) => buckets.listObjectsV2(call, bucket)];
    if (method === 'GET') throw new S3Error('NotImplemented', 'The sandbox lists objects with list-type=2 only.');
  } else {
    if (method === 'PUT') return ['PutObject', (call) => putObject(call, bucket, key)];
    if (method === 'GET' || method === 'HEAD') return ['GetObject', (call) => getObject(call, bucket, key)];
    if (method === 'DELETE') return ['DeleteObject', (call) => deleteObject(call, bucket, key)];
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
}

/** `/bucket/key`, or the key alone where the bucket is the first part of the host's name. */
function addressOf(request: AwsRequest): { bucket: string; key: string } {
  let path: string;
  try {
    path = decodeURIComponent(request.path);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
  if (path.includes('\0')) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  const ofHost = /^([a-z0-9][a-z0-9.-]*)\.(?:localhost|s3[.-][a-z0-9.-]*amazonaws\.com)(?::[0-9]+)?$/.exec(header(request, 'host') ?? '')?.[1];
  if (ofHost !== undefined) return { bucket: ofHost, key: path.slice(1) };
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key };
}

const SIGNATURE_CODES: Readonly<Record<SignatureFault, S3Code>> = {
  missing: 'AccessDenied',
  malformed: 'AuthorizationHeaderMalformed',
  'unknown-key': 'InvalidAccessKeyId',
  'unknown-token': 'InvalidToken',
  'expired-token': 'ExpiredToken',
  mismatch: 'SignatureDoesNotMatch',
  service: 'AuthorizationHeaderMalformed',
  body: 'XAmzContentSHA256Mismatch',
  time: 'RequestTimeTooSkewed',
  'expired-url': 'AccessDenied',
};

function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (error instanceof SignatureRefused) return new S3Error(SIGNATURE_CODES[error.fault], error.message);
  if (error instanceof AccessDenied) return new S3Error('AccessDenied', error.message);
  if (error instanceof RateExceeded) return new S3Error('SlowDown', 'Please reduce your request rate.');
  if (error instanceof BodyTooLarge) return new S3Error('EntityTooLarge', error.message);
  return new S3Error('InternalError', 'We encountered an internal error. Please try again.');
}
