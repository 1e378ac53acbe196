import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import { type Attempt, AttemptRepository } from './attempt.repository.js';
import { type Brought, Evidence } from './evidence.js';
import { type Job, JobRepository } from './job.repository.js';
import { jobName } from './job.schema.js';
import { leaseOver } from './programming.errors.js';

export type LateReport = Record<string, Json> & { kind: string };

/** What was done with a late report; `known`: the very same one was kept before. */
export type Keeping = 'kept' | 'known' | 'not-kept';

/** Reports of stations whose lease is over, and what else changes nothing. They are kept as evidence. */
@Injectable()
export class LateReports {
  constructor(
    private readonly jobs: JobRepository,
    private readonly attempts: AttemptRepository,
    private readonly evidence: Evidence,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Throws `lease-lost`, which says whose the unit is by now. */
  async refuse(actor: string, station: string, job: Job, fence: number, report: LateReport): Promise<never> {
    await this.keep(actor, station, { jobId: job.id, fence }, report);
    throw leaseOver((await this.jobs.find(job.id)) ?? job);
  }

  /** What the station itself reported of the attempt in time; undefined when it reported nothing, or never had the job under this fence. */
  async reportedInTime(station: string, jobId: number, fence: number): Promise<Attempt | undefined> {
    const attempt = await this.attempts.find(jobId, fence);
    return attempt?.station === station && !attempt.takenBack && attempt.outcome !== null ? attempt : undefined;
  }

  /** Rows are kept for good, so a station that never had the job under this fence leaves none, and of one lease so many are kept. */
  async keep(actor: string, station: string, { jobId, fence }: { jobId: number; fence: number }, report: LateReport, brought: Brought = {}): Promise<Keeping> {
    if ((await this.attempts.find(jobId, fence))?.station !== station) return 'not-kept';
    const { record } = brought;
    return this.db.transaction().execute(async (tx) => {
      const keeping = await this.attempts.keepLateReport(tx, { jobId, fence, actor, report, record: record?.sha256 });
      if (keeping !== 'kept') return keeping;
      await this.evidence.keep(tx, { jobId, fence }, brought);
      await this.audit.record(tx, actor, 'job.late-report', `job:${jobName(jobId)}`, { job: jobId, fence, reported: report.kind, ...(record && { record: record.sha256 }) });
      return keeping;
    });
  }
}
