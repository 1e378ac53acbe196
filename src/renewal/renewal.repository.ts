import { Injectable } from '@nestjs/common';
import { sql, type UpdateObject } from 'kysely';
import { textArray } from '../platform/database/arrays.js';
import { Database, type Ledger } from '../platform/database/database.js';
import type { Schema } from '../platform/database/schema.js';
import { type Unit, UnitRepository } from '../work-orders/unit.repository.js';
import { renewalUnknown } from './renewal.errors.js';
import type { RenewalState } from './renewal.tables.js';

export interface Renewal {
  id: number;
  unitId: number;
  serial: string;
  certificateId: string;
  formerCertificateId: string;
  state: RenewalState;
  detail: string | null;
  remedy: string | null;
  awsError: string | null;
  step: string | null;
  /** Looks in its state. */
  attempts: number;
  /** Since when it is in its state. */
  since: Date;
  nextLookAt: Date;
  startedAt: Date;
  expiresAt: Date;
  deliveredAt: Date | null;
  seenAt: Date | null;
  seenIn: string | null;
  graceEndsAt: Date | null;
  endedAt: Date | null;
  /** It goes on, and its time is over. */
  overdue: boolean;
  /** It rests: the ledger was accepted after a restore, and nobody has confirmed its unit's order since. */
  unconfirmed: boolean;
}

export type RenewalChange = Pick<UpdateObject<Schema, 'renewal'>, 'state' | 'detail' | 'remedy' | 'aws_error' | 'step' | 'delivered_at' | 'seen_at' | 'seen_in' | 'grace_ends_at' | 'ended_at'>;

/** The step of one that waits for what AWS says when it is asked. */
export const LOOK = 'look';

const ENDED: readonly RenewalState[] = ['done', 'cancelled'];
const COLUMNS = [
  'renewal.id', 'renewal.unit_id as unitId', 'unit.serial', 'renewal.certificate_id as certificateId', 'renewal.former_certificate_id as formerCertificateId', 'renewal.state', 'renewal.detail',
  'renewal.started_at as startedAt', 'renewal.expires_at as expiresAt', 'renewal.delivered_at as deliveredAt', 'renewal.seen_at as seenAt', 'renewal.seen_in as seenIn', 'renewal.grace_ends_at as graceEndsAt',
  'renewal.ended_at as endedAt', 'renewal.remedy', 'renewal.aws_error as awsError', 'renewal.step', 'renewal.attempts', 'renewal.since', 'renewal.next_look_at as nextLookAt',
] as const;
const IS_OVERDUE = sql<boolean>`(renewal.state in ('registering', 'ready', 'delivered') and renewal.expires_at <= now())`;
const IS_UNCONFIRMED = sql<boolean>`exists (select from work_order where work_order.id = unit.work_order_id and work_order.unconfirmed_epoch is not null)`;
/** What is so until it is looked at in its new state. */
const NEW_STATE = { attempts: 0, since: sql<Date>`now()`, remedy: null, aws_error: null, step: null };
/** A worker that died holds a renewal no longer than this. */
const HOLD_MS = 30_000;

@Injectable()
export class RenewalRepository {
  constructor(
    private readonly db: Database,
    private readonly units: UnitRepository,
  ) {}

  /** The unit's last renewal. Throws `renewal-unknown`. */
  async getLast(serial: string, ledger: Ledger = this.db): Promise<Renewal> {
    const renewal = await this.query(ledger).where('unit.serial', '=', serial).orderBy('renewal.id', 'desc').limit(1).executeTakeFirst();
    if (!renewal) throw renewalUnknown(serial);
    return renewal;
  }

  /** The unit's last renewal for this key, and of this certificate where one is named. */
  findOfKey(unitId: number, spkiSha256: Buffer, former: string | undefined): Promise<Renewal | undefined> {
    let rows = this.query(this.db).where('renewal.unit_id', '=', unitId).where('spki_sha256', '=', spkiSha256);
    // Whoever names what is to be replaced, and was cancelled, begins anew.
    if (former !== undefined) rows = rows.where('former_certificate_id', '=', former).where('renewal.state', '<>', 'cancelled');
    return rows.orderBy('renewal.id', 'desc').limit(1).executeTakeFirst();
  }

  /** Locked until `tx` ends. */
  async lock(tx: Ledger, id: number): Promise<Renewal> {
    await tx.selectFrom('renewal').select('id').where('id', '=', id).forUpdate().execute();
    return this.query(tx).where('renewal.id', '=', id).executeTakeFirstOrThrow();
  }

  /** Of a unit, the renewal with this id, or the last one. The unit is locked first, as all changes of a unit do, and both until `tx` ends. Throws `serial-unknown`, `renewal-unknown`. */
  async lockWithUnit(tx: Ledger, serial: string, id?: number): Promise<{ unit: Unit; renewal: Renewal }> {
    const unit = await this.units.lock(tx, serial);
    return { unit, renewal: await this.lock(tx, id ?? (await this.getLast(serial, tx)).id) };
  }

  /** Locked until `tx` ends. Throws `serial-unknown`. */
  lockUnit(tx: Ledger, serial: string): Promise<Unit> {
    return this.units.lock(tx, serial);
  }

