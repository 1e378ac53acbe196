// npm run fuzz:csr -- --mutants 1000000 --variants 12000 --seed 1   The same code as csr.fuzz.spec.ts and csr.comparison.spec.ts, on every core:
// mutants of good requests, all that is accepted judged by openssl, and requests as toolchains write them, all judged by openssl.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type FuzzReport, type FuzzRun, fuzzCsrs } from './csr-fuzz.js';
import { type Comparison, compareWithOpenssl, type ComparisonRun } from './toolchain-comparison.js';

/** Mutants and variants of one seed. A part does not depend on how many cores there are, or a seed would mean something else on every machine. */
const PART = { mutants: 100_000, variants: 2_000 };
/** Of what openssl verifies with an allowed key. */
const LEAST_ACCEPTED = 0.995;

if (isMainThread) process.exitCode = await main();
else parentPort?.postMessage('mutants' in workerData ? fuzzCsrs(workerData as FuzzRun) : compareWithOpenssl(workerData as ComparisonRun));

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { mutants: { type: 'string', default: '1000000' }, variants: { type: 'string', default: '12000' }, seed: { type: 'string' } } });
  const [mutants, variants, seed] = [Number(values.mutants), Number(values.variants), Number(values.seed ?? randomInt(2 ** 31))];
  if (![mutants, variants, seed].every((number) => Number.isInteger(number) && number >= 0)) {
    process.stderr.write('--mutants, --variants and --seed take whole numbers.\n');
    return 2;
  }
  process.stdout.write(`${mutants} mutants and ${variants} variants from seed ${seed} …\n`);
  const started = performance.now();
  const fuzzed: FuzzReport = { mutants: 0, refused: {}, unproven: 0, accepted: 0, shownToOpenssl: 0, finds: [] };
  const compared: Comparison = { variants: 0, verified: 0, allowed: 0, accepted: 0, refused: {}, notAllowed: {}, finds: [] };
  const parts: (FuzzRun | ComparisonRun)[] = [
    ...sizes(mutants, PART.mutants).map((size, at) => ({ seed: seed + at, mutants: size, oneForOpenssl: 1 })),
    ...sizes(variants, PART.variants).map((size, at) => ({ seed: seed + at, variants: size })),
  ];
  const workOff = async () => {
    for (let part = parts.shift(); part; part = parts.shift()) {
      if ('mutants' in part) add(fuzzed, await onThread<FuzzReport>(part));
      else add(compared, await onThread<Comparison>(part));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, workOff));
  const seconds = Math.round((performance.now() - started) / 1_000);
  const isEnough = compared.accepted >= compared.allowed * LEAST_ACCEPTED;
  const share = `${((100 * compared.accepted) / Math.max(1, compared.allowed)).toFixed(2)} % of ${compared.allowed} that openssl verifies with an allowed key`;
  process.stdout.write(`${JSON.stringify({ seed, mutants: fuzzed, variants: compared, accepted: share, seconds }, undefined, 2)}\n`);
  return isEnough && fuzzed.finds.length + compared.finds.length === 0 ? 0 : 1;
}

function sizes(total: number, most: number): number[] {
  return Array.from({ length: Math.ceil(total / most) }, (_, at) => Math.min(most, total - at * most));
}

async function onThread<Report>(part: FuzzRun | ComparisonRun): Promise<Report> {
  const [report] = (await once(new Worker(new URL(import.meta.url), { workerData: part }), 'message')) as [Report];
  return report;
}

type Counted = number | unknown[] | Record<string, number>;

/** Numbers are summed, lists joined, and the numbers of records summed by name. */
function add<Report extends { [Name in keyof Report]: Counted }>(total: Report, part: Report): void {
  for (const name of Object.keys(total) as (keyof Report)[]) {
    const [sum, more] = [total[name] as Counted, part[name] as Counted];
    if (typeof sum === 'number') (total[name] as number) += more as number;
    else if (Array.isArray(sum)) sum.push(...(more as unknown[]));
    else for (const [what, times] of Object.entries(more as Record<string, number>)) sum[what] = (sum[what] ?? 0) + times;
  }
}
