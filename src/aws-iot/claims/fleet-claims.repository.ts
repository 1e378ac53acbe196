import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { backoffMs } from '../../platform/backoff.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { FleetClaimTable } from '../aws-iot.tables.js';

/** A worker that died holds a claim no longer than this. */
const LEASE_MS = 30_000;
/** A claim that is there is looked at again: it may have ended. */
const LOOK_MS = 60_000;
const RETRY = { firstMs: 1_000, mostMs: 5 * 60_000 };

/** The claim of one order: with it, the order's devices ask AWS for their certificates. */
export interface FleetClaim {
  order: string;
  target: string;
  state: FleetClaimTable['state'];
  retireAfter: FleetClaimTable['retire_after'];
  expiresAt: Date;
  csr: string | null;
  sealedKey: Buffer | null;
  certificateId: string | null;
  /** PEM. */
  certificate: string | null;
  /** Why it ends or has ended. */
  reason: string | null;
  /** What it waits for; null when nothing is amiss. */
  detail: string | null;
  attempts: number;
  createdAt: Date;
  endedAt: Date | null;
}

/** What a claim's key is sealed for. */
export const claimPurpose = (order: string) => `fleet-claim ${order}`;

const COLUMNS = [
  'work_order_id as order', 'target_name as target', 'state', 'retire_after as retireAfter', 'expires_at as expiresAt', 'csr', 'sealed_key as sealedKey', 'certificate_id as certificateId',
  'certificate', 'reason', 'detail', 'attempts', 'created_at as createdAt', 'ended_at as endedAt',
] as const;

