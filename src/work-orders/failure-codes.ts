import type { FailureCode } from './route.js';

/** What a product's catalogue says of a code that a station reported. `known`: false for a code that is not in it, which is evidence all the same. */
export interface Failure {
  known: boolean;
  meaning: string | null;
  action: string | null;
}

/** Null where there is no code, or no catalogue. */
export function failureOf(code: string | null, catalogue: readonly FailureCode[]): Failure | null {
  if (code === null || catalogue.length === 0) return null;
  const entry = catalogue.find((each) => each.code === code);
  return { known: entry !== undefined, meaning: entry?.meaning ?? null, action: entry?.action ?? null };
}
