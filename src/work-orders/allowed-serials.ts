import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';

/** Why a serial of an upload can't be allowed, as the end of a sentence that begins with it. */
export interface RefusedSerial {
  serial: string;
  fault: string;
}

const CASE_ONLY = 'upper and lower case only';
/** How many serials of a list are read together at least. */
const LEAST_READ = 2_000;

/** Serials that products may use, as they were uploaded. */
@Injectable()
export class AllowedSerials {
  constructor(private readonly db: Database) {}

  /** Allows the serials, which must differ from one another. Answers how many were not allowed before, and those that can't be. */
  async add(tx: Ledger, product: string, upload: string, serials: readonly string[]): Promise<{ added: number; refused: RefusedSerial[] }> {
    const made = await sql<{ serial: string }>`
      insert into allowed_serial (serial, folded, product, upload, taken)
      select asked.serial, upper(asked.serial), ${product}, ${upload}::uuid, exists (select from unit where unit.serial = asked.serial)
      from unnest(${serials}::text[]) with ordinality as asked (serial, at) order by asked.at
      on conflict do nothing returning serial`.execute(tx);
    const added = made.rows.map(({ serial }) => serial);
    const left = await sql<{ serial: string; known: string | null; product: string | null; again: boolean | null }>`
      select asked.serial, known.serial as known, known.product, known.upload = ${upload}::uuid as again from unnest(${serials}::text[]) as asked (serial)
      left join lateral (select serial, product, upload from allowed_serial where serial = asked.serial or folded = upper(asked.serial) order by serial = asked.serial desc limit 1) as known on true
      where asked.serial <> all(${added}::text[]) and (known.product is distinct from ${product} or known.upload = ${upload}::uuid or known.serial <> asked.serial)`.execute(tx);
    const units = await sql<{ serial: string; unit: string; product: string }>`
      select asked.serial, unit.serial as unit, work_order.product from unnest(${added}::text[]) as asked (serial)
      join unit on upper(unit.serial) = upper(asked.serial) join work_order on work_order.id = unit.work_order_id
      where unit.serial <> asked.serial or work_order.product <> ${product}`.execute(tx);
    const refused = [
      ...left.rows.map(({ serial, known, product: of, again }) => ({ serial, fault: serial !== known ? `differs from ${known} of the product ${of} in ${CASE_ONLY}` : again ? 'stands in the list twice' : `belongs to the product ${of}` })),
      ...units.rows.map(({ serial, unit, product: of }) => ({ serial, fault: serial === unit ? `is a unit of the product ${of}` : `differs from the unit ${unit} in ${CASE_ONLY}` })),
    ];
    return { added: added.length, refused };
  }

  /**
   * The next `count` serials of the product that have no unit and that `fits` takes, in the order of their upload; fewer where there are no more. They are taken from the end of `tx` on.
   * `passedOver`: how many were looked at and do not fit; they stay free.
   */
  async take(tx: Ledger, product: string, count: number, fits: (serial: string) => boolean): Promise<{ serials: string[]; passedOver: number }> {
    const serials: string[] = [];
    let [after, passedOver] = [0, 0];
    while (serials.length < count) {
      const wanted = count - serials.length;
      const page = await tx.selectFrom('allowed_serial').select(['serial', 'position']).where('product', '=', product).where('taken', '=', false).where('position', '>', after)
        .orderBy('position').limit(Math.max(wanted, LEAST_READ)).execute();
      if (page.length === 0) break;
      const fitting = page.filter(({ serial }) => fits(serial)).slice(0, wanted);
      after = (fitting.length === wanted ? fitting : page).at(-1)!.position;
      passedOver += page.filter(({ position }) => position <= after).length - fitting.length;
      serials.push(...(await this.takeFree(tx, fitting.map(({ serial }) => serial))));
    }
    return { serials, passedOver };
  }

  /** Of the serials those that nobody else takes at this moment, in the order of their upload. */
  private async takeFree(tx: Ledger, serials: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ serial: string }>`
      with next as (select serial, position from allowed_serial where serial = any(${serials}::text[]) and not taken order by position for update skip locked),
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
