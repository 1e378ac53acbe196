import { Injectable, Logger } from '@nestjs/common';
import { Verdicts } from '../issuance/verdicts.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { claimedElsewhere, orderExhausted, workOrderNotReleased } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import type { UnitState } from '../work-orders/work-order.tables.js';
import { leaseHolder, UnitRepository } from '../work-orders/unit.repository.js';
import { type Job, JobRepository } from './job.repository.js';
import { Leases, type Slot } from './leases.js';
import { LineQueues } from './line-queues.js';
import { unitNotOpen, unitQuarantined, wrongLine } from './programming.errors.js';

/** The longest that a waiting claim relies on being woken: a wake-up may get lost with Redis. */
const LOOK_AGAIN_MS = 3_000;

/** A unit that waits for an attempt is in one of these. */
const OPEN: ReadonlySet<UnitState> = new Set<UnitState>(['planned', 'claimed', 'reserved', 'certified', 'reworking']);

/** Finds the job that a slot is to work on: that of the scanned unit, or the line's next one. */
@Injectable()
export class Claims {
  private readonly logger = new Logger(Claims.name);

  constructor(
    private readonly jobs: JobRepository,
    private readonly units: UnitRepository,
    private readonly leases: Leases,
    private readonly orders: WorkOrderRepository,
    private readonly verdicts: Verdicts,
    private readonly queues: LineQueues,
  ) {}

  /** The job of the unit that was scanned. Served from the ledger: a queue can't hand out a chosen unit. */
  async claimSerial(slot: Slot, serial: string): Promise<Job> {
    const job = await this.jobs.findOpenBySerial(serial);
    if (!job) throw await this.refusalOf(serial);
    if (job.line !== slot.station.line) throw wrongLine(serial, job.line);
    if (job.state === 'leased' && !job.held) await this.leases.takeBackExpired(job.id);
    const leased = job.held ? undefined : await this.leases.begin(slot, job);
    if (leased) return leased;
    const present = await this.jobs.find(job.id);
    if (present?.held && present.station !== null) throw claimedElsewhere(serial, leaseHolder(present.station, present.slot ?? ''));
    throw await this.refusalOf(serial);
  }

  /** Why nobody gets the unit at present. */
  private async refusalOf(serial: string): Promise<DomainError> {
    const { state, workOrderId } = await this.units.getBySerial(serial);
    if (state === 'quarantined') return unitQuarantined(serial);
    if (!OPEN.has(state)) return unitNotOpen(serial, state);
    const order = await this.orders.get(workOrderId);
    if (order.state !== 'released') return workOrderNotReleased(order.id, order.state);
    const refusal = await this.verdicts.refusalOf(order);
    if (refusal) return refusal;
    return order.certificatesReserved >= order.quantity + order.overage ? orderExhausted(order.id) : unitNotOpen(serial, state);
  }

  /** The line's next job; waits up to `waitMs` for one. Undefined when there is none, or the caller has gone. */
  async claimNext(slot: Slot, waitMs: number, signal: AbortSignal): Promise<Job | undefined> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      if (signal.aborted) return undefined;
      const job = await this.takeNext(slot);
      const leftMs = deadline - performance.now();
      if (job || leftMs <= 0) return job;
      await this.queues.waitForWork(slot.station.line, Math.min(leftMs, LOOK_AGAIN_MS), signal);
    }
  }

  /** From the line's queue; where that is empty or away, from the ledger, which knows of jobs that no queue holds yet. */
  private async takeNext(slot: Slot): Promise<Job | undefined> {
    for (;;) {
      const entry = await this.queues.take(slot.station.line).catch((error: unknown) => {
        this.logger.warn({ event: 'queues.away', line: slot.station.line, error });
        return undefined;
      });
      if (entry === undefined) return this.takeFromLedger(slot);
      let job: Job | undefined;
      try {
        const queued = await this.jobs.find(entry.jobId);
        if (queued?.state === 'queued') job = await this.leases.begin(slot, queued);
      } catch (error) {
        await entry.putBack().catch(() => undefined);
        throw error;
      }
      if (job) return job;
      await entry.drop().catch(() => undefined);
    }
  }

  private async takeFromLedger(slot: Slot): Promise<Job | undefined> {
    for (;;) {
      const next = await this.jobs.findNext(slot.station.line, leaseHolder(slot.station.id, slot.slot), []);
      if (!next) return undefined;
      const job = await this.leases.begin(slot, next);
      if (job) return job;
    }
  }
}
