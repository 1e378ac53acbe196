import { backoffMs } from '../platform/backoff.js';

const MOST_FAILURES = 3;
/** How long it stays open before each probe. */
const OPEN_TIME = { firstMs: 250, mostMs: 4_000 };

export interface CircuitEvents {
  /** Sends the HSM one request. Rejects when it does not answer. */
  probe(): Promise<unknown>;
  opened(): void;
  closed(): void;
}

/**
 * Lets callers be refused at once while the HSM does not answer, instead of after their deadlines. After three failures in
 * a row it opens, and probes the HSM after pauses that grow, one probe at a time, until a probe succeeds; no caller is
 * needed for that.
 */
export class CircuitBreaker {
  state: 'closed' | 'open' | 'probing' = 'closed';
  private failures = 0;
  /** How often it has opened since it was last closed: each probe that fails opens it again. */
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

  /** Probes without waiting for the pause to end: call it when the HSM may answer again. */
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
