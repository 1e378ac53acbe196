export interface Backoff {
  /** Pause after the first failed attempt, in milliseconds. */
  firstMs: number;
  /** The longest pause, in milliseconds. */
  mostMs: number;
}

/**
 * How long to wait before the next attempt, in milliseconds: doubles with each failed attempt, up to `mostMs`.
 * @param attempt failed attempts in a row, from 1
 */
export function backoffMs(attempt: number, { firstMs, mostMs }: Backoff): number {
  return Math.min(mostMs, firstMs * 2 ** (attempt - 1));
}

/** A random time between half of `ms` and all of it, so that many callers that failed together do not retry together. */
export function jittered(ms: number): number {
  return Math.ceil((ms * (1 + Math.random())) / 2);
}
