import { constants } from 'node:crypto';
import { createSecureContext, createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import type { Account, Accounts } from '../accounts.js';
import { Certificate } from '../certificates/x509-certificate.js';
import { reasonOf, type EventLog } from '../event-log.js';
import type { JustInTimeProvisioning } from '../provisioning/just-in-time.js';
import type { Store } from '../store/store.js';
import { AdmissionDesk, type Admission } from './admission.js';
import { publishRegistered } from './just-in-time-registration.js';
import { MessageBroker } from './message-broker.js';
import { PolicyCheck } from './policy.js';
import type { ServerAuthority } from './server-certificate.js';

/** MQTT over TLS: one port for the endpoints of all accounts, told apart by SNI. */
export class MqttServer {
  readonly tls: Server;
  private readonly desk: AdmissionDesk;
  private readonly sockets = new Set<TLSSocket>();

  private constructor(
    accounts: Accounts,
    private readonly store: Store,
    private readonly provisioning: JustInTimeProvisioning,
    private readonly brokers: ReadonlyMap<string, MessageBroker>,
    authority: ServerAuthority,
    private readonly log: EventLog,
  ) {
    this.desk = new AdmissionDesk(accounts, store);
    this.tls = createTlsServer(accounts, authority);
    this.tls.on('secureConnection', (socket) => this.receive(socket));
    // A handshake that fails is the client's business.
    this.tls.on('tlsClientError', () => undefined);
  }

  static async create(accounts: Accounts, store: Store, provisioning: JustInTimeProvisioning, authority: ServerAuthority, log: EventLog): Promise<MqttServer> {
    const policies = new PolicyCheck(store);
    const brokers = new Map<string, MessageBroker>();
    for (const account of accounts.all) brokers.set(account.key, await MessageBroker.start(account, store, policies, log));
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
      const admission = this.desk.admit({ serverName: serverNameOf(socket), certificate });
      if (admission.kind === 'accepted') {
        this.brokers.get(admission.account.key)?.handle(socket, certificate, socket.remoteAddress ?? '');
        return;
      }
      this.drop(socket, admission.kind === 'pending' ? 'The certificate is PENDING_ACTIVATION.' : admission.reason, certificate.id);
      if (admission.kind === 'pending') this.continueRegistration(admission);
    } catch (error) {
      this.drop(socket, reasonOf(error));
    }
  }

  /**
   * After the first connection is dropped: provisioning where the CA has a template, and the event for the account's own
   * registration where not ([U] whether AWS sends the event as well when there is a template). A later connection
   * that finds the certificate still pending starts it again. [U] for a template, documented for the event.
   */
  private continueRegistration({ account, ca, certificateId }: Extract<Admission, { kind: 'pending' }>): void {
    if (ca === undefined) return;
    const { templateBody, templateName } = ca.registrationConfig ?? {};
    setImmediate(() => {
      if (templateBody !== undefined || templateName !== undefined) {
        this.provisioning.run(account, certificateId, ca);
        return;
      }
      const certificate = this.store.certificates.find(account, certificateId);
      const broker = this.brokers.get(account.key);
      if (certificate !== undefined && broker !== undefined) publishRegistered(broker.aedes, account, certificate, ca.id);
    });
  }

  /** As devices see it at AWS: the handshake was fine, and then the connection ends without a CONNACK. */
  private drop(socket: TLSSocket, reason: string, certificateId?: string): void {
    this.log('sandbox.connection-refused', { serverName: serverNameOf(socket), certificateId, reason });
    socket.resume();
    socket.end();
    // For those that never close their side.
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
    // Certificates are asked for, and judged after the handshake, as at AWS.
    requestCert: true,
    rejectUnauthorized: false,
    // Port 443 is told apart from HTTPS by this name; on 8883 devices send none.
    ALPNProtocols: ['x-amzn-mqtt-ca'],
    handshakeTimeout: 10_000,
  });
}

const contextFor = (authority: ServerAuthority, names: readonly [string]) => createSecureContext({ ...TLS_OPTIONS, ...authority.issue(names) });

const TLS_OPTIONS: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET,
  // None, and not the web's root certificates, which Node takes otherwise: no CA names are sent, and 5 MB are saved.
  ca: [],
};
