import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { LocalProblem } from './local.errors.js';
import { endProcesses, findProcess, isRunning, type ProcessMark } from './running-processes.js';
import { writeSecretFile } from './secret-file.js';
import { StartSettings } from './start-settings.js';

const Mark = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const RunRecord = z.object({ launcher: Mark.optional(), children: z.record(z.string(), Mark), settings: StartSettings.optional() });

/** What a start has started, with times of start, so that a later process with the same id is never mistaken for it; and its settings, for doctor. */
export type RunRecord = z.infer<typeof RunRecord>;

/** Mode 0600: the settings may hold the passwords of stores that somebody else runs. */
export function writeRunRecord(file: string, settings: StartSettings, children: Readonly<Record<string, number>>): void {
  const launcher = findProcess(process.pid);
  const marks = Object.entries(children).map(([name, pid]): [string, ProcessMark | undefined] => [name, findProcess(pid)]);
  const running = marks.filter((entry): entry is [string, ProcessMark] => entry[1] !== undefined);
  const record: RunRecord = { settings, children: Object.fromEntries(running), ...(launcher ? { launcher } : {}) };
  writeSecretFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** The record of the last start, or undefined when there is none that can be read. */
export function findRunRecord(file: string): RunRecord | undefined {
  try {
    return RunRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The launcher that a record names, where it lives and is not this process. */
export function findOtherLauncher(file: string): ProcessMark | undefined {
  const launcher = findRunRecord(file)?.launcher;
  return launcher && launcher.pid !== process.pid && isRunning(launcher) ? launcher : undefined;
}

/**
 * Ends what a launcher that was killed left running. With setpriv the kernel ends the children together with their launcher; this is for machines without it.
 * @throws LocalProblem when the launcher lives: what it has started is not left over, whatever the lock says
 */
export async function endLeftovers(file: string): Promise<void> {
  const other = findOtherLauncher(file);
  if (other) throw new LocalProblem(`Lineside already runs from this folder (process ${other.pid}).`, `Press Ctrl-C where it was started, or run: kill ${other.pid}`);
  const record = findRunRecord(file);
  if (record) await endProcesses(Object.values(record.children), 'SIGTERM', 5_000);
  rmSync(file, { force: true });
}
