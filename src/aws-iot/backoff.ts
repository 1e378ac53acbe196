const FIRST_MS = 1_000;
const MOST_MS = 5 * 60_000;

/** Doubles with each attempt up to five minutes; half of it is left to chance, so that many don't come back at once. */
export function backoffMs(attempts: number): number {
  return jittered(Math.min(FIRST_MS * 2 ** Math.max(0, Math.min(attempts, 20) - 1), MOST_MS));
}

/** Between half of `ms` and all of it. */
export function jittered(ms: number): number {
  return Math.ceil((ms * (1 + Math.random())) / 2);
}
