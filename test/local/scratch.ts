import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A new folder below .test-run, closed to other users. */
export function makeScratch(name: string): { folder: string; remove: () => void } {
  const runs = join(process.cwd(), '.test-run');
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(runs, `${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The command line of a process, as every user of the machine may read it. */
export function readCommandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}
