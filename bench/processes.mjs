// What processes cost, from /proc (proc(5)): CPU of whole process trees, peak memory, and what else ran on the machine.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const TICKS_PER_SECOND = 100;
const KTHREADD = 2;

/** pid → its parent and its CPU in seconds, that of its reaped children included. So a tree's sum stays right when a child ends. */
function readProcesses() {
  const found = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const text = readFileSync(`/proc/${entry}/stat`, 'latin1');
      // The name may hold spaces and brackets; the fields are counted from behind it.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      const ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
      found.set(Number(entry), { parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND });
    } catch {
      // It has just ended.
    }
  }
  return found;
}

function treeOf(processes, roots) {
  const children = Map.groupBy(processes.keys(), (pid) => processes.get(pid).parent);
  const tree = new Set();
  const add = (pid) => {
    if (tree.has(pid) || !processes.has(pid)) return;
    tree.add(pid);
    for (const child of children.get(pid) ?? []) add(child);
  };
  roots.forEach(add);
  return tree;
}

const sum = (processes, pids) => [...pids].reduce((total, pid) => total + processes.get(pid).seconds, 0);

/** CPU seconds so far: of each named group of trees, and of all other programs on the machine (not the kernel's own threads). */
function takeReading(groups) {
  const processes = readProcesses();
  const own = treeOf(processes, [process.pid]);
  const kernel = treeOf(processes, [KTHREADD]);
  const seconds = {};
  const counted = new Set();
  for (const [name, { roots = [], parents = [] }] of Object.entries(groups)) {
    const children = [...processes.keys()].filter((pid) => parents.includes(processes.get(pid).parent));
    const tree = [...treeOf(processes, [...roots, ...children])].filter((pid) => !counted.has(pid));
    for (const pid of tree) counted.add(pid);
    for (const pid of tree) own.add(pid);
    seconds[name] = sum(processes, tree);
  }
  const foreign = [...processes.keys()].filter((pid) => !own.has(pid) && !kernel.has(pid));
  return { at: performance.now(), seconds, foreign: sum(processes, foreign), stolen: readStolen() };
}

/** Seconds that the hypervisor gave to other machines, all cores together. */
function readStolen() {
  const [, ...fields] = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0].split(/\s+/);
  return Number(fields[7]) / TICKS_PER_SECOND;
}

/**
 * Starts a reading; call the answer to end it. `groups`: name → { roots } of process trees, or { parents } whose children
 * are the roots; a process counts for the first group that it is in.
 * Ends with CPU seconds per group, and how many cores other programs and other machines used.
 */
export function startReading(groups) {
  const before = takeReading(groups);
  return () => {
    const after = takeReading(groups);
    const elapsed = (after.at - before.at) / 1_000;
    const cpu = Object.fromEntries(Object.keys(groups).map((name) => [name, after.seconds[name] - before.seconds[name]]));
    return { elapsed, cpu, foreignCores: Math.max(0, after.foreign - before.foreign) / elapsed, stolenCores: (after.stolen - before.stolen) / elapsed };
  };
}

/** Peak resident memory of one process in MB (VmHWM). */
export function peakMemory(pid) {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kilobytes ?? 0) / 1_024;
}

/** More than this of other programs' CPU (in cores), and a figure is marked as disturbed. */
export const DISTURBED = 0.15;

/** Waits for a second in which other programs leave the machine alone, at most `patience` seconds long. */
export async function waitForQuiet(patience) {
  const deadline = performance.now() + patience * 1_000;
  while (performance.now() < deadline) {
    const end = startReading({});
    await wait(1_000);
    if (end().foreignCores <= DISTURBED) return;
  }
}
