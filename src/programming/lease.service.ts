import { Inject, Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import type { Station } from '../stations/station.repository.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { Conveyor } from './conveyor.js';
import { jobName } from './job.schema.js';
import { type Job, JobRepository, SlotTaken, type TakenBack } from './job.repository.js';
import { ClaimedElsewhere, LeaseLost, SlotOccupied, UnitNotOpen, WrongLine } from './programming.errors.js';

/** Where a claim comes from. */
export interface Holder {
  actor: string;
  station: Station;
  slot: string;
}

/** A slot's hold on a job: how it begins, is handed back, and runs out. */
@Injectable()
export class LeaseService {
  private readonly logger = new Logger(LeaseService.name);

  constructor(
    private readonly jobs: JobRepository,
    private readonly units: UnitRepository,
    private readonly conveyor: Conveyor,
    private readonly audit: AuditLog,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The job of the unit that was scanned. Served from the ledger: a queue can't hand out a chosen unit. */
  async claimSerial(holder: Holder, serial: string): Promise<Job> {
    const job = await this.jobs.findOpenBySerial(serial);
    if (!job) {
      const unit = await this.units.getBySerial(serial);
      throw new UnitNotOpen(serial, unit.state);
    }
    if (job.line !== holder.station.line) throw new WrongLine(serial, job.line);
    const leased = job.state === 'queued' ? await this.lease(holder, job) : undefined;
    if (leased) return leased;
    const present = await this.jobs.find(job.id);
    if (present?.state === 'leased' && present.station !== null) throw new ClaimedElsewhere(serial, present.station);
    throw new UnitNotOpen(serial, `in a work order that is not released`);
  }

  /** The line's next job; waits up to `waitMs` for one. Undefined when there is none, or the caller has gone. */
  async claimNext(holder: Holder, waitMs: number, signal: AbortSignal): Promise<Job | undefined> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const job = await this.takeNext(holder);
      const leftMs = deadline - performance.now();
      if (job || leftMs <= 0 || signal.aborted) return job;
      // A wake-up may get lost with Redis; the ledger is asked every few seconds all the same.
      await this.conveyor.waitForWork(holder.station.line, Math.min(leftMs, 3_000), signal);
      if (signal.aborted) return undefined;
    }
  }

  /** Back to the queue, with no word on the unit. */
  async release(actor: string, station: string, id: number, fence: number): Promise<void> {
    const job = await this.db.transaction().execute(async (tx) => {
      const held = await this.jobs.lockLease(tx, { jobId: id, station, fence });
      if (!held) throw new LeaseLost(id);
      await this.requeue(tx, held, 'released');
      await this.audit.record(tx, actor, 'job.released', `unit:${held.serial}`, { job: id, serial: held.serial, station, fence });
      return held;
    });
    await this.announce([job]);
  }

  /** Takes back the leases that nobody renewed. Returns how many. */
  async expire(): Promise<number> {
    const expired = await this.db.transaction().execute(async (tx) => {
      const jobs = await this.jobs.lockExpired(tx, 200);
      for (const job of jobs) {
        await this.requeue(tx, job, 'lease-expired');
        await this.audit.record(tx, 'system', 'job.lease-expired', `unit:${job.serial}`, {
          job: job.id, serial: job.serial, station: job.station ?? '', fence: job.fence ?? 0,
        });
      }
      return jobs;
    });
    await this.announce(expired);
    return expired.length;
  }

  /** What a fenced-off caller reports is kept as evidence. */
  async keepLateReport(actor: string, id: number, fence: number, report: Record<string, Json>): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.jobs.keepLateReport(id, fence, actor, report, tx);
      await this.audit.record(tx, actor, 'job.late-report', `job:${jobName(id)}`, { job: id, fence, reported: String(report['kind']) });
    });
  }

  /** Ends an attempt that says nothing about the unit and queues the job again, within the caller's transaction. */
  async requeue(tx: Ledger, job: Job, reason: TakenBack): Promise<void> {
    await this.jobs.endAttempt(tx, job, reason === 'lease-expired' ? 'TIMEOUT' : 'ABORTED', reason, null);
    await this.jobs.settle(tx, job.id, 'queued');
    await this.units.advanceIf(tx, job.unitId, ['claimed'], 'planned');
  }

  /** After the commit: the old tickets are over, new ones go on the belt. The keeper repeats what Redis missed. */
  async announce(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      await this.conveyor.finish(job.line, job.id, job.attempt, 'handed back');
      await this.conveyor.put(job.line, [job]).catch((error: unknown) => this.logger.warn({ event: 'conveyor.put_failed', job: job.id, error }));
    }
  }

  private async takeNext(holder: Holder): Promise<Job | undefined> {
    for (;;) {
      const ticket = await this.conveyor.take(holder.station.line).catch((error: unknown) => {
        this.logger.warn({ event: 'conveyor.away', line: holder.station.line, error });
        return 'away' as const;
      });
      if (ticket === 'away') return this.takeFromLedger(holder);
      if (ticket === undefined) return undefined;
      let job: Job | undefined;
      try {
        job = await this.leaseById(holder, ticket.jobId);
      } catch (error) {
        await ticket.putBack().catch(() => undefined);
        throw error;
      }
      if (job) return job;
      await ticket.drop().catch(() => undefined);
    }
  }

  /** Redis is away; the line goes on. */
  private async takeFromLedger(holder: Holder): Promise<Job | undefined> {
    for (;;) {
      const next = await this.jobs.findNextQueued(holder.station.line);
      if (!next) return undefined;
      const job = await this.lease(holder, next);
      if (job) return job;
    }
  }

  private async leaseById(holder: Holder, id: number): Promise<Job | undefined> {
    const job = await this.jobs.find(id);
    return job?.state === 'queued' ? this.lease(holder, job) : undefined;
  }

  /** Raises the unit's fence and leases the job in one transaction; undefined when another claim was faster. */
  private async lease(holder: Holder, { id, unitId }: Job): Promise<Job | undefined> {
    const { actor, station, slot } = holder;
    try {
      return await this.db.transaction().execute(async (tx) => {
        // The job's row first, as everywhere: two orders of locking would be a deadlock waiting to happen.
        const job = await this.jobs.lease(tx, id, { station: station.id, slot, leaseMs: this.config.LEASE_MS });
        if (!job) return undefined;
        const { fence } = await this.units.raiseFence(tx, unitId);
        await this.units.advanceIf(tx, unitId, ['planned'], 'claimed');
        await this.jobs.startAttempt(tx, job, { station: station.id, slot }, fence);
        await this.audit.record(tx, actor, 'job.claimed', `unit:${job.serial}`, { job: id, serial: job.serial, station: station.id, slot, fence, attempt: job.attempt });
        return job;
      });
    } catch (error) {
      if (!(error instanceof SlotTaken)) throw error;
      throw new SlotOccupied(slot, (await this.jobs.findInSlot(station.id, slot))?.serial ?? 'another unit');
    }
  }
}
