import type { Server as HttpServer } from 'node:http';
import type { Server, TLSSocket } from 'node:tls';
import type { Account, Accounts } from '../accounts.js';
import { Certificate } from '../certificates/x509-certificate.js';
import { reasonOf } from '../event-log.js';
import type { JustInTimeProvisioning } from '../provisioning/just-in-time.js';
import { ConnectionCheck, type ConnectionVerdict } from './connection-check.js';
import { createHttpsPublish, type HttpsPublication } from './https-publish.js';
import { plainMessage } from './message.js';
import { MessageBroker, type BrokerContext } from './message-broker.js';
import type { Actor } from './policy.js';
import { isReserved } from './topic.js';
import { createTlsServer, HTTPS_PROTOCOLS, serverNameOf } from './tls-server.js';
import type { ServerAuthority } from './server-certificate.js';

/** The first byte of a CONNECT; that of an HTTP request is a letter. */
const CONNECT = 0x10;

type Pending = Extract<ConnectionVerdict, { kind: 'pending' }>;

/** The data endpoints of all accounts on one port, told apart by SNI: MQTT over TLS, and HTTPS publish. */
export class MqttServer {
  readonly tls: Server;
  private readonly check: ConnectionCheck;
  private readonly brokers: ReadonlyMap<string, MessageBroker>;
  private readonly https: HttpServer;
  private readonly sockets = new Set<TLSSocket>();
  /** Devices of connections that may speak HTTPS. */
  private readonly devices = new WeakMap<TLSSocket, Actor>();

  constructor(
    accounts: Accounts,
    private readonly context: BrokerContext,
    private readonly provisioning: JustInTimeProvisioning,
    authority: ServerAuthority,
  ) {
    this.check = new ConnectionCheck(accounts, context.store);
    this.brokers = new Map(accounts.all.map((account) => [account.key, new MessageBroker(account, context)]));
    context.store.connectivity.endAll(Date.now());
    this.https = createHttpsPublish((socket, publication) => this.publishOverHttps(socket, publication));
    this.tls = createTlsServer(accounts, authority, context.times.handshakeMs);
    this.tls.on('secureConnection', (socket) => this.receive(socket));
    // A failed handshake is not logged: it says nothing about an account. Node leaves the connection open when it only took too long.
    this.tls.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  /** Undefined for an account that this sandbox does not have. */
  broker(account: Account): MessageBroker | undefined {
    return this.brokers.get(account.key);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.tls.close(() => resolve()));
    this.provisioning.stop();
    for (const broker of this.brokers.values()) broker.stop();
    for (const socket of this.sockets) socket.destroy();
    this.https.close();
    await closed;
  }

  private receive(socket: TLSSocket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    const der = socket.getPeerX509Certificate()?.raw;
    if (der === undefined) return this.drop(socket, 'The device sent no certificate.');
    try {
      const certificate = new Certificate(der);
      const verdict = this.check.verdictOn({ serverName: serverNameOf(socket), certificate });
      if (verdict.kind === 'accepted') return this.takeIn(socket, { account: verdict.account, certificate, sourceIp: socket.remoteAddress ?? '', clientId: '' });
      this.drop(socket, verdict.kind === 'pending' ? this.whyPending(verdict) : verdict.reason, certificate.id);
      if (verdict.kind === 'pending') this.continueRegistration(verdict);
    } catch (error) {
      this.drop(socket, reasonOf(error));
    }
  }

  /** At AWS the port or ALPN tells HTTPS from MQTT. Here the first byte does too, since there is one port. */
  private takeIn(socket: TLSSocket, device: Actor): void {
    if (HTTPS_PROTOCOLS.includes(socket.alpnProtocol || '')) return this.takeHttps(socket, device);
    const late = setTimeout(() => socket.destroy(), this.context.times.connectMs).unref();
    socket.once('close', () => clearTimeout(late));
    socket.once('data', (chunk: Buffer) => {
      clearTimeout(late);
      socket.pause();
      socket.unshift(chunk);
      if (/[A-Z]/.test(String.fromCharCode(chunk[0] ?? CONNECT))) return this.takeHttps(socket, device);
      this.broker(device.account)?.handle(socket, device.certificate, device.sourceIp);
      socket.resume();
    });
  }

  private takeHttps(socket: TLSSocket, device: Actor): void {
    this.devices.set(socket, device);
    this.https.emit('connection', socket);
    socket.resume();
  }

  private publishOverHttps(socket: TLSSocket, { topic, payload, qos, retain }: HttpsPublication): boolean {
    const device = this.devices.get(socket);
    if (device === undefined) return false;
    const { account, certificate } = device;
    const actions = retain ? (['iot:Publish', 'iot:RetainPublish'] as const) : (['iot:Publish'] as const);
    if (isReserved(topic) || !actions.every((action) => this.context.policies.allows(device, action, `topic/${topic}`))) {
      this.context.log('sandbox.not-authorized', { account: account.key, action: 'iot:Publish', resource: topic, certificateId: certificate.id });
      return false;
    }
    this.broker(account)?.accept(plainMessage(topic, payload, qos, retain), { clientId: undefined, certificateId: certificate.id });
    return true;
  }

  /**
   * After the connection was dropped: provisioning where the CA has a template, and otherwise the event for the account's own
   * registration. A later connection that finds the certificate still pending starts it again. AWS documents the repetition
   * for the event only, and does not say whether it sends the event as well when there is a template.
   */
  private continueRegistration({ account, ca, certificateId }: Pending): void {
    if (ca === undefined) return;
    const { templateBody, templateName } = ca.registrationConfig ?? {};
    if (templateBody !== undefined || templateName !== undefined) {
      this.provisioning.schedule(account, certificateId, ca);
      return;
    }
    this.provisioning.afterDelay(() => {
      const certificate = this.context.store.certificates.find(account, certificateId);
      if (certificate?.status === 'PENDING_ACTIVATION') this.broker(account)?.publishRegistered(certificate, ca.id);
    });
  }

  /** With what went wrong when it was last provisioned, since this is where people look. */
  private whyPending({ account, certificateId }: Pending): string {
    const failure = this.context.store.certificates.find(account, certificateId)?.provisioningFailure;
    return `The certificate is PENDING_ACTIVATION.${failure === undefined ? '' : ` Provisioning failed: ${failure}`}`;
  }

  /** As devices see it at AWS: the handshake was fine, and then the connection ends without a CONNACK. */
  private drop(socket: TLSSocket, reason: string, certificateId?: string): void {
    this.context.log('sandbox.connection-refused', { serverName: serverNameOf(socket), certificateId, reason });
    socket.resume();
    socket.end();
    // For a client that never closes its side.
    setTimeout(() => socket.destroy(), 1_000).unref();
  }
}
