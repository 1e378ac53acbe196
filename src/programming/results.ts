import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import { leaseLost } from '../work-orders/work-order.errors.js';
import { Endings } from './endings.js';
import { type Job, JobRepository } from './job.repository.js';
import type { Result } from './job.schema.js';
import { LateReports } from './late-reports.js';
import { Passing } from './passing.js';
import { jobNotFound, resultReported } from './programming.errors.js';
import type { AtStation } from './programming.service.js';

/** What became of an attempt. PASS and FAIL are about the unit; ERROR, TIMEOUT and ABORTED are about the attempt. */
@Injectable()
export class Results {
  constructor(
    private readonly jobs: JobRepository,
    private readonly endings: Endings,
    private readonly lateReports: LateReports,
    private readonly passing: Passing,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Answers the job as it stands afterwards. The same report again answers the same; another one is refused. */
  async report({ actor, station }: AtStation, jobId: number, result: Result): Promise<Job> {
    const ended = await this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockHeld(tx, jobId, station.id, result.fence);
      if (!job) return false;
      await this.end(tx, actor, job, result);
      await this.audit.record(tx, actor, 'job.result', `unit:${job.serial}`, {
        job: jobId, serial: job.serial, outcome: result.outcome, failureCode: result.failureCode ?? null, attempt: job.attempt,
      });
      return true;
    });
    if (!ended) await this.assertReported(actor, station.id, jobId, result);
    return this.getJob(jobId);
  }

  private async end(tx: Ledger, actor: string, job: Job, { outcome, failureCode, record }: Result): Promise<void> {
    const ending = { outcome, failureCode: failureCode ?? null, record: (record as Record<string, Json> | undefined) ?? null };
    if (outcome === 'PASS') {
      const refusal = await this.passing.refusalOf(tx, job);
      if (refusal) throw refusal;
      await this.endings.conclude(tx, actor, job, 'passed', ending);
    } else if (outcome === 'FAIL') {
      await this.endings.conclude(tx, actor, job, 'failed', ending);
    } else {
      await this.endings.handBack(tx, actor, job, outcome === 'ABORTED' ? 'released' : 'error', ending);
    }
  }

  /** Nobody holds the job under this fence: either this very report came before, or the caller is late. */
  private async assertReported(actor: string, station: string, jobId: number, { fence, outcome, failureCode }: Result): Promise<void> {
    const { serial } = await this.getJob(jobId);
    const reported = await this.lateReports.reportedInTime(station, jobId, fence);
    if (reported === outcome) return;
    await this.lateReports.keep(actor, station, jobId, fence, { kind: 'result', outcome, failureCode: failureCode ?? null });
    if (reported !== undefined) throw resultReported(reported);
    throw leaseLost(serial);
  }

  private async getJob(id: number): Promise<Job> {
    const job = await this.jobs.find(id);
    if (!job) throw jobNotFound();
    return job;
  }
}
