import { Injectable, Logger } from '@nestjs/common';
import { type DomainError, hasCode } from '../platform/errors/domain-error.js';
import { Pauses } from '../stations/pauses.js';
import type { Station } from '../stations/station.repository.js';
import { leaseHolder, UnitRepository } from '../work-orders/unit.repository.js';
import { claimedElsewhere } from '../work-orders/work-order.errors.js';
import { type Board, Interlock } from './interlock.js';
import { assignedElsewhere } from './programming.errors.js';
import { type Job, JobRepository } from './job.repository.js';
import { Leases, type Slot } from './leases.js';
import { LineQueues, type TakenEntry } from './line-queues.js';
import { mayHave, type QueuePlace } from './queue-place.js';
import { Refusals } from './refusals.js';
import { SlotPlaces } from './slot-places.js';
import { Unclaimable } from './unclaimable.js';
import { WorkWakes } from './work-wakes.js';

/** The longest that a waiting claim relies on being woken: a wake-up may get lost with Redis. */
const LOOK_AGAIN_MS = 3_000;
/** Entries of no use to this slot that one claim takes, before it asks the ledger, which knows what is. */
const MOST_MISFITS = 10;

/** Who waits for the claim's answer. */
export interface Claimant {
  /** Aborted when the caller hangs up. */
  gone: AbortSignal;
  /** Throws `caller-unknown` when the caller's key was revoked meanwhile. */
  assertAdmitted: () => Promise<unknown>;
}

/** Finds the job that a slot is to work on: that of the scanned unit, or the line's next one. */
@Injectable()
export class Claims {
  private readonly logger = new Logger(Claims.name);

  constructor(
    private readonly jobs: JobRepository,
    private readonly units: UnitRepository,
    private readonly leases: Leases,
    private readonly interlock: Interlock,
    private readonly queues: LineQueues,
    private readonly wakes: WorkWakes,
    private readonly places: SlotPlaces,
    private readonly refusals: Refusals,
    private readonly pauses: Pauses,
    private readonly unclaimable: Unclaimable,
  ) {}

  /** The job of the unit that was scanned. Served from the ledger: a queue can't hand out a chosen unit. */
  async claimSerial(slot: Slot, board: Board): Promise<Job> {
    const { serial: scanned } = board;
    await this.pauses.assertOpen(placeOf(slot));
    const job = (await this.jobs.findOpenBySerial(scanned)) ?? (await this.findInOtherCase(scanned));
    if (!job) throw await this.refusalOf(scanned, slot.station);
    const { serial } = job;
    await this.interlock.assertRight(job, slot.station, board);
    if (job.state === 'leased' && !job.held) await this.leases.takeBackExpired(job.id);
    if (!job.held) assertFor(slot, job);
    const leased = job.held ? undefined : await this.leases.begin(slot, job);
    if (leased) return leased;
    const present = await this.jobs.find(job.id);
    if (present?.state === 'queued') assertFor(slot, present);
    // Also where its lease is over, and somebody else's statement is at work on it.
    if (present?.station) throw claimedElsewhere(serial, leaseHolder(present.station, present.slot ?? ''), present.leftMs);
    throw await this.unclaimable.refusalOf(serial);
  }

