import { backoffMs } from '../platform/backoff.js';
import { compiledProgram } from './compiled-program.js';
import { CrewMember } from './crew-member.js';
import type { CrewAnswer, Operation } from './crew-messages.js';
import { HsmUnavailable, unavailable, type Failure } from './hsm.errors.js';
import type { WorkClass } from './hsm.js';
import { PendingRequest } from './pending-request.js';
import { WorkQueue } from './work-queue.js';

export interface CrewSettings {
  program: 'signer' | 'csr-reader';
  /** How refusals call it, in the middle of a sentence. */
  title: string;
  size: number;
  environment(): NodeJS.ProcessEnv;
  /** Most requests of one class that are not answered yet. */
  queue: number;
  /** A process that has said nothing for so long while it had work hangs. */
  silenceMs: number;
}

export interface CrewEvents {
  changed(what: 'started' | 'ready' | 'ended', pid: number | undefined, reason: Failure | undefined): void;
  /** An answer came from a process, or what went wrong there. */
  answered?(failure: Failure | undefined): void;
  /** A deadline has passed, and since the request was made no process has answered anything. */
  silent?(): void;
}

/** A request that processes die of must not take all of them with it, one by one. */
const MOST_DEATHS = 3;
const RESTART_PAUSE = { firstMs: 100, mostMs: 5_000 };

/** Child processes that all do the same work, and the queue before them: it batches, keeps deadlines, and replaces what dies. */
export class Crew {
  /** Looked for once: a missing build stops the start, not a running service. */
  private readonly program: string;
  private readonly members = new Set<CrewMember>();
  private readonly queue = new WorkQueue();
  private readonly openRequests: Record<WorkClass, number> = { station: 0, batch: 0 };
  private nextId = 1;
  private dispatching = false;
  private closing = false;
  private halted = false;
  private drained: (() => void) | undefined;
  private answeredAt = 0;
  private failuresInARow = 0;
  private pause: NodeJS.Timeout | undefined;
  private lastFailure: Failure | undefined;

  constructor(
    private readonly settings: CrewSettings,
    private readonly events: CrewEvents,
  ) {
    this.program = compiledProgram(settings.program);
  }

  /** Not answered yet, queued or with a process. */
  get open(): Readonly<Record<WorkClass, number>> {
    return { ...this.openRequests };
  }

  get size(): number {
    return this.members.size;
  }

  get readyCount(): number {
    return [...this.members].filter(({ ready }) => ready).length;
  }

  /** What the last failure was, as a sentence to follow another one. */
  get reason(): string {
    return this.lastFailure ? ` ${this.lastFailure.message}` : '';
  }

  processIds(): number[] {
    return [...this.members].flatMap(({ pid }) => pid ?? []);
  }

  /** The answers come from our own program over a private channel: their type is the operation's. */
  ask<T>(operation: Operation, work: WorkClass, deadlineMs: number): Promise<T> {
    if (this.closing) throw new HsmUnavailable(`The service is closing its connection to ${this.settings.title}.`);
    if (this.openRequests[work] >= this.settings.queue) throw new HsmUnavailable(`Too many requests are waiting for ${this.settings.title}.`);
    this.fill();
    return new Promise<T>((resolve, reject) => {
      const settled = <V>(settle: (value: V) => void) => (value: V) => {
        this.openRequests[work]--;
        this.queue.delete(request);
        settle(value);
        if (this.isIdle) this.drained?.();
      };
      const request = new PendingRequest(this.nextId++, operation, work, deadlineMs, {
        resolve: settled((value) => resolve(value as T)),
        reject: settled(reject),
        late: (late) => this.late(late),
      });
      this.openRequests[work]++;
      this.queue.add(request);
      this.dispatchSoon();
    });
  }

  refuseWaiting(error: Error): void {
    for (const request of this.queue.all()) request.refuse(error);
  }

  /**
   * Starts what is missing. Processes start one after the other, so that a wrong PIN is tried once and not once per
   * process.
   */
  fill(): void {
    const isStarting = () => [...this.members].some(({ ready }) => !ready);
    const done = this.closing && this.isIdle;
    if (done || this.halted || this.pause || this.members.size >= this.settings.size || isStarting()) return;
    const member = new CrewMember(this.program, this.settings.environment(), this.settings.silenceMs, {
      ready: (ready) => this.ready(ready),
      answered: (answers) => this.answered(answers),
      ended: (ended, unanswered, reason) => this.ended(ended, unanswered, reason),
    });
    this.members.add(member);
    this.events.changed('started', member.pid, undefined);
  }

  /** Starts no process any more. Those that run go on. */
  halt(): void {
    this.halted = true;
  }

  resume(): void {
    this.halted = false;
    this.failuresInARow = 0;
    this.fill();
  }

  /** Takes no more work, finishes what it has, and ends the processes. */
  async close(): Promise<void> {
    this.closing = true;
    if (!this.isIdle) await new Promise<void>((resolve) => (this.drained = resolve));
    clearTimeout(this.pause);
    await Promise.all([...this.members].map((member) => member.close()));
  }

  private get isIdle(): boolean {
    return this.openRequests.station + this.openRequests.batch === 0;
  }

  /** Requests that arrive in one turn of the event loop travel together; a lone one waits for nothing. */
  private dispatchSoon(): void {
    if (this.dispatching) return;
    this.dispatching = true;
    setImmediate(() => {
      this.dispatching = false;
      this.dispatch();
    });
  }

  private dispatch(): void {
    const free = [...this.members].filter(({ room }) => room > 0).sort((a, b) => a.load - b.load);
    for (const [index, member] of free.entries()) {
      if (this.queue.size === 0) return;
      member.send(this.queue.take(Math.min(member.room, Math.ceil(this.queue.size / (free.length - index)))));
    }
  }

  private ready(member: CrewMember): void {
    this.lastFailure = undefined;
    this.events.changed('ready', member.pid, undefined);
    this.dispatch();
    this.fill();
  }

  private answered(answers: readonly CrewAnswer[]): void {
    this.failuresInARow = 0;
    this.answeredAt = performance.now();
    for (const answer of answers) this.events.answered?.('failure' in answer ? answer.failure : undefined);
    this.dispatch();
  }

  private late(request: PendingRequest): HsmUnavailable {
    if (this.answeredAt < request.askedAt) this.events.silent?.();
    return new HsmUnavailable(`There was no answer from ${this.settings.title} in time.${this.reason}`);
  }

  private ended(member: CrewMember, unanswered: readonly PendingRequest[], reason: Failure | undefined): void {
    this.members.delete(member);
    if (this.closing && this.isIdle) return;
    this.lastFailure = reason ?? unavailable('A process has died.');
    this.takeBack(unanswered);
    this.startAgainSoon();
    this.events.changed('ended', member.pid, this.lastFailure);
    this.dispatch();
  }

  private startAgainSoon(): void {
    // The first death after good work may be chance and is healed at once.
    const pauseMs = this.failuresInARow === 0 ? 0 : backoffMs(this.failuresInARow, RESTART_PAUSE);
    this.failuresInARow++;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.fill();
    }, pauseMs).unref();
  }

  /** What a dead process had not answered goes first; its deadlines still run. */
  private takeBack(unanswered: readonly PendingRequest[]): void {
    const again: PendingRequest[] = [];
    for (const request of unanswered) {
      request.deaths++;
      if (request.repeatable && request.deaths < MOST_DEATHS) again.push(request);
      else request.refuse(new HsmUnavailable(`The answer of ${this.settings.title} was lost.${this.reason}`));
    }
    this.queue.putBack(again);
  }
}
