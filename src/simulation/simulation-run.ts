import type { ApiProblem } from '../client/api-client.js';
import { CallFigures } from './call-figures.js';
import { UnitBook } from './unit-book.js';

/** When no unit passes or fails for so long, and twice the time of a unit, the run is given up. In milliseconds. */
const STANDSTILL_MS = 90_000;

export interface Progress {
  passed: number;
  failed: number;
  /** Attempts that said nothing about the unit, or after which it may try again. */
  retried: number;
  units: number;
  seconds: number;
}

/** A station that was not killed had a unit, and its lease ended. */
export interface LostLease {
  serial: string;
  station: string;
  slot: string;
  /** By `performance.now()`. */
  at: number;
  /** The service's word for it. Without one, no heartbeat got through while the lease lasted. */
  refusal?: string;
}

/** How an attempt ended, as far as a run counts it. `refused`: by what the unit was set aside where nobody meant it to fail. */
export type Turn =
  | { kind: 'passed' | 'moved-on' | 'retried' | 'stopped' }
  | { kind: 'failed'; refused?: string }
  | { kind: 'lease-lost'; station: string; slot: string; problem?: ApiProblem };

/** One run of stations over the units of one order: what came out so far, and when it is over. */
export class SimulationRun {
  readonly calls = new CallFigures();
  readonly book = new UnitBook();
  readonly problems: string[] = [];
  readonly lost: LostLease[] = [];
  /** PASSes of steps that were not the unit's last. */
  movedOn = 0;
  claimed = 0;
  inWork = 0;
  retried = 0;
  private readonly passed = new Set<string>();
  private readonly failed = new Set<string>();
  private readonly over = new AbortController();
  private readonly listeners = new Set<() => void>();
  private readonly began = performance.now();
  private ended: number | undefined;
  /** Slots that are claiming or at work. */
  private busy = 0;
  private pause: { after: number; until: Promise<void> } | undefined;
  private standstill: NodeJS.Timeout | undefined;

  /** @param isGrowing whether more units may still be added @param unitMs how long the work on a unit takes */
  constructor(
    readonly order: string,
    private units: number,
    private isGrowing: boolean,
    private readonly unitMs: number,
  ) {
    this.expectMovement();
  }

  get signal(): AbortSignal {
    return this.over.signal;
  }

  progress(): Progress {
    const seconds = Number((((this.ended ?? performance.now()) - this.began) / 1_000).toFixed(2));
    return { passed: this.passed.size, failed: this.failed.size, retried: this.retried, units: this.units, seconds };
  }

  /** The order has so many units more. */
  add(units: number): void {
    this.units += units;
  }

  /** No units are added from now on: it is over when those that there are have come to an end. */
  complete(): void {
    this.isGrowing = false;
    this.look();
  }

  /** Resolves when so many units have passed, or the run is over. */
  reached(passed: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.passed.size < passed && !this.over.signal.aborted) return;
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
      look();
    });
  }

  /** Once `after` units are under way or done, stations claim no more of them until `until` resolves. */
  pauseClaims(after: number, until: Promise<void>): void {
    this.pause = { after, until };
  }

  /** Does what a slot does from claim to result, when it may. */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.pause && this.passed.size + this.failed.size + this.busy >= this.pause.after) await this.pause.until;
    this.busy++;
    return work().finally(() => this.busy--);
  }

  /** Units that an earlier, interrupted run left on the line are worked on too, and not counted. */
  count(order: string, serial: string, turn: Turn): void {
    if (order !== this.order) return;
    const { passed, failed } = this;
    const ended = passed.size + failed.size;
    if (turn.kind === 'passed') passed.add(serial);
    else if (turn.kind === 'retried') this.retried++;
    else if (turn.kind === 'moved-on') this.movedOn++;
    else if (turn.kind === 'lease-lost') this.noteLost(serial, turn);
    else if (turn.kind === 'failed') {
      failed.add(serial);
      if (turn.refused !== undefined) this.problems.push(`Unit ${serial} failed: ${turn.refused}`);
    }
    if (passed.size + failed.size > ended || turn.kind === 'moved-on') this.expectMovement();
    this.notify();
    this.look();
  }

  /** Whether all of its units have come to an end. */
  get isComplete(): boolean {
    return !this.isGrowing && this.passed.size + this.failed.size >= this.units;
  }

  /** Somebody wants it to be over. */
  interrupt(): void {
    this.problems.push('The run was interrupted');
    this.end();
  }

  end(): void {
    clearTimeout(this.standstill);
    this.ended ??= performance.now();
    this.over.abort();
    this.notify();
  }

  private look(): void {
    if (this.isComplete) this.end();
  }

  private noteLost(serial: string, { station, slot, problem }: Extract<Turn, { kind: 'lease-lost' }>): void {
    this.lost.push({ serial, station, slot, at: performance.now(), ...(problem && { refusal: problem.message }) });
  }

  private expectMovement(): void {
    clearTimeout(this.standstill);
    if (this.over.signal.aborted) return;
    const patienceMs = STANDSTILL_MS + 2 * this.unitMs;
    this.standstill = setTimeout(() => {
      this.problems.push(`The line stood still for ${Math.round(patienceMs / 1_000)} s: no unit came to an end`);
      this.end();
    }, patienceMs);
  }

  private notify(): void {
    for (const look of this.listeners) look();
  }
}
