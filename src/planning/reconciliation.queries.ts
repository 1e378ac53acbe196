import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ProvisioningMethods } from '../aws-iot/methods/methods.js';
import { AWAITS_PASS } from '../aws-iot/methods/provisioning-method.js';
import { Database } from '../platform/database/database.js';
import type { WorkOrder } from '../work-orders/work-order.repository.js';

/** How many mismatches of a target are listed; the CSV has all of them. */
const LISTED = 1_000;
const PAGE = 1_000;

export interface Mismatch {
  serial: string;
  unitState: string;
  certificateId: string;
  desired: string;
  state: string;
  detail: string | null;
}

/** Of one order in one target, in units. `registered`: AWS has the unit as it should be. `mismatched`: something is wrong, or not as it should be although the unit has passed. */
export interface TargetTally {
  target: string;
  issued: number;
  passed: number;
  registered: number;
  connected: number;
  mismatched: number;
  mismatches: Mismatch[];
  unknown: { certificateId: string; authority: string | null; template: string | null; status: string; thing: string | null; firstSeenAt: Date }[];
}

/** What is read of an order. */
type ReconciledOrder = Pick<WorkOrder, 'id' | 'authorityFamily' | 'targets' | 'method' | 'parameters'>;

/** A line of the CSV: a unit with its present certificate in one target. */
export interface UnitLine extends Mismatch {
  target: string;
  method: string;
  observedAt: Date | null;
  connectedAt: Date | null;
}

/** `u` a row of unit_target: the unit passed when its CA was perhaps stopped there, and has not come since. */
const PASSED_UNSEEN = sql<boolean>`(u.state = 'pending' and u.passed_unseen_at is not null)`;
const DETAIL = sql<string | null>`case when ${PASSED_UNSEEN} then 'Passed before a stop of its CA was found there' || coalesce(': ' || u.detail, '') else u.detail end as detail`;
/** `unit` its unit. Units that wait in their box are no mismatch. */
const MISMATCHED = sql<boolean>`(u.state = 'drifted' or u.state = 'failed' or ${PASSED_UNSEEN} or (u.state = 'pending' and u.detail is not null and u.step <> ${AWAITS_PASS}))`;

/** What an order has come to in AWS, by what was last seen there. */
@Injectable()
export class ReconciliationQueries {
  constructor(
    private readonly db: Database,
    private readonly methods: ProvisioningMethods,
  ) {}

  async tally({ id: order, authorityFamily: family, targets, method, parameters }: ReconciledOrder): Promise<TargetTally[]> {
    const template = this.methods.get(method).templateName?.({ parameters }) ?? null;
    const { rows } = await sql<Omit<TargetTally, 'mismatches' | 'unknown'>>`
      select u.target_name as target, count(*)::int as issued, count(*) filter (where unit.state in ('passed', 'shipped'))::int as passed,
        count(*) filter (where u.state = 'in-sync' and u.desired = 'ACTIVE')::int as registered, count(u.connected_at)::int as connected, count(*) filter (where ${MISMATCHED})::int as mismatched
      from unit join certificate on certificate.unit_id = unit.id and certificate.state = 'valid' and certificate.standing = 'current'
      join unit_target u on u.unit_id = unit.id and u.certificate_id = certificate.fingerprint
      where unit.work_order_id = ${order} and not unit.canary group by u.target_name`.execute(this.db);
    return Promise.all(targets.map(async (target) => {
      const counted = rows.find((row) => row.target === target) ?? { target, issued: 0, passed: 0, registered: 0, connected: 0, mismatched: 0 };
      const [mismatches, unknown] = await Promise.all([counted.mismatched === 0 ? [] : this.mismatches(order, target), this.unknown(family, template, target)]);
      return { ...counted, mismatches, unknown };
    }));
  }

  /** Every unit of the order that has a certificate, in each target, in pages. */
  async *lines(order: string): AsyncGenerator<UnitLine[]> {
    for (let after = 0; ; ) {
      const { rows } = await sql<UnitLine & { unitId: number }>`
        select unit.id as "unitId", unit.serial, unit.state as "unitState", u.certificate_id as "certificateId", u.target_name as target, u.method, u.desired, u.state, ${DETAIL},
          u.observed_at as "observedAt", u.connected_at as "connectedAt"
        from (select id, serial, state from unit where work_order_id = ${order} and not canary and id > ${after} order by id limit ${PAGE}) as unit
        join unit_target u on u.unit_id = unit.id order by unit.id, u.target_name`.execute(this.db);
      const last = await sql<{ id: number | null }>`select max(id) as id from (select id from unit where work_order_id = ${order} and id > ${after} order by id limit ${PAGE}) as page`.execute(this.db);
      if (rows.length > 0) yield rows;
      const id = last.rows[0]?.id ?? null;
      if (id === null) return;
      after = id;
    }
  }

  private async mismatches(order: string, target: string): Promise<Mismatch[]> {
    const { rows } = await sql<Mismatch>`
      select unit.serial, unit.state as "unitState", u.certificate_id as "certificateId", u.desired, u.state, ${DETAIL}
      from unit join certificate on certificate.unit_id = unit.id and certificate.state = 'valid' and certificate.standing = 'current'
      join unit_target u on u.unit_id = unit.id and u.certificate_id = certificate.fingerprint
      where unit.work_order_id = ${order} and not unit.canary and u.target_name = ${target} and ${MISMATCHED} order by unit.id limit ${LISTED}`.execute(this.db);
    return rows;
  }

  private unknown(family: string, template: string | null, target: string) {
    return this.db
      .selectFrom('unknown_certificate')
      .leftJoin('authority', 'authority.id', 'unknown_certificate.authority_id')
      .select(['certificate_id as certificateId', 'authority_id as authority', 'template_name as template', 'status', 'thing_name as thing', 'first_seen_at as firstSeenAt'])
      .where((eb) => eb.or([eb('authority.family', '=', family), eb('template_name', '=', template)]))
      .where('target_name', '=', target)
      .where((eb) => eb.not(eb.exists(eb.selectFrom('certificate').select('fingerprint').whereRef('fingerprint', '=', 'unknown_certificate.certificate_id'))))
      .orderBy('first_seen_at')
      .limit(LISTED)
      .execute();
  }
}
