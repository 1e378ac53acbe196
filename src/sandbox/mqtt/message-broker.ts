import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { IConnectPacket } from 'mqtt-packet';
import type { Account } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import type { EventLog } from '../event-log.js';
import { PACKET_BYTES, TOPIC_ALIASES, UNACKNOWLEDGED_MESSAGES } from '../model/limits.js';
import type { DeviceCertificate } from '../store/certificate.repository.js';
import type { Store } from '../store/store.js';
import { Client, type ClientBroker } from './client.js';
import { ClientConnection, type ConnectionEnd } from './client-connection.js';
import { readConnect, type ConnectSettings } from './connect-check.js';
import { ConnectRate } from './connect-rate.js';
import { LifecycleEvents } from './lifecycle-events.js';
import { plainMessage, type Message } from './message.js';
import type { MqttTimes } from './mqtt-times.js';
import type { Actor, PolicyCheck } from './policy.js';
import type { PublishedMessages, Publisher } from './published-messages.js';
import { REASON } from './reason-codes.js';
import type { ReservedTopics } from './reserved-topics.js';
import { retain, retainedMessage } from './retained-messages.js';
import { Session, type Subscription } from './session.js';
import { Subscriptions } from './subscriptions.js';
import { hasWildcard } from './topic.js';

/** What the brokers of all accounts share. */
export interface BrokerContext {
  readonly store: Store;
  readonly policies: PolicyCheck;
  readonly reserved: ReservedTopics;
  readonly published: PublishedMessages;
  readonly log: EventLog;
  readonly times: MqttTimes;
}

/** The message broker of one account in one region, so that topics never cross. MQTT 5 and 3.1.1, QoS 0 and 1. */
export class MessageBroker implements ClientBroker {
  readonly policies: PolicyCheck;
  readonly reserved: ReservedTopics;
  readonly log: EventLog;
  private readonly store: Store;
  private readonly events: LifecycleEvents;
  private readonly connectRate: ConnectRate;
  private readonly connections = new Set<ClientConnection>();
  /** Connected clients and kept sessions, by client id. */
  private readonly clients = new Map<string, Client>();
  private readonly sessions = new Map<string, Session>();
  private readonly subscriptions = new Subscriptions();
  private isStopped = false;

  constructor(
    private readonly account: Account,
    private readonly context: BrokerContext,
  ) {
    ({ store: this.store, policies: this.policies, reserved: this.reserved, log: this.log } = context);
    this.events = new LifecycleEvents(account, context.store, (topic, payload) => this.publishEvent(topic, payload));
    this.connectRate = new ConnectRate(context.times.connectIntervalMs);
  }

  /** Takes over a connection whose certificate is known and ACTIVE in this account. */
  handle(socket: Duplex, certificate: Certificate, sourceIp: string): void {
    let client: Client | undefined;
    const connection: ClientConnection = new ClientConnection(
      socket,
      {
        connect: (packet) => (client = this.connect(connection, packet, { account: this.account, certificate, sourceIp })),
        receive: (packet) => client?.receive(packet),
        fault: (reason) => this.log('sandbox.mqtt-fault', { account: this.account.key, certificateId: certificate.id, clientId: client?.settings.clientId, reason }),
        ended: (end) => {
          this.connections.delete(connection);
          if (client !== undefined && !this.isStopped) this.disconnected(client, end);
        },
      },
      this.context.times.connectMs,
    );
    this.connections.add(connection);
  }

  /** Ends the live connections of a certificate that is no longer ACTIVE. */
  disconnect(certificateId: string): void {
    for (const { actor, connection } of this.clients.values()) {
      if (actor.certificate.id === certificateId) connection.end('SERVER_INITIATED_DISCONNECT', REASON.administrativeAction);
    }
  }

  /** DeleteConnection of the data plane. False where no such client is connected. */
  deleteConnection(clientId: string, { cleanSession, preventWillMessage }: { cleanSession: boolean; preventWillMessage: boolean }): boolean {
    const client = this.clients.get(clientId);
    if (client === undefined) return false;
    if (cleanSession) client.session.expirySeconds = 0;
    client.connection.end('API_INITIATED_DISCONNECT', REASON.administrativeAction, 'The connection was deleted.', !preventWillMessage);
    return true;
  }

