import { ProtocolFault, REASON } from './reason-codes.js';

/** Bytes of a remaining length, 7 bits each (MQTT 5 section 1.5.5). */
const LENGTH_BYTES = 4;

/**
 * Cuts what a client sends into whole packets. A packet that says it is longer than `mostBytes` ends the connection at its header:
 * the parser behind would take up to 256 MB of it. A parser that gets one whole packet at a time can't read past its end either.
 */
export class PacketReader {
  private pending: Buffer = Buffer.alloc(0);

  /** @param mostBytes of a whole packet, with its header */
  constructor(private readonly mostBytes: number) {}

  /** The packets that have become whole. @throws ProtocolFault behind the last good packet */
  *read(chunk: Buffer): Generator<Buffer> {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    for (let length = this.packetLength(); length !== undefined && this.pending.length >= length; length = this.packetLength()) {
      const packet = this.pending.subarray(0, length);
      this.pending = this.pending.subarray(length);
      yield packet;
    }
  }

  /** Of the whole packet at the front, undefined while its header is not whole. */
  private packetLength(): number | undefined {
    let remaining = 0;
    for (let at = 1; at <= LENGTH_BYTES; at++) {
      const byte = this.pending[at];
      if (byte === undefined) return undefined;
      remaining += (byte & 0x7f) * 128 ** (at - 1);
      if (byte >= 0x80) continue;
      if (byte === 0 && at > 1) throw new ProtocolFault(REASON.malformedPacket, 'A packet length has more bytes than it needs.');
      const length = 1 + at + remaining;
      if (length > this.mostBytes) throw new ProtocolFault(REASON.packetTooLarge, `A packet of ${length} bytes is longer than ${this.mostBytes}.`);
      return length;
    }
    throw new ProtocolFault(REASON.malformedPacket, 'A packet length has more than four bytes.');
  }
}
