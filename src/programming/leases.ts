import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { leaf } from '../audit/leaf.js';
import { Database } from '../platform/database/database.js';
import { Paces } from '../stations/pace.js';
import type { Station } from '../stations/station.repository.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { AttemptRepository } from './attempt.repository.js';
import { Endings } from './endings.js';
import { type Hold, type Job, JobRepository, leaseOf, type Progress, SlotTaken } from './job.repository.js';
import { slotOccupied } from './programming.errors.js';

/** Where a claim comes from. */
export interface Slot {
  actor: string;
  station: Station;
  slot: string;
}

/** Leases that one round of the sweep takes back. */
const MOST_EXPIRED = 200;

/** A slot's hold on a unit and its job: how it begins, goes on, is handed back, and runs out. Each change is one transaction, on record. */
@Injectable()
export class Leases {
  constructor(
    private readonly jobs: JobRepository,
    private readonly attempts: AttemptRepository,
    private readonly endings: Endings,
    private readonly units: UnitRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    private readonly paces: Paces,
  ) {}

  /** Gives the slot a queued job and its unit; undefined when another claim was faster, or the job may not be handed out now. Throws `slot-occupied`. */
  async begin({ actor, station, slot }: Slot, queued: Job): Promise<Job | undefined> {
    const { id, serial } = queued;
    if (queued.unitState === 'certified' && (await this.setAsideBeyondHelp(actor, id))) return undefined;
    try {
      const { leaseMs } = await this.paces.of(station.line);
      return await this.jobs.lease(queued, { station: station.id, slot, leaseMs }, ({ fence, attempt }) =>
        leaf(actor, 'job.claimed', `unit:${serial}`, { job: id, serial, station: station.id, slot, fence, attempt }));
    } catch (error) {
      if (!(error instanceof SlotTaken)) throw error;
      throw slotOccupied(slot, (await this.jobs.findInSlot(station.id, slot))?.serial ?? 'another unit');
    }
  }

  /** How long the lease lasts now, in milliseconds; undefined when it was over at `job.asOf`, or somebody has ended it since. */
  async renew(job: Job, progress: Progress): Promise<number | undefined> {
    const leaseMs = await this.renewedMs(job);
    if (Object.values(progress).every((told) => told === undefined)) return this.units.renewLease(this.db, job.unitId, leaseOf(job), leaseMs);
    return this.db.transaction().execute(async (tx) => {
      // The job's row first, as everywhere: two orders of locking could wait for each other.
      if (!(await this.jobs.lockHeld(tx, job.id, job.station ?? '', job))) return undefined;
      await this.jobs.keepProgress(tx, job.id, progress);
      return this.units.renewLease(tx, job.unitId, leaseOf(job), leaseMs);
    });
  }

  /** For how long a lease is renewed, in milliseconds: never longer than one whole lease after the attempt's time. */
  private async renewedMs({ line, attemptLeftMs }: Pick<Job, 'line' | 'attemptLeftMs'>): Promise<number> {
    const { leaseMs } = await this.paces.of(line);
    return Math.max(0, Math.min(leaseMs, (attemptLeftMs ?? Infinity) + leaseMs));
  }

  /** Back to the queue, with no word on the unit, now or by an earlier request. False when the station neither holds the job under this fence nor has handed it back. */
  release(actor: string, station: string, id: number, hold: Hold): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockHeld(tx, id, station, hold);
      if (!job) return this.wasReleased(station, id, hold.fence);
      await this.endings.handBack(tx, actor, job, 'released', { outcome: 'ABORTED', failureCode: 'released', record: null });
      await this.audit.record(tx, actor, 'job.released', `unit:${job.serial}`, { job: id, serial: job.serial, station, fence: hold.fence, attempt: job.attempt });
      return true;
    });
  }

  private async wasReleased(station: string, id: number, fence: number): Promise<boolean> {
    const attempt = await this.attempts.find(id, fence);
    return attempt?.station === station && attempt.outcome === 'ABORTED' && attempt.failureCode === 'released';
  }

  /** As if the claim had not been: its caller hung up before it had the answer. Does nothing when the lease is over. */
  undo({ actor, station }: { actor: string; station: Pick<Station, 'id'> }, { id, fence, asOf }: Job): Promise<void> {
    return this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockHeld(tx, id, station.id, { fence, asOf });
      if (!job) return;
      await this.endings.undo(tx, job);
      await this.audit.record(tx, actor, 'job.claim-undone', `unit:${job.serial}`, { job: id, serial: job.serial, station: station.id, fence, attempt: job.attempt });
    });
  }

  /** Takes back leases that nobody renewed: all that were over at `asOf`, or the one of a job. Those on which a statement of others is at work, a renewal perhaps, are left. Returns how many. */
  takeBackExpired(id?: number, asOf?: number): Promise<number> {
    return this.db.transaction().execute(async (tx) => {
      const jobs = await this.jobs.lockExpired(tx, MOST_EXPIRED, { id, asOf });
      for (const job of jobs) {
        // A station that goes on beyond the attempt's time is at fault, and has not gone away.
        const isOverTime = (job.attemptLeftMs ?? 0) < 0;
        await this.endings.handBack(tx, 'system', job, isOverTime ? 'error' : 'lapsed', { outcome: 'TIMEOUT', failureCode: isOverTime ? 'time-limit' : 'lease-expired', record: null });
        await this.audit.record(tx, 'system', 'job.lease-expired', `unit:${job.serial}`, {
          job: job.id, serial: job.serial, station: job.station ?? '', fence: job.fence, attempt: job.attempt, ...(isOverTime && { overTime: true }),
        });
      }
      return jobs.length;
    });
  }

  /** Stations could not renew while the service or its ledger was away: each lease that was not over before (`asOf`), also one that has ended since, lasts a whole one from now. */
  async extendAll(asOf: number): Promise<void> {
    await this.units.extendLeases(await this.jobs.leasedUnits(this.paces.byDefault.leaseMs), asOf);
  }

  /** The ledger's clock in milliseconds since 1970; waits for whatever a renewal would wait for. */
  look(): Promise<number> {
    return this.jobs.look();
  }

  /** Whether no attempt helps the unit of a queued job any more, only rework. */
  private setAsideBeyondHelp(actor: string, id: number): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockQueued(tx, id);
      return job !== undefined && (await this.endings.setAsideBeyondHelp(tx, actor, job));
    });
  }
}
