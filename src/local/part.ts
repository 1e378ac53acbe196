import { setTimeout as pause } from 'node:timers/promises';
import { type Backoff, backoffMs } from '../platform/backoff.js';
import type { LocalChild } from './local-child.js';
import { LocalProblem } from './local.errors.js';

/** From a quarter of a second to half a minute, for as long as the launcher lives. */
const BACKOFF: Backoff = { firstMs: 250, mostMs: 30_000 };
/** What ran for so long is taken to be well again: the next pause is the first one. */
const STABLE_MS = 60_000;

export interface Running {
  child: LocalChild;
  stop(): Promise<void>;
}

export interface PartPlan<R extends Running> {
  name: string;
  logFile: string;
  /** Resolves once the part is ready. `onChild` learns of its process before that, so that a start can be broken off. */
  start: (onChild: (child: LocalChild) => void) => Promise<R>;
  /** What must run before this part is started again. */
  needs?: readonly Part<Running>[];
  backoff?: Backoff;
  onChange?: (status: PartStatus) => void;
  /** The part ended, or could not be started again. */
  onEnd?: (end: PartEnd) => void;
}

export interface PartEnd {
  name: string;
  reason: string;
  logFile: string;
  /** Until the next try. */
  pauseMs: number;
}

export interface PartStatus {
  name: string;
  state: 'stopped' | 'starting' | 'running' | 'waiting';
  /** How often it was started again since the launcher began. */
  restarts: number;
  lastEnd?: { at: string; reason: string };
}

/** A child of the launcher that is started again whenever it ends, with growing pauses, until it is stopped. */
export class Part<R extends Running = Running> {
  private running: R | undefined;
  private startingChild: LocalChild | undefined;
  private launching: Promise<unknown> = Promise.resolve();
  private state: PartStatus['state'] = 'stopped';
  private restarts = 0;
  private failures = 0;
  private lastEnd: { at: string; reason: string } | undefined;
  /** Of what was begun by the last start, replacement or stop; whatever was begun before it is called off. */
  private era = new AbortController();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly plan: PartPlan<R>) {}

  status(): PartStatus {
    const { plan, state, restarts, lastEnd } = this;
    return { name: plan.name, state, restarts, ...(lastEnd ? { lastEnd } : {}) };
  }

  get pid(): number | undefined {
    return this.running?.child.hasExited ? undefined : this.running?.child.pid;
  }

  /** The first start. Rejects when it fails; it is not tried again then. */
  async start(): Promise<R> {
    const running = await this.launch(this.newEra());
    if (!running) throw new LocalProblem(`${this.plan.name} was stopped while it started.`, 'Start again.');
    return running;
  }

  /** Ends the running child, after `patienceMs` by force, and starts the part anew. Rejects when that fails; it is tried again then, as after any end, until it runs or is replaced anew. */
  async replace(patienceMs: number): Promise<void> {
    const era = this.newEra();
    // A try to start it again may be under way.
    await this.startingChild?.stop(['SIGTERM'], patienceMs);
    await this.launching;
    const former = this.running;
    this.running = undefined;
    await former?.child.stop(['SIGTERM'], patienceMs);
    this.failures = 0;
    try {
      await this.launch(era);
    } catch (error) {
      void this.recover(era, reasonOf(error));
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.newEra();
    await this.startingChild?.stop(['SIGTERM'], 5_000);
    await this.launching;
    await this.running?.stop();
    this.running = undefined;
    this.change('stopped');
  }

  /** Resolves once the part runs; at once where it does. */
  async whenRunning(): Promise<void> {
    while (this.state !== 'running') await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  private newEra(): AbortSignal {
    this.era.abort();
    this.era = new AbortController();
    return this.era.signal;
  }

  private change(state: PartStatus['state']): void {
    this.state = state;
    this.plan.onChange?.(this.status());
    if (state !== 'running') return;
    for (const tell of this.waiting) tell();
    this.waiting.clear();
  }

  /** Undefined when it was called off meanwhile. */
  private async launch(era: AbortSignal): Promise<R | undefined> {
    if (era.aborted) return undefined;
    this.change('starting');
    const begun = this.plan.start((child) => (this.startingChild = child));
    this.launching = begun.catch(() => undefined);
    let running: R;
    try {
      running = await begun;
    } catch (error) {
      this.change('stopped');
      throw error;
    } finally {
      this.startingChild = undefined;
    }
    if (era.aborted) {
      await running.stop();
      return undefined;
    }
    this.running = running;
    const startedAt = performance.now();
    void running.child.exited.then(async ({ signal, code }) => {
      if (era.aborted) return;
      this.running = undefined;
      if (performance.now() - startedAt > STABLE_MS) this.failures = 0;
      // Its own children (signers, say) must not work beside the next one's.
      await running.child.stop([], 0);
      await this.recover(era, signal ?? `code ${code}`);
    });
    this.change('running');
    return running;
  }

  private async recover(era: AbortSignal, cause: string): Promise<void> {
    let reason = cause;
    while (!era.aborted) {
      const pauseMs = backoffMs(++this.failures, this.plan.backoff ?? BACKOFF);
      this.lastEnd = { at: new Date().toISOString(), reason };
      this.change('waiting');
      this.plan.onEnd?.({ name: this.plan.name, reason, logFile: this.plan.logFile, pauseMs });
      await pause(pauseMs, undefined, { signal: era }).catch(() => undefined);
      await Promise.all((this.plan.needs ?? []).map((part) => part.whenRunning()));
      if (era.aborted) return;
      this.restarts++;
      try {
        await this.launch(era);
        return;
      } catch (error) {
        reason = reasonOf(error);
      }
    }
  }
}

/** Without the end of a log, which may be long and stands in the log. */
function reasonOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return first.replace(/\.( The end of its log:)?$/, '');
}
