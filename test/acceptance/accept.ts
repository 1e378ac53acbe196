import { setTimeout as wait } from 'node:timers/promises';
import { simulate } from '../../src/simulation/simulate.js';
import type { SimulationReport, SimulationSettings } from '../../src/simulation/simulation-report.js';
import type { Installation, PartName } from './installation.js';

/** What befalls the installation, at this share of the time for which the line is given units. `ends`: after so long as the run says. */
export interface Fault {
  at: number;
  what: string;
  strike: (installation: Installation) => unknown;
  ends?: (installation: Installation) => unknown;
}

const killed = (at: number, name: PartName): Fault => ({ at, what: `kill -9 of the ${name}`, strike: (installation) => installation.signal(name, 'SIGKILL') });
const stopped = (at: number, name: PartName): Fault => ({ at, what: `${name} stopped`, strike: (installation) => installation.signal(name, 'SIGSTOP'), ends: (installation) => installation.signal(name, 'SIGCONT') });

/** Of an installation with one of each. */
export const FAULTS: readonly Fault[] = [{ at: 0.2, what: 'FLUSHALL of Redis', strike: (installation) => installation.flushRedis() }, killed(0.35, 'worker'), killed(0.5, 'api'), stopped(0.65, 'redis')];

/** Of one with two apis and two workers. */
export const REPLICA_FAULTS: readonly Fault[] = [killed(0.15, 'api'), stopped(0.35, 'api-2'), killed(0.55, 'worker'), stopped(0.65, 'worker-2')];

export interface Struck {
  what: string;
  /** Since the first claim. */
  atSeconds: number;
}

export interface Acceptance extends SimulationReport {
  faults: Struck[];
  /** Of each program that was killed, how often it was started again. */
  restarts: Record<'api' | 'worker', number>;
}

/** A line at work on the installation, for so many minutes, with all faults in the middle; and the accounts of all its units. @param stoppedMs how long each part that is stopped stays so */
export async function accept(installation: Installation, settings: SimulationSettings & { minutes: number; faults: readonly Fault[] }, stoppedMs: number, say: (sentence: string) => void): Promise<Acceptance> {
  const faults: Struck[] = [];
  const over = new AbortController();
  const report = simulate(installation.demo, { ...settings, processes: () => installation.processes() });
  const striking = strikeAll(installation, { faults: settings.faults, minutes: settings.minutes, stoppedMs, signal: over.signal }, (struck) => {
    faults.push(struck);
    say(`${struck.atSeconds.toFixed(0)} s: ${struck.what}`);
  });
  // A simulation that ends early ends the faults, and the other way round.
  const found = await Promise.all([report.finally(() => over.abort()), striking]).then(([ended]) => ended);
  const restarts = { api: installation.restarts('api'), worker: installation.restarts('worker') };
  const problems = [...found.problems, ...missing(faults, settings.faults.length, restarts)];
  return { ...found, ok: problems.length === 0, problems, faults, restarts };
}

async function strikeAll(installation: Installation, { faults, minutes, stoppedMs, signal }: { faults: readonly Fault[]; minutes: number; stoppedMs: number; signal: AbortSignal }, onStruck: (struck: Struck) => void): Promise<void> {
  const began = performance.now();
  const until = (ms: number) => wait(Math.max(0, ms - (performance.now() - began)), undefined, { signal }).catch(() => undefined);
  for (const fault of faults) {
    await until(fault.at * minutes * 60_000);
    if (signal.aborted) return;
    await fault.strike(installation);
    onStruck({ what: fault.ends ? `${fault.what} for ${stoppedMs / 1_000} s` : fault.what, atSeconds: Number(((performance.now() - began) / 1_000).toFixed(1)) });
    if (!fault.ends) continue;
    await wait(stoppedMs, undefined, { signal }).catch(() => undefined);
    fault.ends(installation);
  }
}

/** A run in which a fault did not take place proves nothing. */
function missing(struck: readonly Struck[], expected: number, restarts: Acceptance['restarts']): string[] {
  return [
    ...(struck.length < expected ? [`Only ${struck.length} of ${expected} faults took place before the line was done`] : []),
    ...Object.entries(restarts).filter(([, count]) => count === 0).map(([name]) => `The ${name} was not started again`),
  ];
}
