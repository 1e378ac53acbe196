import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { CONFIG, type Config } from '../../config/config.js';
import { bigintArray, textArray } from '../../platform/database/arrays.js';
import { Database, type Ledger } from '../../platform/database/database.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';
import { type BulkRegistration, BulkRegistrationRepository, type BulkSettings } from './bulk-registrations.repository.js';
import type { FailedLine, FileRows, LineReport } from './bulk-signer.js';

/** Lines of one file: at AWS's rate of ten a second a task of eight minutes, of some 12 MB, which are held at once. */
export const MOST_LINES = 5_000;
/** A unit in a file is looked at again after that, whatever became of the file. */
const LOOK_ANYWAY = sql`interval '1 hour'`;
/** Lines that are read from the ledger at once. */
const PAGE = 500;

/**
 * Steps of a unit's row (`unit_target`). `gather`: it joins a file. `sent`: its file is on its way. `verify`: AWS is asked whether all is there. `again`: it was not, and
 * once it has waited, AWS is asked again before the unit joins another file.
 */
export const STEPS = { gather: 'gather', sent: 'sent', verify: 'verify', again: 'again' } as const;

/** A unit in a file, with its certificate and that of its CA in DER. */
export interface BulkLine {
  line: number;
  unitId: number;
  serial: string;
  certificateId: string;
  certificate: Buffer;
  ca: Buffer;
}

/** The units in the files of bulk registrations, and what became of each. */
@Injectable()
export class BulkLineRepository implements FileRows {
  /** Of one file; tests have fewer. */
  mostLines = MOST_LINES;

