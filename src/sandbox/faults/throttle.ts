import type { Account } from '../accounts.js';
import { CERTIFICATES_PER_SECOND, callsPerSecond } from '../model/quotas.js';
import { RateExceeded } from './fault.js';

interface Bucket {
  tokens: number;
  /** Milliseconds of the monotonic clock. */
  filledAt: number;
}

/** Operations that register a certificate, which share a quota of their own. */
const REGISTERING = new Set(['RegisterCertificate', 'RegisterCertificateWithoutCA', 'CreateKeysAndCertificate', 'CreateCertificateFromCsr', 'RegisterThing']);

/**
 * AWS IoT's quotas of calls a second, for each account, region and operation: a token bucket that holds one second's worth. How
 * large AWS's own buckets are is not published.
 */
export class Throttle {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private enabled: boolean, private readonly now: () => number = () => performance.now()) {}

  get isOn(): boolean {
    return this.enabled;
  }

  turn(on: boolean): void {
    this.enabled = on;
    this.buckets.clear();
  }

  /** @throws RateExceeded */
  take({ key }: Account, operation: string): void {
    if (!this.enabled) return;
    const buckets = [this.bucket(`${key} ${operation}`, callsPerSecond(operation))];
    if (REGISTERING.has(operation)) buckets.push(this.bucket(`${key} certificates`, CERTIFICATES_PER_SECOND));
    if (buckets.some(({ tokens }) => tokens < 1)) throw new RateExceeded();
    for (const bucket of buckets) bucket.tokens--;
  }

  private bucket(name: string, rate: number): Bucket {
    const now = this.now();
    const bucket = this.buckets.get(name) ?? { tokens: rate, filledAt: now };
    bucket.tokens = Math.min(rate, bucket.tokens + ((now - bucket.filledAt) / 1_000) * rate);
    bucket.filledAt = now;
    this.buckets.set(name, bucket);
    return bucket;
  }
}
