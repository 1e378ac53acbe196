import type { ApiClient } from '../client/api-client.js';
import { activateWhenRegistered, beginGeneration, findIssuing } from './authority-setup.js';
import type { SimulationRun } from './simulation-run.js';

export interface Rotation {
  from: string;
  to: string;
  /** From asking for the next generation to its being the issuer. */
  seconds: number;
}

const PATIENCE_MS = 60_000;

/**
 * After a third of the units the officer asks for the next generation, and activates it once every target shows it. The
 * stations go on meanwhile, but the last third of the units waits, so that both generations have something to sign.
 * `prepare`: what the next generation, by its id, needs before every target can show it.
 */
export async function rotateMeanwhile(officer: ApiClient, family: string, run: SimulationRun, units: number, prepare: (authority: string) => Promise<void>): Promise<Rotation> {
  const { promise: rotated, resolve: goOn } = Promise.withResolvers<void>();
  run.pauseClaims(Math.ceil((units * 2) / 3), rotated);
  try {
    await run.reached(Math.ceil(units / 3));
    const began = performance.now();
    const former = await findIssuing(officer, family);
    const begun = await beginGeneration(officer, family);
    await prepare(begun.id);
    const next = await activateWhenRegistered(officer, begun, PATIENCE_MS);
    return { from: former?.id ?? 'none', to: next.id, seconds: Number(((performance.now() - began) / 1_000).toFixed(2)) };
  } finally {
    goOn();
  }
}
