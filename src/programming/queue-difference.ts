import type { QueuedJob } from './waiting-jobs.queries.js';

/** So many entries of no use to anybody are taken out one by one. */
const MOST_STALE = 10;

/** What makes a queue one that hands out what it should, in its order: entries that are taken out, and those that are put behind the others of their rank. */
export interface Difference<Wanted> {
  stale: string[];
  missing: Wanted[];
}

/** What makes a queue that holds these entries, in their order, one that hands out `wanted` in its order; `'anew'`: all of it, since entries come behind others of their rank only. */
export function differenceOf<Wanted extends { entry: string } & Pick<QueuedJob, 'rank'>>(entries: readonly string[], wanted: readonly Wanted[]): Difference<Wanted> | 'anew' {
  const ranks = new Map(wanted.map(({ entry, rank }) => [entry, rank]));
  const useful = entries.filter((entry) => ranks.has(entry));
  const stale = entries.filter((entry) => !ranks.has(entry));
  if (stale.length > MOST_STALE) return 'anew';
  const present = new Set(useful);
  const inOrder = wanted.filter(({ entry }) => present.has(entry));
  if (inOrder.some(({ entry }, at) => entry !== useful[at])) return 'anew';
  let behind = Infinity; // the lowest rank among the present entries that come later
  for (const { entry, rank } of wanted.toReversed()) {
    if (present.has(entry)) behind = rank;
    else if (behind <= rank) return 'anew';
  }
  return { stale, missing: wanted.filter(({ entry }) => !present.has(entry)) };
}
