import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../platform/database/database.js';
import type { UnitState } from '../work-orders/work-order.tables.js';

/** Units that one statement reads for a file. */
const PAGE = 1_000;

/** A unit of an order in a list. `fingerprint`: of its current certificate, while that is valid. */
export interface OrderUnit {
  id: number;
  serial: string;
  state: UnitState;
  fingerprint: string | null;
  notAfter: Date | null;
  updatedAt: Date;
}

/** The units of an order, in the order in which they were named; canaries are not among them. */
@Injectable()
export class OrderUnitsQueries {
  constructor(private readonly db: Database) {}

  /** `after`: the number of the last unit that was seen. */
  async page(order: string, state: UnitState | undefined, after: number, limit: number): Promise<OrderUnit[]> {
    const { rows } = await sql<OrderUnit>`
      select unit.id, unit.serial, unit.state, c.fingerprint, c.not_after as "notAfter", unit.updated_at as "updatedAt"
      from (select id, serial, state, updated_at from unit where work_order_id = ${order} and not canary and id > ${after} and ${state === undefined ? sql`true` : sql`state = ${state}`}
        order by id limit ${limit}) as unit
      left join certificate c on c.unit_id = unit.id and c.state = 'valid' and c.standing = 'current'
      order by unit.id`.execute(this.db);
    return rows;
  }

  /** All of them, a page at a time. */
  async *pages(order: string, state: UnitState | undefined): AsyncGenerator<OrderUnit[]> {
    for (let after = 0; ; ) {
      const page = await this.page(order, state, after, PAGE);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
    }
  }
}
