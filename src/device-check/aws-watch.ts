import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type CheckResult, failed, notSeen, ok } from '../device-connection/check-result.js';
import { ApiClient } from '../client/api-client.js';
import type { Service } from './account-of-check.js';

const EVERY_MS = 3_000;
const NO_CERTIFICATE = 'Give the unit its certificate first; one that AWS signs comes when the board asks AWS for it.';
const BOARD = 'See that the board reaches its endpoint and comes again after dropped connections; POST /v1/units/{serial}/check says what is missing.';

/** What `POST /v1/units/{serial}/check` answers, as far as it is read. */
const Checked = z.object({
  targets: z.array(z.object({
    target: z.string(), expected: z.string(), registered: z.boolean().nullable(), connected: z.boolean().nullable(), problem: z.string().nullable(),
    inTheWay: z.object({ problem: z.string(), remedy: z.string() }).nullable(),
  })),
});
type Seen = z.infer<typeof Checked>['targets'][number];

/**
 * A board that connects to AWS by itself, watched through the service, which asks AWS whether the unit is known and has connected (GetThingConnectivityData, presence events). Waits until it has in each of
 * these targets (all of the unit's where none is named), or the time is over.
 */
export async function watchInAws({ apiKey, ...address }: Service, serial: string, targets: readonly string[], patienceMs: number): Promise<CheckResult[]> {
  const api = new ApiClient(address, apiKey, { patienceMs: 15_000 });
  const until = performance.now() + patienceMs;
  for (;;) {
    const checked = await api.post(`/v1/units/${encodeURIComponent(serial)}/check`, {}, Checked);
    const seen = checked.targets.filter(({ target }) => targets.length === 0 || targets.includes(target));
    const isThrough = seen.length > 0 && seen.every(({ registered, connected }) => registered === true && connected === true);
    if (isThrough || performance.now() + EVERY_MS > until) return seen.length === 0 ? [failed('connections', 'The unit is expected in no target', NO_CERTIFICATE)] : seen.flatMap((each) => resultsOf(each, patienceMs));
    await wait(EVERY_MS);
  }
}

function resultsOf({ target, expected, registered, connected, problem, inTheWay }: Seen, patienceMs: number): CheckResult[] {
  const seconds = Math.round(patienceMs / 1_000);
  const known = `registration in ${target}`;
  const first = `first connections in ${target}`;
  return [
    registered === true ? ok(known, 'AWS has its certificate ACTIVE, with Thing and policy')
      : inTheWay !== null ? failed(known, `Not within ${seconds} s: ${problem === null ? '' : `${problem}; `}${inTheWay.problem}`, inTheWay.remedy)
        : registered === null && expected !== 'NONE' ? notSeen(known, problem ?? 'AWS did not say')
          : failed(known, `Not within ${seconds} s: ${problem ?? (expected === 'NONE' ? 'the unit has no certificate yet' : 'AWS does not know the unit')}`, expected === 'NONE' ? NO_CERTIFICATE : BOARD),
    connected === true ? ok(first, 'The board has connected')
      : connected === null ? notSeen(first, 'AWS does not say who has connected: turn on fleet indexing of connectivity there, or AWS_PRESENCE here')
        : failed(first, `The board has not connected within ${seconds} s`, 'See that the board runs, reaches its endpoint, sends its complete name as SNI, and uses its Thing’s name as client id.'),
  ];
}
