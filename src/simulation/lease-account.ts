import type { ApiClient } from '../client/api-client.js';
import { Unit } from './api-answers.js';
import type { CallFigures } from './call-figures.js';
import { inParallel } from './in-parallel.js';
import { find } from './ledger-account.js';
import type { Problems } from './problems.js';
import type { HeldUnit, PowerCut } from './simulated-station.js';
import type { LostLease, SimulationRun } from './simulation-run.js';
import { untilTrue } from './until-true.js';

/** So much later than a lease ends is its unit given to somebody else, in milliseconds: 45 s with the lease of 30 s. */
export const SWEEP_MS = 15_000;

export interface PowerCutFindings {
  count: number;
  /** Units that the stations held then. */
  held: number;
  /** Of which their slots were given so many again under the same lease, and so many went back to the line; the results of the rest were in already. */
  regained: number;
  returned: number;
  /** The longest time until a unit could be worked on again, in seconds, and what it may be. */
  longestSeconds: number;
  boundSeconds: number;
}

export interface LeaseFindings {
  /** Of stations that were not killed, by why. */
  lost: Record<string, number>;
  powerCuts: PowerCutFindings;
}

/** @param clockAheadMs by how much the service's clock is ahead of ours */
export async function accountForLeases(manager: ApiClient, run: SimulationRun, cuts: readonly PowerCut[], { leaseMs, clockAheadMs }: { leaseMs: number; clockAheadMs: number }, problems: Problems): Promise<LeaseFindings> {
  const boundMs = leaseMs + SWEEP_MS;
  const findings: PowerCutFindings = { count: cuts.length, held: 0, regained: 0, returned: 0, longestSeconds: 0, boundSeconds: boundMs / 1_000 };
  const units = cuts.flatMap((cut) => cut.held.map((held) => ({ cut, held })));
  await inParallel(units, async ({ cut, held }) => {
    findings.held++;
    const back = await backMs(manager, cut, held, { boundMs, clockAheadMs });
    if (back === 'reported') return;
    if (back === undefined) return problems.add('killed', `Unit ${held.serial}, which ${cut.station} held when it was killed, did not come back`);
    findings[held.regainedAt === undefined ? 'returned' : 'regained']++;
    findings.longestSeconds = Math.max(findings.longestSeconds, Number((back / 1_000).toFixed(1)));
    // Leases that nobody could renew last a whole one again from the service's return.
    const awayMs = run.calls.awayBetween(cut.at - leaseMs, cut.at + back);
    const allowed = boundMs + (awayMs > 0 ? awayMs + leaseMs : 0);
    if (held.regainedAt === undefined && back > allowed) problems.add('killed', `Unit ${held.serial}, which ${cut.station} held when it was killed, came back after ${(back / 1_000).toFixed(1)} s; it may take ${(allowed / 1_000).toFixed(1)} s`);
  });
  return { lost: whyLost(run.lost, run.calls, leaseMs, problems), powerCuts: findings };
}

/** After how many milliseconds the unit could be worked on again; `reported`: its attempt was over. Undefined: it never could. */
async function backMs(manager: ApiClient, cut: PowerCut, { serial, fence, regainedAt }: HeldUnit, { boundMs, clockAheadMs }: { boundMs: number; clockAheadMs: number }): Promise<number | 'reported' | undefined> {
  if (regainedAt !== undefined) return regainedAt - cut.at;
  let back: number | 'reported' | undefined;
  await untilTrue(boundMs, async () => {
    const attempt = (await find(manager, `/v1/units/${serial}`, Unit))?.attempts.find((each) => each.fence === fence);
    // Its claim was undone: no attempt has been.
    if (!attempt) back = 'reported';
    else if (attempt.endedAt !== null) back = attempt.failureCode === 'lease-expired' ? Math.max(0, Date.parse(attempt.endedAt) - clockAheadMs - cut.atClock) : 'reported';
    return back !== undefined;
  });
  return back;
}

/** A lease that ended although its station lives has a reason, or something is wrong. */
function whyLost(lost: readonly LostLease[], calls: CallFigures, leaseMs: number, problems: Problems): Record<string, number> {
  const why: Record<string, number> = {};
  for (const { serial, station, slot, at, refusal } of lost) {
    const wasAway = calls.awayBetween(at - 2 * leaseMs, at) > 0;
    const reason = wasAway ? 'the service was away' : (refusal ?? 'no heartbeat got through');
    why[reason] = (why[reason] ?? 0) + 1;
    if (!wasAway) problems.add('leases', `The lease of unit ${serial} at ${station} slot ${slot} ended although the station was there: ${reason}`);
  }
  return why;
}
