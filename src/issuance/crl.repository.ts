import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, type Ledger } from '../platform/database/database.js';

/** A published list without its bytes. */
export interface CrlHead {
  number: number;
  thisUpdate: Date;
  nextUpdate: Date;
  entries: number;
  sha256: Buffer;
}

/** Clocks of our processes may differ by so much: each by `CLOCK_SKEW_MAX_MS` from the ledger's. */
export const SKEW_MS = 10 * 60_000;

/**
 * In the first half of its time. A list from the future, which a clock that was wrong has made, is none that anybody
 * takes: one with the right date follows it at once, and the number says which is the newer.
 */
export function isFresh({ thisUpdate, nextUpdate }: CrlHead, now: Date): boolean {
  return +thisUpdate <= +now + SKEW_MS && +now < (+thisUpdate + +nextUpdate) / 2;
}

/** First half of the advisory-lock key: "CRLS" in ASCII. */
const LOCK_SPACE = 0x43524c53;
/** Entries of one answer: some 100 kB, which this process reads in a millisecond. */
const PAGE = 2_000;
/** Bytes of one answer when a list is read. */
const PIECE = 256 * 1_024;

@Injectable()
export class CrlRepository {
  constructor(private readonly db: Database) {}

  /** Authorities that have ever issued and whose list is missing, lacks a revocation, or is not fresh any more. */
  async due(now: Date): Promise<string[]> {
    const { rows } = await sql<{ id: string; revoked: boolean } & Nullable<CrlHead>>`
      select a.id, exists (select from crl_due d where d.authority_id = a.id) as revoked,
        c.number, c.this_update as "thisUpdate", c.next_update as "nextUpdate", c.entries, c.sha256
      from authority a
      left join lateral (select number, this_update, next_update, entries, sha256 from crl where authority_id = a.id order by number desc limit 1) c on true
      where a.activated_at is not null and a.state <> 'destroyed'
      order by a.id`.execute(this.db);
    return rows.filter((row) => row.revoked || !isPublished(row) || !isFresh(row, now)).map(({ id }) => id);
  }

