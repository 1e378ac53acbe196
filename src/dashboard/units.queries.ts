import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import { readLeaf } from '../audit/log-follower.js';
import type { Standing } from '../issuance/certificate.tables.js';
import { Database } from '../platform/database/database.js';
import { isTakenBack } from '../programming/attempt.repository.js';
import { EvidenceQueries } from '../programming/evidence.queries.js';
import { failureOf } from '../work-orders/failure-codes.js';
import { unitNotFound } from '../work-orders/work-order.errors.js';

const MOST_LEAVES = 200;
const MOST_LATE_REPORTS = 20;

/** As `jobName` has it. */
const jobName = (column: string) => sql<string | null>`'job-' || ${sql.ref(column)}`;

/** A certificate has a standing as long as it is good or being made: a revoked one is its unit's no more, and what was given up never was. */
const STANDING = sql<Standing | null>`case when state in ('reserved', 'valid') then standing when state = 'revoked' then 'former' end`.as('standing');

/** Where is unit X, and what happened to it. Reads across the capabilities' tables; joins live here. */
@Injectable()
export class UnitsQueries {
  constructor(
    private readonly evidence: EvidenceQueries,
    private readonly db: Database,
  ) {}

  async get(serial: string) {
    const found = await this.db
      .selectFrom('unit')
      .select((eb) => [
        'unit.id',
        'unit.serial',
        'unit.state',
        'unit.work_order_id as workOrder',
        'unit.updated_at as updatedAt',
        eb.selectFrom('work_order').innerJoin('product', 'product.name', 'work_order.product').select('product.failure_codes').whereRef('work_order.id', '=', 'unit.work_order_id').as('failureCodes'),
        jsonObjectFrom(
          eb
            .selectFrom('job')
            .select([jobName('job.id').as('id'), 'step', 'step_number as stepNumber', 'state', 'attempt', 'fails', jobName('job.follows').as('follows'), 'line_id as line', 'station_id as station', 'slot', 'phase', 'progress', sql<string | null>`nullif(assigned_to, '')`.as('assignedTo'), sql<boolean>`precedence = 0`.as('first')])
            .whereRef('job.unit_id', '=', 'unit.id')
            .orderBy('job.id', 'desc')
            .limit(1),
        ).as('job'),
        jsonArrayFrom(
          eb
            .selectFrom('certificate')
            .select(['fingerprint', 'serial_number as serialNumber', 'state', STANDING, 'authority_id as authority', 'not_after as notAfter'])
            .whereRef('certificate.unit_id', '=', 'unit.id')
            .orderBy('reserved_at'),
        ).as('certificates'),
        jsonArrayFrom(
          eb
            .selectFrom('attempt')
            .innerJoin('job', 'job.id', 'attempt.job_id')
            .select([jobName('attempt.job_id').as('job'), 'job.step', 'number', 'attempt.station_id as station', 'attempt.slot', 'fence', 'started_at as startedAt', 'ended_at as endedAt', 'outcome', 'failure_code as failureCode'])
            .whereRef('attempt.unit_id', '=', 'unit.id')
            .orderBy('started_at'),
        ).as('attempts'),
        jsonArrayFrom(
          eb
            .selectFrom('unit_target')
            .select(['target_name as target', 'certificate_id as certificateId', 'desired', 'state', 'detail', 'observed_at as observedAt'])
            .whereRef('unit_target.unit_id', '=', 'unit.id')
            .orderBy('target_name'),
        ).as('targets'),
      ])
      .where('unit.serial', '=', serial)
      .executeTakeFirst();
    if (!found) throw unitNotFound(serial);
    const { id, failureCodes, ...unit } = found;
    // A code of our own is none of the product's.
    const attempts = unit.attempts.map((attempt) => ({ ...attempt, failure: failureOf(isTakenBack(attempt.failureCode) ? null : attempt.failureCode, failureCodes ?? []) }));
    return { ...unit, attempts, lateReports: await this.evidence.lateReports(id, { after: 0, limit: MOST_LATE_REPORTS }), history: await this.history(serial) };
  }

  /** The last leaves about the unit, oldest first. */
  private async history(serial: string) {
    const rows = await this.db.selectFrom('log_leaf').select('body').where('subject', '=', `unit:${serial}`).orderBy('seq', 'desc').limit(MOST_LEAVES).execute();
    return rows.reverse().map(({ body }) => {
      const { at, actor, event, facts } = readLeaf(body);
      return { at, actor, event, data: facts };
    });
  }
}
