import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { S3Error } from './s3-error.js';

/** Checksums by their header `x-amz-checksum-<name>`. The two others of S3, CRC32C and CRC64NVME, are not in Node. */
export const CHECKSUMS = ['crc32', 'sha1', 'sha256'] as const;
export type Checksum = (typeof CHECKSUMS)[number];

/** Works out what there is to know about a body while it passes, and ends it where it is too long. */
export class BodyDigests extends Transform {
  length = 0;
  private readonly md5 = createHash('md5');
  private readonly sha256 = createHash('sha256');
  private readonly sha1: Hash | undefined;
  private crc = 0;

  constructor(
    private readonly limit: number,
    checksum: Checksum | undefined,
  ) {
    super();
    if (checksum === 'sha1') this.sha1 = createHash('sha1');
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.length += chunk.length;
    if (this.length > this.limit) {
      done(new S3Error('EntityTooLarge', `The sandbox has room for ${this.limit} bytes more. SANDBOX_OBJECTS_BYTES says how much it has in all.`));
      return;
    }
    this.md5.update(chunk);
    this.sha256.update(chunk);
    this.sha1?.update(chunk);
    this.crc = crc32(chunk, this.crc);
    done(null, chunk);
  }

  /** Of the whole body, once. */
  results(): { length: number; md5: Buffer; sha256: Buffer; crc32: Buffer; sha1: Buffer | undefined } {
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(this.crc);
    return { length: this.length, md5: this.md5.digest(), sha256: this.sha256.digest(), crc32: crc, sha1: this.sha1?.digest() };
  }
}
