import type { HsmUnavailable } from './hsm.errors.js';
import type { WorkClass } from './hsm.js';
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

/** While requests of both classes wait, one of a batch follows each three of stations. */
const STATIONS_PER_BATCH = 3;

/** Requests that no process has been given yet, oldest first in each class. */
export class RequestQueue {
  private waiting: Readonly<Record<WorkClass, Set<PendingRequest>>> = { station: new Set(), batch: new Set() };
  /** Requests of stations taken since the last one of a batch. */
  private stationsTaken = 0;

  get size(): number {
    return this.waiting.station.size + this.waiting.batch.size;
  }

  add(request: PendingRequest): void {
    this.waiting[request.work].add(request);
  }

  /** Puts requests before all others of their class. */
  addFirst(requests: readonly PendingRequest[]): void {
    const first = (work: WorkClass) => requests.filter((request) => request.work === work);
    this.waiting = {
      station: new Set([...first('station'), ...this.waiting.station]),
      batch: new Set([...first('batch'), ...this.waiting.batch]),
    };
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
    return [...this.waiting.station, ...this.waiting.batch];
  }

  private next(): PendingRequest | undefined {
    const [station] = this.waiting.station;
    const [batch] = this.waiting.batch;
    if (station && batch && this.stationsTaken < STATIONS_PER_BATCH) {
      this.stationsTaken++;
      return station;
    }
    this.stationsTaken = 0;
    return batch ?? station;
  }
}
