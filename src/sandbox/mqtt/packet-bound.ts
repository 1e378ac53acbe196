import { Transform, type TransformCallback } from 'node:stream';

/** Bytes of a remaining length, 7 bits each (MQTT 3.1.1 section 2.2.3). */
const LENGTH_BYTES = 4;

/**
 * Passes MQTT on as it comes, and fails as soon as a packet says that it is longer than `mostBytes`: the broker would otherwise read
 * up to 256 MB of it before it looks at it.
 */
export class PacketBound extends Transform {
  /** Bytes of the present packet that are still to come; undefined while its length is being read. */
  private left: number | undefined;
  /** Of the fixed header: 0 while its first byte is awaited, then the number of bytes of the length that were read, and 1. */
  private headerBytes = 0;
  private length = 0;

  constructor(private readonly mostBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.left === undefined) {
        if (!this.readHeader(chunk[at++]!)) {
          done(new Error('The packet is too long'));
          return;
        }
      } else {
        const taken = Math.min(this.left, chunk.length - at);
        at += taken;
        this.left -= taken;
      }
      if (this.left === 0) this.left = undefined;
    }
    done(null, chunk);
  }

  /** False when the packet is too long, or its length is no length. */
  private readHeader(byte: number): boolean {
    if (this.headerBytes++ === 0) {
      this.length = 0;
      return true;
    }
    this.length += (byte & 0x7f) * 128 ** (this.headerBytes - 2);
    if (byte < 0x80) {
      this.left = this.length;
      this.headerBytes = 0;
    }
    return this.length <= this.mostBytes && this.headerBytes <= LENGTH_BYTES;
  }
}
