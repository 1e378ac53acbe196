import { Injectable } from '@nestjs/common';

/** What waits for a station (`slot`: null) or a slot alone. `queue`: its id. */
export interface AssignedQueue {
  queue: string;
  line: string;
  station: string;
  slot: string | null;
  jobs: number;
}

/** Of queues that an answer names. */
const MOST_NAMED = 100;

/** What is assigned to stations and slots, as the module that hands out work tells it: whoever stops one is told what waits there. */
@Injectable()
export class AssignedWork {
  private source: () => Promise<AssignedQueue[]> = () => Promise.resolve([]);

  tellFrom(source: () => Promise<AssignedQueue[]>): void {
    this.source = source;
  }

  /** A function that answers of a place what waits there: of the plant where all three are null. */
  async named(): Promise<(place: { line: string | null; station: string | null; slot: string | null }) => { queue: string; jobs: number }[]> {
    const all = await this.source();
    return ({ line, station, slot }) => all
      .filter((each) => (line === null || each.line === line) && (station === null || each.station === station) && (slot === null || each.slot === slot))
      .slice(0, MOST_NAMED)
      .map(({ queue, jobs }) => ({ queue, jobs }));
  }
}
