import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../../config/config.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import { keyIdentity } from '../../x509/public-key.js';
import { MOST_LINES } from './bulk-lines.repository.js';
import { type BulkRegistration, BulkRegistrationRepository, type BulkSettings } from './bulk-registrations.repository.js';
import type { FailedLine, FileRows, LineReport } from './bulk-signer.js';

/** Lines that are read from the ledger at once. */
const PAGE = 500;

/** A unit in a file, with its CSR in PEM. */
export interface CsrLine {
  line: number;
  serial: string;
  csr: string;
}

/** A unit in a file of which no report tells. */
export interface AskedUnit {
  line: number;
  serial: string;
  spkiSha256: Buffer;
}

/** Units whose certificates AWS signs: their CSRs in the files of bulk registrations, and what became of each. */
@Injectable()
export class BulkCsrRepository implements FileRows {
  constructor(
    private readonly db: Database,
    private readonly registrations: BulkRegistrationRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The CSR (PEM) of an entitled unit is in a file from now on that is yet to be made. The same again changes nothing, but after what was signed or left out before. */
  async join(target: string, settings: BulkSettings, unitId: number, spkiSha256: Buffer, csr: string): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const { rows } = await sql`
        insert into bulk_csr (unit_id, target_name, spki_sha256, csr) values (${unitId}, ${target}, ${spkiSha256}, ${csr})
        on conflict (unit_id, target_name) do update set spki_sha256 = excluded.spki_sha256, csr = excluded.csr, state = 'waiting', bulk_registration_id = null, line = null, attempts = 0, next_attempt_at = now()
          where bulk_csr.spki_sha256 <> excluded.spki_sha256 or bulk_csr.state = 'signed' or bulk_csr.bulk_registration_id is null
        returning unit_id`.execute(tx);
      if (rows.length > 0) await this.put(tx, target, settings, [unitId]);
    });
  }

  /** Refused ones whose time has come go into another file, with what was said of the one before. */
  async joinDue(): Promise<void> {
    await this.db.transaction().execute(async (tx) => {
      const due = await tx
        .selectFrom('bulk_csr')
        .select(['unit_id as unitId', 'target_name as target', 'bulk_registration_id as id'])
        .where('state', '=', 'refused').where('next_attempt_at', '<=', sql<Date>`now()`).where('bulk_registration_id', 'is not', null)
        .limit(PAGE)
        .forUpdate().skipLocked()
        .$narrowType<{ id: number }>()
        .execute();
      for (const [id, alike] of Map.groupBy(due, (row) => row.id)) await this.put(tx, alike[0]!.target, await this.registrations.settingsOf(id), alike.map(({ unitId }) => unitId));
    });
  }

  /** Its lines are fixed and numbered from now on; units that are to have no certificate of AWS any more are left out, and without any it has ended. */
  seal(bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    return this.db.transaction().execute(async (tx) => {
      const { id } = bulk;
      const locked = await tx.selectFrom('bulk_registration').select('id').where('id', '=', id).where('state', '=', 'collecting').forUpdate().executeTakeFirst();
      if (!locked) return undefined;
      await sql`update bulk_csr c set bulk_registration_id = null where bulk_registration_id = ${id} and not exists (
        select 1 from aws_entitlement e where e.unit_id = c.unit_id and e.state = 'open' and e.spki_sha256 = c.spki_sha256)`.execute(tx);
      const { rows } = await sql`
        update bulk_csr c set line = numbered.line, state = 'sent'
        from (select unit_id, row_number() over (order by unit_id) as line from bulk_csr where bulk_registration_id = ${id}) as numbered
        where c.bulk_registration_id = ${id} and c.unit_id = numbered.unit_id returning c.line`.execute(tx);
      if (rows.length === 0) return this.registrations.move(bulk, 'ended', { lines: 0, ended_at: new Date() }, undefined, tx);
      return this.registrations.move(bulk, 'sealed', { lines: rows.length }, undefined, tx);
    });
  }

  /** Its lines in their order, a page at a time. `failedOnly`: those that AWS refused. */
  async *pages(id: number, { failedOnly = false } = {}): AsyncGenerator<CsrLine[]> {
    for (let after = 0; ;) {
      let rows = this.lines(id).select(['c.line', 'unit.serial', 'c.csr']).where('c.line', '>', after).limit(PAGE);
      if (failedOnly) rows = rows.where('c.state', '=', 'refused');
      const page = await rows.$narrowType<{ line: number }>().execute();
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.line;
    }
  }

  /** The unit in the file whose key this is. */
  ofKey({ id }: BulkRegistration, spkiSha256: Buffer): Promise<{ unitId: number; serial: string } | undefined> {
    return this.lines(id).select(['c.unit_id as unitId', 'unit.serial']).where('c.spki_sha256', '=', spkiSha256).executeTakeFirst();
  }

  /** Serial of the unit that was entitled with this key, now or before. */
  async holderOf(spki: Buffer): Promise<string | undefined> {
    const row = await this.db.selectFrom('device_key').innerJoin('unit', 'unit.id', 'device_key.unit_id').select('unit.serial').where('device_key.identity', '=', keyIdentity(spki)).executeTakeFirst();
    return row?.serial;
  }

  /** Units of which no report tells (yet), in the order of the file. */
  unanswered({ id }: BulkRegistration, limit: number): Promise<AskedUnit[]> {
    return this.lines(id).select(['c.line', 'unit.serial', 'c.spki_sha256 as spkiSha256']).where('c.state', '=', 'sent').limit(limit).$narrowType<{ line: number }>().execute();
  }

  /** AWS has signed for the unit. */
  async signed({ id, target }: BulkRegistration, unitId: number): Promise<void> {
    await this.db.updateTable('bulk_csr').set({ state: 'signed', error_code: null, reason: null }).where('unit_id', '=', unitId).where('target_name', '=', target).where('bulk_registration_id', '=', id).execute();
  }

  /** AWS has refused these lines, which are told by their numbers. */
  async refused({ id, target }: BulkRegistration, reports: readonly LineReport[]): Promise<void> {
    for (const { line, errorCode, reason } of reports) {
      if (line === null) continue;
      await this.db.updateTable('bulk_csr').set({ state: 'refused', error_code: errorCode, reason })
        .where('bulk_registration_id', '=', id).where('target_name', '=', target).where('line', '=', line).where('state', '=', 'sent').execute();
    }
  }

  /** The registration has ended: what AWS has not signed is sent again, later each time. */
  end(bulk: BulkRegistration, detail: string | null): Promise<BulkRegistration | undefined> {
    return this.db.transaction().execute(async (tx) => {
      const { id } = bulk;
      const { rows: [counts] } = await sql<{ succeeded: number; failed: number }>`
        select count(*) filter (where state = 'signed') as succeeded, count(*) filter (where state <> 'signed') as failed from bulk_csr where bulk_registration_id = ${id}`.execute(tx);
      await sql`
        update bulk_csr set state = 'refused', attempts = attempts + 1, next_attempt_at = now() + least(3600, 30 * 2 ^ least(attempts, 10)) * interval '1 second'
        where bulk_registration_id = ${id} and state <> 'signed'`.execute(tx);
      return this.registrations.move(bulk, 'ended', { ...counts, detail, percentage: 100, ended_at: new Date() }, undefined, tx);
    });
  }

  /** In their order; their certificates are none yet. */
  async failures(id: number, { limit, after }: { limit: number; after: number }): Promise<FailedLine[]> {
    const rows = await this.lines(id).select(['c.line', 'unit.serial', 'c.error_code as errorCode', 'c.reason']).where('c.state', '=', 'refused').where('c.line', '>', after).limit(limit).$narrowType<{ line: number }>().execute();
    return rows.map((row) => ({ ...row, certificateId: null }));
  }

  /** Answers how many. */
  async sendFailedNow({ id }: BulkRegistration): Promise<number> {
    const { numUpdatedRows } = await this.db.updateTable('bulk_csr').set({ next_attempt_at: sql<Date>`now()` }).where('bulk_registration_id', '=', id).where('state', '=', 'refused').executeTakeFirst();
    return Number(numUpdatedRows);
  }

  private lines(id: number) {
    return this.db.selectFrom('bulk_csr as c').innerJoin('unit', 'unit.id', 'c.unit_id').where('c.bulk_registration_id', '=', id).orderBy('c.line');
  }

  private async put(tx: Ledger, target: string, settings: BulkSettings, unitIds: readonly number[]): Promise<void> {
    const { id, lines } = (await this.registrations.collecting(tx, target, settings, MOST_LINES)) ?? (await this.registrations.open(tx, target, settings, this.config.RECONCILE_MS));
    const { numUpdatedRows } = await tx.updateTable('bulk_csr').set({ bulk_registration_id: id, line: null, state: 'waiting' }).where('target_name', '=', target).where('unit_id', 'in', [...unitIds]).executeTakeFirst();
    await this.registrations.setLines(tx, id, lines + Number(numUpdatedRows));
  }
}
