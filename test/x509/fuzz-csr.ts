// npm run fuzz:csr -- --mutants 1000000 --seed 1   The same code as csr.fuzz.spec.ts, on every core, and openssl judges all that is accepted.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type FuzzReport, type FuzzRun, fuzzCsrs } from './csr-fuzz.js';

/** Mutants of one seed. */
const PART = 100_000;

if (isMainThread) process.exitCode = await main();
else parentPort?.postMessage(fuzzCsrs(workerData as FuzzRun));

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { mutants: { type: 'string', default: '1000000' }, seed: { type: 'string' } } });
  const mutants = Number(values.mutants);
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  if (!Number.isInteger(mutants) || mutants < 1 || !Number.isInteger(seed)) {
    process.stderr.write('--mutants and --seed take whole numbers.\n');
    return 2;
  }
  process.stdout.write(`${mutants} mutants from seed ${seed} …\n`);
  const started = performance.now();
  // A part does not depend on how many cores there are, or a seed would mean something else on every machine.
  const parts = Array.from({ length: Math.ceil(mutants / PART) }, (_, at): FuzzRun => ({ seed: seed + at, mutants: Math.min(PART, mutants - at * PART), oneForOpenssl: 1 }));
  const total: FuzzReport = { mutants: 0, refused: {}, unproven: 0, accepted: 0, shownToOpenssl: 0, finds: [] };
  const workOff = async () => {
    for (let part = parts.shift(); part; part = parts.shift()) add(total, await onThread(part));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, workOff));
  const seconds = Math.round((performance.now() - started) / 1_000);
  process.stdout.write(`${JSON.stringify({ seed, ...total, seconds }, undefined, 2)}\n`);
  return total.finds.length === 0 ? 0 : 1;
}

async function onThread(part: FuzzRun): Promise<FuzzReport> {
  const [report] = (await once(new Worker(new URL(import.meta.url), { workerData: part }), 'message')) as [FuzzReport];
  return report;
}

function add(total: FuzzReport, part: FuzzReport): void {
  total.mutants += part.mutants;
  total.unproven += part.unproven;
  total.accepted += part.accepted;
  total.shownToOpenssl += part.shownToOpenssl;
  total.finds.push(...part.finds);
  for (const [code, times] of Object.entries(part.refused)) total.refused[code] = (total.refused[code] ?? 0) + times;
}