  /** The line's next job that the station does, of this order alone if one is named; waits up to `waitMs` for one. Undefined when there is none, or the caller has gone. */
  async claimNext(slot: Slot, workOrder: string | undefined, waitMs: number, { gone, assertAdmitted }: Claimant): Promise<Job | undefined> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      if (gone.aborted) return undefined;
      await this.pauses.assertOpen(placeOf(slot));
      const job = await this.takeNext(slot, workOrder);
      const leftMs = deadline - performance.now();
      if (job || leftMs <= 0) return job;
      await this.wakes.waitForWork({ ...placeOf(slot), steps: slot.station.steps }, Math.min(leftMs, LOOK_AGAIN_MS), gone);
      await assertAdmitted();
    }
  }

  /** Where no unit has the serial, what was misread of it is the better answer. */
  private async refusalOf(scanned: string, station: Station): Promise<DomainError> {
    try {
      return await this.unclaimable.refusalOf(scanned);
    } catch (error) {
      throw (hasCode(error, 'serial-unknown') && (await this.interlock.misread(scanned, station))) || error;
    }
  }

  /** Scanners and label printers differ in upper and lower case: where no serial is written like this, the one that differs in nothing else is meant. */
  private async findInOtherCase(scanned: string): Promise<Job | undefined> {
    const serial = await this.units.findSerialInOtherCase(scanned);
    return serial === undefined ? undefined : this.jobs.findOpenBySerial(serial);
  }

  /**
   * What is assigned to the slot or its station, and then from the pools of the station's steps; where a queue is empty, of no use or away, from the ledger, which knows of
   * jobs that no queue holds yet. A queue can't hand out an order's.
   */
  private async takeNext(slot: Slot, workOrder: string | undefined): Promise<Job | undefined> {
    for (const place of await this.places.assigned(slot.station, slot.slot)) {
      const job = (workOrder === undefined ? await this.takeFrom(slot, [place]) : undefined) ?? (await this.takeFromLedger(slot, workOrder, place.assignedTo));
      if (job) return job;
    }
    return (workOrder === undefined ? await this.takeFrom(slot, await this.places.pools(slot.station)) : undefined) ?? this.takeFromLedger(slot, workOrder, '');
  }

  private async takeFrom(slot: Slot, places: readonly QueuePlace[]): Promise<Job | undefined> {
    const misfits: TakenEntry[] = [];
    try {
      let tries = 0;
      for (const place of places) {
        for (; tries < MOST_MISFITS; tries++) {
          const entry = await this.take(place);
          if (entry === undefined) break;
          const job = await this.takeUp(slot, place, entry, misfits);
          if (job) return job;
        }
      }
      return undefined;
    } finally {
      for (const entry of misfits) await entry.putBack().catch(() => undefined);
    }
  }

  private take(place: QueuePlace): Promise<TakenEntry | undefined> {
    return this.queues.take(place).catch((error: unknown) => {
      // The circuit has said it once.
      this.logger.debug({ event: 'queues.away', ...place, error });
      return undefined;
    });
  }

  /** The entry's job. Undefined when it is for other slots (it goes to `misfits`), or for nobody in this queue at present: then its entry comes again when that changes. */
  private async takeUp(slot: Slot, { assignedTo }: QueuePlace, entry: TakenEntry, misfits: TakenEntry[]): Promise<Job | undefined> {
    let job: Job | undefined;
    try {
      const queued = await this.jobs.find(entry.jobId);
      if (queued?.state === 'queued' && queued.assignedTo === assignedTo && does(slot.station, queued.step)) {
        if (this.refusals.keepsFrom(queued, holderOf(slot))) {
          misfits.push(entry);
          return undefined;
        }
        job = await this.leases.begin(slot, queued);
      }
    } catch (error) {
      await entry.putBack().catch(() => undefined);
      throw error;
    }
    if (!job) await entry.drop().catch(() => undefined);
    return job;
  }

  private async takeFromLedger(slot: Slot, workOrder: string | undefined, assignedTo: string): Promise<Job | undefined> {
    const { line, steps } = slot.station;
    for (;;) {
      const next = await this.jobs.findNext({ line, steps, workOrder, assignedTo }, holderOf(slot), this.refusals.restingOrders());
      if (!next) return undefined;
      const job = await this.leases.begin(slot, next);
      if (job) return job;
    }
  }
}

const placeOf = ({ station, slot }: Slot) => ({ line: station.line, station: station.id, slot });
const holderOf = ({ station, slot }: Slot) => leaseHolder(station.id, slot);
const does = ({ steps }: Station, step: string) => steps.length === 0 || steps.includes(step);

/** Throws `assigned-elsewhere`. */
function assertFor({ station, slot }: Slot, { serial, assignedTo }: Job): void {
  if (!mayHave(assignedTo, station.id, slot)) throw assignedElsewhere(serial, assignedTo);
}
