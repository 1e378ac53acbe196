import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import { DomainError } from '../platform/errors/domain-error.js';
import type { Attempt } from './attempt.repository.js';
import { Endings } from './endings.js';
import { Evidence } from './evidence.js';
import { type Job, JobRepository } from './job.repository.js';
import type { NamedAttachment, Outcome } from './job.tables.js';
import { type Keeping, type LateReport, LateReports } from './late-reports.js';
import { Passing } from './passing.js';
import { jobNotFound, leaseOver, resultReported } from './programming.errors.js';
import type { AtStation } from './programming.service.js';
import { contradictionIn } from './record-contradiction.js';
import type { Result } from './result.schema.js';

/**
 * What became of a report. `repeated`: this very one came before, and holds; where there is a `refusal`, it was kept as late evidence, or is a PASS that holds no more. `late`: it is kept as
 * evidence now. `refused`: it changed nothing, and the refusal says whether it will.
 */
export interface Settled {
  state: 'taken' | 'repeated' | 'late' | 'refused';
  /** As it stands afterwards. */
  job: Job;
  refusal?: DomainError;
}

/** What became of an attempt. PASS and FAIL are about the unit; ERROR, TIMEOUT and ABORTED are about the attempt. */
@Injectable()
export class Results {
  constructor(
    private readonly jobs: JobRepository,
    private readonly endings: Endings,
    private readonly evidence: Evidence,
    private readonly lateReports: LateReports,
    private readonly passing: Passing,
    private readonly audit: AuditLog,
    private readonly db: Database,
  ) {}

  /** Answers the job as it stands afterwards. Throws where the report does not count. */
  async report(at: AtStation, jobId: number, result: Result): Promise<Job> {
    const { refusal, job } = await this.settle(at, jobId, result);
    if (refusal) throw refusal;
    return job;
  }

  /**
   * The same outcome again is answered with what holds, a PASS with a refusal once only rework helps the unit; what such a repeat tells besides is kept as evidence. Another outcome is refused, and so is a
   * report under a lease that is over; both are kept whole as evidence. Throws what the job or its unit can't become.
   */
  async settle(at: AtStation, jobId: number, result: Result): Promise<Settled> {
    const keepRefused = async (error: unknown): Promise<never> => {
      if (error instanceof DomainError && !error.retryable && tellsMoreThanOutcome(result)) await this.keep(at, jobId, result, { refused: error.code });
      throw error;
    };
    let taken = await this.take(at, jobId, result, { asksAws: true }).catch(keepRefused);
    if (taken?.waits) {
      await this.assertDue(taken.job);
      taken = await this.take(at, jobId, result, { asksAws: false }).catch(keepRefused);
    }
    return taken ? { state: 'taken', job: taken.job } : this.settleAfterwards(at, jobId, result);
  }

  /** Throws `ship-gate-unmet` where AWS does not know yet what the step waits for. */
  private async assertDue(job: Job): Promise<void> {
    // AWS is not waited for where the unit can never pass: that is told instead.
    const refusal = (await this.passing.obstacleTo(this.db, job)) === undefined ? await this.passing.waitsFor(job) : undefined;
    if (refusal) throw refusal;
  }

  /** The job as it stands afterwards; undefined when the station does not hold it under this fence. `waits`: nothing is changed yet, since AWS, which is asked in no transaction, has to be asked first. */
  private take({ actor, station, asOf }: AtStation, jobId: number, result: Result, { asksAws }: { asksAws: boolean }): Promise<{ job: Job; waits: boolean } | undefined> {
    return this.db.transaction().execute(async (tx) => {
      const job = await this.jobs.lockHeld(tx, jobId, station.id, { fence: result.fence, asOf });
      if (!job) return undefined;
      if (asksAws && result.outcome === 'PASS' && (await this.passing.isToWait(job))) return { job, waits: true };
      const contradiction = contradictionIn(result, job.serial);
      if (contradiction) throw contradiction;
      const next = await this.end(tx, actor, job, result);
      // In one packet: none needs another's answer.
      const [, , settled] = await Promise.all([
        this.evidence.keep(tx, { jobId, fence: result.fence }, result),
        this.audit.record(tx, actor, 'job.result', `unit:${job.serial}`, {
          job: jobId, serial: job.serial, step: job.step, outcome: result.outcome, failureCode: result.failureCode ?? null, attempt: job.attempt, ...(result.record && { record: result.record.sha256 }), ...(next !== undefined && { next }),
        }),
        this.jobs.find(jobId, { ledger: tx }),
      ]);
      return { job: settled!, waits: false };
    });
  }

