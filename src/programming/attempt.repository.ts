import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Json } from '../platform/database/schema.js';
import type { Outcome } from './job.tables.js';

/** How an attempt ends that the station did not end with a result: stands as the attempt's failure code. */
const TAKEN_BACK = ['lease-expired', 'released'] as const;
export type TakenBack = (typeof TAKEN_BACK)[number];

/** Late reports that are kept of one lease. */
const MOST_LATE_REPORTS = 20;

export interface NewAttempt {
  jobId: number;
  unitId: number;
  number: number;
  station: string;
  slot: string;
  fence: number;
}

/** How an attempt ended. */
export interface Ending {
  outcome: Outcome;
  failureCode: string | null;
  record: Record<string, Json> | null;
}

/** Attempts at jobs, and what was reported after they were over. */
@Injectable()
export class AttemptRepository {
  constructor(private readonly db: Database) {}

  async start(tx: Ledger, { jobId, unitId, number, station, slot, fence }: NewAttempt): Promise<void> {
    await tx.insertInto('attempt').values({ job_id: jobId, number, unit_id: unitId, station_id: station, slot, fence }).execute();
  }

  async end(tx: Ledger, { id, attempt }: { id: number; attempt: number }, { outcome, failureCode, record }: Ending): Promise<void> {
    await tx
      .updateTable('attempt')
      .set({ ended_at: new Date(), outcome, failure_code: failureCode, record: record && JSON.stringify(record) })
      .where('job_id', '=', id)
      .where('number', '=', attempt)
      .execute();
  }

  /** It never reached a station. */
  async remove(tx: Ledger, { id, attempt }: { id: number; attempt: number }): Promise<void> {
    await tx.deleteFrom('attempt').where('job_id', '=', id).where('number', '=', attempt).execute();
  }

  /** `takenBack`: the attempt was ended by us or handed back, not by a result of the station. */
  async find(jobId: number, fence: number): Promise<{ station: string; outcome: Outcome | null; takenBack: boolean } | undefined> {
    const row = await this.db
      .selectFrom('attempt')
      .select(['station_id as station', 'outcome', 'failure_code'])
      .where('job_id', '=', jobId)
      .where('fence', '=', fence)
      .executeTakeFirst();
    return row && { station: row.station, outcome: row.outcome, takenBack: TAKEN_BACK.includes(row.failure_code as TakenBack) };
  }

  /** Keeps each different report once, and so many of one lease at most. False when it was not kept. */
  async keepLateReport(tx: Ledger, jobId: number, fence: number, actor: string, report: Record<string, Json>): Promise<boolean> {
    const kept = await tx.selectFrom('late_report').select(['actor', sql<string>`report::jsonb`.as('report')]).where('job_id', '=', jobId).where('fence', '=', fence).execute();
    const isKnown = kept.some((row) => row.actor === actor && sameReport(row.report, report));
    if (isKnown || kept.length >= MOST_LATE_REPORTS) return false;
    await tx.insertInto('late_report').values({ job_id: jobId, fence, actor, report: JSON.stringify(report) }).execute();
    return true;
  }
}

/** Reports are flat, and their members come in one order. */
function sameReport(kept: unknown, report: Record<string, Json>): boolean {
  const sorted = (facts: object) => JSON.stringify(Object.entries(facts).toSorted());
  return sorted(kept as object) === sorted(report);
}
