import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';
import { ENDED } from '../work-orders/order-state.js';
import { workOrderNotFound } from '../work-orders/work-order.errors.js';
import type { WorkOrderState } from '../work-orders/work-order.tables.js';

/** Where the units of an order are: `ordered + beyondOrdered = shipped + scrapped + inWork + unaccounted`. In units, canaries not among them. */
export interface OrderBalance {
  /** The order's quantity. */
  ordered: number;
  /** Units that it has come to above its quantity, as those that replace scrap. */
  beyondOrdered: number;
  shipped: number;
  scrapped: number;
  /** Of whom something is still expected: passed and not shipped; while the order goes on also begun, and not begun. */
  inWork: number;
  /** Of whom nobody can say where they are, as the order stands. */
  unaccounted: number;
  /** The same if the order were closed at this moment. */
  unaccountedIfClosed: number;
  passed: number;
  /** Claimed, reserved, certified, failed, quarantined or reworking: begun, and neither passed nor scrapped. */
  begun: number;
  /** What the quantity lacks of all those. */
  notBegun: number;
  /** `used`: what counts against the quota. `onRecord`: the certificates and entitlements that should count. */
  certificates: { used: number; onRecord: number };
}

interface Counted {
  state: WorkOrderState;
  ordered: number;
  shipped: number;
  scrapped: number;
  passed: number;
  begun: number;
  used: number;
  onRecord: number;
}

/** What an order has come to, counted from its units and their certificates in one statement. */
@Injectable()
export class OrderBalanceQueries {
  constructor(private readonly db: Database) {}

  /** Throws `work-order-unknown`. */
  async of(id: string, ledger: Ledger = this.db): Promise<OrderBalance> {
    const { rows: [counted] } = await sql<Counted>`
      select work_order.state, quantity as ordered, certificates_reserved as used, units.*,
        -- Each that was signed or may be, but for those whose quota a rework gave back; a successor took none.
        (select count(*)::int from unit join certificate c on c.unit_id = unit.id and c.work_order_id = unit.work_order_id
          where unit.work_order_id = work_order.id and not canary and c.state in ('reserved', 'valid', 'revoked') and c.replaces is null and c.reworked_at is null)
        + (select count(*)::int from unit join aws_entitlement e on e.unit_id = unit.id and e.work_order_id = unit.work_order_id
          where unit.work_order_id = work_order.id and not canary and e.fingerprint is null and e.reworked_at is null) as "onRecord"
      from work_order cross join lateral (
        select count(*) filter (where unit.state = 'shipped')::int as shipped, count(*) filter (where unit.state = 'scrapped')::int as scrapped,
          count(*) filter (where unit.state = 'passed')::int as passed, count(*) filter (where unit.state not in ('shipped', 'scrapped', 'passed', 'planned'))::int as begun
        from unit where unit.work_order_id = work_order.id and not canary) as units
      where work_order.id = ${id}`.execute(ledger);
    if (!counted) throw workOrderNotFound(id);
    return balanceOf(counted);
  }
}

function balanceOf({ state, ordered, shipped, scrapped, passed, begun, used, onRecord }: Counted): OrderBalance {
  const notBegun = Math.max(0, ordered - shipped - scrapped - passed - begun);
  // Certificates that no unit of the order has, or that count nowhere.
  const offRecord = Math.abs(used - onRecord);
  const unaccountedIfClosed = begun + notBegun + offRecord;
  const goesOn = !ENDED.includes(state);
  const inWork = goesOn ? passed + begun + notBegun : passed;
  const unaccounted = goesOn ? offRecord : unaccountedIfClosed;
  const beyondOrdered = shipped + scrapped + inWork + unaccounted - ordered;
  return { ordered, beyondOrdered, shipped, scrapped, inWork, unaccounted, unaccountedIfClosed, passed, begun, notBegun, certificates: { used, onRecord } };
}
