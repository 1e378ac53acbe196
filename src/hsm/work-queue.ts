import type { WorkClass } from './hsm.js';
import type { PendingRequest } from './pending-request.js';

/** While both wait, so many of a station's requests go before one of a batch: stations first, and batches go on. */
const STATION_TURNS = 3;

/** Requests that are not yet with a process, oldest first in each class. */
export class WorkQueue {
  private waiting: Readonly<Record<WorkClass, Set<PendingRequest>>> = { station: new Set(), batch: new Set() };
  private stationTurns = 0;

  get size(): number {
    return this.waiting.station.size + this.waiting.batch.size;
  }

  add(request: PendingRequest): void {
    this.waiting[request.work].add(request);
  }

  delete(request: PendingRequest): void {
    this.waiting[request.work].delete(request);
  }

  /** Before all others of their class. */
  putBack(requests: readonly PendingRequest[]): void {
    const again = (work: WorkClass) => requests.filter((request) => request.work === work);
    this.waiting = {
      station: new Set([...again('station'), ...this.waiting.station]),
      batch: new Set([...again('batch'), ...this.waiting.batch]),
    };
  }

  /** At most `count`. */
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
    if (station && batch && this.stationTurns < STATION_TURNS) {
      this.stationTurns++;
      return station;
    }
    this.stationTurns = 0;
    return batch ?? station;
  }
}
