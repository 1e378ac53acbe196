import { Injectable } from '@nestjs/common';
import { sql, type UpdateObject } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { backoffMs } from '../../platform/backoff.js';
import { Database } from '../../platform/database/database.js';
import type { Schema } from '../../platform/database/schema.js';
import type { CertificateState, Standing } from '../../issuance/certificate.tables.js';
import type { Method, UnitState } from '../../work-orders/work-order.tables.js';
import type { DesiredStatus } from '../aws-iot.tables.js';
import { inMilliseconds } from '../registrations/registration-round.js';

/** A worker that died holds its units no longer than this. */
const LEASE_MS = 30_000;
/** Looking for a unit again takes longer each time: it may lie in its box for months before it connects. Half of it is left to chance. */
const RETRY = { firstMs: 2_000, mostMs: 60 * 60_000 };

/** A unit that this worker looks for in one target. */
export interface ExpectedUnit {
  unitId: number;
  certificateId: string;
  /** The Thing's name. */
  serial: string;
  /** AWS's id of our CA that signed the certificate; empty where AWS has signed it itself. */
  caCertificateId: string;
  /** What the certificate should be there. One that was revoked must not be looked for, but taken back. */
  desired: DesiredStatus;
  method: Method;
  workOrderId: string;
  /** Id of the authority that signed the certificate; empty where AWS has signed it. */
  authority: string;
  unitState: UnitState;
  /** A throw-away unit, which is removed from the target once its certificate is revoked. */
  canary: boolean;
  standing: Standing;
  /** Of a unit's second certificate: the one whose Things and policies it takes over; null where the method brings it. */
  succeeds: string | null;
  /** The method's own, or `resume`: the unit was quarantined, and its certificate is to be ACTIVE again. */
  step: string;
  /** No order of the unit's names the target. */
  beyondOrder: boolean;
  /** Rounds so far, this one included. */
  attempts: number;
}