  constructor(
    private readonly db: Database,
    private readonly registrations: BulkRegistrationRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The units are in a file from now on that is yet to be made; those that go another way meanwhile are left out. */
  async join(target: string, settings: BulkSettings, units: readonly ExpectedUnit[]): Promise<void> {
    for (let left = units; left.length > 0;) left = left.slice(await this.joinOne(target, settings, left));
  }

  private joinOne(target: string, settings: BulkSettings, units: readonly ExpectedUnit[]): Promise<number> {
    return this.inTransaction(async (tx) => {
      // Units that are certified together share a file.
      const { id, lines } = (await this.registrations.collecting(tx, target, settings, this.mostLines)) ?? (await this.registrations.open(tx, target, settings, this.config.RECONCILE_MS));
      const taken = units.slice(0, this.mostLines - lines);
      const { rows } = await sql<{ unitId: number }>`
        with joined as (
          update unit_target u set step = ${STEPS.sent}, detail = ${`In bulk registration ${id}`}, next_attempt_at = now() + ${LOOK_ANYWAY},
            progress = progress || jsonb_build_object(${STEPS.sent}::text, now())
          from unnest(${bigintArray(taken.map(({ unitId }) => unitId))}::bigint[], ${textArray(taken.map(({ certificateId }) => certificateId))}::text[]) as given (unit_id, certificate_id)
          where u.unit_id = given.unit_id and u.certificate_id = given.certificate_id and u.target_name = ${target} and u.state = 'pending' and u.desired = 'ACTIVE' and u.step = ${STEPS.gather}
          returning u.unit_id, u.certificate_id)
        insert into bulk_line (bulk_registration_id, unit_id, certificate_id) select ${id}, unit_id, certificate_id from joined
        on conflict (bulk_registration_id, unit_id) do update set certificate_id = excluded.certificate_id
        returning unit_id as "unitId"`.execute(tx);
      await this.registrations.setLines(tx, id, lines + rows.length);
      return taken.length;
    });
  }

  /** Its lines are fixed and numbered from now on; units that go another way meanwhile are left out, and without any it has ended. */
  seal(bulk: BulkRegistration): Promise<BulkRegistration | undefined> {
    return this.inTransaction(async (tx) => {
      const { id, target } = bulk;
      const locked = await tx.selectFrom('bulk_registration').select('id').where('id', '=', id).where('state', '=', 'collecting').forUpdate().executeTakeFirst();
      if (!locked) return undefined;
      await sql`
        delete from bulk_line b where bulk_registration_id = ${id} and not exists (
          select 1 from unit_target u where u.unit_id = b.unit_id and u.certificate_id = b.certificate_id and u.target_name = ${target}
            and u.state = 'pending' and u.desired = 'ACTIVE' and u.step = ${STEPS.sent})`.execute(tx);
      const { rows } = await sql`
        update bulk_line b set line = numbered.line
        from (select unit_id, row_number() over (order by unit_id) as line from bulk_line where bulk_registration_id = ${id}) as numbered
        where b.bulk_registration_id = ${id} and b.unit_id = numbered.unit_id returning b.line`.execute(tx);
      if (rows.length === 0) return this.registrations.move(bulk, 'ended', { lines: 0, ended_at: new Date() }, undefined, tx);
      return this.registrations.move(bulk, 'sealed', { lines: rows.length }, undefined, tx);
    });
  }

  /** Its lines in their order, a page at a time. `failedOnly`: those that AWS refused. */
  async *pages(id: number, { failedOnly = false } = {}): AsyncGenerator<BulkLine[]> {
    for (let after = 0; ;) {
      let rows = this.db
        .selectFrom('bulk_line as b')
        .innerJoin('certificate as c', (on) => on.onRef('c.fingerprint', '=', 'b.certificate_id').onRef('c.unit_id', '=', 'b.unit_id'))
        .innerJoin('authority as a', 'a.id', 'c.authority_id')
        .innerJoin('unit', 'unit.id', 'b.unit_id')
        .select(['b.line', 'b.unit_id as unitId', 'unit.serial', 'b.certificate_id as certificateId', 'c.der as certificate', 'a.certificate as ca'])
        .where('b.bulk_registration_id', '=', id)
        .where('b.line', '>', after)
        .orderBy('b.line')
        .limit(PAGE)
        .$narrowType<{ line: number; certificate: Buffer; ca: Buffer }>();
      if (failedOnly) rows = rows.where('b.outcome', '=', 'failed');
      const page = await rows.execute();
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.line;
    }
  }

  /** What AWS says of lines of the registration. The same again changes nothing. */
  async report(id: number, reports: readonly LineReport[]): Promise<void> {
    // AWS does not say how it numbers lines, so that its number counts only where nothing else tells the unit.
    for (const byNumber of [false, true]) {
      const alike = reports.filter(({ certificateId, line }) => (certificateId === null) === byNumber && (!byNumber || line !== null));
      if (alike.length === 0) continue;
      const texts = (of: (report: LineReport) => string | null) => textArray(alike.map((report) => of(report) ?? ''));
      await sql`
        update bulk_line b set outcome = r.outcome, error_code = nullif(r.error_code, ''), reason = nullif(r.reason, '')
        from unnest(${texts((each) => each.outcome)}::text[], ${texts((each) => each.certificateId)}::text[], ${bigintArray(alike.map(({ line }) => line ?? 0))}::bigint[],
          ${texts((each) => each.errorCode)}::text[], ${texts((each) => each.reason)}::text[]) as r (outcome, certificate_id, line, error_code, reason)
        where b.bulk_registration_id = ${id} and ${byNumber ? sql`b.line = r.line` : sql`b.certificate_id = r.certificate_id`}`.execute(this.db);
    }
  }

  /** The registration has ended: its units are looked at in AWS now, and what was activated although it is to be kept out is kept out again. `detail`: why not all went well. */
  end(bulk: BulkRegistration, detail: string | null): Promise<BulkRegistration | undefined> {
    return this.inTransaction(async (tx) => {
      const { id, target } = bulk;
      const { rows: [counts] } = await sql<{ succeeded: number; failed: number }>`
        select count(*) filter (where outcome = 'succeeded') as succeeded, count(*) filter (where outcome = 'failed') as failed from bulk_line where bulk_registration_id = ${id}`.execute(tx);
      const ended = await this.registrations.move(bulk, 'ended', { ...counts, detail, percentage: 100, ended_at: new Date() }, undefined, tx);
      if (!ended) return undefined;
      await sql`
        update unit_target u set
          step = case when u.desired = 'ACTIVE' then ${STEPS.verify} else u.step end, state = 'pending', attempts = case when u.desired = 'ACTIVE' then u.attempts else 0 end,
          detail = case when u.desired = 'ACTIVE' then b.reason end, next_attempt_at = now(), claim = u.claim + 1
        from bulk_line b
        where b.bulk_registration_id = ${id} and u.unit_id = b.unit_id and u.certificate_id = b.certificate_id and u.target_name = ${target}
          and (u.desired <> 'ACTIVE' or (u.state = 'pending' and u.step = ${STEPS.sent}))`.execute(tx);
      return ended;
    });
  }

  /** The newest line with this certificate in the target, and whether its registration has ended. */
  latest(target: string, { unitId, certificateId }: Pick<ExpectedUnit, 'unitId' | 'certificateId'>): Promise<{ id: number; hasEnded: boolean; outcome: string | null; errorCode: string | null; reason: string | null } | undefined> {
    return this.db
      .selectFrom('bulk_line as l')
      .innerJoin('bulk_registration as r', 'r.id', 'l.bulk_registration_id')
      .select(['r.id', sql<boolean>`r.state = 'ended'`.as('hasEnded'), 'l.outcome', 'l.error_code as errorCode', 'l.reason'])
      .where('l.unit_id', '=', unitId).where('l.certificate_id', '=', certificateId).where('r.target_name', '=', target)
      .orderBy('r.id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** In their order. */
  failures(id: number, { limit, after }: { limit: number; after: number }): Promise<FailedLine[]> {
    return this.db
      .selectFrom('bulk_line as b')
      .innerJoin('unit', 'unit.id', 'b.unit_id')
      .select(['b.line', 'unit.serial', 'b.certificate_id as certificateId', 'b.error_code as errorCode', 'b.reason'])
      .where('b.bulk_registration_id', '=', id).where('b.outcome', '=', 'failed').where('b.line', '>', after)
      .orderBy('b.line')
      .limit(limit)
      .$narrowType<{ line: number }>()
      .execute();
  }

  /** Units of refused lines that are still to be made known are due now: those that stand in AWS meanwhile join no file. Answers how many. */
  async sendFailedNow({ id, target }: BulkRegistration): Promise<number> {
    const { rows } = await sql`
      update unit_target u set next_attempt_at = now(), claim = u.claim + 1 from bulk_line b
      where b.bulk_registration_id = ${id} and b.outcome = 'failed' and u.unit_id = b.unit_id and u.certificate_id = b.certificate_id and u.target_name = ${target}
        and u.state = 'pending' and u.step in (${STEPS.verify}, ${STEPS.again}) returning u.unit_id`.execute(this.db);
    return rows.length;
  }

  /** Thousands of lines are looked up by their keys, also where the ledger has no statistics of them yet. */
  private inTransaction<Result>(work: (tx: Ledger) => Promise<Result>): Promise<Result> {
    return this.db.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      return work(tx);
    });
  }
}
