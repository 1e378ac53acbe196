import type { AwsRequest } from '../endpoint/aws-request.js';
import type { Caller } from '../iam/caller.js';
import { AccessDenied, type Permissions } from '../iam/permissions.js';
import type { Bucket, ObjectRepository } from '../store/object.repository.js';
import type { ObjectFiles } from './object-files.js';
import { S3Error } from './s3-error.js';

/** What an operation works with. */
export interface S3Call {
  readonly caller: Caller;
  readonly request: AwsRequest;
  readonly objects: ObjectRepository;
  readonly files: ObjectFiles;
  readonly permissions: Permissions;
}

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;

/** A bucket is its account's alone: the sandbox has no bucket policies. @throws S3Error, AccessDenied */
export function requireBucket({ caller, objects, permissions }: Pick<S3Call, 'caller' | 'objects' | 'permissions'>, name: string, action: string, key?: string): Bucket {
  const bucket = objects.bucket(name);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  const arn = key === undefined ? bucketArn(name) : `${bucketArn(name)}/${key}`;
  if (bucket.accountId !== caller.accountId) throw new AccessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: "${arn}" because no resource-based policy allows the ${action} action`);
  permissions.require(caller, action, arn);
  return bucket;
}
