import { backoffMs } from '../platform/backoff.js';
import { pathOfProgram } from './child-programs.js';
import { HsmUnavailable } from './hsm.errors.js';
import type { WorkClass } from './hsm.js';
import { type Failure, type Operation, type PoolAnswer } from './messages.js';
import { PooledProcess } from './pooled-process.js';
import { PendingRequest, RequestQueue } from './request-queue.js';

export interface ProcessPoolSettings {
  program: 'signer' | 'csr-reader';
  /** What errors call the pool, in the middle of a sentence. */
  title: string;
  /** How many processes. */
  size: number;
  environment(): NodeJS.ProcessEnv;
  /** Most unanswered requests of one class. */
  queue: number;
  /** A process that has unanswered requests and answers none of them for so long is replaced. */
  answerDeadlineMs: number;
}

export interface ProcessPoolEvents {
  processChanged(change: 'started' | 'ready' | 'ended', pid: number | undefined, reason: Failure | undefined): void;
  /** A process has answered one request, with this failure or without one. */
  answered?(failure: Failure | undefined): void;
  /** A request has passed its deadline, and no process has answered any request since it was made. */
  unresponsive?(): void;
}

/** A request is refused when so many processes have ended while they worked on it: it may be what ends them. */
const MOST_LOST_PROCESSES = 3;
const RESTART_PAUSE = { firstMs: 100, mostMs: 5_000 };

/** Child processes that run the same program, and the queue of requests for them. Keeps deadlines and replaces processes that end. */
export class ProcessPool {
  /** Looked up once: a missing build must fail the service's start, not the restart of a process. */
  private readonly program: string;
  private readonly processes = new Set<PooledProcess>();
  private readonly queue = new RequestQueue();
  private readonly openRequests: Record<WorkClass, number> = { station: 0, crl: 0, batch: 0 };
  /** Callers that wait until a process is ready. */
  private readonly awaitingReady = new Set<PromiseWithResolvers<void>>();
  private nextId = 1;
  private isDispatchPlanned = false;
  private isClosing = false;
  private startsAllowed = true;
  /** Called when the last request has been answered. */
  private onIdle: (() => void) | undefined;
  private lastAnswerAt = 0;
  /** Processes that ended since the last answer. */
  private failuresInARow = 0;
  private restartPause: NodeJS.Timeout | undefined;
  private lastFailure: Failure | undefined;

  constructor(
    private readonly settings: ProcessPoolSettings,
    private readonly events: ProcessPoolEvents,
  ) {
    this.program = pathOfProgram(settings.program);
  }

  /** Requests that are not answered yet, in the queue or with a process. */
  get open(): Readonly<Record<WorkClass, number>> {
    return { ...this.openRequests };
  }

  get size(): number {
    return this.processes.size;
  }

  get readyCount(): number {
    return [...this.processes].filter(({ isReady }) => isReady).length;
  }

  /** Why the last process ended, as a sentence with a space before it; empty when one has become ready since. */
  get reason(): string {
    return this.lastFailure ? ` ${this.lastFailure.message}` : '';
  }

  processIds(): number[] {
    return [...this.processes].flatMap(({ pid }) => pid ?? []);
  }

  /** `T` is what the operation answers. It is not checked: it comes from our own program. */
  ask<T>(operation: Operation, work: WorkClass, deadlineMs: number): Promise<T> {
    this.assertRoom(work);
    this.startMissing();
    return new Promise<T>((resolve, reject) => {
      const request = new PendingRequest(this.nextId++, operation, work, deadlineMs, {
        resolve: (value) => resolve(value as T),
        reject,
        deadlinePassed: (late) => this.onDeadline(late),
        finished: (finished) => this.onFinished(finished),
      });
      this.openRequests[work]++;
      this.queue.add(request);
      this.planDispatch();
    });
  }

  /** Resolves when a request could be given to a process. @throws HsmUnavailable when no process is ready within `deadlineMs`, or too many requests wait */
  async whenReady(work: WorkClass, deadlineMs: number): Promise<void> {
    this.assertRoom(work);
    this.startMissing();
    if (this.readyCount > 0) return;
    if (this.awaitingReady.size >= this.settings.queue) throw this.tooMany();
    const ready = Promise.withResolvers<void>();
    this.awaitingReady.add(ready);
    const deadline = setTimeout(() => ready.reject(new HsmUnavailable(`No connection to ${this.settings.title} is ready.${this.reason}`)), deadlineMs);
    try {
      await ready.promise;
    } finally {
      clearTimeout(deadline);
      this.awaitingReady.delete(ready);
    }
  }

  /** Refuses all requests that no process has been given yet. */
  refuseWaiting(error: Error): void {
    for (const { reject } of this.awaitingReady) reject(error);
    for (const request of this.queue.all()) request.refuse(error);
  }

