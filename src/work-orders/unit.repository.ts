import { Injectable } from '@nestjs/common';
import { Database, type Ledger } from '../platform/database/database.js';
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

@Injectable()
export class UnitRepository {
  constructor(private readonly db: Database) {}

  async getBySerial(serial: string, ledger: Ledger = this.db): Promise<Unit> {
    const row = await ledger.selectFrom('unit').select(COLUMNS).where('serial', '=', serial).executeTakeFirst();
    if (!row) throw new UnitNotFound(serial);
    return row;
  }

  /** Moves a unit on only if it stands where the move may start: two callers can't both win. */
  async advance(tx: Ledger, id: number, to: UnitState): Promise<void> {
    const moved = await tx
      .updateTable('unit')
      .set({ state: to, updated_at: new Date() })
      .where('id', '=', id)
      .where('state', 'in', statesBefore(to))
      .returning('id')
      .executeTakeFirst();
    if (moved) return;
    const { state } = await tx.selectFrom('unit').select('state').where('id', '=', id).executeTakeFirstOrThrow();
    throw new UnitStateConflict(state, to);
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
