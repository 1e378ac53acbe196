import { runInNewContext } from 'node:vm';

/** Far more than anything sensible takes on a slow machine. */
const ENDLESS_MS = 15_000;

/**
 * Runs what could go on for ever if the code were bad, such as a regular expression that tries everything. Jest can't end a
 * test that never lets go of the thread; this throws in the midst of it.
 */
export function unlessEndless<T>(run: () => T): T {
  let result: { value: T } | undefined;
  runInNewContext('run()', { run: () => void (result = { value: run() }) }, { timeout: ENDLESS_MS });
  if (!result) throw new Error('it did not run');
  return result.value;
}