  /** To the subscribers, to the topic rules and, if it is to be retained, to the store. */
  publish(message: Message, from?: Client): void {
    this.accept(message, from === undefined ? undefined : { clientId: from.settings.clientId, certificateId: from.actor.certificate.id });
  }

  /** The same for a publisher without a connection: HTTPS, a topic rule, an application. */
  accept(message: Message, publisher?: Publisher): void {
    if (message.retain) retain(this.store.retainedMessages, this.account, message);
    this.context.published.tell(this.account, message.topic, message.payload, publisher);
    for (const [session, matching] of this.subscriptions.matching(message.topic)) {
      const wanting = matching.filter(({ noLocal }) => !noLocal || session.clientId !== publisher?.clientId);
      if (wanting.length === 0) continue;
      const qos = message.qos === 1 && wanting.some((subscription) => subscription.qos === 1) ? 1 : 0;
      const asPublished = message.retain && wanting.some(({ retainAsPublished }) => retainAsPublished);
      const taken = session.deliver({ message, qos, retain: asPublished, subscriptionIdentifiers: wanting.flatMap(({ identifier }) => identifier ?? []) });
      if (!taken) this.log('sandbox.message-dropped', { account: this.account.key, clientId: session.clientId, topic: message.topic });
    }
  }

  /**
   * Tells the account's subscribers that a certificate waits for activation. As AWS sends them, `timestamp` is a number and the
   * time of this publication, `certificateRegistrationTimestamp` a string and always the same.
   */
  publishRegistered(certificate: DeviceCertificate, caCertificateId: string): void {
    this.publishEvent(`$aws/events/certificates/registered/${caCertificateId}`, {
      certificateId: certificate.id,
      caCertificateId,
      timestamp: Date.now(),
      certificateStatus: 'PENDING_ACTIVATION',
      awsAccountId: this.account.accountId,
      certificateRegistrationTimestamp: String(+certificate.createdAt),
    });
  }

  /** Sends each its subscriptions' retained messages. As at AWS, a filter with wildcards gets none. */
  subscribed(client: Client, subscriptions: readonly (Subscription & { wantsRetained: boolean })[]): void {
    for (const { wantsRetained, ...subscription } of subscriptions) {
      this.subscriptions.add(client.session, subscription);
      const kept = wantsRetained && !hasWildcard(subscription.filter) ? this.store.retainedMessages.find(this.account, subscription.filter) : undefined;
      if (kept === undefined) continue;
      const qos = kept.qos === 1 && subscription.qos === 1 ? 1 : 0;
      const subscriptionIdentifiers = subscription.identifier === undefined ? [] : [subscription.identifier];
      client.session.deliver({ message: retainedMessage(kept), qos, retain: true, subscriptionIdentifiers });
    }
    this.events.subscriptionsChanged(client, 'subscribed', subscriptions.map(({ filter }) => filter));
  }

  unsubscribe(client: Client, filters: readonly string[]): boolean[] {
    const known = filters.map((filter) => this.subscriptions.remove(client.session, filter));
    const gone = filters.filter((_, at) => known[at]);
    if (gone.length > 0) this.events.subscriptionsChanged(client, 'unsubscribed', gone);
    return known;
  }

  stop(): void {
    for (const connection of this.connections) connection.end('SERVER_INITIATED_DISCONNECT', REASON.serverShuttingDown);
    this.isStopped = true;
    for (const { timers } of this.sessions.values()) {
      clearTimeout(timers.expiry);
      clearTimeout(timers.will);
    }
  }

