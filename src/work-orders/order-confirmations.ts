import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { textArray } from '../platform/database/arrays.js';
import { Database, type Ledger } from '../platform/database/database.js';
import { workOrderNotFound, workOrderUnconfirmed } from './work-order.errors.js';

/**
 * Orders of which the ledger may have lost something: it was accepted after a restore, and units of theirs may have certificates that it does not know. Until a manager has confirmed such an order, nothing is decided
 * of its units' second certificates, and no certificate that AWS shows for one of them is taken for a stranger's.
 */
@Injectable()
export class OrderConfirmations {
  constructor(private readonly db: Database) {}

  /** All but planned orders, whose units have nothing: those that have ended too, since their units are in the field. Answers how many. */
  async doubtAll(tx: Ledger, epoch: number): Promise<number> {
    const { numUpdatedRows } = await tx.updateTable('work_order').set({ unconfirmed_epoch: epoch }).where('state', '<>', 'planned').executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** Those of `ids`, or all, that were to be confirmed, with the epoch for which they were. Throws `work-order-unknown`. */
  async confirm(tx: Ledger, ids: readonly string[] | 'all'): Promise<{ id: string; epoch: number }[]> {
    if (ids !== 'all') await this.assertKnown(tx, ids);
    const { rows } = await sql<{ id: string; epoch: number }>`
      with open as (select id, unconfirmed_epoch from work_order where unconfirmed_epoch is not null and ${ids === 'all' ? sql`true` : sql`id = any(${textArray(ids)}::text[])`} order by id for update)
      update work_order set unconfirmed_epoch = null from open where work_order.id = open.id returning work_order.id, open.unconfirmed_epoch as epoch`.execute(tx);
    return rows;
  }

  /** Throws `work-order-unconfirmed`. */
  async require(tx: Ledger, id: string): Promise<void> {
    if (await this.isUnconfirmed(id, tx)) throw workOrderUnconfirmed(id);
  }

  async isUnconfirmed(id: string, ledger: Ledger = this.db): Promise<boolean> {
    return (await ledger.selectFrom('work_order').select('id').where('id', '=', id).where('unconfirmed_epoch', 'is not', null).executeTakeFirst()) !== undefined;
  }

  private async assertKnown(tx: Ledger, ids: readonly string[]): Promise<void> {
    const known = new Set((await tx.selectFrom('work_order').select('id').where(sql<boolean>`id = any(${textArray(ids)}::text[])`).execute()).map(({ id }) => id));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw workOrderNotFound(unknown);
  }
}
