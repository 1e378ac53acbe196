import { Transform, type TransformCallback } from 'node:stream';
import { S3Error } from './s3-error.js';

const LONGEST_LINE = 4_096;

/**
 * Takes the framing `aws-chunked` off: `<size in hex>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n<name>:<value>\r\n … \r\n` (S3 API
 * reference, "Signature calculations: trailing headers"). Signatures of chunks are not checked.
 */
export class AwsChunkedDecoder extends Transform {
  /** Headers that came after the body, by their name in lower case. Complete when the stream has ended. */
  readonly trailers: Record<string, string> = {};
  private rest: Buffer = Buffer.alloc(0);
  private state: 'size' | 'data' | 'end-of-data' | 'trailer' | 'done' = 'size';
  private left = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    try {
      while (this.step());
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(done: TransformCallback): void {
    // The empty line behind the trailers may be missing: nothing follows it.
    const complete = this.state === 'done' || (this.state === 'trailer' && this.rest.length === 0);
    done(complete ? null : new S3Error('IncompleteBody', 'The body ended before its last chunk.'));
  }

  /** False where more bytes are needed. */
  private step(): boolean {
    if (this.state === 'done') return false;
    if (this.state === 'data') {
      if (this.rest.length === 0) return false;
      const bytes = this.rest.subarray(0, this.left);
      this.push(bytes);
      this.rest = this.rest.subarray(bytes.length);
      this.left -= bytes.length;
      if (this.left === 0) this.state = 'end-of-data';
      return true;
    }
    const line = this.line();
    if (line === undefined) return false;
    this.accept(line);
    return true;
  }

  private accept(line: string): void {
    if (this.state === 'end-of-data') {
      if (line !== '') throw malformed();
      this.state = 'size';
    } else if (this.state === 'size') {
      const size = /^([0-9a-fA-F]{1,8})(;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw malformed();
      this.left = Number.parseInt(size, 16);
      this.state = this.left === 0 ? 'trailer' : 'data';
    } else if (line === '') {
      this.state = 'done';
    } else {
      const [, name, value] = /^([\w-]+) *: *(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw malformed();
      this.trailers[name.toLowerCase()] = value.trim();
    }
  }

  private line(): string | undefined {
    const end = this.rest.indexOf('\n');
    if (end < 0) {
      if (this.rest.length > LONGEST_LINE) throw malformed();
      return undefined;
    }
    const line = this.rest.subarray(0, end).toString('latin1').replace(/\r$/, '');
    this.rest = this.rest.subarray(end + 1);
    return line;
  }
}

const malformed = (): S3Error => new S3Error('InvalidRequest', 'The body is not well-formed aws-chunked.');
