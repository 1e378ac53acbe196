import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import type { NamedAttachment, Outcome } from './job.tables.js';
import type { Keeping, LateReport } from './late-reports.js';
import type { TestRecord } from './test-record.js';

/** How an attempt ends that the station did not end with a result: stands as the attempt's failure code. */
const TAKEN_BACK = ['lease-expired', 'time-limit', 'released'] as const;
export type TakenBack = (typeof TAKEN_BACK)[number];
export const isTakenBack = (failureCode: string | null) => TAKEN_BACK.includes(failureCode as TakenBack);

/** Late reports that are kept of one lease. */
const MOST_LATE_REPORTS = 20;

/** How an attempt ended, with what its station told of it. */
export interface Ending {
  outcome: Outcome;
  failureCode: string | null;
  failureDetail?: string | undefined;
  /** By the station's own clock, RFC 3339. */
  startedAt?: string | undefined;
  endedAt?: string | undefined;
  record: TestRecord | null;
  attachments?: readonly NamedAttachment[] | undefined;
}

/** An attempt as it is kept. `takenBack`: it was ended by us or handed back, not by a result of the station. */
export interface Attempt {
  station: string;
  outcome: Outcome | null;
  takenBack: boolean;
  failureCode: string | null;
  failureDetail: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** SHA-256 of its record, hex. */
  record: string | null;
  attachments: NamedAttachment[] | null;
}

/** A late report with the hash of its record, in hex. */
interface NewLateReport {
  jobId: number;
  fence: number;
  actor: string;
  report: LateReport;
  record: string | undefined;
}

/** Attempts at jobs, and what was reported after they were over. */
@Injectable()
export class AttemptRepository {
  constructor(private readonly db: Database) {}

  async end(tx: Ledger, { id, attempt }: { id: number; attempt: number }, { outcome, failureCode, failureDetail, startedAt, endedAt, record, attachments }: Ending): Promise<void> {
    await tx
      .updateTable('attempt')
      .set({
        ended_at: new Date(), outcome, failure_code: failureCode, failure_detail: failureDetail ?? null, station_started_at: startedAt ?? null, station_ended_at: endedAt ?? null,
        record_sha256: record && Buffer.from(record.sha256, 'hex'), attachments: attachments ? JSON.stringify(attachments) : null,
      })
      .where('job_id', '=', id)
      .where('number', '=', attempt)
      .execute();
  }

  /** It never reached a station. */
  async remove(tx: Ledger, { id, attempt }: { id: number; attempt: number }): Promise<void> {
    await tx.deleteFrom('attempt').where('job_id', '=', id).where('number', '=', attempt).execute();
  }

  async find(jobId: number, fence: number): Promise<Attempt | undefined> {
    const row = await this.db
      .selectFrom('attempt')
      .select(['station_id as station', 'outcome', 'failure_code as failureCode', 'failure_detail as failureDetail', 'station_started_at as startedAt', 'station_ended_at as endedAt', 'record_sha256 as record', 'attachments'])
      .where('job_id', '=', jobId)
      .where('fence', '=', fence)
      .executeTakeFirst();
    return row && { ...row, record: row.record && row.record.toString('hex'), takenBack: isTakenBack(row.failureCode) };
  }

  /** Keeps each different report once, and so many of one lease at most. */
  async keepLateReport(tx: Ledger, { jobId, fence, actor, report, record }: NewLateReport): Promise<Keeping> {
    const sha256 = record === undefined ? null : Buffer.from(record, 'hex');
    const text = JSON.stringify(report);
    const isSame = sql<boolean>`late_report.actor = ${actor} and late_report.report = ${text}::jsonb and late_report.record_sha256 is not distinct from ${sha256}::bytea`;
    const kept = await tx.selectFrom('late_report').select(isSame.as('isSame')).where('job_id', '=', jobId).where('fence', '=', fence).execute();
    if (kept.some((each) => each.isSame)) return 'known';
    if (kept.length >= MOST_LATE_REPORTS) return 'not-kept';
    await tx.insertInto('late_report').values({ job_id: jobId, fence, actor, report: text, record_sha256: sha256 }).execute();
    return 'kept';
  }
}
