import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql, type UpdateObject } from 'kysely';
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

/** Words of the index `unit_target_changes`. */
const IS_CHANGED = sql`state = 'pending' and (desired <> 'ACTIVE' or step = 'resume')`;
/** The row is due, and whoever is at work on it now is to change nothing more. */
export const DUE_NOW = { next_attempt_at: sql<Date>`now()`, claim: sql<number>`claim + 1` };

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
  /** Of the claim by which it was read. */
  claim: number;
}

@Injectable()
export class UnitRegistrationRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Names of the targets in which units are due; those come first in which some are to be changed. */
  async dueTargets(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select name from target
      where state = 'verified' and exists (select from unit_target where target_name = name and state = 'pending' and next_attempt_at <= now())
      order by exists (select from unit_target where target_name = name and ${IS_CHANGED} and next_attempt_at <= now()) desc, name`.execute(this.db);
    return rows.map(({ name }) => name);
  }

  /** Whether the target is to keep somebody out now, or to let him in again. */
  async areChangesDue(target: string): Promise<boolean> {
    const { rows } = await sql<{ due: boolean }>`select exists (select from unit_target where target_name = ${target} and ${IS_CHANGED} and next_attempt_at <= now()) as due`.execute(this.db);
    return rows[0]!.due;
  }

  /** Units that the target is to keep out, or to let in again. `desired`: only those. Several workers may claim at once; each gets others. */
  async claimChanges(target: string, limit: number, desired?: DesiredStatus): Promise<ExpectedUnit[]> {
    const isWanted = desired === undefined ? sql`true` : sql`desired = ${desired}`;
    return this.claim(target, sql`
      select unit_id, certificate_id from unit_target where target_name = ${target} and ${IS_CHANGED} and ${isWanted} and next_attempt_at <= now()
      order by next_attempt_at limit ${limit} for update skip locked`);
  }

  /** Units that are only looked for; canaries are among them however many others wait. Several workers may claim at once; each gets others. */
  async claimDue(target: string, limit: number): Promise<ExpectedUnit[]> {
    const isDue = sql`u.target_name = ${target} and u.state = 'pending' and u.desired = 'ACTIVE' and u.step <> 'resume' and u.next_attempt_at <= now()`;
    return this.claim(target, sql`
      select * from (select u.unit_id, u.certificate_id from unit join unit_target u on u.unit_id = unit.id where unit.canary and ${isDue} limit ${limit} for update of u skip locked) as canaries
      union select * from (select u.unit_id, u.certificate_id from unit_target u where ${isDue} order by u.next_attempt_at limit ${limit} for update skip locked) as longest`);
  }

  private async claim(target: string, due: RawBuilder<unknown>): Promise<ExpectedUnit[]> {
    const { rows } = await sql<{ certificateId: string }>`
      with due as (${due})
      update unit_target u set attempts = u.attempts + 1, claim = u.claim + 1, next_attempt_at = ${inMilliseconds(LEASE_MS)}
      from due where u.unit_id = due.unit_id and u.certificate_id = due.certificate_id and u.target_name = ${target}
      returning u.certificate_id as "certificateId"`.execute(this.db);
    return this.pendingAmong(target, rows.map(({ certificateId }) => certificateId));
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
        'unit_target.certificate_id as certificateId', sql<string>`coalesce(authority.fingerprint, '')`.as('caCertificateId'), 'unit_target.desired', 'unit_target.method', 'unit_target.step', 'unit_target.attempts', 'unit_target.claim',
        'unit_target.succeeds', 'unit_target.beyond_order as beyondOrder', 'certificate.standing', 'unit.canary',
      ])
      .where('certificate.fingerprint', 'in', certificateIds)
      .where('unit_target.target_name', '=', target)
      .where('unit_target.state', '=', 'pending')
      // A revocation whose leaf was not read yet: it changes what is desired, and makes the unit due.
      .where((eb) => eb.or([eb('certificate.state', '=', 'valid'), eb('unit_target.desired', '<>', 'ACTIVE')]))
      // A round may end before it has come to all of them.
      .orderBy('unit.canary', 'desc').orderBy('unit.id')
      .execute();
  }

  /** AWS knows the unit. On record; not where it was quarantined meanwhile, be it released again. `connected`: since its device has connected. */
  async observed(target: string, { unitId, serial, certificateId }: ExpectedUnit, { connected = false } = {}): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const seen = await tx
        .updateTable('unit_target')
        .set({ state: 'in-sync', detail: null, aws_error: null, observed_at: new Date(), ...(connected ? { connected_at: sql<Date>`coalesce(connected_at, now())` } : {}) })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', 'pending').where('desired', '=', 'ACTIVE').where('step', '<>', 'resume')
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
      .set({ state: 'pending', attempts: 0, ...DUE_NOW })
      .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
      .where('desired', '<>', 'ACTIVE')
      .execute();
  }

  /** Those of the certificates that the unit has or had. */
  async certificatesOf(unitId: number, among: readonly string[]): Promise<{ certificateId: string; state: CertificateState }[]> {
    if (among.length === 0) return [];
    return this.db.selectFrom('certificate').select(['fingerprint as certificateId', 'state']).where('unit_id', '=', unitId).where('fingerprint', 'in', among).$narrowType<{ certificateId: string }>().execute();
  }

  /** Not there yet: look again later, each time twice as late; not what was made due meanwhile. `awsError`: AWS's name of the error for which they wait. */
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

  /** Gives back what was not looked at. */
  async release(target: string, units: readonly ExpectedUnit[]): Promise<void> {
    if (units.length > 0) await this.update(target, units, { attempts: sql<number>`attempts - 1`, next_attempt_at: sql<Date>`now()` });
  }

  private async update(target: string, units: readonly ExpectedUnit[], columns: UnitTargetChange) {
    await this.db
      .updateTable('unit_target').set(columns)
      .where('target_name', '=', target)
      // One that was made due meanwhile, or claimed by another worker, is another matter.
      .where((eb) => eb(eb.refTuple('unit_id', 'certificate_id', 'claim'), 'in', units.map(({ unitId, certificateId, claim }) => eb.tuple(unitId, certificateId, claim))))
      .where('state', '=', 'pending')
      .execute();
  }
}

type UnitTargetChange = UpdateObject<Schema, 'unit_target'>;