@Injectable()
export class FleetClaimRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Wanted from the end of `tx` on. */
  async insert(tx: Ledger, order: string, target: string, { retireAfter, validDays }: { retireAfter: FleetClaim['retireAfter']; validDays: number }): Promise<void> {
    await tx
      .insertInto('fleet_claim')
      .values({ work_order_id: order, target_name: target, state: 'pending', retire_after: retireAfter, expires_at: sql<Date>`now() + ${validDays} * interval '1 day'` })
      .execute();
  }

  find(order: string): Promise<FleetClaim | undefined> {
    return this.db.selectFrom('fleet_claim').select(COLUMNS).where('work_order_id', '=', order).executeTakeFirst();
  }

  list(limit: number, after?: string): Promise<FleetClaim[]> {
    let rows = this.db.selectFrom('fleet_claim').select(COLUMNS).orderBy('work_order_id').limit(limit);
    if (after !== undefined) rows = rows.where('work_order_id', '>', after);
    return rows.execute();
  }

  /** Those that are due in targets that may be worked in, for this worker alone until their lease ends. `state`: only those. */
  async claimDue(limit: number, state?: FleetClaim['state']): Promise<FleetClaim[]> {
    return this.db
      .with('due', (db) => db
        .selectFrom('fleet_claim as f')
        .innerJoin('target', 'target.name', 'f.target_name')
        .select('f.work_order_id as due_order')
        .where('f.state', '<>', 'ended')
        .$if(state !== undefined, (query) => query.where('f.state', '=', state!))
        .where('f.next_attempt_at', '<=', sql<Date>`now()`)
        .where('target.state', '=', 'verified')
        .orderBy('f.next_attempt_at')
        .limit(limit)
        .forUpdate('f')
        .skipLocked())
      .updateTable('fleet_claim')
      .from('due')
      .set({ attempts: sql<number>`attempts + 1`, next_attempt_at: sql<Date>`now() + ${LEASE_MS} * interval '1 millisecond'` })
      .whereRef('fleet_claim.work_order_id', '=', 'due.due_order')
      .returning(COLUMNS)
      .execute();
  }

  /** Before AWS is asked to sign: the key is kept, sealed. False when the claim has a key already, or is no more to be made; nothing is written then. */
  async keepKey(order: string, { csr, sealedKey }: { csr: string; sealedKey: Buffer }): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('fleet_claim')
      .set({ csr, sealed_key: sealedKey })
      .where('work_order_id', '=', order)
      .where('state', '=', 'pending')
      .where('csr', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** False when the claim has a certificate or another key already, or is no more to be made; nothing is written then. */
  async keepCertificate(order: string, { csr, certificateId, certificate }: { csr: string; certificateId: string; certificate: string }): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('fleet_claim')
      .set({ certificate_id: certificateId, certificate })
      .where('work_order_id', '=', order)
      .where('state', '=', 'pending')
      .where('csr', '=', csr)
      .where('certificate_id', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Stations are given it from now on. On record. */
  async activated({ order, target, certificateId, expiresAt }: FleetClaim): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const row = await tx.updateTable('fleet_claim').set({ state: 'active', made_at: new Date(), ...this.rested() }).where('work_order_id', '=', order).where('state', '=', 'pending').where('certificate_id', '=', certificateId).returning('work_order_id').executeTakeFirst();
      if (row) await this.audit.record(tx, 'system', 'claim.made', `work-order:${order}`, { order, target, certificateId: certificateId ?? '', expiresAt: expiresAt.toISOString() });
    });
  }

  /** Stations are given it no more, and AWS is told soon. On record. False when it is over already. */
  async end(tx: Ledger, actor: string, order: string, reason: string): Promise<boolean> {
    const row = await tx
      .updateTable('fleet_claim')
      .set({ state: 'ending', reason, attempts: 0, next_attempt_at: sql<Date>`now()` })
      .where('work_order_id', '=', order)
      .where('state', 'in', ['pending', 'active'])
      .returning('target_name as target')
      .executeTakeFirst();
    if (row) await this.audit.record(tx, actor, 'claim.ending', `work-order:${order}`, { order, target: row.target, reason });
    return row !== undefined;
  }

  /** Another one is wanted in the place of one that has ended, for as long as that was good; its key, certificate and end are its own. On record. False where it has not ended in AWS. */
  async replace(tx: Ledger, actor: string, { order, target, certificateId }: FleetClaim, reason: string): Promise<boolean> {
    const row = await tx
      .updateTable('fleet_claim')
      .set({
        state: 'pending', csr: null, certificate_id: null, certificate: null, reason: null, detail: null, aws_error: null, attempts: 0, next_attempt_at: sql<Date>`now()`,
        former_certificate_ids: sql<string[]>`array_remove(former_certificate_ids || certificate_id, null)`,
        expires_at: sql<Date>`now() + (expires_at - created_at)`, created_at: sql<Date>`now()`, made_at: null, ended_at: null,
      })
      .where('work_order_id', '=', order)
      .where('state', '=', 'ended')
      .where('certificate_id', 'is not distinct from', certificateId)
      .returning('work_order_id')
      .executeTakeFirst();
    if (row) await this.audit.record(tx, actor, 'claim.replaced', `work-order:${order}`, { order, target, former: certificateId, reason });
    return row !== undefined;
  }

  /** Whether the certificate is of a claim in whose place the order has another. */
  async isFormer(order: string, certificateId: string): Promise<boolean> {
    return (await this.db.selectFrom('fleet_claim').select('work_order_id').where('work_order_id', '=', order).where(sql<boolean>`${certificateId} = any(former_certificate_ids)`).executeTakeFirst()) !== undefined;
  }

  /** AWS lets nobody in with it; its key is not kept. On record. Nothing is written when another has taken it since, or it is to be ended again. */
  async ended({ order, target, certificateId, attempts }: FleetClaim): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const row = await tx.updateTable('fleet_claim').set({ state: 'ended', sealed_key: null, ended_at: new Date(), ...this.rested() }).where('work_order_id', '=', order).where('state', '=', 'ending').where('attempts', '=', attempts).where('certificate_id', 'is not distinct from', certificateId).returning('work_order_id').executeTakeFirst();
      if (row) await this.audit.record(tx, 'system', 'claim.ended', `work-order:${order}`, { order, target, certificateId });
    });
  }

  /** Whether it is in the state in which this worker took it, with this certificate, and nobody has taken it since. */
  async isStillMine({ order, state, attempts }: FleetClaim, certificateId: string): Promise<boolean> {
    return (await this.db.selectFrom('fleet_claim').select('work_order_id').where('work_order_id', '=', order).where('state', '=', state).where('attempts', '=', attempts).where('certificate_id', '=', certificateId).executeTakeFirst()) !== undefined;
  }

  /** Its certificate may have been set ACTIVE just now: when its end was ordered before, AWS is told again, until it has it REVOKED. On record. False when no end was ordered; nothing is written then. */
  async endAgain(order: string, certificateId: string): Promise<boolean> {
    return this.db.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable('fleet_claim')
        // One attempt more: whoever is at its end now told AWS too early, and must not end it.
        .set({ state: 'ending', ended_at: null, attempts: sql<number>`attempts + 1`, next_attempt_at: sql<Date>`now()` })
        .where('work_order_id', '=', order)
        .where('state', 'in', ['ending', 'ended'])
        .where('certificate_id', '=', certificateId)
        .returning(['target_name as target', 'reason'])
        .executeTakeFirst();
      if (row) await this.audit.record(tx, 'system', 'claim.ending', `work-order:${order}`, { order, target: row.target, reason: row.reason ?? '' });
      return row !== undefined;
    });
  }

  /** Nothing is amiss: it is looked at again. Whoever has taken it since, or an end that was ordered, is not put off. */
  async rest({ order, state, attempts }: FleetClaim): Promise<void> {
    await this.db.updateTable('fleet_claim').set(this.rested()).where('work_order_id', '=', order).where('state', '=', state).where('attempts', '=', attempts).execute();
  }

  /** Tried again later, each time twice as late. `awsError`: AWS's name of it. Whoever has taken it since, or an end that was ordered, is not put off. */
  async postpone({ order, state, attempts }: FleetClaim, detail: string, awsError: string | null): Promise<void> {
    const next = sql<Date>`now() + ${backoffMs(Math.max(1, attempts), RETRY)}::int * (0.5 + random() / 2) * interval '1 millisecond'`;
    await this.db.updateTable('fleet_claim').set({ detail, aws_error: awsError, next_attempt_at: next }).where('work_order_id', '=', order).where('state', '=', state).where('attempts', '=', attempts).execute();
  }

  /** Whether each unit of the order that was not scrapped has its certificate and has connected, and none is to come. */
  async allConnected(order: string): Promise<boolean> {
    const { rows } = await sql<{ done: boolean }>`
      select not exists (
        select from unit where unit.work_order_id = ${order} and unit.state <> 'scrapped' and not exists (
          select from certificate join unit_target on unit_target.unit_id = certificate.unit_id and unit_target.certificate_id = certificate.fingerprint
          where certificate.unit_id = unit.id and certificate.state = 'valid' and unit_target.connected_at is not null)) as done`.execute(this.db);
    return rows[0]?.done ?? false;
  }

  private rested() {
    return { detail: null, aws_error: null, attempts: 0, next_attempt_at: sql<Date>`now() + ${LOOK_MS} * interval '1 millisecond'` };
  }
}