  /** Answers the job of the unit's next step, null where its order has ended; undefined when this was the last one, or not passed. */
  private async end(tx: Ledger, actor: string, job: Job, { outcome, failureCode, failureDetail, startedAt, endedAt, record, attachments }: Result): Promise<number | null | undefined> {
    const ending = { outcome, failureCode: failureCode ?? null, failureDetail, startedAt, endedAt, record: record ?? null, attachments };
    if (outcome === 'PASS') {
      const refusal = await this.passing.refusalOf(tx, job, record);
      if (refusal) throw refusal;
      return this.endings.pass(tx, actor, job, ending);
    }
    if (outcome === 'FAIL') await this.endings.fail(tx, actor, job, ending);
    else await this.endings.handBack(tx, actor, job, outcome === 'ABORTED' ? 'released' : 'error', ending);
    return undefined;
  }

  /** Nobody holds the job under this fence: either this outcome was reported before, or the caller is late. */
  private async settleAfterwards(at: AtStation, jobId: number, result: Result): Promise<Settled> {
    const job = await this.getJob(jobId);
    const reported = await this.lateReports.reportedInTime(at.station.id, jobId, result.fence);
    if (reported?.outcome === result.outcome && !tellsMoreThan(reported, result)) return this.repeated(job, reported.outcome);
    const keeping = await this.keep(at, jobId, result);
    if (reported?.outcome === result.outcome) return this.repeated(job, reported.outcome);
    if (reported?.outcome) return { state: 'refused', job, refusal: resultReported(reported.outcome) };
    return { state: STATE_OF[keeping], job, refusal: leaseOver(job) };
  }

  private async repeated(job: Job, outcome: Outcome): Promise<Settled> {
    const refusal = outcome === 'PASS' ? await this.passing.refusalOfGood(job) : undefined;
    return { state: 'repeated', job, ...(refusal && { refusal }) };
  }

  private keep({ actor, station }: AtStation, jobId: number, { fence, record, outcome, failureCode, failureDetail, startedAt, endedAt, attachments }: Result, refused: { refused?: string } = {}) {
    const told = { failureDetail, startedAt, endedAt, attachments, ...refused };
    const report: LateReport = { kind: 'result', outcome, failureCode: failureCode ?? null, ...JSON.parse(JSON.stringify(told)) as Record<string, Json> };
    return this.lateReports.keep(actor, station.id, { jobId, fence }, report, { record, attachments });
  }

  private async getJob(id: number): Promise<Job> {
    const job = await this.jobs.find(id);
    if (!job) throw jobNotFound();
    return job;
  }
}

const STATE_OF = { kept: 'late', known: 'repeated', 'not-kept': 'refused' } as const satisfies Record<Keeping, Settled['state']>;

function tellsMoreThanOutcome({ failureDetail, record, startedAt, endedAt, attachments }: Result): boolean {
  return [failureDetail, record, startedAt, endedAt, attachments].some((member) => member !== undefined);
}

/** Whether a repeat names anything that the first report has not, or has otherwise. */
function tellsMoreThan(kept: Attempt, { failureCode, failureDetail, startedAt, endedAt, record, attachments }: Result): boolean {
  const told = { failureCode, failureDetail, startedAt, endedAt, record: record?.sha256 };
  if (attachments && marksOf(attachments) !== marksOf(kept.attachments ?? [])) return true;
  return Object.entries(told).some(([name, value]) => value !== undefined && value !== kept[name as keyof typeof told]);
}

const marksOf = (attachments: readonly NamedAttachment[]) => JSON.stringify(attachments.map(({ name, sha256, mediaType }) => [name, sha256, mediaType]));
