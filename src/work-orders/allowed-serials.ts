import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';

/** Why a serial of an upload can't be allowed, as the end of a sentence that begins with it. */
export interface RefusedSerial {
  serial: string;
  fault: string;
}

/** Serials that products may use, as they were uploaded. */
@Injectable()
export class AllowedSerials {
  constructor(private readonly db: Database) {}

  /** Allows the serials, which must differ from one another. Answers how many were not allowed before, and those that can't be. */
  async add(tx: Ledger, product: string, upload: string, serials: readonly string[]): Promise<{ added: number; refused: RefusedSerial[] }> {
    const made = await sql<{ serial: string }>`
      insert into allowed_serial (serial, product, upload, taken)
      select asked.serial, ${product}, ${upload}::uuid, exists (select from unit where unit.serial = asked.serial)
      from unnest(${serials}::text[]) with ordinality as asked (serial, at) order by asked.at
      on conflict (serial) do nothing returning serial`.execute(tx);
    const known = await sql<{ serial: string; product: string; again: boolean }>`
      select serial, product, upload = ${upload}::uuid as again from allowed_serial
      where serial = any(${serials}::text[]) and serial <> all(${made.rows.map(({ serial }) => serial)}::text[])
        and (product <> ${product} or upload = ${upload}::uuid)`.execute(tx);
    const elsewhere = await sql<{ serial: string; product: string }>`
      select unit.serial, work_order.product from unit join work_order on work_order.id = unit.work_order_id
      where unit.serial = any(${made.rows.map(({ serial }) => serial)}::text[]) and work_order.product <> ${product}`.execute(tx);
    const refused = [
      ...known.rows.map(({ serial, product: of, again }) => ({ serial, fault: again ? 'stands in the list twice' : `belongs to the product ${of}` })),
      ...elsewhere.rows.map(({ serial, product: of }) => ({ serial, fault: `is a unit of the product ${of}` })),
    ];
    return { added: made.rows.length, refused };
  }

  /** The next `count` serials of the product that have no unit, in the order of their upload; fewer where there are no more. They are taken from the end of `tx` on. */
  async take(tx: Ledger, product: string, count: number): Promise<string[]> {
    const { rows } = await sql<{ serial: string }>`
      with next as (select serial, position from allowed_serial where product = ${product} and not taken order by position limit ${count} for update skip locked),
        marked as (update allowed_serial set taken = true from next where allowed_serial.serial = next.serial)
      select serial from next order by position`.execute(tx);
    return rows.map(({ serial }) => serial);
  }

  /** Marks the serials as taken. Answers one that the product may not use, if there is one. */
  async mark(tx: Ledger, product: string, serials: readonly string[]): Promise<string | undefined> {
    await sql`update allowed_serial set taken = true where serial = any(${serials}::text[]) and product = ${product} and not taken`.execute(tx);
    const { rows } = await sql<{ serial: string }>`
      select asked.serial from unnest(${serials}::text[]) with ordinality as asked (serial, at)
      where not exists (select from allowed_serial where allowed_serial.serial = asked.serial and allowed_serial.product = ${product}) order by asked.at limit 1`.execute(tx);
    return rows[0]?.serial;
  }

  /** How many the product may use, and how many of these have no unit yet. */
  async count(product: string): Promise<{ allowed: number; free: number }> {
    const { rows } = await sql<{ allowed: number; free: number }>`
      select count(*)::integer as allowed, (count(*) filter (where not taken))::integer as free from allowed_serial where product = ${product}`.execute(this.db);
    return rows[0]!;
  }
}