  last(authorityId: string, ledger: Ledger = this.db): Promise<CrlHead | undefined> {
    return ledger
      .selectFrom('crl')
      .select(['number', 'this_update as thisUpdate', 'next_update as nextUpdate', 'entries', 'sha256'])
      .where('authority_id', '=', authorityId)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** When the authority's last revocation was made. */
  async lastRevocation(tx: Ledger, authorityId: string): Promise<Date | undefined> {
    const row = await tx
      .selectFrom('certificate')
      .select('revoked_at')
      .where('authority_id', '=', authorityId)
      .where('state', '=', 'revoked')
      .orderBy('revoked_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.revoked_at ?? undefined;
  }

  /** Until the transaction ends; false when another process reserves a list of this authority. */
  async tryLock(tx: Ledger, authorityId: string): Promise<boolean> {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${LOCK_SPACE}, hashtext(${authorityId})) as held`.execute(tx);
    return rows[0]?.held === true;
  }

  /** The process that makes the authority's next list at this moment, by its number, or made it until its time was over. */
  async draftHolder(tx: Ledger, authorityId: string): Promise<number | undefined> {
    const row = await tx.selectFrom('crl_draft').select('held_by').where('authority_id', '=', authorityId).where('ends_at', '>', sql<Date>`now()`).executeTakeFirst();
    return row?.held_by;
  }

  /** Reserves a number, in the place of a draft that came to nothing. Answers the draft's id. */
  async startDraft(tx: Ledger, authorityId: string, { number, heldBy, keepMs }: { number: number; heldBy: number; keepMs: number }): Promise<number> {
    await tx.deleteFrom('crl_draft').where('authority_id', '=', authorityId).execute();
    const { id } = await tx
      .insertInto('crl_draft')
      .values({ authority_id: authorityId, number, held_by: heldBy, ends_at: sql<Date>`now() + ${keepMs} * interval '1 millisecond'` })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  /** False when it is not there any more: another process has made one in its place. */
  async endDraft(tx: Ledger, id: number): Promise<boolean> {
    return (await tx.deleteFrom('crl_draft').where('id', '=', id).returning('id').executeTakeFirst()) !== undefined;
  }

  async dropDraft(id: number): Promise<void> {
    await this.endDraft(this.db, id);
  }

  /** Of revocations that are on no list yet. */
  async dueIds(tx: Ledger, authorityId: string): Promise<number[]> {
    const rows = await tx.selectFrom('crl_due').select('id').where('authority_id', '=', authorityId).execute();
    return rows.map(({ id }) => id);
  }

  /** Every entry of the authority's list, in runs; the ledger joins them, so that this process only copies bytes. */
  async *entries(tx: Ledger, authorityId: string): AsyncGenerator<{ run: Buffer; count: number }> {
    // As text, since a JavaScript date would lose the microseconds.
    let after = { at: '-infinity', serial: '' };
    for (;;) {
      const { rows } = await sql<{ run: Buffer | null; count: number; at: string; serial: string }>`
        with page as (
          select revoked_at, serial_number, crl_entry from certificate
          where authority_id = ${authorityId} and state = 'revoked' and (revoked_at, serial_number) > (${after.at}::timestamptz, ${after.serial})
          order by revoked_at, serial_number limit ${PAGE})
        select string_agg(crl_entry, ''::bytea order by revoked_at, serial_number) as run, count(*)::int as count,
          max(revoked_at)::text as at, (select serial_number from page order by revoked_at desc, serial_number desc limit 1) as serial
        from page`.execute(tx);
      const page = rows[0];
      if (!page?.run) return;
      yield { run: page.run, count: page.count };
      if (page.count < PAGE) return;
      after = page;
    }
  }

  /** What no list's number may be below since the ledger was accepted after a restore. */
  async leastNumber(tx: Ledger): Promise<number> {
    const { least } = await tx.selectFrom('ledger_epoch').select((eb) => eb.fn.max('least_crl_number').as('least')).executeTakeFirstOrThrow();
    return least ?? 1;
  }

  /** `previous`: number of the list before it. The ledger refuses a list that does not follow the last one. */
  async insert(tx: Ledger, authorityId: string, head: CrlHead, previous: number | null, der: Buffer, dueIds: readonly number[]): Promise<void> {
    const { number, thisUpdate, nextUpdate, entries, sha256 } = head;
    await tx.insertInto('crl').values({ authority_id: authorityId, number, previous, this_update: thisUpdate, next_update: nextUpdate, entries, sha256, der }).execute();
    for (let at = 0; at < dueIds.length; at += PAGE) await tx.deleteFrom('crl_due').where('id', 'in', dueIds.slice(at, at + PAGE)).execute();
    // One may still be on its way to a reader while the next is published.
    if (previous !== null) await tx.updateTable('crl').set({ der: null }).where('authority_id', '=', authorityId).where('number', '<', previous).where('der', 'is not', null).execute();
  }

  /** In pieces, so that megabytes don't arrive all at once. Undefined when newer lists have taken its place. */
  async read(authorityId: string, number: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    for (;;) {
      const row = await this.db
        .selectFrom('crl')
        .select(sql<Buffer | null>`substring(der from ${pieces.length * PIECE + 1} for ${PIECE})`.as('piece'))
        .where('authority_id', '=', authorityId)
        .where('number', '=', number)
        .executeTakeFirst();
      if (!row?.piece) return undefined;
      pieces.push(row.piece);
      if (row.piece.length < PIECE) return Buffer.concat(pieces);
    }
  }
}

type Nullable<T> = { [Key in keyof T]: T[Key] | null };

function isPublished(row: Nullable<CrlHead>): row is CrlHead {
  return row.number !== null;
}
