import type { Account } from '../accounts.js';
import type { Store } from '../store/store.js';
import type { Client } from './client.js';
import type { DisconnectReason } from './reason-codes.js';

/**
 * AWS IoT's lifecycle events (developer guide, "Lifecycle events"), and the account's knowledge of who is connected. A client id with
 * + or # has no events, since its topic would be a filter.
 */
export class LifecycleEvents {
  constructor(
    private readonly account: Account,
    private readonly store: Store,
    private readonly publish: (topic: string, payload: object) => void,
  ) {}

  connected(client: Client): void {
    const { settings, actor } = client;
    const now = Date.now();
    const versionNumber = this.store.connectivity.connected(this.account, {
      clientId: settings.clientId,
      since: now,
      certificateId: actor.certificate.id,
      sourceIp: actor.sourceIp,
      keepAliveSeconds: settings.keepAliveSeconds,
      sessionExpirySeconds: settings.sessionExpirySeconds,
    });
    this.tell('presence/connected', client, { timestamp: now, eventType: 'connected', ipAddress: actor.sourceIp, versionNumber });
  }

  disconnected(client: Client, reason: DisconnectReason): void {
    const now = Date.now();
    const versionNumber = this.store.connectivity.disconnected(this.account, client.settings.clientId, { since: now, reason });
    this.tell('presence/disconnected', client, {
      timestamp: now,
      eventType: 'disconnected',
      clientInitiatedDisconnect: reason === 'CLIENT_INITIATED_DISCONNECT',
      disconnectReason: reason,
      versionNumber,
    });
  }

  subscriptionsChanged(client: Client, eventType: 'subscribed' | 'unsubscribed', topics: readonly string[]): void {
    this.tell(`subscriptions/${eventType}`, client, { timestamp: Date.now(), eventType, topics });
  }

  private tell(kind: string, { settings: { clientId }, actor, sessionIdentifier }: Client, facts: object): void {
    if (/[+#]/.test(clientId)) return;
    this.publish(`$aws/events/${kind}/${clientId}`, { clientId, sessionIdentifier, principalIdentifier: actor.certificate.id, ...facts });
  }
}
