import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json, JobState, UnitState } from '../platform/database/schema.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { UnitStateConflict } from '../work-orders/work-order.errors.js';
import { Conveyor } from './conveyor.js';
import type { Result } from './job.schema.js';
import { type Job, JobRepository } from './job.repository.js';
import { LeaseService } from './lease.service.js';
import { CertificateMissing, JobNotFound, LeaseLost, ResultReported } from './programming.errors.js';
import type { AtStation } from './programming.service.js';

/** After so many attempts that said nothing about the unit, it goes to a person. */
const MAX_ATTEMPTS = 5;

/** What became of an attempt. PASS and FAIL are about the unit; ERROR, TIMEOUT and ABORTED are about the attempt. */
@Injectable()
export class ResultService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly units: UnitRepository,
    private readonly leases: LeaseService,
    private readonly conveyor: Conveyor,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Answers the job as it stands afterwards. The same report again answers the same; another one is refused. */
  async report({ actor, station }: AtStation, jobId: number, result: Result): Promise<{ job: Job; unitState: UnitState }> {
    const ended = await this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockLease(tx, { jobId, station: station.id, fence: result.fence });
      if (!job) return undefined;
      await this.settle(tx, job, result);
      await this.audit.record(tx, actor, 'job.result', `unit:${job.serial}`, {
        job: jobId, serial: job.serial, outcome: result.outcome, failureCode: result.failureCode ?? null, attempt: job.attempt,
      });
      return job;
    });
    if (ended) await this.announce(ended, result);
    else await this.assertReplay(actor, station.id, jobId, result);
    return this.describe(jobId);
  }

  private async settle(tx: Ledger, job: Job, { outcome, failureCode, record }: Result): Promise<void> {
    await this.jobs.endAttempt(tx, job, outcome, failureCode ?? null, (record as Record<string, Json> | undefined) ?? null);
    const next = nextState(job, outcome);
    await this.jobs.settle(tx, job.id, next);
    if (next === 'passed') await this.pass(tx, job);
    else if (next === 'failed') await this.units.advance(tx, job.unitId, 'failed');
    else await this.units.advanceIf(tx, job.unitId, ['claimed'], 'planned');
  }

  private async pass(tx: Ledger, job: Job) {
    try {
      await this.units.advance(tx, job.unitId, 'passed');
    } catch (error) {
      throw error instanceof UnitStateConflict ? new CertificateMissing() : error;
    }
  }

  private async announce(job: Job, { outcome }: Result) {
    const next = nextState(job, outcome);
    if (next === 'queued') await this.leases.announce([job]);
    else await this.conveyor.finish(job.line, job.id, job.attempt, next === 'passed' ? undefined : outcome);
  }

  /** Nobody holds the job under this fence: either this very report came before, or the caller is late. */
  private async assertReplay(actor: string, station: string, jobId: number, result: Result) {
    if (!(await this.jobs.find(jobId))) throw new JobNotFound();
    const attempt = await this.jobs.findAttempt(jobId, result.fence);
    if (attempt?.station === station && attempt.outcome === result.outcome && !attempt.takenBack) return;
    await this.leases.keepLateReport(actor, jobId, result.fence, { kind: 'result', outcome: result.outcome, failureCode: result.failureCode ?? null });
    if (attempt?.station === station && attempt.outcome !== null && !attempt.takenBack) throw new ResultReported(attempt.outcome);
    throw new LeaseLost(jobId);
  }

  private async describe(jobId: number) {
    const job = await this.jobs.find(jobId);
    if (!job) throw new JobNotFound();
    return { job, unitState: (await this.units.getBySerial(job.serial)).state };
  }
}

function nextState(job: Job, outcome: Result['outcome']): Exclude<JobState, 'leased' | 'cancelled'> {
  if (outcome === 'PASS') return 'passed';
  if (outcome === 'FAIL' || job.attempt >= MAX_ATTEMPTS) return 'failed';
  return 'queued';
}
