import { readFileSync, rmSync } from 'node:fs';
import { newFolder } from '../support/run-folders.js';

/** A new folder below .test-run, closed to other users. */
export function makeScratch(name: string): { folder: string; remove: () => void } {
  const folder = newFolder(name);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The command line of a process, as every user of the machine may read it. */
export function readCommandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}
