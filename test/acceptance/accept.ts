import { setTimeout as wait } from 'node:timers/promises';
import { simulate } from '../../src/simulation/simulate.js';
import type { SimulationReport, SimulationSettings } from '../../src/simulation/simulation-report.js';
import type { Installation } from './installation.js';

/** What befalls the installation, at this share of the time for which the line is given units. */
const FAULTS = [
  { at: 0.2, what: 'FLUSHALL of Redis', strike: (installation: Installation) => installation.flushRedis() },
  { at: 0.35, what: 'kill -9 of the worker', strike: (installation: Installation) => installation.signal('worker', 'SIGKILL') },
  { at: 0.5, what: 'kill -9 of the api', strike: (installation: Installation) => installation.signal('api', 'SIGKILL') },
  { at: 0.65, what: 'Redis stopped', strike: (installation: Installation) => installation.signal('redis', 'SIGSTOP'), ends: (installation: Installation) => installation.signal('redis', 'SIGCONT') },
] as const;

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

/** A line at work on the installation, for so many minutes, with all faults in the middle; and the accounts of all its units. @param stoppedMs how long Redis is stopped */
export async function accept(installation: Installation, settings: SimulationSettings & { minutes: number }, stoppedMs: number, say: (sentence: string) => void): Promise<Acceptance> {
  const faults: Struck[] = [];
  const over = new AbortController();
  const report = simulate(installation.demo, { ...settings, processes: () => installation.processes() });
  const striking = strikeAll(installation, { minutes: settings.minutes, stoppedMs, signal: over.signal }, (struck) => {
    faults.push(struck);
    say(`${struck.atSeconds.toFixed(0)} s: ${struck.what}`);
  });
  // A simulation that ends early ends the faults, and the other way round.
  const found = await Promise.all([report.finally(() => over.abort()), striking]).then(([ended]) => ended);
  const restarts = { api: installation.restarts('api'), worker: installation.restarts('worker') };
  const problems = [...found.problems, ...missing(faults, restarts)];
  return { ...found, ok: problems.length === 0, problems, faults, restarts };
}

async function strikeAll(installation: Installation, { minutes, stoppedMs, signal }: { minutes: number; stoppedMs: number; signal: AbortSignal }, onStruck: (struck: Struck) => void): Promise<void> {
  const began = performance.now();
  const until = (ms: number) => wait(Math.max(0, ms - (performance.now() - began)), undefined, { signal }).catch(() => undefined);
  for (const fault of FAULTS) {
    await until(fault.at * minutes * 60_000);
    if (signal.aborted) return;
    await fault.strike(installation);
    onStruck({ what: 'ends' in fault ? `${fault.what} for ${stoppedMs / 1_000} s` : fault.what, atSeconds: Number(((performance.now() - began) / 1_000).toFixed(1)) });
    if (!('ends' in fault)) continue;
    await wait(stoppedMs, undefined, { signal }).catch(() => undefined);
    fault.ends(installation);
  }
}

/** A run in which a fault did not take place proves nothing. */
function missing(faults: readonly Struck[], restarts: Acceptance['restarts']): string[] {
  return [
    ...(faults.length < FAULTS.length ? [`Only ${faults.length} of ${FAULTS.length} faults took place before the line was done`] : []),
    ...Object.entries(restarts).filter(([, count]) => count === 0).map(([name]) => `The ${name} was not started again`),
  ];
}
