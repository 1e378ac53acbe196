import type { Packet } from 'mqtt-packet';
import { UNACKNOWLEDGED_MESSAGES, WAITING_MESSAGES } from '../model/limits.js';
import { isExpired, publishPacket, type Delivery } from './message.js';

/** What a subscription was made with (MQTT 5 section 3.8.3.1). */
export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly identifier: number | undefined;
}

/** The way to the client of a session while it is connected. */
export interface SessionConnection {
  send(packet: Packet): void;
  /** `iot:Receive` is asked each time. */
  mayReceive(topic: string): boolean;
  /** Whether so much waits to be written that messages of QoS 0 are left out. */
  readonly isSlow: boolean;
  readonly receiveMaximum: number;
}

/** What outlives a connection (MQTT 5 section 4.1): subscriptions, and messages of QoS 1 that the client has not acknowledged. */
export class Session {
  readonly subscriptions = new Map<string, Subscription>();
  /** Seconds from the end of a connection to the end of the session. */
  expirySeconds = 0;
  /** After the connection: the end of the session, and the will. */
  readonly timers: { expiry?: NodeJS.Timeout; will?: NodeJS.Timeout } = {};
  private will: (() => void) | undefined;
  private readonly unacknowledged = new Map<number, Delivery>();
  private waiting: Delivery[] = [];
  private lastId = 0;
  private connection: SessionConnection | undefined;

  constructor(readonly clientId: string) {}

  /** What was sent and not acknowledged goes out again first, with its old identifier (MQTT 5 section 4.4). */
  attach(connection: SessionConnection): void {
    this.connection = connection;
    for (const [messageId, delivery] of this.unacknowledged) connection.send(publishPacket(delivery, { messageId, dup: true }));
    this.sendWaiting();
  }

  detach(): void {
    this.connection = undefined;
  }

  /** False where a message of QoS 1 is dropped, since too many wait: AWS drops what exceeds the account's limit, too. */
  deliver(delivery: Delivery): boolean {
    const { connection } = this;
    if (delivery.qos === 0) {
      if (connection !== undefined && !connection.isSlow && connection.mayReceive(delivery.message.topic)) connection.send(publishPacket(delivery, { dup: false }));
      return true;
    }
    if (this.waiting.length >= WAITING_MESSAGES) return false;
    this.waiting.push(delivery);
    this.sendWaiting();
    return true;
  }

  /** A PUBACK, with whatever reason code: the message is not sent again. False where nothing waits for it. */
  acknowledge(messageId: number): boolean {
    const known = this.unacknowledged.delete(messageId);
    this.sendWaiting();
    return known;
  }

  /** Publishes a will after a while, unless the session ends before or its client comes back. */
  keepWill(publish: () => void, delayMs: number): void {
    this.will = publish;
    if (delayMs === 0) this.publishWill();
    else this.timers.will = setTimeout(() => this.publishWill(), delayMs).unref();
  }

  publishWill(): void {
    const publish = this.will;
    this.dropWill();
    publish?.();
  }

  dropWill(): void {
    clearTimeout(this.timers.will);
    this.will = undefined;
  }

  private sendWaiting(): void {
    const { connection } = this;
    if (connection === undefined) return;
    const most = Math.min(connection.receiveMaximum, UNACKNOWLEDGED_MESSAGES);
    while (this.waiting.length > 0 && this.unacknowledged.size < most) {
      const delivery = this.waiting.shift()!;
      if (isExpired(delivery.message) || !connection.mayReceive(delivery.message.topic)) continue;
      const messageId = this.nextId();
      this.unacknowledged.set(messageId, delivery);
      connection.send(publishPacket(delivery, { messageId, dup: false }));
    }
  }

  /** An identifier that is not in use, from 1 to 65535. */
  private nextId(): number {
    do this.lastId = (this.lastId % 65_535) + 1;
    while (this.unacknowledged.has(this.lastId));
    return this.lastId;
  }
}
