import { LocalChild, readLogTail, rotateLog, type ChildPlan } from './local-child.js';
import { LocalProblem } from './local.errors.js';

const RESTARTS_PER_MINUTE = 5;
/** How long a child that is replaced may finish its requests. */
const REPLACE_WITHIN_MS = 300;

export interface SupervisedPlan extends Omit<ChildPlan, 'onMessage'> {
  /** How long the program may take until it says `{event: …}` over its channel. */
  readyWithinMs: number;
}

/** A program ended that nobody stopped. `isFinal`: it is not started again. */
export type UnexpectedEnd = { name: string; message: string; isFinal: boolean };

/** One of our own programs as a child: started, waited for, and started again when it ends unexpectedly, at most five times a minute. */
export class SupervisedProgram {
  private child: LocalChild | undefined;
  private stopping = false;
  private readonly restarts: number[] = [];

  constructor(
    private readonly plan: SupervisedPlan,
    private readonly onUnexpectedEnd: (end: UnexpectedEnd) => void,
    private readonly startChild: (plan: ChildPlan) => Promise<LocalChild> = (child) => LocalChild.start(child),
  ) {}

  /** Resolves once the program has said that it is ready. */
  async start(): Promise<void> {
    rotateLog(this.plan.logFile);
    await this.launch();
  }

  /** Ends the running child and starts the program anew, with the code that it has by now. */
  async replace(): Promise<void> {
    const former = this.child;
    this.child = undefined;
    await former?.stop(['SIGTERM'], REPLACE_WITHIN_MS);
    if (!this.stopping) await this.launch();
  }

  get pid(): number | undefined {
    return this.child?.hasExited ? undefined : this.child?.pid;
  }

  /** SIGTERM asks; the program's own children end with its group. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.child?.stop(['SIGTERM'], 5_000);
  }

  private async launch(): Promise<void> {
    let sayReady: (() => void) | undefined;
    const ready = new Promise<'ready'>((resolve) => (sayReady = () => resolve('ready')));
    const child = await this.startChild({
      ...this.plan,
      onMessage: (message) => {
        if (typeof message === 'object' && message !== null && 'event' in message) sayReady?.();
      },
    });
    this.child = child;
    const timer = setTimeout(() => child.signal('SIGKILL'), this.plan.readyWithinMs);
    const outcome = await Promise.race([ready, child.exited]);
    clearTimeout(timer);
    // Replaced while it was starting.
    if (this.child !== child) return;
    if (outcome !== 'ready') {
      const { name, logFile } = this.plan;
      await child.stop([], 0);
      throw new LocalProblem(`${name} stopped while starting. The end of its log:\n${readLogTail(logFile)}`, `Read ${logFile}, mend the cause and start again.`);
    }
    void child.exited.then((exit) => this.recover(child, exit.signal ?? `code ${exit.code}`));
  }

  private async recover(child: LocalChild, how: string): Promise<void> {
    if (this.stopping || this.child !== child) return;
    // Its own children (signers, say) must not work beside the next one's.
    await child.stop([], 0);
    const { name, logFile } = this.plan;
    const now = Date.now();
    this.restarts.push(now);
    const recent = this.restarts.filter((time) => time > now - 60_000);
    if (recent.length > RESTARTS_PER_MINUTE) {
      this.onUnexpectedEnd({ name, isFinal: true, message: `${name} ended ${recent.length} times within a minute. The end of its log:\n${readLogTail(logFile)}` });
      return;
    }
    this.onUnexpectedEnd({ name, isFinal: false, message: `${name} ended unexpectedly (${how}) and is started again. Its log: ${logFile}` });
    try {
      await this.launch();
    } catch (error) {
      if (!this.stopping) this.onUnexpectedEnd({ name, isFinal: true, message: error instanceof Error ? error.message : String(error) });
    }
  }
}
