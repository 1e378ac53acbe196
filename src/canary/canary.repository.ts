import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { goneInstances } from '../platform/database/instance.js';
import { CANARY_GONE } from '../aws-iot/aws-iot.tables.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { canaryUnknown } from './canary.errors.js';
import type { CanaryResult, CanaryState } from './canary.tables.js';

/** A throw-away unit of an order, and how it went. */
export interface Canary {
  id: number;
  serial: string;
  workOrder: string;
  state: CanaryState;
  over443: boolean;
  /** Which signed its certificate; null while it has none. */
  authority: string | null;
  /** Fingerprint. */
  certificate: string | null;
  results: CanaryResult[];
  requestedBy: string;
  requestedAt: Date;
  endedAt: Date | null;
}

/** A target in which a canary was to become known. */
export interface CanaryPlace {
  target: string;
  /** Nothing of it stands there any more. */
  removed: boolean;
  /** Why it stands there still, where that is known. */
  detail: string | null;
}

/** A canary that has ended, or whose process is gone. */
export type EndedCanary = Pick<Canary, 'id' | 'serial' | 'workOrder' | 'certificate'> & { unitId: number };

const COLUMNS = [
  'id', 'serial', 'work_order_id as workOrder', 'state', 'over_443 as over443', 'authority_id as authority', 'certificate_id as certificate', 'results',
  'requested_by as requestedBy', 'requested_at as requestedAt', 'ended_at as endedAt',
] as const;
const OF_UNIT = ['id', 'serial', 'work_order_id as workOrder', 'certificate_id as certificate', 'unit_id as unitId'] as const;

@Injectable()
export class CanaryRepository {
  constructor(private readonly db: Database) {}

  /** Throws a unique violation (`canary_one_open`) where the order has one that has not ended. */
  async insert(tx: Ledger, { serial, order, unitId, over443, actor }: { serial: string; order: string; unitId: number; over443: boolean; actor: string }): Promise<Canary> {
    return tx
      .insertInto('canary')
      .values({ serial, work_order_id: order, unit_id: unitId, state: 'planned', over_443: over443, requested_by: actor })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  findLast(order: string, ledger: Ledger = this.db): Promise<Canary | undefined> {
    return ledger.selectFrom('canary').select(COLUMNS).where('work_order_id', '=', order).orderBy('id', 'desc').limit(1).executeTakeFirst();
  }

  /** Throws `canary-unknown`. `serial`: of its unit. */
  async getBySerial(order: string, serial: string): Promise<Canary> {
    return this.db.selectFrom('canary').select(COLUMNS).where('work_order_id', '=', order).where('serial', '=', serial).executeTakeFirstOrThrow(() => canaryUnknown(order));
  }

  /** Throws `canary-unknown`. */
  async getLast(order: string): Promise<Canary> {
    const last = await this.findLast(order);
    if (!last) throw canaryUnknown(order);
    return last;
  }

  /** Empty as long as it has no certificate. */
  async places(id: number): Promise<CanaryPlace[]> {
    return this.db
      .selectFrom('canary')
      .innerJoin('unit_target', (on) => on.onRef('unit_target.unit_id', '=', 'canary.unit_id').onRef('unit_target.certificate_id', '=', 'canary.certificate_id'))
      .select(['target_name as target', 'detail', sql<boolean>`unit_target.step = ${CANARY_GONE}`.as('removed')])
      .where('canary.id', '=', id)
      .orderBy('target_name')
      .execute();
  }

  /** Several workers may claim at once; each gets others. */
  async claim(limit: number, heldBy: number, holdMs: number): Promise<(Canary & { unitId: number })[]> {
    return this.db
      .with('due', (db) => db.selectFrom('canary').select('id').where('state', '=', 'planned').where('discarded', '=', false).orderBy('id').limit(limit).forUpdate().skipLocked())
      .updateTable('canary')
      .set({ state: 'running', held_by: heldBy, held_until: sql<Date>`clock_timestamp() + ${holdMs} * interval '1 millisecond'` })
      .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
      .returning([...COLUMNS, 'unit_id as unitId'])
      .execute();
  }

  /** False where it was given up meanwhile. */
  async issued(id: number, heldBy: number, { authority, certificate }: { authority: string; certificate: string }): Promise<boolean> {
    const row = await this.db
      .updateTable('canary')
      .set({ authority_id: authority, certificate_id: certificate })
      .where('id', '=', id).where('state', '=', 'running').where('held_by', '=', heldBy)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** False where it has ended already. */
  async end(tx: Ledger, id: number, results: readonly CanaryResult[]): Promise<boolean> {
    const row = await tx
      .updateTable('canary')
      .set({ state: results.every(({ passed }) => passed) ? 'passed' : 'failed', results: JSON.stringify(results), ended_at: sql<Date>`now()`, held_by: null, held_until: null })
      .where('id', '=', id).where('state', '=', 'running')
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Nothing of it is good any more. `certificate`: the one that it had, if any. */
  async discarded(tx: Ledger, id: number, certificate: string | null): Promise<void> {
    await tx.updateTable('canary').set({ certificate_id: certificate, discarded: true }).where('id', '=', id).execute();
  }

  /** Those that a process was at that is gone, or hangs. Their keys are lost. */
  async abandoned(): Promise<EndedCanary[]> {
    const running = await this.db.selectFrom('canary').select([...OF_UNIT, 'held_by as heldBy', sql<boolean>`held_until <= clock_timestamp()`.as('over')]).where('state', '=', 'running').where('discarded', '=', false).execute();
    const gone = await goneInstances(running.flatMap(({ heldBy }) => heldBy ?? []), this.db);
    return running.filter(({ heldBy, over }) => over || heldBy === null || gone.has(heldBy));
  }

  /** Ended ones whose certificate may still be good: a reservation of it was open at that time, and is not any more. */
  async undiscarded(): Promise<EndedCanary[]> {
    return this.db
      .selectFrom('canary')
      .select(OF_UNIT)
      .where('discarded', '=', false)
      .where('state', 'in', ['passed', 'failed'])
      .where('unit_id', 'in', (eb) => eb.selectFrom('unit').select('unit.id').where('unit.state', '<>', 'reserved'))
      .execute();
  }
}
