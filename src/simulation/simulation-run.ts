import type { Identity } from './api-answers.js';
import type { Station, Turn } from './station.js';

/** When no unit passes or fails for so long, the run is given up. */
const STANDSTILL_MS = 90_000;

export interface PassedUnit {
  serial: string;
  identity: Identity;
}

export interface Progress {
  passed: number;
  failed: number;
  /** Attempts that ended in an error which said nothing about the unit. */
  retried: number;
  units: number;
  seconds: number;
}

/** One run of stations over the units of one order: what came out so far, and when it is over. */
export class SimulationRun {
  readonly passed = new Map<string, PassedUnit>();
  readonly problems: string[] = [];
  private readonly failed = new Set<string>();
  private readonly over = new AbortController();
  private readonly listeners = new Set<() => void>();
  private readonly began = performance.now();
  private ended: number | undefined;
  private retried = 0;
  private busy = 0;
  private lost = 0;
  /** PASSes of steps that were not the unit's last. */
  movedOn = 0;
  private pause: { after: number; until: Promise<void> } | undefined;
  private standstill: NodeJS.Timeout | undefined;

  constructor(
    private readonly order: string,
    private readonly units: number,
    private readonly onProgress: (progress: Progress) => void,
  ) {
    this.expectMovement();
  }

  progress(): Progress {
    const seconds = Number((((this.ended ?? performance.now()) - this.began) / 1_000).toFixed(2));
    return { passed: this.passed.size, failed: this.failed.size, retried: this.retried, units: this.units, seconds };
  }

  /** Attempts that counted for nothing, because the lease was over. */
  get lostLeases(): number {
    return this.lost;
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

  /** One turn after the other, until all units have come to an end. */
  async keepBusy(station: Station): Promise<void> {
    const { signal } = this.over;
    while (!station.isDraining) {
      if (this.pause && this.passed.size + this.failed.size + this.busy >= this.pause.after) await this.pause.until;
      if (signal.aborted) return;
      this.busy++;
      const turn = await station.turn(signal).finally(() => this.busy--);
      if (turn) this.count(turn);
    }
  }

  end(): void {
    clearTimeout(this.standstill);
    this.ended ??= performance.now();
    this.over.abort();
    this.notify();
  }

  /** Units that an earlier, interrupted run left on the line are worked on too, and not counted. */
  private count(turn: Turn): void {
    if (turn.order !== this.order) return;
    if (turn.kind === 'passed') this.passed.set(turn.serial, { serial: turn.serial, identity: turn.identity });
    else if (turn.kind === 'retried') this.retried++;
    else if (turn.kind === 'lease-lost') this.lost++;
    else if (turn.kind === 'moved-on') this.movedOn++;
    else this.fail(turn.serial, turn.reason);
    if (turn.kind === 'passed' || turn.kind === 'moved-on' || turn.kind === 'failed') this.expectMovement();
    this.notify();
    this.onProgress(this.progress());
    if (this.passed.size + this.failed.size >= this.units) this.end();
  }

  private fail(serial: string, reason: string): void {
    this.failed.add(serial);
    this.problems.push(`Unit ${serial} failed: ${reason}`);
  }

  private expectMovement(): void {
    clearTimeout(this.standstill);
    if (this.over.signal.aborted) return;
    this.standstill = setTimeout(() => {
      this.problems.push(`The line stood still for ${STANDSTILL_MS / 1_000} s: no unit came to an end`);
      this.end();
    }, STANDSTILL_MS);
  }

  private notify(): void {
    for (const look of this.listeners) look();
  }
}
