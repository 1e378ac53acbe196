import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { DesiredStatus, SyncState } from '../aws-iot.tables.js';

/** What the ledger has of a unit in one target. */
export interface UnitRow {
  unitId: number;
  serial: string;
  certificateId: string;
  target: string;
  desired: DesiredStatus;
  state: SyncState;
  detail: string | null;
  connectedAt: Date | null;
  /** The target was never to know another certificate of the unit, so that whatever connected as its Thing had this one. */
  onlyOne: boolean;
  /** When it was read; a later one is another worker's. */
  claim: number;
}

/** `missing`: what differs from the ledger, as the end of a sentence; null when nothing does. `connected`: null when AWS does not say. */
export interface Sight {
  missing: string | null;
  connected: boolean | null;
}

/** A unit that is in sync is looked at again after a day; one that is not after ten minutes, since a person may have mended it. */
const AGAIN = sql<Date>`case when u.state = 'drifted' then now() - interval '10 minutes' else now() - interval '24 hours' end`;
/** So long nobody else looks at a unit that somebody looks at, and after a look that AWS did not answer nobody at all. */
const LEASE = sql<Date>`now() + interval '10 minutes'`;
const ONLY_ONE = sql<boolean>`not exists (select from unit_target other where other.unit_id = u.unit_id and other.target_name = u.target_name and other.certificate_id <> u.certificate_id)`.as('onlyOne');
const ROW = ['u.unit_id as unitId', 'unit.serial', 'u.certificate_id as certificateId', 'u.target_name as target', 'u.desired', 'u.state', 'u.detail', 'u.connected_at as connectedAt', 'u.claim', ONLY_ONE] as const;

@Injectable()
export class UnitLookRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Names of the targets in which a unit is to be looked at again. */
  async dueTargets(): Promise<string[]> {
    const rows = await this.db
      .selectFrom('target')
      .select('name')
      .where('target.state', '=', 'verified')
      .where((eb) => eb.exists(eb.selectFrom('unit_target as u')
        .select('u.unit_id')
        .whereRef('u.target_name', '=', 'target.name')
        .where('u.state', 'in', ['in-sync', 'drifted'])
        .where('u.observed_at', '<', AGAIN)
        .where('u.next_attempt_at', '<=', sql<Date>`now()`)))
      .execute();
    return rows.map(({ name }) => name);
  }

  /** The one that AWS has answered for longest ago; undefined when none is due. Several workers may claim at once; each gets another. */
  async claim(target: string): Promise<UnitRow | undefined> {
    return this.db
      .with('due', (db) => db
        .selectFrom('unit_target as u')
        .select(['u.unit_id', 'u.certificate_id'])
        .where('u.target_name', '=', target).where('u.state', 'in', ['in-sync', 'drifted']).where('u.observed_at', '<', AGAIN).where('u.next_attempt_at', '<=', sql<Date>`now()`)
        .orderBy('u.observed_at')
        .limit(1)
        .forUpdate()
        .skipLocked())
      .updateTable('unit_target as u')
      .from(['due', 'unit'])
      .set({ next_attempt_at: LEASE })
      .whereRef('u.unit_id', '=', 'due.unit_id')
      .whereRef('u.certificate_id', '=', 'due.certificate_id')
      .where('u.target_name', '=', target)
      .whereRef('unit.id', '=', 'u.unit_id')
      .returning(ROW)
      .executeTakeFirst();
  }

  /** Of the certificate that the unit has, or of the newest that it had. */
  async ofUnit(serial: string): Promise<UnitRow[]> {
    return this.db
      .selectFrom('unit')
      .innerJoin('unit_target as u', 'u.unit_id', 'unit.id')
      .select(ROW)
      .where('unit.serial', '=', serial)
      .where('u.certificate_id', '=', sql<string>`(
        select fingerprint from certificate where certificate.unit_id = unit.id and certificate.state in ('valid', 'revoked')
        order by certificate.state = 'valid' desc, certificate.standing = 'current' desc, not_before desc limit 1)`)
      .orderBy('u.target_name')
      .execute();
  }

  /** Null where AWS has signed it. */
  async authorityOf(certificateId: string): Promise<string | null> {
    const row = await this.db.selectFrom('certificate').select('authority_id as authority').where('fingerprint', '=', certificateId).executeTakeFirst();
    return row?.authority ?? null;
  }

  /** Of a certificate, without retired targets. */
  async ofCertificate(certificateId: string): Promise<UnitRow[]> {
    return this.db
      .selectFrom('certificate')
      .innerJoin('unit', 'unit.id', 'certificate.unit_id')
      .innerJoin('unit_target as u', (on) => on.onRef('u.unit_id', '=', 'unit.id').onRef('u.certificate_id', '=', 'certificate.fingerprint'))
      .innerJoin('target', 'target.name', 'u.target_name')
      .select(ROW)
      .where('certificate.fingerprint', '=', certificateId)
      .where('target.state', '<>', 'retired')
      .orderBy('u.target_name')
      .execute();
  }

  /** What AWS was seen to have. A change is on record; one that the reconciler is at work on is left to it, and so is what it was to do since the row was read. Answers the state. */
  async record({ unitId, serial, certificateId, target, desired, state, connectedAt, claim }: UnitRow, { missing, connected }: Sight): Promise<SyncState> {
    return this.db.transaction().execute(async (tx) => {
      if (state === 'pending' && (missing !== null || desired !== 'ACTIVE')) return state;
      const next = missing === null ? ('in-sync' as const) : ('drifted' as const);
      const changed = await tx
        .updateTable('unit_target')
        .set({
          state: next, detail: missing && `In AWS ${missing}`, aws_error: null, observed_at: sql<Date>`now()`, next_attempt_at: sql<Date>`now()`,
          ...(connected === true && connectedAt === null ? { connected_at: sql<Date>`now()` } : {}),
        })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId)
        .where('state', '=', state).where('desired', '=', desired)
        // Who is looked for is seen whoever looks; only one that is to be let in again waits for that.
        .where((eb) => (state === 'pending' ? eb('step', '<>', 'resume') : eb('claim', '=', claim)))
        .returning('unit_id')
        .executeTakeFirst();
      if (!changed) return (await this.stateOf(tx, unitId, certificateId, target)) ?? state;
      const facts = { serial, target, certificateId };
      if (next === 'drifted' && state !== 'drifted') await this.audit.record(tx, 'system', 'unit.drifted', `unit:${serial}`, { ...facts, reason: missing ?? '' });
      if (next === 'in-sync' && state === 'drifted') await this.audit.record(tx, 'system', 'unit.in-sync', `unit:${serial}`, facts);
      if (next === 'in-sync' && state === 'pending' && desired === 'ACTIVE') await this.audit.record(tx, 'system', 'unit.registered', `unit:${serial}`, facts);
      return next;
    });
  }

  private async stateOf(tx: Ledger, unitId: number, certificateId: string, target: string): Promise<SyncState | undefined> {
    const row = await tx.selectFrom('unit_target').select('state').where('unit_id', '=', unitId).where('target_name', '=', target).where('certificate_id', '=', certificateId).executeTakeFirst();
    return row?.state;
  }
}
