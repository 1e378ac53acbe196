import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../client/job.js';
import type { ServiceAddress } from '../client/service-call.js';
import { Session } from '../client/session.js';
import { Station } from '../client/station.js';
import type { Settled } from '../client/station-answers.js';
import type { SimulationRun } from './simulation-run.js';
import { Boards, turnOf, turnOfSent, type UnitWork, workOn } from './unit-work.js';

/** How long one call of a station goes on trying, in milliseconds. */
const PATIENCE_MS = 120_000;
const SOFTWARE = { software: 'lineside-simulation', version: '1.0.0' };

/** A unit that a station held when its power was cut. */
export interface HeldUnit {
  serial: string;
  slot: string;
  fence: number;
  /** When its slot was given it again under the same lease, by `performance.now()`. */
  regainedAt?: number;
}

export interface PowerCut {
  station: string;
  /** By `performance.now()`, and in milliseconds since 1970. */
  at: number;
  atClock: number;
  /** Until the station is started again, in milliseconds. */
  offMs: number;
  held: HeldUnit[];
}

export interface StationPlace {
  address: ServiceAddress;
  id: string;
  key: string;
  slots: readonly string[];
  run: SimulationRun;
  boards: Boards;
  work: UnitWork;
  /** The station's disk: keeps results until the service has them, also while the power is off. */
  folder: string;
  /** Over how long its slots begin, so that not all of the line claims at once. */
  rampMs: number;
}

/** Station software with its slots, in one session; its power may be cut at any time, and when it comes back it knows the results that it kept, and nothing else. */
export class SimulatedStation {
  private power: AbortController | undefined;
  private cut: PowerCut | undefined;
  private readonly held = new Map<string, Job>();
  private isDraining = false;

  constructor(private readonly place: StationPlace) {}

  get id(): string {
    return this.place.id;
  }

  get isOn(): boolean {
    return this.power !== undefined && !this.power.signal.aborted;
  }

  /** Until the run is over, or the service asks for no more. */
  async work(): Promise<void> {
    const { run } = this.place;
    while (!run.signal.aborted && !this.isDraining) {
      this.power = new AbortController();
      const { signal } = this.power;
      const session = new Session({ ...this.access(signal), ...SOFTWARE, installation: this.place.id, slots: this.place.slots });
      await Promise.all(this.place.slots.map((slot) => this.workAt(slot, session, signal)));
      if (this.cut) await wait(this.cut.offMs, undefined, { signal: run.signal }).catch(() => undefined);
    }
    this.power = undefined;
  }

  /** At once and without a word: its requests break off, its heartbeats stop. */
  cutPower(offMs: number): PowerCut {
    const held = [...this.held].map(([slot, { serial, fence }]): HeldUnit => ({ serial, slot, fence }));
    this.cut = { station: this.id, at: performance.now(), atClock: Date.now(), offMs, held };
    this.power?.abort(new Error('the power was cut'));
    return this.cut;
  }

  private access(signal: AbortSignal) {
    const { address, key, run } = this.place;
    return { ...address, key, signal, patienceMs: PATIENCE_MS, onAttempt: run.calls.note };
  }

  private async workAt(slot: string, session: Session, power: AbortSignal): Promise<void> {
    const { run, rampMs, work, folder } = this.place;
    const either = AbortSignal.any([power, run.signal]);
    if (!this.cut && rampMs > 0) await wait(rampMs * work.chance.of('ramp', this.id, slot), undefined, { signal: either }).catch(() => undefined);
    const jobs = new Station({ ...this.access(power), slot, session, spool: join(folder, slot), onBrought: (settled) => this.noteBrought(settled) }).jobs({ signal: run.signal });
    while (!either.aborted) {
      const isOver = await run.turn(async () => {
        const { value: job } = await jobs.next();
        if (!job) return true;
        await this.workOn(job, slot);
        this.isDraining ||= job.isDraining;
        return false;
      });
      if (isOver) return;
    }
  }

  private async workOn(job: Job, slot: string): Promise<void> {
    const { run, boards, work, id: station } = this.place;
    const { workOrder } = job.granted;
    this.noteClaim(job, slot);
    run.book.of(job.serial).order = workOrder.id;
    this.held.set(slot, job);
    run.inWork++;
    try {
      const ending = await job.run((each) => workOn(each, { boards, book: run.book }, work));
      run.count(workOrder.id, job.serial, turnOf(ending, { station, slot }, run.book.of(job.serial)));
    } finally {
      run.inWork--;
      if (this.held.get(slot) === job) this.held.delete(slot);
    }
  }

  /** A result that was on its way when the power was cut. */
  private noteBrought({ state, unit }: Settled): void {
    if (!unit || state === 'late') return;
    const { run } = this.place;
    const entry = run.book.of(unit.serial);
    run.count(entry.order ?? '', unit.serial, turnOfSent(unit.state, entry));
  }

  /** After a power cut the slot may be given its unit again under the lease that it had. */
  private noteClaim(job: Job, slot: string): void {
    const regained = this.cut?.held.find((unit) => unit.slot === slot && unit.serial === job.serial && unit.fence === job.fence);
    if (regained) regained.regainedAt ??= performance.now();
    else this.place.run.claimed++;
  }
}
