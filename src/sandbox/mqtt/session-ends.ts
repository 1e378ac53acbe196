import type { Account } from '../accounts.js';
import type { Store } from '../store/store.js';
import type { MessageBroker } from './message-broker.js';

/**
 * Ends the live connections of certificates that have left ACTIVE, some time later: at AWS they go on for "a few minutes"
 * (UpdateCertificate, API reference).
 */
export class SessionEnds {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly store: Store,
    private readonly broker: (account: Account) => MessageBroker | undefined,
    private readonly afterMs: number,
  ) {}

  leftActive(account: Account, certificateId: string): void {
    const end = () => this.broker(account)?.disconnect(certificateId);
    if (this.afterMs === 0) return end();
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.store.certificates.find(account, certificateId)?.status !== 'ACTIVE') end();
    }, this.afterMs).unref();
    this.timers.add(timer);
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}
