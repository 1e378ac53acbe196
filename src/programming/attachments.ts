import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { inClass } from '../platform/request-class.js';
import { AttachmentRepository } from './attachment.repository.js';
import { attachmentDiffers, attachmentsBusy, attachmentsOverRate } from './programming.errors.js';

/** Bytes of uploads that this process holds in memory at a time, of all callers together. */
const MOST_HELD = 67_108_864;
/** Uploads under way at a time. */
const MOST_UPLOADS = 32;

/** Throws `request-invalid` where the sender hangs up. */
async function* whole(body: Readable): AsyncGenerator<Buffer> {
  try {
    // A refusal half-way must not cut the connection, or nobody hears it.
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw requestInvalid('The attachment has ended before it was whole', { cause });
  }
}

/** Uploads of files, each whole or not at all. */
@Injectable()
export class Attachments {
  private uploads = 0;
  private held = 0;

  constructor(
    private readonly attachments: AttachmentRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Keeps what `body` brings, if this is its SHA-256 (hex). `isNew`: nobody had uploaded it. Throws `attachment-differs`, `request-too-large`, `attachments-over-rate`,
   * or `attachments-busy`.
   */
  async take(station: string, sha256: string, body: Readable, announcedBytes: number): Promise<{ bytes: number; isNew: boolean }> {
    if (announcedBytes > this.config.ATTACHMENT_BYTES) throw this.tooLarge();
    if (this.uploads >= MOST_UPLOADS) throw attachmentsBusy();
    this.uploads += 1;
    const parts: Buffer[] = [];
    let bytes = 0;
    try {
      // With batches, so that no claim waits for a file.
      const isKnown = await inClass('issuer', () => this.attachments.touch(sha256));
      if (!isKnown) await this.assertWithinRate(station, announcedBytes);
      const digest = createHash('sha256');
      for await (const part of whole(body)) {
        bytes += part.length;
        if (bytes > this.config.ATTACHMENT_BYTES) throw this.tooLarge();
        digest.update(part);
        if (isKnown) continue;
        this.held += part.length;
        parts.push(part);
        if (this.held > MOST_HELD) throw attachmentsBusy();
      }
      if (digest.digest('hex') !== sha256) throw attachmentDiffers();
      if (!isKnown) await inClass('issuer', () => this.attachments.store(sha256, Buffer.concat(parts), station));
      return { bytes, isNew: !isKnown };
    } finally {
      // What is left of a refused one is read and dropped, so that its sender comes to read the answer.
      body.resume();
      this.uploads -= 1;
      this.held -= parts.reduce((sum, part) => sum + part.length, 0);
    }
  }

  private async assertWithinRate(station: string, bytes: number): Promise<void> {
    const before = await inClass('issuer', () => this.attachments.bytesWithinHour(station));
    if (before + bytes > this.config.ATTACHMENT_BYTES_PER_HOUR) throw attachmentsOverRate(station, this.config.ATTACHMENT_BYTES_PER_HOUR);
  }

  private tooLarge() {
    return new DomainError('request-too-large', `An attachment has at most ${this.config.ATTACHMENT_BYTES} bytes`);
  }
}