@Injectable()
export class UnitRegistrationRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Names of the targets in which units are due to be looked for. */
  async dueTargets(): Promise<string[]> {
    const rows = await this.db
      .selectFrom('target')
      .select('name')
      .where('target.state', '=', 'verified')
      .where((eb) => eb.exists(eb.selectFrom('unit_target')
        .select('unit_id')
        .whereRef('target_name', '=', 'name')
        .where('state', '=', 'pending')
        .where('next_attempt_at', '<=', sql<Date>`now()`)))
      .execute();
    return rows.map(({ name }) => name);
  }

  /** Several workers may claim at once; each gets others. */
  async claimDue(target: string, limit: number): Promise<ExpectedUnit[]> {
    const claimed = await this.db
      .with('due', (db) => db
        .selectFrom('unit_target')
        .select(['unit_id', 'certificate_id'])
        .where('target_name', '=', target).where('state', '=', 'pending').where('next_attempt_at', '<=', sql<Date>`now()`)
        .orderBy('next_attempt_at')
        .limit(limit)
        .forUpdate()
        .skipLocked())
      .updateTable('unit_target as u')
      .from('due')
      .set({ attempts: sql<number>`u.attempts + 1`, next_attempt_at: inMilliseconds(LEASE_MS) })
      .whereRef('u.unit_id', '=', 'due.unit_id')
      .whereRef('u.certificate_id', '=', 'due.certificate_id')
      .where('u.target_name', '=', target)
      .returning('u.certificate_id')
      .execute();
    return this.pendingAmong(target, claimed.map((row) => row.certificate_id));
  }

  /** Those of the certificates whose units are looked for in the target, due or not. */
  async pendingAmong(target: string, certificateIds: readonly string[]): Promise<ExpectedUnit[]> {
    if (certificateIds.length === 0) return [];
    return this.db
      .selectFrom('certificate')
      .innerJoin('unit_target', (on) => on.onRef('unit_target.unit_id', '=', 'certificate.unit_id').onRef('unit_target.certificate_id', '=', 'certificate.fingerprint'))
      .innerJoin('unit', 'unit.id', 'unit_target.unit_id')
      .leftJoin('authority', 'authority.id', 'certificate.authority_id')
      .select([
        'unit.id as unitId', 'unit.serial', 'unit.state as unitState', 'certificate.work_order_id as workOrderId', sql<string>`coalesce(authority.id, '')`.as('authority'),
        'unit_target.certificate_id as certificateId', sql<string>`coalesce(authority.fingerprint, '')`.as('caCertificateId'), 'unit_target.desired', 'unit_target.method', 'unit_target.step', 'unit_target.attempts',
        'unit_target.succeeds', 'unit_target.beyond_order as beyondOrder', 'certificate.standing', 'unit.canary',
      ])
      .where('certificate.fingerprint', 'in', certificateIds)
      .where('unit_target.target_name', '=', target)
      .where('unit_target.state', '=', 'pending')
      // A revocation whose leaf was not read yet: it changes what is desired, and makes the unit due.
      .where((eb) => eb.or([eb('certificate.state', '=', 'valid'), eb('unit_target.desired', '<>', 'ACTIVE')]))
      .execute();
  }

  /** AWS knows the unit. On record. `connected`: since its device has connected. */
  async observed(target: string, { unitId, serial, certificateId }: ExpectedUnit, { connected = false } = {}): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const seen = await tx
        .updateTable('unit_target')
        .set({ state: 'in-sync', detail: null, aws_error: null, observed_at: new Date(), ...(connected ? { connected_at: sql<Date>`coalesce(connected_at, now())` } : {}) })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', 'pending').where('desired', '=', 'ACTIVE')
        .returning('unit_id')
        .executeTakeFirst();
      if (seen) await this.audit.record(tx, 'system', 'unit.registered', `unit:${serial}`, { serial, target, certificateId });
    });
  }

  /** The unit has come to this step in the target; false when it goes another way meanwhile. Kept with its time. */
  async reached(target: string, { unitId, certificateId }: ExpectedUnit, step: string): Promise<boolean> {
    const moved = await this.db
      .updateTable('unit_target')
      .set({ step, detail: null, aws_error: null, progress: sql<string>`progress || jsonb_build_object(${step}::text, now())` })
      .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
      .where('state', '=', 'pending').where('desired', '=', 'ACTIVE').where('step', '<>', 'resume')
      .where((eb) => eb.exists(eb.selectFrom('certificate').select('fingerprint').where('fingerprint', '=', certificateId).where('certificate.state', '=', 'valid')))
      .returning('unit_id')
      .executeTakeFirst();
    return moved !== undefined;
  }

  /** A certificate that was activated while its unit was quarantined or revoked is made right at once. */
  async makeDueUnlessActive(target: string, { unitId, certificateId }: ExpectedUnit): Promise<void> {
    await this.db
      .updateTable('unit_target')
      .set({ state: 'pending', attempts: 0, next_attempt_at: sql<Date>`now()` })
      .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
      .where('desired', '<>', 'ACTIVE')
      .execute();
  }

  /** Those of the certificates that the unit has or had. */
  async certificatesOf(unitId: number, among: readonly string[]): Promise<{ certificateId: string; state: CertificateState }[]> {
    if (among.length === 0) return [];
    return this.db.selectFrom('certificate').select(['fingerprint as certificateId', 'state']).where('unit_id', '=', unitId).where('fingerprint', 'in', among).$narrowType<{ certificateId: string }>().execute();
  }

  /** Not there yet: look again later, each time twice as late. `awsError`: AWS's name of the error for which they wait. */
  async postpone(target: string, units: readonly ExpectedUnit[], detail: string | null, awsError: string | null): Promise<void> {
    for (const [attempts, alike] of Map.groupBy(units, (unit) => unit.attempts)) {
      const longest = backoffMs(Math.max(1, attempts), RETRY);
      await this.update(target, alike, { detail, aws_error: awsError, next_attempt_at: sql<Date>`now() + ${longest}::int * (0.5 + random() / 2) * interval '1 millisecond'` });
    }
  }

  /** DER, of the certificate and of the CA that signed it; rejects for one that AWS has signed. */
  bytesOf(certificateId: string): Promise<{ certificate: Buffer; ca: Buffer }> {
    return this.db
      .selectFrom('certificate')
      .innerJoin('authority', 'authority.id', 'certificate.authority_id')
      .select(['certificate.der as certificate', 'authority.certificate as ca'])
      .where('certificate.fingerprint', '=', certificateId)
      .$narrowType<{ certificate: Buffer; ca: Buffer }>()
      .executeTakeFirstOrThrow();
  }

  /** The target holds the certificate REVOKED. `known`: it had it already, and not only for this. `ended`: nobody is connected with it any more. On record either way; not where it was made due again meanwhile. */
  async revoked(target: string, { unitId, serial, certificateId, authority, attempts }: ExpectedUnit, { known, ended }: { known: boolean; ended: boolean }): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const settled = await tx
        .updateTable('unit_target')
        .set({ state: 'in-sync', detail: known ? stillConnected(ended) : whyUnknown(authority), aws_error: null, observed_at: new Date() })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', 'pending').where('desired', '=', 'REVOKED').where('attempts', '=', attempts)
        .returning('unit_id')
        .executeTakeFirst();
      if (settled) await this.audit.record(tx, 'system', 'unit.certificate-revoked', `unit:${serial}`, { serial, target, certificateId, known });
    });
  }

  /** The target lets nobody in with the certificate while its unit is quarantined. On record. */
  async suspended(target: string, { unitId, serial, certificateId, attempts }: ExpectedUnit, { ended }: { ended: boolean }): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const settled = await tx
        .updateTable('unit_target')
        .set({ state: 'in-sync', detail: stillConnected(ended), aws_error: null, observed_at: new Date() })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', 'pending').where('desired', '=', 'INACTIVE').where('attempts', '=', attempts)
        .returning('unit_id')
        .executeTakeFirst();
      if (settled) await this.audit.record(tx, 'system', 'unit.certificate-suspended', `unit:${serial}`, { serial, target, certificateId });
    });
  }

  /** Nothing stands in the unit's way in the target any more: it goes on with this step. On record. */
  async resumed(target: string, { unitId, serial, certificateId }: ExpectedUnit, step: string): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const settled = await tx
        .updateTable('unit_target')
        .set({ step, attempts: 0, next_attempt_at: sql<Date>`now()` })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', 'pending').where('desired', '=', 'ACTIVE').where('step', '=', 'resume')
        .returning('unit_id')
        .executeTakeFirst();
      if (settled) await this.audit.record(tx, 'system', 'unit.certificate-resumed', `unit:${serial}`, { serial, target, certificateId });
    });
  }

  /** Gives back what was not looked at. */
  async release(target: string, units: readonly ExpectedUnit[]): Promise<void> {
    if (units.length > 0) await this.update(target, units, { attempts: sql<number>`attempts - 1`, next_attempt_at: sql<Date>`now()` });
  }

  private async update(target: string, units: readonly ExpectedUnit[], columns: UnitTargetChange) {
    await this.db
      .updateTable('unit_target').set(columns)
      .where('target_name', '=', target)
      .where('unit_id', 'in', units.map(({ unitId }) => unitId))
      .where('certificate_id', 'in', units.map(({ certificateId }) => certificateId))
      .where('state', '=', 'pending')
      // One that was revoked meanwhile is another matter, due now.
      .where('desired', 'in', units.map(({ desired }) => desired))
      .execute();
  }
}

type UnitTargetChange = UpdateObject<Schema, 'unit_target'>;

function whyUnknown(authority: string): string {
  if (authority === '') return 'AWS signed the certificate and does not know it any more, so that it lets nobody in';
  return 'AWS did not know the certificate yet: it was registered there as revoked, so that its device stays out';
}

function stillConnected(ended: boolean): string | null {
  return ended ? null : 'A device that is connected with the certificate may stay so for minutes: the target’s role has no iot:DeleteConnection';
}
