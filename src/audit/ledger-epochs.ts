import { Injectable } from '@nestjs/common';
import { callRule, type Ledger } from '../platform/database/database.js';
import { AuditLog } from './audit-log.js';

/** How the ledger stands, as locked until the end of the transaction. */
export interface LedgerStanding {
  epoch: number;
  hold: 'older' | 'failover' | null;
  reason: string | null;
  /** The index that the next leaf was to get when the ledger was held. */
  heldFrom: number | null;
}

/** A ledger that lacks leaves which it had once, accepted as it is. */
export interface NewEpoch {
  epoch: number;
  /** The first index that may have been given to other leaves before. */
  from: number;
  /** The last one that is known to have been given; null where nobody kept it. */
  to: number | null;
  reason: string;
  leastCrlNumber: number;
  /** How many orders were put on hold. */
  orders: number;
}

/** The times of a ledger from one restore to the next. */
@Injectable()
export class LedgerEpochs {
  constructor(private readonly audit: AuditLog) {}

  async lock(tx: Ledger): Promise<LedgerStanding> {
    return tx.selectFrom('ledger_identity').select(['epoch', 'hold', 'hold_reason as reason', 'held_from as heldFrom']).where('id', '=', 1).forUpdate().executeTakeFirstOrThrow();
  }

  /** The index that the next leaf gets. */
  async nextIndex(tx: Ledger): Promise<number> {
    const { next_index } = await tx.selectFrom('log_sequencer').select('next_index').where('id', '=', 1).executeTakeFirstOrThrow();
    return next_index;
  }

  /** From the end of `tx` on the ledger is held no more, and its log says what it lacks. */
  async begin(tx: Ledger, actor: string, next: NewEpoch): Promise<void> {
    await callRule(tx, 'begin_epoch', { new_epoch: next.epoch, new_first_index: next.from, new_least_crl_number: next.leastCrlNumber });
    await this.audit.record(tx, actor, 'ledger.restored', 'ledger', { ...next });
  }
}
