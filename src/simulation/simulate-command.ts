import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { credentialsFile, readDemoCredentials } from './credentials.js';
import { readOptions, type SimulateOptions, UsageError } from './simulate-options.js';
import { simulate } from './simulate.js';
import { describe } from './simulation-report.js';
import { summaryPrinter } from './summary-line.js';

/** What `npm start` notes of its children, as far as it is read here. */
const RunRecord = z.object({ children: z.record(z.string(), z.object({ pid: z.number() })) });

/** `lineside simulate`: exit code 1 when not every unit is accounted for, 2 when the options can't be followed. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const json = options.json === true;
  // Settings that are refused are told as by every program.
  const file = credentialsFile(process.env);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  try {
    const settings = readOptions(options);
    const credentials = readDemoCredentials(file);
    process.once('SIGINT', interrupt);
    const report = await simulate(credentials, { ...settings, processes: () => processesOf(dirname(file)), onProgress: summaryPrinter(process.stderr), signal: stop.signal });
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
    if (!report.ok) process.exitCode = 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageError;
    process.stderr.write(isUsage ? `${message}\n` : `The simulation ended early: ${message}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems: [message] }, null, 2)}\n`);
    process.exitCode = isUsage ? 2 : 1;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** Where `npm start` runs the service on this machine; none elsewhere. */
function processesOf(folder: string): Record<string, number> {
  try {
    const { children } = RunRecord.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
    return Object.fromEntries(Object.entries(children).map(([name, { pid }]) => [name, pid]));
  } catch {
    return {};
  }
}
