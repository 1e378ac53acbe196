import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcesses, findProcess, isRunning, type ProcessMark } from '../../src/local/running-processes.js';

/** Below here tests write, and nowhere else. */
export const RUNS = join(process.cwd(), '.test-run');

/** `<name>-<pid>-<start time>-<random>`: says whose it is, so that a later run can tell when nobody will remove it. */
const OWNED = /^[a-z][a-z0-9-]*-(\d+)-(\d+)-[0-9a-f]{8}$/;

/** A new folder below `.test-run`, closed to other users. Whoever asks removes it; if it is killed, the next run does. */
export function newFolder(name: string, runs = RUNS): string {
  const own = findProcess(process.pid);
  const folder = join(runs, `${name}-${process.pid}-${own?.startedAt ?? '0'}-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Removes the folders of processes that are gone, and ends what still works inside them, such as a PostgreSQL. */
export async function removeDeadFolders(runs = RUNS): Promise<void> {
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(runs)) {
    const [, pid, startedAt] = OWNED.exec(entry) ?? [];
    if (pid === undefined || startedAt === undefined || isRunning({ pid: Number(pid), startedAt })) continue;
    const folder = join(runs, entry);
    await endProcesses(processesBelow(folder), 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  }
}

function processesBelow(folder: string): ProcessMark[] {
  const real = `${realpathSync(folder)}/`;
  return processIds().filter((pid) => workingFolder(pid)?.startsWith(real) === true).map(findProcess).filter((mark) => mark !== undefined);
}

/** None where there is no /proc. */
function processIds(): number[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number);
  } catch {
    return [];
  }
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
