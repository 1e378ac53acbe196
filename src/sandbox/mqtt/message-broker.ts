import { Duplex, pipeline } from 'node:stream';
import { Aedes } from 'aedes';
import type { Account } from '../accounts.js';
import type { Certificate } from '../certificates/x509-certificate.js';
import type { EventLog } from '../event-log.js';
import { CLIENT_ID_BYTES, PACKET_BYTES, PAYLOAD_BYTES, TOPIC_BYTES, TOPIC_SLASHES } from '../model/limits.js';
import type { DeviceCertificate } from '../store/certificate.repository.js';
import type { Store } from '../store/store.js';
import { PacketBound } from './packet-bound.js';
import type { PublishedMessages } from './published-messages.js';
import type { Action, Actor, PolicyCheck } from './policy.js';

type Client = ReturnType<Aedes['handle']>;

interface Session {
  readonly certificate: Certificate;
  readonly sourceIp: string;
}

/** The message broker of one account in one region, so that topics never cross. MQTT 3.1.1, QoS 0 and 1. */
export class MessageBroker {
  private readonly sessions = new WeakMap<object, Session>();
  /** Connected clients by the id of their certificate. */
  private readonly clients = new Map<string, Set<Client>>();

  private constructor(
    private readonly account: Account,
    private readonly aedes: Aedes,
    private readonly policies: PolicyCheck,
    private readonly published: PublishedMessages,
    private readonly log: EventLog,
  ) {}

  static async start(account: Account, store: Store, policies: PolicyCheck, published: PublishedMessages, log: EventLog): Promise<MessageBroker> {
    const aedes = await Aedes.createBroker({ concurrency: 100, drainTimeout: 10_000 });
    const broker = new MessageBroker(account, aedes, policies, published, log);
    for (const { topic, payload, qos } of store.retained(account)) {
      await new Promise<void>((resolve) => aedes.publish({ cmd: 'publish', topic, payload, qos, dup: false, retain: true }, () => resolve()));
    }
    broker.setHandlers(store);
    return broker;
  }

  /** Takes over a connection whose certificate is known and ACTIVE in this account. */
  handle(socket: Duplex, certificate: Certificate, sourceIp: string): void {
    // The pipeline ends the connection when a packet is too long.
    const bounded = pipeline(socket, new PacketBound(PACKET_BYTES), () => undefined);
    const stream = Duplex.from({ readable: bounded, writable: socket });
    this.sessions.set(stream, { certificate, sourceIp });
    const client = this.aedes.handle(stream);
    const clients = this.clients.get(certificate.id) ?? new Set();
    this.clients.set(certificate.id, clients.add(client));
    stream.once('close', () => {
      clients.delete(client);
      if (clients.size === 0 && this.clients.get(certificate.id) === clients) this.clients.delete(certificate.id);
    });
  }

  disconnect(certificateId: string): void {
    for (const client of this.clients.get(certificateId) ?? []) client.close();
  }

  /**
   * Tells the account's subscribers that a certificate waits for activation. As AWS sends them, `timestamp` is a number and the
   * time of this publication, `certificateRegistrationTimestamp` a string and always the same.
   */
  publishRegistered(certificate: DeviceCertificate, caCertificateId: string): void {
    const payload = {
      certificateId: certificate.id,
      caCertificateId,
      timestamp: Date.now(),
      certificateStatus: 'PENDING_ACTIVATION',
      awsAccountId: this.account.accountId,
      certificateRegistrationTimestamp: String(+certificate.createdAt),
    };
    const topic = `$aws/events/certificates/registered/${caCertificateId}`;
    this.aedes.publish({ cmd: 'publish', topic, payload: JSON.stringify(payload), qos: 1, dup: false, retain: false }, () => undefined);
    this.published.tell(this.account, topic, Buffer.from(JSON.stringify(payload)));
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.aedes.close(() => resolve()));
  }

  private setHandlers(store: Store): void {
    const { aedes } = this;
    // Refusing here closes the connection without a CONNACK. AWS's guide speaks of a return code, but what devices see is a close.
    aedes.preConnect = (client, packet, done) => {
      const { clientId } = packet;
      const wellFormed = clientId !== '' && !clientId.includes('\0') && Buffer.byteLength(clientId) <= CLIENT_ID_BYTES && !clientId.startsWith('$');
      const allowed = wellFormed && this.allows(client, 'iot:Connect', `client/${clientId}`, clientId);
      if (!allowed) this.logRefusal(client, 'iot:Connect', clientId);
      done(null, allowed);
      if (!allowed) client.close();
    };
    aedes.authenticate = (_client, _username, _password, done) => done(null, true);
    aedes.authorizePublish = (client, packet, done) => {
      // A will is published after its client has disconnected. Without a client there are no policies, so nothing is allowed.
      const allowed = client !== null && this.mayPublish(client, packet);
      if (!allowed) this.logRefusal(client, 'iot:Publish', packet.topic);
      if (allowed && packet.retain) store.retain(this.account, { topic: packet.topic, payload: Buffer.from(packet.payload), qos: packet.qos === 1 ? 1 : 0 });
      const session = client === null ? undefined : this.sessions.get(client.conn);
      if (allowed && client !== null && session !== undefined) {
        this.published.tell(this.account, packet.topic, Buffer.from(packet.payload), { clientId: client.id, certificateId: session.certificate.id });
      }
      // An error closes the connection, which is what AWS does.
      done(allowed ? null : new Error('not authorized'));
    };
    aedes.authorizeSubscribe = (client, subscription, done) => {
      const { topic, qos } = subscription;
      // Refused with return code 128 and not by closing, which AWS does not document. AWS's broker has no QoS 2.
      const allowed = qos < 2 && isTopic(topic) && this.allows(client, 'iot:Subscribe', `topicfilter/${topic}`);
      if (!allowed) this.logRefusal(client, 'iot:Subscribe', topic);
      done(null, allowed ? subscription : null);
    };
    aedes.authorizeForward = (client, packet) => (this.allows(client, 'iot:Receive', `topic/${packet.topic}`) ? packet : null);
    // Without listeners these two would end the process.
    aedes.on('clientError', () => undefined);
    aedes.on('connectionError', () => undefined);
  }

  private mayPublish(client: Client, packet: { topic: string; qos: number; payload: string | Buffer }): boolean {
    const { topic, qos, payload } = packet;
    // `$` topics belong to AWS; the sandbox has none that a device may publish to.
    const wellFormed = qos < 2 && isTopic(topic) && !topic.startsWith('$') && Buffer.byteLength(payload) <= PAYLOAD_BYTES;
    return wellFormed && this.allows(client, 'iot:Publish', `topic/${topic}`);
  }

  private allows(client: Client, action: Action, resource: string, clientId: string = client.id): boolean {
    const session = this.sessions.get(client.conn);
    if (session === undefined) return false;
    const actor: Actor = { account: this.account, clientId, certificate: session.certificate, sourceIp: session.sourceIp };
    return this.policies.allows(actor, action, resource);
  }

  private logRefusal(client: Client | null, action: Action, resource: string): void {
    const certificateId = client === null ? undefined : this.sessions.get(client.conn)?.certificate.id;
    this.log('sandbox.not-authorized', { account: this.account.key, action, resource: resource.slice(0, 256), certificateId });
  }
}

function isTopic(topic: string): boolean {
  // MQTT 3.1.1 section 1.5.3: a text with U+0000 ends the connection.
  return !topic.includes('\0') && Buffer.byteLength(topic) <= TOPIC_BYTES && topic.split('/').length - 1 <= TOPIC_SLASHES;
}
