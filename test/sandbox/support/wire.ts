import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { generate, parser, type IConnackPacket, type IConnectPacket, type Packet } from 'mqtt-packet';
import type { Bench } from './bench.js';
import type { Issued } from './test-pki.js';

/** A device that sends what it is told to, also what no client library would, and shows every packet and every byte that comes back. */
export class Wire {
  private readonly received: Packet[] = [];
  private readonly waiting: ((packet: Packet | 'closed') => void)[] = [];
  private readonly chunks: Buffer[] = [];
  private isClosed = false;

  private constructor(
    readonly socket: TLSSocket,
    private readonly protocolVersion: 4 | 5,
  ) {
    const reader = parser({ protocolVersion });
    reader.on('packet', (packet) => this.hand(packet));
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      reader.parse(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      for (const take of this.waiting.splice(0)) take('closed');
    });
  }

  /** With TLS, and nothing sent yet. */
  static async open(bench: Bench, device: Issued, protocolVersion: 4 | 5 = 5, index = 0): Promise<Wire> {
    const servername = bench.account(index).endpoint;
    const socket = connect({ host: '127.0.0.1', port: bench.sandbox.mqttPort, servername, cert: device.pem, key: device.keyPem, ca: readFileSync(bench.sandbox.caFile) });
    await once(socket, 'secureConnect');
    return new Wire(socket, protocolVersion);
  }

  /** Connected, with its CONNACK. */
  static async connected(bench: Bench, device: Issued, fields: Partial<IConnectPacket> & { clientId: string }): Promise<{ wire: Wire; connack: IConnackPacket }> {
    const wire = await Wire.open(bench, device, fields.protocolVersion === 4 ? 4 : 5);
    wire.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clean: true, keepalive: 60, ...fields });
    const connack = await wire.next();
    if (connack === 'closed' || connack.cmd !== 'connack' || (connack.reasonCode ?? connack.returnCode) !== 0) throw new Error(`Not connected: ${JSON.stringify(connack)}`);
    return { wire, connack };
  }

  /** Everything that came, in hexadecimal digits. */
  get hex(): string {
    return Buffer.concat(this.chunks).toString('hex');
  }

  send(packet: Packet | Buffer): void {
    this.socket.write(Buffer.isBuffer(packet) ? packet : generate(packet, { protocolVersion: this.protocolVersion }));
  }

  next(): Promise<Packet | 'closed'> {
    const packet = this.received.shift();
    if (packet !== undefined) return Promise.resolve(packet);
    return this.isClosed ? Promise.resolve('closed') : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The next packet of this kind, whatever comes before it. */
  async nextOf<Command extends Packet['cmd']>(cmd: Command): Promise<Extract<Packet, { cmd: Command }>> {
    for (;;) {
      const packet = await this.next();
      if (packet === 'closed') throw new Error(`The connection was closed before a ${cmd}.`);
      if (packet.cmd === cmd) return packet as Extract<Packet, { cmd: Command }>;
    }
  }

  /** What the server says last: the reason code of its DISCONNECT, or that it just closed. */
  async end(): Promise<number | 'closed'> {
    for (let code: number | 'closed' = 'closed'; ; ) {
      const packet = await this.next();
      if (packet === 'closed') return code;
      if (packet.cmd === 'disconnect') code = packet.reasonCode ?? 0;
    }
  }

  async subscribe(topic: string, qos: 0 | 1 = 1, more: object = {}): Promise<number> {
    this.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos, ...more }] });
    return (await this.nextOf('suback')).granted[0] as number;
  }

  async publish(topic: string, payload = 'x', more: object = {}): Promise<number> {
    this.send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId: 7, ...more });
    return (await this.nextOf('puback')).reasonCode ?? 0;
  }

  /** Without a word to the server. */
  cut(): void {
    this.socket.destroy();
  }

  private hand(packet: Packet): void {
    const take = this.waiting.shift();
    if (take === undefined) this.received.push(packet);
    else take(packet);
  }
}
