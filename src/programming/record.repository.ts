import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import type { TestRecord } from './test-record.js';

const TEXT = sql<string>`test_record.record::text`;

/** Test records, each once for its lease. */
@Injectable()
export class RecordRepository {
  constructor(private readonly db: Database) {}

  async keep(tx: Ledger, jobId: number, fence: number, { sha256, bytes, text }: TestRecord): Promise<void> {
    await tx
      .insertInto('test_record')
      .values({ job_id: jobId, fence, sha256: Buffer.from(sha256, 'hex'), bytes, record: text })
      .onConflict((same) => same.doNothing())
      .execute();
  }

  /** JSON text; undefined where there is no such attempt, or it has no record. */
  async ofAttempt(jobId: number, number: number): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('attempt')
      .innerJoin('test_record', (on) => on.onRef('test_record.job_id', '=', 'attempt.job_id').onRef('test_record.fence', '=', 'attempt.fence').onRef('test_record.sha256', '=', 'attempt.record_sha256'))
      .select(TEXT.as('record'))
      .where('attempt.job_id', '=', jobId)
      .where('attempt.number', '=', number)
      .executeTakeFirst();
    return row?.record;
  }

  /** The same for a late report of this unit. */
  async ofLateReport(unitId: number, id: number): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('late_report')
      .innerJoin('job', 'job.id', 'late_report.job_id')
      .innerJoin('test_record', (on) => on.onRef('test_record.job_id', '=', 'late_report.job_id').onRef('test_record.fence', '=', 'late_report.fence').onRef('test_record.sha256', '=', 'late_report.record_sha256'))
      .select(TEXT.as('record'))
      .where('late_report.id', '=', id)
      .where('job.unit_id', '=', unitId)
      .executeTakeFirst();
    return row?.record;
  }
}
