/** An answer is given within 10 s, also where an account's rate is used up or AWS hangs. */
const PATIENCE_MS = 9_000;

/** AWS was asked, and has not answered yet. */
export class TookTooLong extends Error {}

/** What AWS answers within that time. Rejects with TookTooLong. */
export function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`AWS IoT has not answered within ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
