import type { IDisconnectPacket, IPublishPacket, ISubscribePacket, ISubscription, IUnsubscribePacket, Packet } from 'mqtt-packet';
import type { EventLog } from '../event-log.js';
import { FILTERS_PER_SUBSCRIBE, PAYLOAD_BYTES, SUBSCRIPTIONS_PER_CONNECTION, TOPIC_ALIASES } from '../model/limits.js';
import type { ClientConnection } from './client-connection.js';
import type { ConnectSettings } from './connect-check.js';
import { messageOf, plainMessage, type Message } from './message.js';
import type { Action, Actor, PolicyCheck } from './policy.js';
import { ProtocolFault, REASON } from './reason-codes.js';
import type { ReservedTopics } from './reserved-topics.js';
import type { Session, SessionConnection, Subscription } from './session.js';
import { filterComplaint, isReserved, topicComplaint, topicMatches } from './topic.js';

/** What a client does to the broker behind it. */
export interface ClientBroker {
  readonly policies: PolicyCheck;
  readonly reserved: ReservedTopics;
  readonly log: EventLog;
  publish(message: Message, from: Client): void;
  subscribed(client: Client, subscriptions: readonly (Subscription & { wantsRetained: boolean })[]): void;
  /** Whether there was a subscription, for each filter. */
  unsubscribe(client: Client, filters: readonly string[]): boolean[];
}

/** SUBACK of MQTT 3.1.1 section 3.9.3: its one code for a refusal. */
const FAILURE = 0x80;

/** A client between its CONNACK and the end of its connection: AWS IoT's rules for what it sends. */
export class Client implements SessionConnection {
  private readonly aliases = new Map<number, string>();

  constructor(
    private readonly broker: ClientBroker,
    readonly connection: ClientConnection,
    readonly session: Session,
    readonly settings: ConnectSettings,
    readonly actor: Actor,
    /** AWS's name for the life of this connection in its events. */
    readonly sessionIdentifier: string,
  ) {}

  get receiveMaximum(): number {
    return this.settings.receiveMaximum;
  }

  get isSlow(): boolean {
    return this.connection.isSlow;
  }

  send(packet: Packet): void {
    this.connection.send(packet);
  }

  mayReceive(topic: string): boolean {
    return this.broker.policies.allows(this.actor, 'iot:Receive', `topic/${topic}`);
  }

  /** Whether a message may be published for this client: by itself, or as its will. */
  mayPublish({ topic, retain }: Pick<Message, 'topic' | 'retain'>): boolean {
    return this.allows('iot:Publish', `topic/${topic}`) && (!retain || this.allows('iot:RetainPublish', `topic/${topic}`));
  }

