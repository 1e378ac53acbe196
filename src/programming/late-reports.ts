import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import { leaseLost } from '../work-orders/work-order.errors.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Job } from './job.repository.js';
import { jobName } from './job.schema.js';
import type { Outcome } from './job.tables.js';

export type LateReport = Record<string, Json> & { kind: string };

/** Reports of stations whose lease is over. They are kept as evidence and change nothing. */
@Injectable()
export class LateReports {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Throws `lease-lost`. */
  async refuse(actor: string, station: string, { id, serial }: Pick<Job, 'id' | 'serial'>, fence: number, report: LateReport): Promise<never> {
    await this.keep(actor, station, id, fence, report);
    throw leaseLost(serial);
  }

  /** What the station itself reported of the attempt in time; undefined when it reported nothing, or never had the job under this fence. */
  async reportedInTime(station: string, jobId: number, fence: number): Promise<Outcome | undefined> {
    const attempt = await this.attempts.find(jobId, fence);
    return attempt?.station === station && !attempt.takenBack ? (attempt.outcome ?? undefined) : undefined;
  }

  /** Rows are kept for good, so a station that never had the job under this fence leaves none. */
  async keep(actor: string, station: string, jobId: number, fence: number, report: LateReport): Promise<void> {
    if ((await this.attempts.find(jobId, fence))?.station !== station) return;
    await this.db.transaction().execute(async (tx) => {
      if (!(await this.attempts.keepLateReport(tx, jobId, fence, actor, report))) return;
      await this.audit.record(tx, actor, 'job.late-report', `job:${jobName(jobId)}`, { job: jobId, fence, reported: report.kind });
    });
  }
}
