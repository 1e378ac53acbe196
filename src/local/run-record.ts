import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { endProcesses, findProcess, type ProcessMark } from './running-processes.js';
import { writeSecretFile } from './secret-file.js';

const Mark = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const RunRecord = z.object({ launcher: Mark.optional(), children: z.record(z.string(), Mark) });

/** What a start has started, with times of start, so that a later process with the same id is never mistaken for it. */
export type RunRecord = z.infer<typeof RunRecord>;

export function writeRunRecord(file: string, children: Readonly<Record<string, number>>): void {
  const launcher = findProcess(process.pid);
  const marks = Object.entries(children).map(([name, pid]): [string, ProcessMark | undefined] => [name, findProcess(pid)]);
  const running = marks.filter((entry): entry is [string, ProcessMark] => entry[1] !== undefined);
  const record: RunRecord = { children: Object.fromEntries(running), ...(launcher ? { launcher } : {}) };
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

/** Ends what a launcher that was killed left running. With setpriv the kernel ends the children together with their launcher; this is for machines without it. */
export async function endLeftovers(file: string): Promise<void> {
  const record = findRunRecord(file);
  if (record) await endProcesses(Object.values(record.children), 'SIGTERM', 5_000);
  rmSync(file, { force: true });
}
