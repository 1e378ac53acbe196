import { backoffMs } from '../platform/backoff.js';

const MOST_FAILURES = 3;
const OPEN_TIME = { firstMs: 250, mostMs: 4_000 };

export interface CircuitEvents {
  /** Asks the HSM for anything. It rejects when the HSM does not answer. */
  probe(): Promise<unknown>;
  opened(): void;
  closed(): void;
}

/**
 * Spares callers the wait for an HSM that is known to be away. After three failures in a row it opens for a short and
 * growing time; then one probe at a time finds out whether the HSM is back. The probes go on without any caller.
 */
export class CircuitBreaker {
  state: 'closed' | 'open' | 'probing' = 'closed';
  private failures = 0;
  /** How often it has opened since it was last closed. */
  private openings = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly events: CircuitEvents) {}

  failed(): void {
    if (this.state !== 'closed' || ++this.failures < MOST_FAILURES) return;
    this.open();
    this.events.opened();
  }

  succeeded(): void {
    if (this.state === 'closed') this.failures = 0;
  }

  /** Something has changed for the better: do not wait for the time to be over. */
  probeNow(): void {
    if (this.state !== 'open') return;
    clearTimeout(this.timer);
    this.state = 'probing';
    void this.events.probe().then(
      () => this.close(),
      () => this.state === 'probing' && this.open(),
    );
  }

  stop(): void {
    clearTimeout(this.timer);
    this.state = 'closed';
  }

  private open(): void {
    this.state = 'open';
    this.openings++;
    this.timer = setTimeout(() => this.probeNow(), backoffMs(this.openings, OPEN_TIME)).unref();
  }

  private close(): void {
    if (this.state !== 'probing') return;
    this.state = 'closed';
    this.failures = 0;
    this.openings = 0;
    this.events.closed();
  }
}
