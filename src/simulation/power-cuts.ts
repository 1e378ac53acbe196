import { setTimeout as wait } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { PowerCut, SimulatedStation } from './simulated-station.js';
import type { SimulationRun } from './simulation-run.js';

/** So long is a killed station away at least, in milliseconds, and at most, in leases: some come back to their units, and others find them gone. */
const LEAST_OFF_MS = 1_000;
const MOST_OFF_LEASES = 1.6;

/** Kills stations at this rate until the run is over; each is started again some time later. Answers those that it has killed. */
export async function cutPowerNowAndThen(stations: readonly SimulatedStation[], { perMinute, leaseMs, chance, run }: { perMinute: number; leaseMs: number; chance: Chance; run: SimulationRun }, cuts: PowerCut[]): Promise<void> {
  if (perMinute <= 0) return;
  for (let number = 1; ; number++) {
    await wait((60_000 / perMinute) * chance.between(0.5, 1.5, 'cut', number), undefined, { signal: run.signal }).catch(() => undefined);
    if (run.signal.aborted) return;
    const on = stations.filter(({ isOn }) => isOn);
    const station = on[Math.floor(chance.of('cut-station', number) * on.length)];
    if (station) cuts.push(station.cutPower(chance.between(LEAST_OFF_MS, MOST_OFF_LEASES * leaseMs, 'cut-off', number)));
  }
}
