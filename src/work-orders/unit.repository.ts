import { Injectable } from '@nestjs/common';
import { Batcher } from '../platform/batcher.js';
import { bigintArray, textArray } from '../platform/database/arrays.js';
import { Database, type Ledger, run, selectList } from '../platform/database/database.js';
import { brokenRule } from '../platform/database/pg-errors.js';
import type { UnitState } from '../platform/database/schema.js';
import { statesBefore } from './unit-state.js';
import { UnitNotFound, UnitStateConflict } from './work-order.errors.js';

export interface Unit {
  id: number;
  serial: string;
  workOrderId: string;
  state: UnitState;
  fence: number;
}

const COLUMNS = ['id', 'serial', 'work_order_id as workOrderId', 'state', 'fence'] as const;
const FIND_BY_SERIAL = `select ${selectList(COLUMNS)} from unit where serial = any($1::text[])`;

/** The refusal of a ledger in which a unit does not stand where the step may start. */
export function stuckUnit(error: unknown): UnitStateConflict | undefined {
  const broken = brokenRule(error);
  return broken?.rule === 'unit-state' ? new UnitStateConflict(broken.detail, broken.hint) : undefined;
}

@Injectable()
export class UnitRepository {
  private readonly bySerial = new Batcher((serials: string[]) => this.findBySerial(serials), { lanes: 2, most: 256 });

  constructor(private readonly db: Database) {}

  /** Requests in flight together share one query. */
  async getBySerial(serial: string): Promise<Unit> {
    const unit = await this.bySerial.submit(serial);
    if (!unit) throw new UnitNotFound(serial);
    return unit;
  }

  /** Moves a unit on only if it stands where the move may start: two callers can't both win. */
  async advance(tx: Ledger, id: number, to: UnitState): Promise<void> {
    try {
      await run(tx, 'select advance_units($1, $2, $3)', [bigintArray([id]), textArray(statesBefore(to)), to]);
    } catch (error) {
      throw stuckUnit(error) ?? error;
    }
  }

  /** Like `advance`, for steps that are only sometimes due; leaves the unit alone where they are not. */
  async advanceIf(tx: Ledger, id: number, from: UnitState[], to: UnitState): Promise<void> {
    await tx.updateTable('unit').set({ state: to, updated_at: new Date() }).where('id', '=', id).where('state', 'in', from).execute();
  }

  /** The unit's next fence: a number that only grows. Whoever holds an older one is fenced off. */
  async raiseFence(tx: Ledger, id: number): Promise<Unit> {
    return tx
      .updateTable('unit')
      .set((eb) => ({ fence: eb('fence', '+', 1), updated_at: new Date() }))
      .where('id', '=', id)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  private async findBySerial(serials: readonly string[]): Promise<(Unit | undefined)[]> {
    const rows = await run<Unit>(this.db, FIND_BY_SERIAL, [textArray(serials)]);
    const units = new Map(rows.map((row) => [row.serial, row]));
    return serials.map((serial) => units.get(serial));
  }

  async countByState(workOrderId: string): Promise<Partial<Record<UnitState, number>>> {
    const rows = await this.db
      .selectFrom('unit')
      .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
      .where('work_order_id', '=', workOrderId)
      .groupBy('state')
      .execute();
    return Object.fromEntries(rows.map((row) => [row.state, row.count]));
  }
}
