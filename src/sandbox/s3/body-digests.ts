import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { crc32c, crc64nvme, type Crc } from './crc.js';
import { S3Error } from './s3-error.js';

/** Checksums by their header `x-amz-checksum-<name>`. */
export const CHECKSUMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Checksum = (typeof CHECKSUMS)[number];

/** Works out what there is to know about a body while it passes, and ends it where it is too long. */
export class BodyDigests extends Transform {
  private length = 0;
  private readonly md5 = createHash('md5');
  private readonly sha256 = createHash('sha256');
  private readonly checksum: Crc | undefined;

  constructor(
    private readonly limit: number,
    private readonly wanted: Checksum | undefined,
  ) {
    super();
    this.checksum = wanted === undefined ? undefined : MAKERS[wanted]();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.length += chunk.length;
    if (this.length > this.limit) {
      done(new S3Error('EntityTooLarge', `The sandbox has room for ${this.limit} bytes more. SANDBOX_OBJECTS_BYTES says how much it has in all.`));
      return;
    }
    this.md5.update(chunk);
    this.sha256.update(chunk);
    this.checksum?.update(chunk);
    done(null, chunk);
  }

  /** Of the whole body, once. */
  results(): { length: number; md5: Buffer; sha256: Buffer; checksum: readonly [Checksum, string] | undefined } {
    const checksum = this.checksum?.digest().toString('base64');
    return {
      length: this.length,
      md5: this.md5.digest(),
      sha256: this.sha256.digest(),
      checksum: this.wanted === undefined || checksum === undefined ? undefined : [this.wanted, checksum],
    };
  }
}

const MAKERS: Readonly<Record<Checksum, () => Crc>> = {
  crc32: () => {
    let value = 0;
    return {
      update: (bytes) => (value = crc32(bytes, value)),
      digest: () => {
        const result = Buffer.alloc(4);
        result.writeUInt32BE(value);
        return result;
      },
    };
  },
  crc32c,
  crc64nvme,
  sha1: () => createHash('sha1'),
  sha256: () => createHash('sha256'),
};
