import { Inject, Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { AnyRedis } from '../../platform/redis/redis.js';

/** AWS's default quotas in calls per second, per account, region and operation (10 for nearly all of them: AWS IoT Core endpoints and quotas). */
const QUOTA = 10;
const QUOTAS: Partial<Record<string, number>> = {
  DescribeThing: 100, CreateThing: 100, AttachThingPrincipal: 100, DetachThingPrincipal: 100, ListThingPrincipals: 20, AttachPolicy: 15, ListAttachedPolicies: 15,
};

/** So many calls may come at once; where little is left of the quota, they are taken off the steady rate, so that no second ever holds more than it. */
const BURST = 2;

/**
 * Generic cell rate algorithm. The key holds the time at which the next call is due if all went steadily; a call may
 * come BURST - 1 intervals before that. Answers how long the caller has to wait, and books the call. All in microseconds.
 */
const TAKE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
  local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
  redis.call('SET', KEYS[1], string.format('%.0f', due + interval), 'PX', math.ceil((due + interval - now) / 1000) + 1000)
  return math.max(0, due - tolerance - now)`;

export interface BudgetedAccount {
  accountId: string;
  region: string;
  /** Of AWS's default quotas; the rest is for the account's other programs. */
  quotaPercent: number;
}

/**
 * Keeps our own calls within our share of each account's quotas, counted over all our processes in Redis. While Redis is away each
 * process counts for itself: AWS then throttles at worst, and nothing waits for a queue.
 */
@Injectable()
export class CallBudget {
  private readonly local = new Map<string, number>();

  constructor(@Inject(Redis) private readonly redis: AnyRedis) {}

  /** Resolves when the call may be made. Rejects when `signal` aborts first; the booked call is then lost. */
  async take(account: BudgetedAccount, operation: string, signal?: AbortSignal): Promise<void> {
    const key = `lineside:aws-budget:${account.accountId}:${account.region}:${operation}`;
    const interval = 1_000_000 / callsPerSecond(operation, account.quotaPercent);
    const waitMs = (await this.book(key, interval, interval * (BURST - 1))) / 1_000;
    if (waitMs > 0) await pause(waitMs, signal);
    signal?.throwIfAborted();
  }

  private async book(key: string, interval: number, tolerance: number): Promise<number> {
    try {
      return Number(await this.redis.eval(TAKE, 1, key, Math.ceil(interval), Math.floor(tolerance)));
    } catch {
      const now = performance.now() * 1_000;
      const due = Math.max(this.local.get(key) ?? 0, now);
      this.local.set(key, due + interval);
      return Math.max(0, due - tolerance - now);
    }
  }
}

/** Of all processes together. `quotaPercent` above 100: of an account whose quotas AWS has raised. */
export function callsPerSecond(operation: string, quotaPercent: number): number {
  const usual = QUOTAS[operation] ?? QUOTA;
  const share = (usual * quotaPercent) / 100;
  return Math.min(share, Math.max(usual, share) - BURST);
}

/** Waits; rejects at once with the signal's reason when that aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done() {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    }
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
