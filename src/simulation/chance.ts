import { createHash } from 'node:crypto';

/** The chances of one run: the same seed has the same things happen to the same units and stations, in whichever order they come. */
export class Chance {
  constructor(readonly seed: string) {}

  /** From 0 up to 1, always the same for what is named. */
  of(...named: (string | number)[]): number {
    return createHash('sha256').update(JSON.stringify([this.seed, ...named])).digest().readUIntBE(0, 6) / 2 ** 48;
  }

  between(least: number, most: number, ...named: (string | number)[]): number {
    return least + (most - least) * this.of(...named);
  }
}

/** What befalls a unit at one attempt; undefined: nothing. */
export type Fate = { kind: 'fail' | 'error'; code: string } | { kind: 'lifted' };

/** What simulated units fail with: the catalogue of their products. */
export const FAILURES = [
  { code: 'flash-verify', meaning: 'What was written reads back otherwise', action: 'Set the unit aside.' },
  { code: 'current-high', meaning: 'Draws too much current', action: 'Look for solder bridges.' },
  { code: 'no-radio', meaning: 'The radio does not answer', action: 'Look at the antenna.' },
] as const;
/** What the fixtures fail with, which says nothing about the unit. */
const ERRORS = ['contact-lost', 'programmer-hung'] as const;

/** Of the attempts that do not come to a PASS half are FAILs, a quarter ends in an error of the fixture, and at a quarter the board is lifted off. `rate`: 0 to 1. */
export function fateOf(chance: Chance, rate: number, ...attempt: (string | number)[]): Fate | undefined {
  if (chance.of('fate', ...attempt) >= rate) return undefined;
  const kind = chance.of('kind', ...attempt);
  const pick = <T>(list: readonly T[]) => list[Math.floor(chance.of('code', ...attempt) * list.length)]!;
  if (kind < 0.5) return { kind: 'fail', code: pick(FAILURES).code };
  return kind < 0.75 ? { kind: 'error', code: pick(ERRORS) } : { kind: 'lifted' };
}
