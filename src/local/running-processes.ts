import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Names one process, and no later one with the same id: `startedAt` is field 22 of /proc/<pid>/stat, in clock ticks since boot. */
export interface ProcessMark {
  pid: number;
  startedAt: string;
}

/** The mark of a running process, or undefined when it has ended (or the system has no /proc). */
export function findProcess(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold blanks and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startedAt = fields[18];
    return state === 'Z' || startedAt === undefined ? undefined : { pid, startedAt };
  } catch {
    return undefined;
  }
}

/** The id of a process's parent (field 4 of /proc/<pid>/stat), or undefined when the process has ended. */
export function findParent(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

export function isRunning(mark: ProcessMark): boolean {
  return findProcess(mark.pid)?.startedAt === mark.startedAt;
}

/** Processes of the program `name` that work inside `folder`: what an earlier PostgreSQL or Redis of ours left running. */
export function findProcessesIn(folder: string, name: string): ProcessMark[] {
  let real: string;
  try {
    real = realpathSync(folder);
  } catch {
    return [];
  }
  const pids = readProcessIds();
  return pids
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === real && readFileSync(`/proc/${pid}/comm`, 'utf8').trim().startsWith(name);
      } catch {
        return false;
      }
    })
    .map(findProcess)
    .filter((mark) => mark !== undefined);
}

function readProcessIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number);
  } catch {
    return [];
  }
}

/** Ends processes that are not our children: asks with `signal`, then kills what is left after `patienceMs`. */
export async function endProcesses(marks: readonly ProcessMark[], signal: NodeJS.Signals, patienceMs = 10_000): Promise<void> {
  if (marks.length === 0) return;
  sendSignal(marks, signal);
  if (await areGone(marks, patienceMs)) return;
  sendSignal(marks, 'SIGKILL');
  await areGone(marks, patienceMs);
}

function sendSignal(marks: readonly ProcessMark[], signal: NodeJS.Signals): void {
  for (const mark of marks.filter(isRunning)) {
    try {
      process.kill(mark.pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }
}

async function areGone(marks: readonly ProcessMark[], patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (marks.some(isRunning)) {
    if (Date.now() > deadline) return false;
    await pause(25);
  }
  return true;
}
