import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsIotRefused } from '../aws-iot.errors.js';
import { toAwsIotError } from './aws-failure.js';
import { type AwsIotCaller, inTimeOf } from './aws-iot-caller.js';

/** A file of many lines takes minutes on a narrow line. */
const UPLOAD_MS = 300_000;
/** So long nothing of it may go on its way; what the machine itself holds of it takes a while there, too. */
const SILENCE_MS = 60_000;
/** What S3 says where an object of that key is there already. */
const IS_THERE = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);

/** Files that AWS IoT reads, in buckets of S3. */
export class ObjectsClient {
  private readonly s3: S3Client;
  private readonly uploads: S3Client;

  constructor({ settings }: AwsIotCaller, private readonly closing: AbortSignal) {
    const ofS3 = { ...settings, forcePathStyle: 'endpoint' in settings };
    this.s3 = new S3Client(ofS3);
    this.uploads = new S3Client({ ...ofS3, requestHandler: { ...settings.requestHandler, ...inTimeOf(UPLOAD_MS, SILENCE_MS) } });
  }

  /** The same key again is the same file. */
  async put(bucket: string, key: string, content: Buffer): Promise<void> {
    await this.send(this.uploads, new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/x-ndjson' }));
  }

  /**
   * Whether the bucket is there. That it takes files is shown by a small one, which is left there and never written again (S3 API reference, PutObject, `If-None-Match`).
   * Throws AwsIotRefused where it takes none.
   */
  async takesFiles(bucket: string, key: string): Promise<boolean> {
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'Lineside has found that it can write here.\n', ContentType: 'text/plain', IfNoneMatch: '*' });
    try {
      await this.send(this.s3, command);
      return true;
    } catch (error) {
      if (!(error instanceof AwsIotRefused)) throw error;
      if (error.code === 'NoSuchBucket') return false;
      if (IS_THERE.has(error.code)) return true;
      throw error;
    }
  }

  close() {
    this.s3.destroy();
    this.uploads.destroy();
  }

  private async send(s3: S3Client, command: PutObjectCommand): Promise<void> {
    try {
      await s3.send(command, { abortSignal: this.closing });
    } catch (error) {
      throw toAwsIotError('PutObject', error, 'S3');
    }
  }
}
