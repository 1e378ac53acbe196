import { constants } from 'node:crypto';
import { createSecureContext, createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import type { Account, Accounts } from '../accounts.js';
import { Certificate } from '../certificates/x509-certificate.js';
import { reasonOf, type EventLog } from '../event-log.js';
import type { JustInTimeProvisioning } from '../provisioning/just-in-time.js';
import type { Store } from '../store/store.js';
import { ConnectionCheck, type ConnectionVerdict } from './connection-check.js';
import { MessageBroker } from './message-broker.js';
import { PolicyCheck } from './policy.js';
import type { PublishedMessages } from './published-messages.js';
import type { ServerAuthority } from './server-certificate.js';

/** From a connection to the end of its TLS handshake. */
export const HANDSHAKE_MS = 10_000;

/** MQTT over TLS: one port for the endpoints of all accounts, told apart by SNI. */
export class MqttServer {
  readonly tls: Server;
  private readonly check: ConnectionCheck;
  private readonly sockets = new Set<TLSSocket>();

  private constructor(
    accounts: Accounts,
    private readonly store: Store,
    private readonly provisioning: JustInTimeProvisioning,
    private readonly brokers: ReadonlyMap<string, MessageBroker>,
    authority: ServerAuthority,
    private readonly log: EventLog,
  ) {
    this.check = new ConnectionCheck(accounts, store);
    this.tls = createTlsServer(accounts, authority);
    this.tls.on('secureConnection', (socket) => this.receive(socket));
    // A failed handshake is not logged: it says nothing about an account. Node leaves the connection open when it only took too long.
    this.tls.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  static async create(accounts: Accounts, store: Store, provisioning: JustInTimeProvisioning, authority: ServerAuthority, published: PublishedMessages, log: EventLog): Promise<MqttServer> {
    const policies = new PolicyCheck(store);
    const brokers = new Map<string, MessageBroker>();
    for (const account of accounts.all) brokers.set(account.key, await MessageBroker.start(account, store, policies, published, log));
    return new MqttServer(accounts, store, provisioning, brokers, authority, log);
  }

  /** Ends the live sessions of a certificate. */
  disconnect(account: Account, certificateId: string): void {
    this.brokers.get(account.key)?.disconnect(certificateId);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.tls.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([...this.brokers.values()].map((broker) => broker.stop()));
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
      if (verdict.kind === 'accepted') {
        this.brokers.get(verdict.account.key)?.handle(socket, certificate, socket.remoteAddress ?? '');
        return;
      }
      this.drop(socket, verdict.kind === 'pending' ? 'The certificate is PENDING_ACTIVATION.' : verdict.reason, certificate.id);
      if (verdict.kind === 'pending') this.continueRegistration(verdict);
    } catch (error) {
      this.drop(socket, reasonOf(error));
    }
  }

  /**
   * After the first connection is dropped: provisioning where the CA has a template, and otherwise the event for the account's
   * own registration. A later connection that finds the certificate still pending starts it again. AWS documents the repetition
   * for the event only, and does not say whether it sends the event as well when there is a template.
   */
  private continueRegistration({ account, ca, certificateId }: Extract<ConnectionVerdict, { kind: 'pending' }>): void {
    if (ca === undefined) return;
    const { templateBody, templateName } = ca.registrationConfig ?? {};
    setImmediate(() => {
      if (templateBody !== undefined || templateName !== undefined) {
        this.provisioning.run(account, certificateId, ca);
        return;
      }
      const certificate = this.store.certificates.find(account, certificateId);
      if (certificate !== undefined) this.brokers.get(account.key)?.publishRegistered(certificate, ca.id);
    });
  }

  /** As devices see it at AWS: the handshake was fine, and then the connection ends without a CONNACK. */
  private drop(socket: TLSSocket, reason: string, certificateId?: string): void {
    this.log('sandbox.connection-refused', { serverName: serverNameOf(socket), certificateId, reason });
    socket.resume();
    socket.end();
    // For a client that never closes its side.
    setTimeout(() => socket.destroy(), 1_000).unref();
  }
}

/** Node answers `false` where the client sent no name. */
function serverNameOf(socket: TLSSocket): string | undefined {
  const name: unknown = (socket as { servername?: unknown }).servername;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function createTlsServer(accounts: Accounts, authority: ServerAuthority): Server {
  const endpoints = accounts.all.map(({ endpoint }) => endpoint);
  const [first, ...rest] = endpoints;
  if (first === undefined) throw new Error('The sandbox has no account.');
  const byName = new Map(endpoints.map((endpoint) => [endpoint, contextFor(authority, [endpoint])]));
  return createServer({
    ...TLS_OPTIONS,
    // For devices that send no name: they still check the name that they connect to.
    ...authority.issue([first, ...rest]),
    SNICallback: (name, done) => done(null, byName.get(name.toLowerCase())),
    // Certificates are asked for, and checked after the handshake, as at AWS.
    requestCert: true,
    rejectUnauthorized: false,
    // Port 443 is told apart from HTTPS by this name; on 8883 devices send none.
    ALPNProtocols: ['x-amzn-mqtt-ca'],
    handshakeTimeout: HANDSHAKE_MS,
  });
}

const contextFor = (authority: ServerAuthority, names: readonly [string]) => createSecureContext({ ...TLS_OPTIONS, ...authority.issue(names) });

const TLS_OPTIONS: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET,
  // None, and not the web's root certificates, which Node takes otherwise: no CA names are sent, and 5 MB are saved.
  ca: [],
};
