import { credentialsFile, readDemoCredentials } from './credentials.js';
import { simulate, type SimulationReport } from './simulate.js';
import type { Progress } from './simulation-run.js';

/** As they come from the command line. */
export interface SimulateOptions {
  stations: string;
  units: string;
  order?: string;
  method: string;
  route?: string;
  failRate: string;
  rotate?: boolean;
  json?: boolean;
}

const EVERY_MS = 1_000;

/** `lineside simulate`: exit code 1 when a unit is missing, doubled or failed. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const json = options.json === true;
  const file = credentialsFile(process.env);
  try {
    const report = await simulate(readDemoCredentials(file), {
      stations: wholeNumber('--stations', options.stations, 200),
      units: wholeNumber('--units', options.units, 100_000),
      failRate: share('--fail-rate', options.failRate),
      method: options.method,
      rotate: options.rotate === true,
      ...(options.route === undefined ? {} : { route: stepNames('--route', options.route) }),
      ...(options.order === undefined ? {} : { order: options.order }),
      onProgress: progressPrinter(),
    });
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
    if (!report.ok) process.exitCode = 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The simulation ended early: ${message}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems: [message] }, null, 2)}\n`);
    process.exitCode = 1;
  }
}

/** Writes to standard error, so that standard output holds the result alone. */
function progressPrinter(): (progress: Progress) => void {
  let last = performance.now();
  return ({ passed, failed, retried, units, seconds }) => {
    const done = passed + failed >= units;
    if (!done && performance.now() - last < EVERY_MS) return;
    last = performance.now();
    const rate = (passed / Math.max(seconds, 0.001)).toFixed(1);
    process.stderr.write(`${seconds.toFixed(0).padStart(4)} s  ${passed}/${units} passed  ${rate} units/s  ${failed} failed  ${retried} tried again\n`);
  };
}

function describe(report: SimulationReport): string {
  const { certificates, things, rotation, problems } = report;
  const generations = Object.entries(certificates.byAuthority).map(([id, count]) => `${count} by ${id}`);
  const lines = [
    `${report.passed} of ${report.units} units of work order ${report.order} (${report.method}) passed at ${report.stations} stations in ${report.seconds} s (${report.unitsPerSecond} units/s)`,
    `${certificates.distinct} distinct valid certificates: ${generations.join(', ')}`,
    ...things.map(({ accountId, region, count }) => `${count} Things in account ${accountId} in ${region}`),
    `${report.failed} jobs failed, ${report.retried} attempts were tried again, ${report.lostLeases} leases were lost`,
    ...(rotation ? [`${rotation.to} took over from ${rotation.from} within ${rotation.seconds} s`] : []),
    ...problems.map((problem) => `PROBLEM: ${problem}`),
  ];
  return `${lines.join('\n')}\n`;
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) throw new Error(`${option} must be a whole number from 1 to ${most}`);
  return number;
}

function stepNames(option: string, text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.length > 16 || new Set(names).size < names.length || names.some((name) => !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name))) throw new Error(`${option} must name 1 to 16 different steps, as in provision,test`);
  return names;
}

function share(option: string, text: string): number {
  const number = Number(text);
  if (text === '' || !(number >= 0 && number <= 1)) throw new Error(`${option} must be a share from 0 to 1`);
  return number;
}
