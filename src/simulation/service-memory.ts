import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a program with all that it has started, in MB. */
export interface Memory {
  name: string;
  now: number;
  most: number;
}

/** Watches programs of this machine, by their process ids, which may change; those that are not there any more are left out. */
export class ServiceMemory {
  private readonly seen = new Map<string, Memory>();

  constructor(private readonly processes: () => Readonly<Record<string, number>>) {}

  look(): Memory[] {
    const parents = readParents();
    for (const [name, pid] of Object.entries(this.processes())) {
      const now = Math.round(treeOf(pid, parents).reduce((sum, each) => sum + residentKb(each), 0) / 1_024);
      if (now > 0) this.seen.set(name, { name, now, most: Math.max(now, this.seen.get(name)?.most ?? 0) });
    }
    return [...this.seen.values()];
  }
}

/** Process id → its parent's. Empty where there is no /proc. */
function readParents(): Map<number, number> {
  const parents = new Map<number, number>();
  try {
    for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const text = readOrEmpty(`/proc/${entry}/stat`);
      // The name may hold spaces and brackets; the fields are counted from behind it.
      const parent = text.slice(text.lastIndexOf(')') + 2).split(' ')[1];
      if (parent !== undefined) parents.set(Number(entry), Number(parent));
    }
  } catch {
    // Another kind of machine.
  }
  return parents;
}

function treeOf(root: number, parents: ReadonlyMap<number, number>): number[] {
  const children = [...parents].filter(([, parent]) => parent === root).map(([pid]) => pid);
  return [root, ...children.flatMap((child) => treeOf(child, parents))];
}

/** Without shared memory, which a PostgreSQL of many processes would count once for each. */
function residentKb(pid: number): number {
  const status = readOrEmpty(`/proc/${pid}/status`);
  return ['RssAnon', 'RssFile'].reduce((sum, part) => sum + Number(new RegExp(`^${part}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0), 0);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
