import type { QueuedJob } from './waiting-jobs.queries.js';

/** Entries of no use to anybody that a queue may hold: a claim drops as many. */
const MOST_STALE = 10;

/**
 * What makes a queue that holds these entries, in their order, one that hands out `wanted` in its order: entries that are put behind those of their rank, or all of
 * it `'anew'`, since entries come behind others of their rank only.
 */
export function differenceOf<Wanted extends { entry: string } & Pick<QueuedJob, 'rank'>>(entries: readonly string[], wanted: readonly Wanted[]): Wanted[] | 'anew' {
  const ranks = new Map(wanted.map(({ entry, rank }) => [entry, rank]));
  const useful = entries.filter((entry) => ranks.has(entry));
  if (entries.length - useful.length > MOST_STALE) return 'anew';
  const present = new Set(useful);
  const inOrder = wanted.filter(({ entry }) => present.has(entry));
  if (inOrder.some(({ entry }, at) => entry !== useful[at])) return 'anew';
  let behind = Infinity; // the lowest rank among the present entries that come later
  for (const { entry, rank } of wanted.toReversed()) {
    if (present.has(entry)) behind = rank;
    else if (behind <= rank) return 'anew';
  }
  return wanted.filter(({ entry }) => !present.has(entry));
}
