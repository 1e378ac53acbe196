import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { leaseLost } from '../work-orders/work-order.errors.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';
import { type Job, JobRepository, leaseOf } from './job.repository.js';
import type { Result } from './job.schema.js';
import type { JobState } from './job.tables.js';
import { Leases } from './leases.js';
import { certificateMissing, jobNotFound, resultReported } from './programming.errors.js';
import type { AtStation } from './programming.service.js';

/** After so many attempts that said nothing about the unit, it goes to a person. */
const MAX_ATTEMPTS = 5;

/** What became of an attempt. PASS and FAIL are about the unit; ERROR, TIMEOUT and ABORTED are about the attempt. */
@Injectable()
export class Results {
  constructor(
    private readonly jobs: JobRepository,
    private readonly leases: Leases,
    private readonly units: UnitRepository,
    private readonly orders: WorkOrderRepository,
    private readonly methods: ProvisioningMethods,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Answers the job as it stands afterwards. The same report again answers the same; another one is refused. */
  async report({ actor, station }: AtStation, jobId: number, result: Result): Promise<Job> {
    const ended = await this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockHeld(tx, jobId, station.id, result.fence);
      if (!job) return false;
      await this.end(tx, job, result);
      await this.audit.record(tx, actor, 'job.result', `unit:${job.serial}`, {
        job: jobId, serial: job.serial, outcome: result.outcome, failureCode: result.failureCode ?? null, attempt: job.attempt,
      });
      return true;
    });
    if (!ended) await this.assertReported(actor, station.id, jobId, result);
    return this.getJob(jobId);
  }

  private async end(tx: Ledger, job: Job, { outcome, failureCode, record }: Result): Promise<void> {
    await this.jobs.endAttempt(tx, job, outcome, failureCode ?? null, (record as Record<string, Json> | undefined) ?? null);
    const next = stateAfter(job, outcome);
    await this.jobs.end(tx, job.id, next);
    if (next === 'passed') await this.assertMayPass(tx, job);
    if (next !== 'queued') await this.units.advance(tx, job.unitId, next, leaseOf(job));
    await this.units.endLease(tx, job.unitId);
  }

  private async assertMayPass(tx: Ledger, { unitId, unitState, workOrderId }: Job): Promise<void> {
    const { method } = await this.orders.getTerms(workOrderId);
    if (unitState !== 'certified' || !(await this.methods.get(method).mayPass(tx, unitId))) throw certificateMissing();
  }

  /** Nobody holds the job under this fence: either this very report came before, or the caller is late. */
  private async assertReported(actor: string, station: string, jobId: number, { fence, outcome, failureCode }: Result): Promise<void> {
    const { serial } = await this.getJob(jobId);
    const attempt = await this.jobs.findAttempt(jobId, fence);
    const own = attempt?.station === station && !attempt.takenBack ? attempt : undefined;
    if (own?.outcome === outcome) return;
    await this.leases.keepLateReport(actor, jobId, fence, { kind: 'result', outcome, failureCode: failureCode ?? null });
    if (own && own.outcome !== null) throw resultReported(own.outcome);
    throw leaseLost(serial);
  }

  private async getJob(id: number): Promise<Job> {
    const job = await this.jobs.find(id);
    if (!job) throw jobNotFound();
    return job;
  }
}

function stateAfter(job: Job, outcome: Result['outcome']): Exclude<JobState, 'leased' | 'cancelled'> {
  if (outcome === 'PASS') return 'passed';
  if (outcome === 'FAIL' || job.attempt >= MAX_ATTEMPTS) return 'failed';
  return 'queued';
}
