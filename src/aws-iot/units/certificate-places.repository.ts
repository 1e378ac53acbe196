import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { DesiredStatus, SyncState } from '../aws-iot.tables.js';
import type { Expectation } from '../methods/provisioning-method.js';
import { DUE_NOW, type ExpectedUnit } from './unit-registrations.repository.js';
import { UnmetUnitRepository } from './unmet-units.repository.js';

/** How one certificate stands in one target, by what was last seen there. */
export interface CertificatePlace {
  target: string;
  desired: DesiredStatus;
  state: SyncState;
  detail: string | null;
  /** The one that is due while it is pending. */
  step: string;
  /** Of the last failed attempt while it is pending. */
  awsError: string | null;
  /** When the device was first seen connected there with this very certificate. */
  connectedAt: Date | null;
  /** The certificate's own method waits for its device to connect there. */
  awaitsDevice: boolean;
}

/** What keeps devices with certificates of an authority from one target; `problem` is null when nothing does. */
export interface TargetProblem {
  target: string;
  problem: string | null;
  remedy: string | null;
}

/** Where a certificate is known, of the targets of its unit's order. Retired ones are left alone, and so left out. */
@Injectable()
export class CertificatePlaces {
  constructor(
    private readonly db: Database,
    private readonly unmet: UnmetUnitRepository,
  ) {}

  async of(certificateId: string, ledger: Ledger = this.db): Promise<CertificatePlace[]> {
    return ledger
      .selectFrom('unit_target as u')
      .innerJoin('target', 'target.name', 'u.target_name')
      .select(['u.target_name as target', 'u.desired', 'u.state', 'u.detail', 'u.step', sql<string | null>`case when u.state = 'pending' then u.aws_error end`.as('awsError'), 'u.connected_at as connectedAt', sql<boolean>`u.succeeds is null`.as('awaitsDevice')])
      .where('u.certificate_id', '=', certificateId)
      .where('u.unit_id', 'in', (eb) => eb.selectFrom('certificate').select('unit_id').where('fingerprint', '=', certificateId))
      .where('target.state', '<>', 'retired').where('u.beyond_order', '=', false)
      .orderBy('u.target_name')
      .execute();
  }

  /** Those of the targets that are not retired. */
  async inUse(targets: readonly string[], ledger: Ledger = this.db): Promise<string[]> {
    const rows = await ledger.selectFrom('target').select('name').where('name', 'in', targets).where('target.state', '<>', 'retired').orderBy('name').execute();
    return rows.map(({ name }) => name);
  }

  /** What keeps a device with a certificate of this authority from each target of the order that is in use. */
  async problemsOf(order: string, authority: string, ledger: Ledger = this.db): Promise<TargetProblem[]> {
    const { rows } = await sql<TargetProblem>`select target_name as target, problem, remedy from renewal_problems(${order}, ${authority})`.execute(ledger);
    return rows;
  }

  /** The device was seen connected with this certificate in the target. False where the certificate is not ACTIVE there. */
  async connected(tx: Ledger, certificateId: string, target: string): Promise<boolean> {
    const row = await tx
      .updateTable('unit_target')
      .set({ connected_at: sql<Date>`coalesce(connected_at, now())` })
      .where('certificate_id', '=', certificateId)
      .where('unit_id', 'in', (eb) => eb.selectFrom('certificate').select('unit_id').where('fingerprint', '=', certificateId))
      .where('target_name', '=', target)
      .where('state', '=', 'in-sync')
      .where('desired', '=', 'ACTIVE')
      .returning('unit_id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Of the unit's current certificate in the target, if it is to be in use there. `seenJustNow`: AWS was seen within the last minute to let its device in. */
  async ofCurrent(target: string, unitId: number): Promise<{ certificateId: string; awaitsDevice: boolean; seenJustNow: boolean } | undefined> {
    return this.db
      .selectFrom('unit_target as u')
      .innerJoin('certificate', (on) => on.onRef('certificate.unit_id', '=', 'u.unit_id').onRef('certificate.fingerprint', '=', 'u.certificate_id'))
      .select([
        'u.certificate_id as certificateId', sql<boolean>`u.state = 'pending' and u.succeeds is null`.as('awaitsDevice'),
        sql<boolean>`u.state = 'in-sync' and u.observed_at > now() - interval '1 minute'`.as('seenJustNow'),
      ])
      .where('u.unit_id', '=', unitId).where('u.target_name', '=', target).where('u.desired', '=', 'ACTIVE')
      .where('certificate.state', '=', 'valid').where('certificate.standing', '=', 'current')
      .executeTakeFirst();
  }

  /** What waits for its next attempt with one of these certificates is due now. */
  async makeDue(tx: Ledger, certificateIds: readonly string[]): Promise<void> {
    await tx
      .updateTable('unit_target')
      .set(DUE_NOW)
      .where('certificate_id', 'in', certificateIds)
      .where('unit_id', 'in', (eb) => eb.selectFrom('certificate').select('unit_id').where('fingerprint', 'in', certificateIds))
      .where('state', '=', 'pending')
      .execute();
  }

  /** Whether the unit may connect in the target with another certificate. */
  async hasAnotherWayIn(target: string, { unitId, certificateId }: ExpectedUnit): Promise<boolean> {
    const row = await this.db
      .selectFrom('certificate as other')
      .select('unit_id')
      .where('unit_id', '=', unitId).where('state', '=', 'valid').where('fingerprint', '<>', certificateId)
      .where((eb) => eb.not(eb.exists(eb.selectFrom('unit_target as u').select('u.unit_id').where('u.unit_id', '=', unitId).whereRef('u.certificate_id', '=', 'other.fingerprint').where('u.target_name', '=', target).where('u.desired', '<>', 'ACTIVE'))))
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The target knows no other certificate of the unit from which there is something to take over: its method brings this one there. */
  async leaveToMethod(target: string, { unitId, certificateId }: ExpectedUnit, { step, firstLookMs }: Expectation): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await tx
        .updateTable('unit_target')
        .set({ succeeds: null, step, attempts: 0, next_attempt_at: sql<Date>`now() + ${firstLookMs} * interval '1 millisecond'` })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', 'pending').where('desired', '=', 'ACTIVE').where('step', '<>', 'resume')
        .execute();
      await this.unmet.recount(tx, { ids: [unitId] });
    });
  }
}
