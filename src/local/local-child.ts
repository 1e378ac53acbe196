import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { LocalProblem } from './local.errors.js';

/** What to start. `command` is the whole line: setpriv and its options, the program, its arguments. Arguments are visible to every user: never put a secret there. */
export interface ChildPlan {
  name: string;
  command: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The child's output is appended here; the file of the start before, or what came before it grew too large, is kept as `.1`. */
  logFile: string;
  /** Open an IPC channel; the child's messages go to `onMessage`. */
  onMessage?: (message: unknown) => void;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** For appending. Undefined where no file can be made, on a full disk say: a program without a log is better than none. */
function openLog(logFile: string): number | undefined {
  try {
    return openSync(logFile, 'a', 0o600);
  } catch {
    return undefined;
  }
}

/** A child process in a group of its own, so that Ctrl-C on the terminal reaches the launcher only, which stops its children in order. */
export class LocalChild {
  readonly exited: Promise<ChildExit>;
  private readonly process: ChildProcess;
  private ended: ChildExit | undefined;

  private constructor(
    readonly plan: ChildPlan,
    child: ChildProcess,
  ) {
    this.process = child;
    this.exited = new Promise((resolve) => {
      const end = (exit: ChildExit) => {
        this.ended ??= exit;
        resolve(this.ended);
      };
      child.once('exit', (code, signal) => end({ code, signal }));
      child.once('error', () => end({ code: 127, signal: null }));
    });
    if (plan.onMessage) child.on('message', plan.onMessage);
  }

  /** Resolves once the process exists. */
  static async start(plan: ChildPlan): Promise<LocalChild> {
    const [program, ...args] = plan.command;
    if (program === undefined) throw new TypeError('an empty command');
    const log = openLog(plan.logFile);
    try {
      const output = log ?? ('ignore' as const);
      const stdio = plan.onMessage ? (['ignore', output, output, 'ipc'] as const) : (['ignore', output, output] as const);
      const child = spawn(program, args, { cwd: plan.cwd, env: plan.env, stdio: [...stdio], detached: true });
      const started = new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      const local = new LocalChild(plan, child);
      await started;
      return local;
    } catch (error) {
      throw new LocalProblem(`${plan.name} could not be started.`, `Run "npx lineside doctor" to see what is missing.`, { cause: error });
    } finally {
      if (log !== undefined) closeSync(log);
    }
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error(`${this.plan.name} has no process`);
    return pid;
  }

  get hasExited(): ChildExit | undefined {
    return this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.ended) this.process.kill(signal);
  }

  /** Over the IPC channel. Does nothing when the child has ended. */
  send(message: string): void {
    if (this.process.connected) this.process.send(message, () => undefined);
  }

  /** Sends the signals one after the other, each when the one before brought no end within `patienceMs`, at last SIGKILL to the whole group. */
  async stop(signals: readonly NodeJS.Signals[], patienceMs: number): Promise<ChildExit> {
    for (const signal of signals) {
      if (this.ended) break;
      this.signal(signal);
      if (await this.endsWithin(patienceMs)) break;
    }
    this.killGroup();
    return this.exited;
  }

  private async endsWithin(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), patienceMs);
      void this.exited.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  /** Grandchildren (signers, say) share the child's group; none may outlive it. */
  private killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The group is empty: no grandchild was left.
    }
  }
}
