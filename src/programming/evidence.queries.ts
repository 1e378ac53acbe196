import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import { AttachmentRepository } from './attachment.repository.js';
import { jobName } from './job.schema.js';
import type { NamedAttachment } from './job.tables.js';

/** Which entries of a list: those after this key, so many at most. */
export interface Piece {
  after: number;
  limit: number;
}

/** The record's row is found by its key, and its text, which is kept apart from it, is not read. */
const RECORD = sql<{ sha256: string; bytes: number } | null>`(case when test_record.sha256 is not null then json_build_object('sha256', encode(test_record.sha256, 'hex'), 'bytes', test_record.bytes) end)`;
const told = (member: string) => sql<string | null>`late_report.report ->> ${sql.lit(member)}`;

/** What stations told of a unit. Reads no records. */
@Injectable()
export class EvidenceQueries {
  constructor(
    private readonly stored: AttachmentRepository,
    private readonly db: Database,
  ) {}

  /** In the order in which they began; their key is the fence. */
  async attempts(unitId: number, { after, limit }: Piece) {
    const rows = await this.db
      .selectFrom('attempt')
      .leftJoin('test_record', (on) => on.onRef('test_record.job_id', '=', 'attempt.job_id').onRef('test_record.fence', '=', 'attempt.fence').onRef('test_record.sha256', '=', 'attempt.record_sha256'))
      .select([
        'attempt.job_id as job', 'number', 'station_id as station', 'slot', 'attempt.fence', 'started_at as startedAt', 'ended_at as endedAt', 'outcome', 'failure_code as failureCode',
        'failure_detail as failureDetail', 'station_started_at as stationStartedAt', 'station_ended_at as stationEndedAt', RECORD.as('record'), 'attachments',
      ])
      .where('unit_id', '=', unitId)
      .where('attempt.fence', '>', after)
      .orderBy('attempt.fence')
      .limit(limit)
      .execute();
    return this.withSizes(rows.map(({ job, ...row }) => ({ job: jobName(job), ...row })));
  }

  /** In the order in which they came; their key is the id. */
  async lateReports(unitId: number, { after, limit }: Piece) {
    const rows = await this.db
      .selectFrom('late_report')
      .innerJoin('job', 'job.id', 'late_report.job_id')
      .leftJoin('attempt', (on) => on.onRef('attempt.job_id', '=', 'late_report.job_id').onRef('attempt.fence', '=', 'late_report.fence'))
      .leftJoin('test_record', (on) => on.onRef('test_record.job_id', '=', 'late_report.job_id').onRef('test_record.fence', '=', 'late_report.fence').onRef('test_record.sha256', '=', 'late_report.record_sha256'))
      .select([
        'late_report.id', 'late_report.job_id as job', 'attempt.station_id as station', 'attempt.slot', 'late_report.fence', 'late_report.at', 'late_report.actor',
        sql<string>`late_report.report ->> 'kind'`.as('kind'), told('refused').as('refused'), told('outcome').as('outcome'), told('failureCode').as('failureCode'), told('failureDetail').as('failureDetail'),
        told('startedAt').as('stationStartedAt'), told('endedAt').as('stationEndedAt'), RECORD.as('record'), sql<NamedAttachment[] | null>`late_report.report -> 'attachments'`.as('attachments'),
      ])
      .where('job.unit_id', '=', unitId)
      .where('late_report.id', '>', after)
      // By no index: along that of the ids, whoever asks for few would read the late reports of all units.
      .orderBy(sql`late_report.id + 0`)
      .limit(limit)
      .execute();
    return this.withSizes(rows.map(({ job, ...row }) => ({ ...row, job: jobName(job) })));
  }

  /** Of what they name, how long it is, or that it is missing. */
  private async withSizes<Row extends { attachments: NamedAttachment[] | null }>(rows: Row[]) {
    const sizes = await this.stored.sizesOf(rows.flatMap(({ attachments }) => (attachments ?? []).map(({ sha256 }) => sha256)));
    return rows.map((row) => ({ ...row, attachments: (row.attachments ?? []).map((each) => ({ ...each, bytes: sizes.get(each.sha256) ?? null })) }));
  }
}
