import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import type { Station } from '../stations/station.repository.js';
import { leaseHolder, UnitRepository } from '../work-orders/unit.repository.js';
import { leaseLost } from '../work-orders/work-order.errors.js';
import { type Job, JobRepository, type Progress, leaseOf, SlotTaken, type TakenBack } from './job.repository.js';
import { jobName } from './job.schema.js';
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
    private readonly units: UnitRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Gives the slot a queued job and its unit; undefined when another claim was faster. Throws `slot-occupied`. */
  async begin({ actor, station, slot }: Slot, { id, unitId, serial }: Job): Promise<Job | undefined> {
    try {
      return await this.db.transaction().execute(async (tx) => {
        const leased = await this.jobs.lease(tx, id, { station: station.id, slot });
        const lease = leased && (await this.units.lease(tx, unitId, leaseHolder(station.id, slot), this.config.LEASE_MS));
        if (!leased || !lease) return undefined;
        await this.jobs.startAttempt(tx, { jobId: id, unitId, number: leased.attempt, station: station.id, slot, fence: lease.fence });
        await this.audit.record(tx, actor, 'job.claimed', `unit:${serial}`, { job: id, serial, station: station.id, slot, fence: lease.fence, attempt: leased.attempt });
        return this.jobs.find(id, tx);
      });
    } catch (error) {
      if (!(error instanceof SlotTaken)) throw error;
      throw slotOccupied(slot, (await this.jobs.findInSlot(station.id, slot))?.serial ?? 'another unit');
    }
  }

  /** False when the lease is over. */
  renew(job: Job, progress: Progress): Promise<boolean> {
    if (Object.values(progress).every((told) => told === undefined)) return this.units.renewLease(this.db, job.unitId, leaseOf(job), this.config.LEASE_MS);
    return this.db.transaction().execute(async (tx) => {
      // The job's row first, as everywhere: two orders of locking could wait for each other.
      if (!(await this.jobs.lockHeld(tx, job.id, job.station ?? '', job.fence))) return false;
      await this.jobs.keepProgress(tx, job.id, progress);
      return this.units.renewLease(tx, job.unitId, leaseOf(job), this.config.LEASE_MS);
    });
  }

  /** Back to the queue, with no word on the unit. False when the station does not hold the job under this fence. */
  release(actor: string, station: string, id: number, fence: number): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockHeld(tx, id, station, fence);
      if (!job) return false;
      await this.requeue(tx, job, 'released');
      await this.audit.record(tx, actor, 'job.released', `unit:${job.serial}`, { job: id, serial: job.serial, station, fence, attempt: job.attempt });
      return true;
    });
  }

  /** Takes back leases that nobody renewed: all that have ended, or the one of a job. Returns how many. */
  takeBackExpired(id?: number): Promise<number> {
    return this.db.transaction().execute(async (tx) => {
      const jobs = await this.jobs.lockExpired(tx, MOST_EXPIRED, id);
      for (const job of jobs) {
        await this.requeue(tx, job, 'lease-expired');
        await this.audit.record(tx, 'system', 'job.lease-expired', `unit:${job.serial}`, {
          job: job.id, serial: job.serial, station: job.station ?? '', fence: job.fence, attempt: job.attempt,
        });
      }
      return jobs.length;
    });
  }

  /** What a fenced-off caller reports is kept as evidence and changes nothing. Throws `lease-lost`. */
  async refuseLate(actor: string, { id, serial }: Job, fence: number, report: Record<string, Json>): Promise<never> {
    await this.keepLateReport(actor, id, fence, report);
    throw leaseLost(serial);
  }

  async keepLateReport(actor: string, id: number, fence: number, report: Record<string, Json>): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.jobs.keepLateReport(tx, id, fence, actor, report);
      await this.audit.record(tx, actor, 'job.late-report', `job:${jobName(id)}`, { job: id, fence, reported: String(report['kind']) });
    });
  }

  /** Stations could not renew while the service or its ledger was away: each lease, also one that has ended, lasts a whole one from now. */
  async extendAll(): Promise<void> {
    await this.units.extendLeases(await this.jobs.leasedUnits(), this.config.LEASE_MS);
  }

  /** Ends an attempt that says nothing about the unit and queues the job again, within the caller's transaction. */
  private async requeue(tx: Ledger, job: Job, reason: TakenBack): Promise<void> {
    await this.jobs.endAttempt(tx, job, reason === 'lease-expired' ? 'TIMEOUT' : 'ABORTED', reason, null);
    await this.jobs.end(tx, job.id, 'queued');
    await this.units.endLease(tx, job.unitId);
  }
}
