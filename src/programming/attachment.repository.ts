import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { byteaArray } from '../platform/database/arrays.js';
import { Database, type Ledger, run } from '../platform/database/database.js';
import type { NamedAttachment } from './job.tables.js';

/** What one statement carries. */
const PART_BYTES = 1_048_576;

/** Files that stations uploaded, by SHA-256 (hex) of what is in them, and which jobs name them. */
@Injectable()
export class AttachmentRepository {
  constructor(private readonly db: Database) {}

  /** Length in bytes; undefined where it is not there. */
  async sizeOf(sha256: string): Promise<number | undefined> {
    const row = await this.db.selectFrom('attachment').select('bytes').where('sha256', '=', octets(sha256)).executeTakeFirst();
    return row?.bytes;
  }

  /** Lengths of those that are there. */
  async sizesOf(hashes: readonly string[]): Promise<Map<string, number>> {
    if (hashes.length === 0) return new Map();
    const rows = await run<{ sha256: string; bytes: number }>(this.db, `select encode(sha256, 'hex') as sha256, bytes from attachment where sha256 = any($1)`, [byteaArray([...new Set(hashes)].map(octets))]);
    return new Map(rows.map(({ sha256, bytes }) => [sha256, bytes]));
  }

  /** Of what the station uploaded anew within the last hour, in bytes. */
  async bytesWithinHour(station: string): Promise<number> {
    const { rows } = await sql<{ bytes: number }>`select coalesce(sum(bytes), 0)::bigint as bytes from attachment where station_id = ${station} and uploaded_at > now() - interval '1 hour'`.execute(this.db);
    return rows[0]?.bytes ?? 0;
  }

  /** Somebody uploads it once more: where nothing names it yet, its day begins again. False when it is not there. */
  async touch(sha256: string): Promise<boolean> {
    const { rows } = await sql<{ touched: boolean }>`
      with touched as (update attachment set uploaded_at = now() where sha256 = ${octets(sha256)} and not is_named)
      select from attachment where sha256 = ${octets(sha256)}`.execute(this.db);
    return rows.length > 0;
  }

  /** Does nothing where it is there already. */
  async store(sha256: string, content: Buffer, station: string): Promise<void> {
    const key = octets(sha256);
    await this.db.transaction().execute(async (tx) => {
      const { rows } = await sql`
        insert into attachment (sha256, bytes, station_id, is_named)
        values (${key}, ${content.length}, ${station}, exists (select from named_attachment where sha256 = ${key})) on conflict do nothing returning sha256`.execute(tx);
      if (rows.length === 0) return;
      for (let number = 0; number * PART_BYTES < content.length; number++) {
        const part = content.subarray(number * PART_BYTES, (number + 1) * PART_BYTES);
        await tx.insertInto('attachment_part').values({ sha256: key, number, content: part }).execute();
      }
    });
  }

  /** Its content, read piece by piece as it is taken. */
  async *contentOf(sha256: string, bytes: number): AsyncGenerator<Buffer> {
    for (let number = 0; number * PART_BYTES < bytes; number++) {
      yield (await this.db.selectFrom('attachment_part').select('content').where('sha256', '=', octets(sha256)).where('number', '=', number).executeTakeFirstOrThrow()).content;
    }
  }

  /** What a report of this job names is kept as long as the ledger is, whether it comes before or after. */
  async name(tx: Ledger, jobId: number, named: readonly NamedAttachment[]): Promise<void> {
    if (named.length === 0) return;
    const keys = byteaArray([...new Set(named.map(({ sha256 }) => sha256))].toSorted().map(octets));
    await run(tx, 'insert into named_attachment (sha256, job_id) select sha256, $2 from unnest($1::bytea[]) as sha256 on conflict do nothing', [keys, jobId]);
    await run(tx, 'update attachment set is_named = true where sha256 = any($1) and not is_named', [keys]);
  }

  /** Deletes at most `most` of those that were uploaded a day ago or earlier and that nothing names. Returns how many. */
  async forgetUnnamed(most: number): Promise<number> {
    // A result and an upload at the same moment did not see each other.
    await sql`update attachment set is_named = true where not is_named and uploaded_at < now() - interval '1 day' and exists (select from named_attachment where sha256 = attachment.sha256)`.execute(this.db);
    const { rows } = await sql`
      delete from attachment where sha256 in (
        select sha256 from attachment where not is_named and uploaded_at < now() - interval '1 day' order by uploaded_at limit ${most} for update skip locked
      ) and not exists (select from named_attachment where sha256 = attachment.sha256) returning sha256`.execute(this.db);
    return rows.length;
  }
}

const octets = (sha256: string) => Buffer.from(sha256, 'hex');
