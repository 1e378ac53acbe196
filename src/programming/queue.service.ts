import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../platform/database/database.js';
import type { JobState } from '../platform/database/schema.js';
import { StationRepository } from '../stations/station.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { Conveyor, queueName } from './conveyor.js';
import { JobRepository } from './job.repository.js';

const PAGE = 1_000;
/** A ticket this old whose job the ledger still counts as queued belongs to a claim that died half-way. */
const STRANDED_MS = 10_000;

/** The line's queues as the ledger has them, and the conveyor kept true to them. */
@Injectable()
export class QueueService {
  private readonly logger = new Logger(QueueService.name);

  constructor(
    private readonly jobs: JobRepository,
    private readonly orders: WorkOrderRepository,
    private readonly stations: StationRepository,
    private readonly conveyor: Conveyor,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Rows first, tickets after the commit: what Redis misses, `mend` puts on the belt. */
  async release(actor: string, workOrderId: string): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await this.orders.release(tx, workOrderId);
      const units = await this.jobs.insertForOrder(tx, workOrderId);
      await this.audit.record(tx, actor, 'work-order.released', `work-order:${workOrderId}`, { id: workOrderId, units });
    });
    const { line } = await this.orders.get(workOrderId);
    await this.fill(line).catch((error: unknown) => this.logger.warn({ event: 'conveyor.fill_failed', line, error }));
  }

  /** Jobs per line, counted in the ledger, and how many tickets lie on the conveyor (null: Redis is away). */
  async describe() {
    const [lines, counts] = await Promise.all([this.stations.lines(), this.jobs.countByState()]);
    return Promise.all(
      lines.map(async ({ id, name }) => {
        const count = (state: JobState) => counts.find((row) => row.line === id && row.state === state)?.count ?? 0;
        const jobs = { queued: count('queued'), leased: count('leased'), passed: count('passed'), failed: count('failed'), cancelled: count('cancelled') };
        return { id: queueName(id), line: id, name, jobs, conveyor: await this.conveyor.waitingCount(id).catch(() => null) };
      }),
    );
  }

  /** Makes the conveyor true again after Redis was wiped, restarted or missed something. */
  async mend(): Promise<void> {
    const [lines, counts] = await Promise.all([this.stations.lines(), this.jobs.countByState()]);
    for (const { id: line } of lines) {
      await this.unstrand(line);
      const queued = counts.find((row) => row.line === line && row.state === 'queued')?.count ?? 0;
      if (queued > (await this.conveyor.waitingCount(line))) await this.fill(line);
    }
  }

  /** Tickets that were taken by a claim which then died: back on the belt, or off it where the job has moved on. */
  private async unstrand(line: string): Promise<void> {
    for (const ticket of await this.conveyor.taken(line)) {
      if (Date.now() - ticket.takenAt < STRANDED_MS) continue;
      const job = await this.jobs.find(ticket.jobId);
      if (job?.state === 'queued') await ticket.putBack();
      else if (job?.state !== 'leased') await ticket.drop();
    }
  }

  private async fill(line: string): Promise<void> {
    let after = 0;
    for (;;) {
      const jobs = await this.jobs.queued(line, after, PAGE);
      await this.conveyor.put(line, jobs);
      const last = jobs.at(-1);
      if (!last || jobs.length < PAGE) return;
      after = last.id;
    }
  }
}