  /** @throws ProtocolFault, which ends the connection */
  receive(packet: Packet): void {
    if (packet.cmd === 'publish') this.publish(packet);
    else if (packet.cmd === 'puback') this.session.acknowledge(packet.messageId!);
    else if (packet.cmd === 'subscribe') this.subscribe(packet);
    else if (packet.cmd === 'unsubscribe') this.unsubscribe(packet);
    else if (packet.cmd === 'pingreq') this.send({ cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') this.disconnect(packet);
    else throw new ProtocolFault(REASON.protocolError, 'A second CONNECT came on one connection.');
  }

  private publish(packet: IPublishPacket): void {
    const { qos, retain, payload, properties, messageId } = packet;
    if (qos === 2) throw new ProtocolFault(REASON.qosNotSupported, 'AWS IoT has no QoS 2.');
    const topic = this.topicOf(packet);
    // AWS rejects a payload that is too long; here it ends the connection in both versions.
    if (payload.length > PAYLOAD_BYTES) throw new ProtocolFault(REASON.packetTooLarge, `A message has more than ${PAYLOAD_BYTES} bytes.`);
    const complaint = topicComplaint(topic);
    if (complaint !== undefined) throw new ProtocolFault(REASON.topicNameInvalid, `The topic ${topic.slice(0, 64)} is refused: ${complaint}.`);
    const service = isReserved(topic) ? this.serviceOf(topic, retain) : undefined;
    if (!this.mayPublish({ topic, retain })) {
      this.broker.log('sandbox.not-authorized', { account: this.actor.account.key, action: retain ? 'iot:Publish, iot:RetainPublish' : 'iot:Publish', resource: topic, ...this.name });
      // AWS closes with MQTT 3.1.1, and lists the reason code for both packets of MQTT 5. Whoever copes with both copes with either.
      if (qos === 1 && this.connection.version === 5) this.send({ cmd: 'puback', messageId: messageId!, reasonCode: REASON.notAuthorized });
      this.connection.end('FORBIDDEN_ACCESS', REASON.notAuthorized, `The policies of the certificate do not allow to publish to ${topic}.`);
      return;
    }
    if (service === undefined) this.broker.publish(messageOf({ topic, payload, qos, retain }, properties), this);
    if (qos === 1) this.send({ cmd: 'puback', messageId: messageId!, reasonCode: REASON.success });
    const { account, clientId, certificate } = this.actor;
    service?.answer({ account, topic, clientId, certificate, payload: Buffer.from(payload), reply: (to, answer) => this.reply(to, answer) });
  }

  /** Aliases hold for one connection (MQTT 5 section 3.3.2.3.4). */
  private topicOf({ topic, properties }: IPublishPacket): string {
    const alias = properties?.topicAlias;
    if (alias === undefined) return topic;
    if (alias < 1 || alias > TOPIC_ALIASES) throw new ProtocolFault(REASON.topicAliasInvalid, `A topic alias is not one of 1 to ${TOPIC_ALIASES}.`);
    if (topic !== '') this.aliases.set(alias, topic);
    const known = this.aliases.get(alias);
    if (known === undefined) throw new ProtocolFault(REASON.protocolError, `The topic alias ${alias} was never set.`);
    return known;
  }

  private serviceOf(topic: string, retain: boolean) {
    const service = this.broker.reserved.serviceOf(topic);
    if (service !== undefined && !retain) return service;
    const reason = service === undefined ? 'The sandbox does not serve this reserved topic.' : 'A message to a reserved topic is never retained.';
    this.broker.log('sandbox.reserved-topic-refused', { account: this.actor.account.key, topic, reason, ...this.name });
    throw new ProtocolFault(REASON.topicNameInvalid, reason);
  }

  private subscribe({ messageId, subscriptions, properties }: ISubscribePacket): void {
    if (subscriptions.length > FILTERS_PER_SUBSCRIBE) throw new ProtocolFault(REASON.quotaExceeded, `A SUBSCRIBE names more than ${FILTERS_PER_SUBSCRIBE} topic filters.`);
    const made: (Subscription & { wantsRetained: boolean })[] = [];
    const reasons: string[] = [];
    const granted = subscriptions.map((wanted) => {
      const refusal = this.subscriptionRefusal(wanted, made);
      if (refusal !== undefined) {
        reasons.push(`${wanted.topic.slice(0, 64)}: ${refusal.reason}`);
        return this.connection.version === 5 ? refusal.code : FAILURE;
      }
      const isNew = !this.session.subscriptions.has(wanted.topic);
      // MQTT 5 section 3.8.4: a server grants less than what was asked for where it has no more.
      const qos = wanted.qos === 0 ? 0 : 1;
      const wantsRetained = wanted.rh !== 2 && (wanted.rh !== 1 || isNew);
      made.push({ filter: wanted.topic, qos, noLocal: wanted.nl ?? false, retainAsPublished: wanted.rap ?? false, identifier: properties?.subscriptionIdentifier, wantsRetained });
      return qos;
    });
    this.send({ cmd: 'suback', messageId: messageId!, granted, properties: reasons.length === 0 ? {} : { reasonString: reasons.join(' ') } });
    if (made.length > 0) this.broker.subscribed(this, made);
    // AWS: subscriptions in excess of the quota may be rejected, and the connection will be closed.
    if (granted.includes(REASON.quotaExceeded)) this.connection.end('CLIENT_ERROR', REASON.quotaExceeded);
  }

  private subscriptionRefusal({ topic, qos }: ISubscription, made: readonly Subscription[]): { code: number; reason: string } | undefined {
    const complaint = filterComplaint(topic);
    if (complaint !== undefined) return { code: REASON.topicFilterInvalid, reason: `the filter is refused: ${complaint}.` };
    if (qos === 2 && this.connection.version === 4) return { code: FAILURE, reason: 'AWS IoT has no QoS 2.' };
    if (isReserved(topic)) {
      const isShared = topic.startsWith('$share/');
      if (isShared || !this.broker.reserved.canBeSubscribed(topic)) {
        const reason = isShared ? 'the sandbox has no shared subscriptions.' : 'the sandbox does not serve this reserved topic.';
        this.broker.log('sandbox.reserved-topic-refused', { account: this.actor.account.key, topic, reason, ...this.name });
        return { code: isShared ? REASON.sharedSubscriptionsNotSupported : REASON.implementationSpecific, reason };
      }
    }
    if (!this.allows('iot:Subscribe', `topicfilter/${topic}`)) {
      this.broker.log('sandbox.not-authorized', { account: this.actor.account.key, action: 'iot:Subscribe', resource: topic, ...this.name });
      return { code: REASON.notAuthorized, reason: 'the policies of the certificate do not allow this subscription.' };
    }
    const filters = new Set([...this.session.subscriptions.keys(), ...made.map(({ filter }) => filter), topic]);
    if (filters.size > SUBSCRIPTIONS_PER_CONNECTION) return { code: REASON.quotaExceeded, reason: `a connection has ${SUBSCRIPTIONS_PER_CONNECTION} subscriptions at most.` };
    return undefined;
  }

  private unsubscribe({ messageId, unsubscriptions }: IUnsubscribePacket): void {
    const known = this.broker.unsubscribe(this, unsubscriptions);
    this.send({ cmd: 'unsuback', messageId: messageId!, granted: known.map((was) => (was ? REASON.success : REASON.noSubscriptionExisted)) });
  }

  /** 0x04 asks for the will to be published (MQTT 5 section 3.14.2.1). */
  private disconnect({ reasonCode = 0, properties }: IDisconnectPacket): void {
    const expiry = properties?.sessionExpiryInterval;
    if (expiry !== undefined) {
      if (this.session.expirySeconds === 0 && expiry > 0) throw new ProtocolFault(REASON.protocolError, 'A DISCONNECT keeps a session that its CONNECT did not want kept.');
      this.session.expirySeconds = Math.min(expiry, this.settings.sessionExpirySeconds);
    }
    this.connection.end('CLIENT_INITIATED_DISCONNECT', undefined, undefined, reasonCode !== REASON.success);
  }

  private reply(topic: string, payload: Buffer): void {
    const matching = [...this.session.subscriptions.values()].filter(({ filter }) => topicMatches(filter, topic));
    if (matching.length === 0) return;
    const qos = matching.some((subscription) => subscription.qos === 1) ? 1 : 0;
    this.session.deliver({ message: plainMessage(topic, payload, qos), qos, retain: false, subscriptionIdentifiers: [] });
  }

  private allows(action: Action, resource: string): boolean {
    return this.broker.policies.allows(this.actor, action, resource);
  }

  private get name() {
    return { clientId: this.settings.clientId, certificateId: this.actor.certificate.id };
  }
}
