import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AuditLog } from '../../audit/audit-log.js';
import { textArray } from '../../platform/database/arrays.js';
import { Database, type Ledger } from '../../platform/database/database.js';

/** A unit of whose Thing something is to be done in a target. */
export interface UnitToHold {
  unitId: number;
  serial: string;
  /** Let in with this one's voucher; null: nobody is let in. */
  entitlement: string | null;
  /** Since when, as the ledger writes it, to the microsecond. */
  dueAt: string;
}

/** The next try where AWS has refused one. */
const AGAIN = '1 hour';

/** Things that stand in a target before their device comes: of units whose voucher counts no more, and of those that got another one. */
@Injectable()
export class HeldThingRepository {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Of units whose voucher was withdrawn, or that got one after that: their Things are due in the targets of their order. */
  async expect(tx: Ledger, serials: readonly string[]): Promise<void> {
    await sql`
      insert into held_thing (unit_id, target_name, due_at)
      select unit.id, t.target_name, clock_timestamp() from unit join work_order_target t on t.work_order_id = unit.work_order_id
      where unit.serial = any(${textArray(serials)}::text[]) and exists (select from aws_entitlement e where e.unit_id = unit.id and e.state = 'withdrawn' and e.voucher is not null)
      on conflict (unit_id, target_name) do update set due_at = excluded.due_at`.execute(tx);
  }

  /** Somebody else was on the unit's Thing: it is made to wait for the unit's voucher again. */
  async expectAgain(target: string, serial: string): Promise<void> {
    await sql`
      insert into held_thing (unit_id, target_name, due_at) select id, ${target}, clock_timestamp() from unit where serial = ${serial}
      on conflict (unit_id, target_name) do update set due_at = excluded.due_at, held_at = null`.execute(this.db);
  }

  /** Those whose Things do not stand as they should; one whose unit has its certificate by now is none of them, nor one whose order waits to be confirmed after a restore: what is on its Thing may be its own. */
  async due(target: string, limit: number): Promise<UnitToHold[]> {
    const { rows } = await sql<UnitToHold>`
      select unit.id as "unitId", unit.serial, open.id as entitlement, h.due_at::text as "dueAt" from held_thing h
      join unit on unit.id = h.unit_id
      left join aws_entitlement open on open.unit_id = h.unit_id and open.state = 'open' and open.voucher is not null
      where h.target_name = ${target} and h.due_at <= statement_timestamp() and (h.held_at is null or h.entitlement is distinct from open.id)
        and not exists (select from aws_entitlement used where used.unit_id = h.unit_id and used.state = 'used')
        and not exists (select from work_order where work_order.id = unit.work_order_id and work_order.unconfirmed_epoch is not null)
      order by h.due_at limit ${limit}`.execute(this.db);
    return rows;
  }

  /** Those of which nothing is to be done any more are not looked at again; one whose unit waits for its voucher to be signed still is. */
  async settle(target: string): Promise<void> {
    await sql`
      update held_thing h set due_at = null from (
        select d.unit_id, d.due_at from held_thing d left join aws_entitlement open on open.unit_id = d.unit_id and open.state = 'open'
        where d.target_name = ${target} and d.due_at is not null and (open.id is null or open.voucher is not null)
          and (exists (select from aws_entitlement used where used.unit_id = d.unit_id and used.state = 'used') or (d.held_at is not null and d.entitlement is not distinct from open.id))) done
      where h.target_name = ${target} and h.unit_id = done.unit_id and h.due_at = done.due_at`.execute(this.db);
  }

  /** On record. */
  async held(target: string, { unitId, serial, entitlement }: UnitToHold): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      await tx.updateTable('held_thing').set({ entitlement, held_at: sql<Date>`now()` }).where('unit_id', '=', unitId).where('target_name', '=', target).execute();
      await this.audit.record(tx, 'system', 'unit.thing-held', `unit:${serial}`, { serial, target, entitlement });
    });
  }

  /** AWS does not let its Thing be changed: it is tried again later, or once the unit gets another voucher. On record. */
  async refused(target: string, { unitId, serial, entitlement, dueAt }: UnitToHold, reason: string): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('held_thing')
        .set({ due_at: sql<Date>`clock_timestamp() + ${AGAIN}::interval` })
        .where('unit_id', '=', unitId).where('target_name', '=', target).where('due_at', '=', sql<Date>`${dueAt}::timestamptz`)
        .executeTakeFirst();
      // Another look was faster.
      if (numUpdatedRows > 0n) await this.audit.record(tx, 'system', 'unit.thing-not-held', `unit:${serial}`, { serial, target, entitlement, reason });
    });
  }
}
