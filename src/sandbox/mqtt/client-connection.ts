import type { Duplex } from 'node:stream';
import type { IConnectPacket, Packet } from 'mqtt-packet';
import { reasonOf } from '../event-log.js';
import { PACKET_BYTES } from '../model/limits.js';
import { encode, PacketCodec, protocolOf, type ProtocolVersion } from './packet-codec.js';
import { PacketReader } from './packet-reader.js';
import { ProtocolFault, REASON, type DisconnectReason } from './reason-codes.js';

/** MQTT 3.1.1 section 3.2.2.3: the one answer that every version understands. */
const UNACCEPTABLE_PROTOCOL_VERSION = 0x01;

/** Bytes that wait to be written; above them the client counts as slow. */
const SLOW_BYTES = 1_048_576;

/** Milliseconds that a client has to close its side. */
const CLOSE_MS = 1_000;

export interface ConnectionEnd {
  readonly reason: DisconnectReason;
  /** False after a DISCONNECT that forgets the will, and where AWS was asked not to publish it. */
  readonly withWill: boolean;
}

/** Who acts upon what a connection brings. A ProtocolFault that it throws ends the connection. */
export interface ConnectionOwner {
  connect(packet: IConnectPacket): void;
  receive(packet: Packet): void;
  /** Once, whoever ended it, and also when there was no CONNECT. */
  ended(end: ConnectionEnd): void;
  /** A fault that ended the connection, for the log. */
  fault(reason: string): void;
}

/** What a CONNECT settles about the packets behind it. */
export interface Opening {
  readonly keepAliveSeconds: number;
  readonly maximumPacketSize: number;
  /** Whether reason strings may be sent (MQTT 5 section 3.1.2.11.7). */
  readonly explains: boolean;
}

/** One network connection: packets in and out, its deadlines, and its end. What packets mean is the owner's. */
export class ClientConnection {
  version: ProtocolVersion = 4;
  private readonly reader = new PacketReader(PACKET_BYTES);
  private readonly codec = new PacketCodec();
  private opening: Opening | undefined;
  private isOver = false;
  private deadline: NodeJS.Timeout;

  /** @param connectMs from here to the CONNECT */
  constructor(
    private readonly socket: Duplex,
    private readonly owner: ConnectionOwner,
    connectMs: number,
  ) {
    this.deadline = setTimeout(() => this.end('CLIENT_ERROR'), connectMs).unref();
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    socket.once('close', () => this.finish({ reason: 'CONNECTION_LOST', withWill: true }));
  }

  get isSlow(): boolean {
    return this.socket.writableLength > SLOW_BYTES;
  }

  /** After the CONNACK. A client that says nothing for one and a half times the keep-alive is gone (MQTT 5 section 3.1.2.10). */
  open(opening: Opening): void {
    this.opening = opening;
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.end('MQTT_KEEP_ALIVE_TIMEOUT', REASON.keepAliveTimeout), opening.keepAliveSeconds * 1_500).unref();
  }

  send(packet: Packet): void {
    if (this.isOver) return;
    const bytes = this.encoded(packet);
    if (bytes === undefined) return;
    // A client that can't take a packet does without it (MQTT 5 section 3.1.2.11.4).
    if (bytes.length <= (this.opening?.maximumPacketSize ?? PACKET_BYTES)) this.socket.write(bytes);
  }

  /** Refuses a CONNECT: with a CONNACK in MQTT 5, and without one in 3.1.1, as devices see it at AWS. */
  refuse(reasonCode: number, reason: DisconnectReason, reasonString: string): void {
    if (this.version === 5) this.send({ cmd: 'connack', sessionPresent: false, reasonCode, properties: { reasonString } });
    this.end(reason);
  }

  /** MQTT 5 tells the client why; MQTT 3.1.1 has no DISCONNECT from a server. */
  end(reason: DisconnectReason, reasonCode?: number, reasonString?: string, withWill = true): void {
    if (this.version === 5 && this.opening !== undefined && reasonCode !== undefined) {
      this.send({ cmd: 'disconnect', reasonCode, properties: reasonString === undefined ? {} : { reasonString } });
    }
    this.finish({ reason, withWill });
  }

  private finish(end: ConnectionEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.deadline);
    this.socket.end();
    setTimeout(() => this.socket.destroy(), CLOSE_MS).unref();
    this.owner.ended(end);
  }

  private read(chunk: Buffer): void {
    if (this.isOver) return;
    try {
      for (const bytes of this.reader.read(chunk)) {
        this.take(bytes);
        if (this.isOver) return;
      }
    } catch (error) {
      this.owner.fault(reasonOf(error));
      const code = error instanceof ProtocolFault ? error.reasonCode : REASON.unspecified;
      if (this.opening === undefined) this.refuse(code, 'CLIENT_ERROR', reasonOf(error));
      else this.end('CLIENT_ERROR', code, error instanceof ProtocolFault ? error.message : undefined);
    }
  }

  private take(bytes: Buffer): void {
    if (this.opening !== undefined) {
      const packet = this.codec.decode(bytes, this.version);
      this.deadline.refresh();
      this.owner.receive(packet);
      return;
    }
    const protocol = protocolOf(bytes);
    if (protocol?.name === 'MQTT' && protocol.level === 5) this.version = 5;
    else if (protocol !== undefined && (protocol.name !== 'MQTT' || protocol.level !== 4)) {
      this.owner.fault(`The sandbox speaks MQTT 3.1.1 and 5, as AWS does, and not ${protocol.name.slice(0, 16)} of level ${protocol.level}.`);
      this.send({ cmd: 'connack', sessionPresent: false, returnCode: UNACCEPTABLE_PROTOCOL_VERSION });
      this.end('CLIENT_ERROR');
      return;
    }
    this.owner.connect(this.codec.decodeConnect(bytes, this.version));
  }

  /** Whatever can't be written is left out: it came from somebody else, and this client and that one go on. */
  private encoded(packet: Packet): Buffer | undefined {
    try {
      return encode(this.explained(packet), this.version);
    } catch (error) {
      this.owner.fault(`A ${packet.cmd} can't be written: ${reasonOf(error)}`);
      return undefined;
    }
  }

  /** Without its reason string where the client does not want one; in MQTT 5 a client of 3.1.1 never sees properties. */
  private explained(packet: Packet): Packet {
    if (this.opening?.explains !== false || !('properties' in packet) || packet.properties === undefined || !('reasonString' in packet.properties)) return packet;
    const { reasonString: _, ...properties } = packet.properties;
    return { ...packet, properties };
  }
}
