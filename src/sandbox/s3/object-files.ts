import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync, type ReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ObjectRepository, StoredObject } from '../store/object.repository.js';
import type { AwsChunkedDecoder } from './aws-chunked.js';
import { BodyDigests, type Checksum } from './body-digests.js';
import { S3Error } from './s3-error.js';

/** What a caller has said about a body, to be compared with it. */
export interface BodyClaims {
  /** Hex of SHA-256; undefined where the caller has not signed the body. */
  readonly sha256?: string | undefined;
  /** base64 */
  readonly md5?: string | undefined;
  readonly length?: number | undefined;
  /** A checksum, whose value may come with the body's trailers. */
  readonly checksum?: { readonly name: Checksum; readonly value: () => string | undefined } | undefined;
}

/** The bytes of objects: a file for each in `<data dir>/objects`. A new object replaces the old one at once, or not at all. */
export class ObjectFiles {
  private readonly folder: string;
  /** Of uploads that are under way. */
  private reserved = 0;

  constructor(
    dataDir: string,
    private readonly objects: ObjectRepository,
    /** Of all objects together, in bytes. */
    private readonly room: number,
  ) {
    this.folder = join(dataDir, 'objects');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const known = objects.files();
    // A sandbox that was killed leaves files that belong to nothing.
    for (const file of readdirSync(this.folder)) if (!known.has(file)) rmSync(join(this.folder, file));
  }

  /** @throws S3Error where the body is not what was said of it, or too long */
  async put(bucket: string, key: string, headers: Readonly<Record<string, string>>, body: { readonly stream: Readable; readonly decoder: AwsChunkedDecoder | undefined }, claims: BodyClaims): Promise<StoredObject> {
    const [file, room] = [randomBytes(16).toString('hex'), this.room - this.objects.totalBytes() - this.reserved];
    const digests = new BodyDigests(room, claims.checksum?.name);
    const reserved = Math.min(claims.length ?? 0, Math.max(room, 0));
    this.reserved += reserved;
    try {
      // Left open where something fails, so that the answer still reaches the caller.
      const bytes = body.stream.iterator({ destroyOnReturn: false });
      const target = createWriteStream(this.path(file), { mode: 0o600 });
      await (body.decoder === undefined ? pipeline(bytes, digests, target) : pipeline(bytes, body.decoder, digests, target));
      const found = digests.results();
      const checksum = requireTruth(claims, found);
      const object = { bucket, key, file, size: found.length, md5: found.md5.toString('hex'), checksum, headers, modifiedAt: new Date() };
      const before = this.objects.put(object);
      if (before !== undefined) this.drop(before);
      return object;
    } catch (error) {
      this.drop(file);
      throw error;
    } finally {
      this.reserved -= reserved;
    }
  }

  /** `from` and `to` are the first and the last byte. */
  read({ file }: StoredObject, range?: { from: number; to: number }): ReadStream {
    return createReadStream(this.path(file), range === undefined ? {} : { start: range.from, end: range.to });
  }

  remove(bucket: string, key: string): void {
    const file = this.objects.remove(bucket, key);
    if (file !== undefined) this.drop(file);
  }

  private drop(file: string): void {
    rmSync(this.path(file), { force: true });
  }

  private path(file: string): string {
    return join(this.folder, file);
  }
}

function requireTruth(claims: BodyClaims, found: ReturnType<BodyDigests['results']>): readonly [Checksum, string] | undefined {
  if (claims.length !== undefined && claims.length !== found.length) throw new S3Error('IncompleteBody', `You did not provide the number of bytes specified: ${claims.length} were announced and ${found.length} came.`);
  if (claims.sha256 !== undefined && claims.sha256 !== found.sha256.toString('hex')) throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  if (claims.md5 !== undefined) {
    if (!/^[A-Za-z0-9+/]{22}==$/.test(claims.md5)) throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
    if (claims.md5 !== found.md5.toString('base64')) throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (claims.checksum === undefined || found.checksum === undefined) return undefined;
  const [name, actual] = found.checksum;
  if (claims.checksum.value() !== actual) throw new S3Error('BadDigest', `The ${name.toUpperCase()} you specified did not match the calculated checksum.`);
  return [name, actual];
}
