import { generate, parser, writeToStream, type IConnectPacket, type Packet } from 'mqtt-packet';
import { reasonOf } from '../event-log.js';
import { checkPacket } from './packet-check.js';
import { ProtocolFault, REASON } from './reason-codes.js';

/** Protocol levels: MQTT 3.1.1 is 4. */
export type ProtocolVersion = 4 | 5;

// Otherwise the library keeps a buffer of each of 65,536 numbers, 30 MB.
writeToStream.cacheNumbers = false;

const CONNECT = 0x10;

/** Bytes to packets and back, for one connection. */
export class PacketCodec {
  private readonly parser = parser({ protocolVersion: 4 });
  private parsed: Packet | undefined;
  private fault: unknown;

  constructor() {
    this.parser.on('packet', (packet) => (this.parsed = packet));
    // One bad packet can bring several errors, and the first says most.
    this.parser.on('error', (error: unknown) => (this.fault ??= error));
  }

  /** @param bytes one whole packet @throws ProtocolFault; nothing may be decoded after it */
  decode(bytes: Buffer, version: ProtocolVersion): Packet {
    this.parsed = undefined;
    const left = this.parse(bytes);
    if (this.fault !== undefined) throw new ProtocolFault(REASON.malformedPacket, `A packet can't be read: ${reasonOf(this.fault)}.`);
    const packet = this.parsed as Packet | undefined;
    if (packet === undefined || left > 0) throw new ProtocolFault(REASON.malformedPacket, "A packet can't be read: it does not end where it says.");
    checkPacket(packet, bytes, version);
    return packet;
  }

  /** The first packet of a connection. @throws ProtocolFault */
  decodeConnect(bytes: Buffer, version: ProtocolVersion): IConnectPacket {
    const packet = this.decode(bytes, version);
    if (packet.cmd !== 'connect') throw new ProtocolFault(REASON.protocolError, 'The first packet is no CONNECT.');
    return packet;
  }

  /** Some packets whose user properties are cut make the parser throw. */
  private parse(bytes: Buffer): number {
    try {
      return this.parser.parse(bytes);
    } catch {
      this.fault ??= new Error('a property is cut');
      return bytes.length;
    }
  }
}

/** Without the version the library would leave out the properties of MQTT 5 without a word. */
export const encode = (packet: Packet, protocolVersion: ProtocolVersion): Buffer => generate(packet, { protocolVersion });

/** Protocol name and level of a CONNECT (MQTT 5 sections 3.1.2.1 and 3.1.2.2), undefined for every other packet. */
export function protocolOf(bytes: Buffer): { name: string; level: number | undefined } | undefined {
  if (bytes[0] !== CONNECT) return undefined;
  const start = bytes.findIndex((byte, at) => at > 0 && byte < 0x80) + 1;
  if (bytes.length < start + 2) return undefined;
  const end = start + 2 + bytes.readUInt16BE(start);
  return { name: bytes.toString('utf8', start + 2, end), level: bytes[end] };
}
