import type { HsmUnavailable } from './hsm.errors.js';
import { WORK_CLASSES, type WorkClass } from './hsm.js';
import { errorOf, type Operation, type PoolAnswer, type PoolRequest } from './messages.js';

export interface RequestCallbacks {
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** The deadline has passed. Returns the error to reject with. */
  deadlinePassed(request: PendingRequest): HsmUnavailable;
  /** After `resolve` or `reject`. */
  finished(request: PendingRequest): void;
}

/** One caller's request until it is answered, refused or past its deadline. Exactly one of these happens, once. */
export class PendingRequest implements PoolRequest {
  isFinished = false;
  /** How many processes have ended while they worked on it. */
  lostProcesses = 0;
  readonly askedAt = performance.now();
  private readonly deadline: NodeJS.Timeout;

  constructor(
    readonly id: number,
    readonly operation: Operation,
    readonly work: WorkClass,
    deadlineMs: number,
    private readonly callbacks: RequestCallbacks,
  ) {
    this.deadline = setTimeout(() => this.refuse(callbacks.deadlinePassed(this)), deadlineMs);
  }

  /** False for a key generation: a second try could make a second key, or refuse because of the first one. */
  get isRepeatable(): boolean {
    return this.operation.name !== 'generateKeyPair';
  }

  answer(answer: PoolAnswer): void {
    if ('failure' in answer) this.refuse(errorOf(answer.failure));
    else this.finish(() => this.callbacks.resolve(answer.value));
  }

  refuse(error: Error): void {
    this.finish(() => this.callbacks.reject(error));
  }

  private finish(report: () => void): void {
    if (this.isFinished) return;
    this.isFinished = true;
    clearTimeout(this.deadline);
    report();
    this.callbacks.finished(this);
  }
}

/** While requests of a later class wait, one of these follows each three of an earlier class. */
const TURNS = 3;

/** Requests that no process has been given yet, oldest first in each class. */
export class RequestQueue {
  private waiting = byClass<Set<PendingRequest>>(() => new Set());
  /** Requests taken since the last one of a later class, while some of these waited. */
  private readonly turns = byClass(() => 0);

  get size(): number {
    return WORK_CLASSES.reduce((sum, work) => sum + this.waiting[work].size, 0);
  }

  add(request: PendingRequest): void {
    this.waiting[request.work].add(request);
  }

  /** Puts requests before all others of their class. */
  addFirst(requests: readonly PendingRequest[]): void {
    this.waiting = byClass((work) => new Set([...requests.filter((request) => request.work === work), ...this.waiting[work]]));
  }

  delete(request: PendingRequest): void {
    this.waiting[request.work].delete(request);
  }

  /** Removes and returns the next requests, at most `count`. */
  take(count: number): PendingRequest[] {
    const taken: PendingRequest[] = [];
    while (taken.length < count) {
      const next = this.next();
      if (!next) break;
      this.delete(next);
      taken.push(next);
    }
    return taken;
  }

  all(): PendingRequest[] {
    return WORK_CLASSES.flatMap((work) => [...this.waiting[work]]);
  }

  private next(): PendingRequest | undefined {
    const classes = WORK_CLASSES.filter((work) => this.waiting[work].size > 0);
    const last = classes.pop();
    if (last === undefined) return undefined;
    for (const work of classes) {
      if (this.turns[work]++ < TURNS) return this.first(work);
      this.turns[work] = 0;
    }
    this.turns[last] = 0;
    return this.first(last);
  }

  private first(work: WorkClass): PendingRequest | undefined {
    return this.waiting[work].values().next().value;
  }
}

function byClass<T>(value: (work: WorkClass) => T): Record<WorkClass, T> {
  return { station: value('station'), crl: value('crl'), batch: value('batch') };
}