  /** Starts the processes that are missing, one after the other, so that a wrong PIN is tried once and not by each of them. */
  startMissing(): void {
    const isStarting = () => [...this.processes].some(({ isReady }) => !isReady);
    const isClosed = this.isClosing && this.isIdle;
    if (isClosed || !this.startsAllowed || this.restartPause || this.processes.size >= this.settings.size || isStarting()) return;
    const started = new PooledProcess(this.program, this.settings.environment(), this.settings.answerDeadlineMs, {
      ready: (child) => this.onReady(child),
      answered: (answers) => this.onAnswers(answers),
      ended: (child, unanswered, reason) => this.onEnded(child, unanswered, reason),
    });
    this.processes.add(started);
    this.events.processChanged('started', started.pid, undefined);
  }

  /** Starts no more processes until `allowStarts`. Those that run go on. */
  forbidStarts(): void {
    this.startsAllowed = false;
  }

  allowStarts(): void {
    this.startsAllowed = true;
    this.failuresInARow = 0;
    this.startMissing();
  }

  /** Takes no more requests, answers those it has, and ends the processes. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (!this.isIdle) await new Promise<void>((resolve) => (this.onIdle = resolve));
    clearTimeout(this.restartPause);
    await Promise.all([...this.processes].map((child) => child.close()));
  }

  private get isIdle(): boolean {
    return Object.values(this.openRequests).every((count) => count === 0);
  }

  /** Requests that are made in one turn of the event loop are sent in one batch. */
  private planDispatch(): void {
    if (this.isDispatchPlanned) return;
    this.isDispatchPlanned = true;
    setImmediate(() => {
      this.isDispatchPlanned = false;
      this.dispatch();
    });
  }

  /** Shares waiting requests evenly among the processes that have room, the least busy one first. */
  private dispatch(): void {
    const free = [...this.processes].filter(({ room }) => room > 0).sort((a, b) => a.unansweredCount - b.unansweredCount);
    for (const [index, child] of free.entries()) {
      if (this.queue.size === 0) return;
      child.send(this.queue.take(Math.min(child.room, Math.ceil(this.queue.size / (free.length - index)))));
    }
  }

  private assertRoom(work: WorkClass): void {
    if (this.isClosing) throw new HsmUnavailable(`The service is closing its connection to ${this.settings.title}.`);
    if (this.openRequests[work] >= this.settings.queue) throw this.tooMany();
  }

  private tooMany(): HsmUnavailable {
    return new HsmUnavailable(`Too many requests are waiting for ${this.settings.title}.`);
  }

  private onReady(child: PooledProcess): void {
    this.lastFailure = undefined;
    for (const { resolve } of this.awaitingReady) resolve();
    this.events.processChanged('ready', child.pid, undefined);
    this.dispatch();
    this.startMissing();
  }

  private onAnswers(answers: readonly PoolAnswer[]): void {
    this.failuresInARow = 0;
    this.lastAnswerAt = performance.now();
    for (const answer of answers) this.events.answered?.('failure' in answer ? answer.failure : undefined);
    this.dispatch();
  }

  private onFinished(request: PendingRequest): void {
    this.openRequests[request.work]--;
    this.queue.delete(request);
    if (this.isIdle) this.onIdle?.();
  }

  private onDeadline(request: PendingRequest): HsmUnavailable {
    if (this.lastAnswerAt < request.askedAt) this.events.unresponsive?.();
    return new HsmUnavailable(`There was no answer from ${this.settings.title} in time.${this.reason}`);
  }

  private onEnded(child: PooledProcess, unanswered: readonly PendingRequest[], reason: Failure): void {
    this.processes.delete(child);
    if (this.isClosing && this.isIdle) return;
    this.lastFailure = reason;
    this.queueAgain(unanswered);
    this.planRestart();
    this.events.processChanged('ended', child.pid, this.lastFailure);
    this.dispatch();
  }

  private planRestart(): void {
    // The first process that ends after an answer may have ended by chance, so it is replaced without a pause.
    const pauseMs = this.failuresInARow === 0 ? 0 : backoffMs(this.failuresInARow, RESTART_PAUSE);
    this.failuresInARow++;
    clearTimeout(this.restartPause);
    this.restartPause = setTimeout(() => {
      this.restartPause = undefined;
      this.startMissing();
    }, pauseMs).unref();
  }

  /** Puts what an ended process has left unanswered at the head of the queue. Its deadlines stay as they were. */
  private queueAgain(unanswered: readonly PendingRequest[]): void {
    const again: PendingRequest[] = [];
    for (const request of unanswered) {
      request.lostProcesses++;
      if (request.isRepeatable && request.lostProcesses < MOST_LOST_PROCESSES) again.push(request);
      else request.refuse(new HsmUnavailable(`The answer of ${this.settings.title} was lost.${this.reason}`));
    }
    this.queue.addFirst(again);
  }
}
