import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../audit/audit-log.js';
import type { Checkpoint } from '../audit/checkpoint.js';
import { LedgerEpochs, type LedgerStanding } from '../audit/ledger-epochs.js';
import { Database } from '../platform/database/database.js';
import { OrderConfirmations } from '../work-orders/order-confirmations.js';
import { UnitRepository } from '../work-orders/unit.repository.js';
import { WorkOrderRepository } from '../work-orders/work-order.repository.js';

/** Revocation lists are numbered by the time; clocks may have differed, and several lists may have come within a second. */
const CRL_MARGIN_SECONDS = 3_600;

export interface Acceptance {
  epoch: number;
  /** The first index of the log that may have been given to other leaves before. */
  from: number;
  /** The last one that is known to have been given. */
  to: number | null;
  heldOrders: string[];
  /** How many orders wait to be confirmed, those that have ended too. */
  unconfirmedOrders: number;
}

/** Lets a ledger issue again that lacks what it held once. Certificates that it does not know stay unknown to it. */
@Injectable()
export class LedgerAcceptance {
  constructor(
    private readonly db: Database,
    private readonly epochs: LedgerEpochs,
    private readonly orders: WorkOrderRepository,
    private readonly confirmations: OrderConfirmations,
    private readonly units: UnitRepository,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Numbers that may have been used are not used again: fences of units and numbers of revocation lists go on above them. Each
   * released order is put on hold, so that none of its units gets a certificate until a manager resumes it, and each that was ever released is to be confirmed
   * before anything is decided of the second certificates of its units. One transaction.
   * @param kept what was kept outside the ledger, newest first
   * @param applies decides with the ledger locked; undefined is answered where it says no
   */
  accept(actor: string, kept: readonly Checkpoint[], applies: (standing: LedgerStanding) => string | undefined): Promise<Acceptance | undefined> {
    return this.db.transaction().execute(async (tx) => {
      // All units are written, perhaps a million.
      await sql`select set_config('statement_timeout', '0', true)`.execute(tx);
      const standing = await this.epochs.lock(tx);
      const reason = applies(standing);
      if (reason === undefined) return undefined;
      const now = Date.now();
      const from = standing.heldFrom ?? (await this.epochs.nextIndex(tx));
      const to = kept.length === 0 ? null : Math.max(...kept.map(({ index }) => index));
      const epoch = Math.max(standing.epoch, ...kept.map((checkpoint) => checkpoint.epoch)) + 1;
      // Milliseconds: nobody takes units from one another a thousand times a second.
      await this.units.raiseFences(tx, now);
      const heldOrders = await this.orders.released(tx);
      for (const id of heldOrders) {
        const why = `The ledger was accepted after it had lost what it held: units of this order may have certificates that it does not know. ${reason}`;
        await this.orders.move(tx, id, 'held', why);
        await this.audit.record(tx, actor, 'work-order.held', `work-order:${id}`, { id, reason: why });
      }
      const unconfirmedOrders = await this.confirmations.doubtAll(tx, epoch);
      const leastCrlNumber = Math.floor(now / 1_000) + CRL_MARGIN_SECONDS;
      await this.epochs.begin(tx, actor, { epoch, from, to, reason, leastCrlNumber, orders: heldOrders.length });
      return { epoch, from, to, heldOrders, unconfirmedOrders };
    });
  }
}
