import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 250;

/** Asks again until it is so; false when it was not within this time, in milliseconds. */
export async function untilTrue(patienceMs: number, ask: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    if (await ask()) return true;
    if (performance.now() > deadline) return false;
    await wait(POLL_MS);
  }
}