  async insert(tx: Ledger, { unitId, certificateId, formerCertificateId, spkiSha256, requestedBy, limitMs }: {
    unitId: number; certificateId: string; formerCertificateId: string; spkiSha256: Buffer; requestedBy: string; limitMs: number;
  }): Promise<void> {
    await tx
      .insertInto('renewal')
      .values({
        unit_id: unitId, certificate_id: certificateId, former_certificate_id: formerCertificateId, spki_sha256: spkiSha256, state: 'registering', requested_by: requestedBy,
        expires_at: sql<Date>`now() + ${limitMs} * interval '1 millisecond'`,
      })
      .execute();
  }

  /** It is looked at again `inMs` from now. False where it is in another state than `from` by now. */
  async change(tx: Ledger, { id, state: from }: Pick<Renewal, 'id' | 'state'>, to: RenewalChange, inMs: number): Promise<boolean> {
    const changed = await tx
      .updateTable('renewal')
      .set({ ...(to.state === undefined ? {} : NEW_STATE), ...to, next_look_at: sql<Date>`now() + ${inMs} * interval '1 millisecond'` })
      .where('id', '=', id)
      .where('state', '=', from)
      .returning('id')
      .executeTakeFirst();
    return changed !== undefined;
  }

  /** Those that are due, with how often each was looked at in its state. Several workers may claim at once; each gets others. */
  async claimDue(limit: number): Promise<{ id: number; serial: string; attempts: number }[]> {
    return this.db
      .with('due', (db) => db.selectFrom('renewal').select('id').where('state', 'not in', ENDED).where('next_look_at', '<=', sql<Date>`now()`).orderBy('next_look_at').limit(limit).forUpdate().skipLocked())
      .updateTable('renewal')
      .from(['due', 'unit'])
      .set({ attempts: sql<number>`attempts + 1`, next_look_at: sql<Date>`now() + ${HOLD_MS} * interval '1 millisecond'` })
      .whereRef('renewal.id', '=', 'due.id')
      .whereRef('unit.id', '=', 'renewal.unit_id')
      .returning(['renewal.id', 'renewal.attempts', 'unit.serial'])
      .execute();
  }

  /** Something has happened to these certificates: renewals to or from one of them are due. */
  async makeDue(tx: Ledger, certificateIds: readonly string[]): Promise<void> {
    const ids = textArray(certificateIds);
    await tx
      .updateTable('renewal')
      .set({ next_look_at: sql<Date>`now()` })
      .where('state', 'not in', ENDED)
      .where(sql<boolean>`(certificate_id = any(${ids}::text[]) or former_certificate_id = any(${ids}::text[]))`)
      .execute();
  }

  /** Somebody has confirmed these orders: renewals of their units go on. */
  async makeDueOf(tx: Ledger, workOrders: readonly string[]): Promise<void> {
    await tx
      .updateTable('renewal')
      .from('unit')
      .set({ next_look_at: sql<Date>`now()` })
      .whereRef('unit.id', '=', 'renewal.unit_id')
      .where('renewal.state', 'not in', ENDED)
      .where(sql<boolean>`unit.work_order_id = any(${textArray(workOrders)}::text[])`)
      .execute();
  }

  /** AWS answers again in the target: what waits for what it says there is due. One that somebody is at work on is left to him. */
  async makeDueIn(target: string): Promise<void> {
    await this.db
      .with('waiting', (db) => db
        .selectFrom('renewal')
        .innerJoin('unit_target as u', (on) => on.onRef('u.unit_id', '=', 'renewal.unit_id').onRef('u.certificate_id', '=', 'renewal.certificate_id'))
        .select('renewal.id')
        .where('renewal.state', 'not in', ENDED).where('renewal.step', '=', LOOK).where('renewal.next_look_at', '>', sql<Date>`now()`).where('u.target_name', '=', target)
        .forUpdate('renewal').skipLocked())
      .updateTable('renewal')
      .set({ next_look_at: sql<Date>`now()` })
      .where('id', 'in', (eb) => eb.selectFrom('waiting').select('waiting.id'))
      .execute();
  }

  async lookAgain(id: number): Promise<void> {
    await this.db.updateTable('renewal').set({ next_look_at: sql<Date>`now()` }).where('id', '=', id).where('state', 'not in', ENDED).execute();
  }

  list({ state, overdue, unconfirmed, after, limit }: { state?: RenewalState | undefined; overdue: boolean; unconfirmed: boolean; after?: string | undefined; limit: number }): Promise<Renewal[]> {
    let rows = this.query(this.db).orderBy('renewal.id').limit(limit);
    if (state !== undefined) rows = rows.where('renewal.state', '=', state);
    if (overdue) rows = rows.where(IS_OVERDUE);
    if (unconfirmed) rows = rows.where('renewal.state', 'not in', ENDED).where(IS_UNCONFIRMED);
    if (after !== undefined) rows = rows.where('renewal.id', '>', Number(after));
    return rows.execute();
  }

  private query(ledger: Ledger) {
    return ledger.selectFrom('renewal').innerJoin('unit', 'unit.id', 'renewal.unit_id').select([...COLUMNS, IS_OVERDUE.as('overdue'), IS_UNCONFIRMED.as('unconfirmed')]);
  }
}