  private connect(connection: ClientConnection, packet: IConnectPacket, peer: Omit<Actor, 'clientId'>): Client | undefined {
    const settings = readConnect(packet, this.context.times);
    const { clientId } = settings;
    const facts = { account: this.account.key, clientId, certificateId: peer.certificate.id };
    if (!this.connectRate.admits(clientId)) {
      this.log('sandbox.throttled', { ...facts, operation: 'Connect' });
      connection.refuse(REASON.quotaExceeded, 'THROTTLED', 'AWS IoT takes one CONNECT a second from a client id.');
      return undefined;
    }
    const actor: Actor = { ...peer, clientId };
    const attributes = [...(settings.sessionExpirySeconds > 0 ? ['PersistentConnect' as const] : []), ...(settings.will === undefined ? [] : ['LastWill' as const])];
    const connect = { attributes, lastWillTopic: settings.will && this.account.arn(`topic/${settings.will.message.topic}`) };
    if (!this.policies.allows({ ...actor, connect }, 'iot:Connect', `client/${clientId}`)) {
      this.log('sandbox.not-authorized', { ...facts, action: 'iot:Connect', resource: clientId });
      connection.refuse(REASON.notAuthorized, 'FORBIDDEN_ACCESS', 'The policies of the certificate do not allow this client id.');
      return undefined;
    }
    this.clients.get(clientId)?.connection.end('DUPLICATE_CLIENTID', REASON.sessionTakenOver);
    const { session, isPresent } = this.openSession(settings);
    const client = new Client(this, connection, session, settings, actor, randomUUID());
    this.clients.set(clientId, client);
    connection.send({ cmd: 'connack', sessionPresent: isPresent, returnCode: 0, reasonCode: REASON.success, properties: offered(settings, packet) });
    connection.open(settings);
    this.events.connected(client);
    session.attach(client);
    return client;
  }

  private openSession({ clientId, clean, sessionExpirySeconds }: ConnectSettings): { session: Session; isPresent: boolean } {
    const kept = this.sessions.get(clientId);
    if (kept !== undefined && clean) this.endSession(kept);
    const isPresent = kept !== undefined && !clean;
    const session = isPresent ? kept : new Session(clientId);
    this.sessions.set(clientId, session);
    clearTimeout(session.timers.expiry);
    // A will that waited for the client to stay away is not published when it comes back (MQTT 5 section 3.1.3.2.2).
    session.dropWill();
    session.expirySeconds = sessionExpirySeconds;
    return { session, isPresent };
  }

  private disconnected(client: Client, end: ConnectionEnd): void {
    const { session, settings } = client;
    session.detach();
    if (this.clients.get(settings.clientId) === client) this.clients.delete(settings.clientId);
    if (end.withWill) this.bequeath(client);
    if (session.expirySeconds === 0) this.endSession(session);
    else session.timers.expiry = setTimeout(() => this.endSession(session), session.expirySeconds * 1_000).unref();
    this.events.disconnected(client, end.reason);
  }

  /** The will goes out after its delay, or at the end of the session if that is sooner. */
  private bequeath(client: Client): void {
    const { settings, session } = client;
    const { will } = settings;
    if (will === undefined) return;
    session.keepWill(() => {
      // AWS does not say whether it asks the policies at CONNECT or now.
      if (client.mayPublish(will.message)) this.publish(will.message, client);
      else this.log('sandbox.not-authorized', { account: this.account.key, action: 'iot:Publish', resource: will.message.topic, clientId: settings.clientId, certificateId: client.actor.certificate.id });
    }, will.delaySeconds * 1_000);
  }

  private endSession(session: Session): void {
    clearTimeout(session.timers.expiry);
    this.subscriptions.removeAll(session);
    if (this.sessions.get(session.clientId) === session) this.sessions.delete(session.clientId);
    session.publishWill();
  }

  private publishEvent(topic: string, payload: object): void {
    this.accept(plainMessage(topic, Buffer.from(JSON.stringify(payload)), 1));
  }
}

/** What the CONNACK of MQTT 5 says (section 3.2.2.3): AWS IoT's limits, and no shared subscriptions, which AWS has and the sandbox has not. */
function offered(settings: ConnectSettings, { properties, keepalive }: IConnectPacket) {
  return {
    receiveMaximum: UNACKNOWLEDGED_MESSAGES,
    maximumQoS: 1,
    retainAvailable: true,
    maximumPacketSize: PACKET_BYTES,
    topicAliasMaximum: TOPIC_ALIASES,
    wildcardSubscriptionAvailable: true,
    subscriptionIdentifiersAvailable: true,
    sharedSubscriptionAvailable: false,
    ...((properties?.sessionExpiryInterval ?? 0) === settings.sessionExpirySeconds ? {} : { sessionExpiryInterval: settings.sessionExpirySeconds }),
    ...(keepalive === settings.keepAliveSeconds ? {} : { serverKeepAlive: settings.keepAliveSeconds }),
    ...(settings.isAssigned ? { assignedClientIdentifier: settings.clientId } : {}),
  };
}
