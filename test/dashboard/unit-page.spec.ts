import { CompiledQuery, sql } from 'kysely';
import { AuditController } from '../../src/audit/audit.controller.js';
import { UnitsQueries } from '../../src/dashboard/units.queries.js';
import { AttachmentRepository } from '../../src/programming/attachment.repository.js';
import { EvidenceQueries } from '../../src/programming/evidence.queries.js';
import { type Database, openDatabase } from '../../src/platform/database/database.js';
import { type FreshDatabase, freshLedger } from '../support/database.js';

/** Units that were made before, each with two jobs, four attempts, two late reports, two certificates (one abandoned) in two targets, and leaves. */
const OLD = 5_000;
let ledger: FreshDatabase;
let db: Database;

beforeAll(async () => {
  ledger = await freshLedger();
  db = await openDatabase({ url: ledger.url, connections: 4, onIdleError: () => undefined });
  await sql`insert into line (id, name) values ('l', 'l')`.execute(db);
  await sql`insert into station (id, line_id, name, slots) values ('s', 'l', 's', array['1'])`.execute(db);
  await sql`insert into work_order (id, product, line_id, profile, method, authority_family, quantity, state) values ('o', 'p', 'l', 'device', 'jitp', 'F', 1, 'closed')`.execute(db);
  await sql`insert into target (name, account_id, region, mode, provisioning_role_arn) select 't' || n, repeat(n::text, 12), 'eu-west-1', 'SNI_ONLY', 'arn:aws:iam::' || repeat(n::text, 12) || ':role/x' from generate_series(1, 2) as n`.execute(db);
  await sql`insert into authority (id, family, generation, common_name, key_type, key_label, key_id, key_attributes, hsm_token, certificate, fingerprint, not_before, not_after, state)
    values ('a', 'F', 1, 'F G1', 'P-256', 'k', '01', '{}', '{}', '\\x00', 'a', now(), now(), 'retired')`.execute(db);
  await sql`insert into unit (serial, work_order_id, state) select 'OLD-' || n, 'o', 'passed' from generate_series(1, ${OLD}) as n`.execute(db);
  await sql`insert into job (unit_id, work_order_id, line_id, state, attempt) select id, 'o', 'l', ended.state, 1 from unit cross join (values ('failed'), ('passed')) as ended (state)`.execute(db);
  await sql`insert into attempt (job_id, number, unit_id, station_id, slot, fence) select job.id, number, unit_id, 's', '1', number from job cross join generate_series(1, 2) as number`.execute(db);
  await sql`insert into test_record (job_id, fence, sha256, bytes, record) select id, 1, '\\x01', 2, '{}' from job`.execute(db);
  await sql`update attempt set record_sha256 = '\\x01' where fence = 1`.execute(db);
  await sql`insert into late_report (job_id, fence, actor, report, record_sha256) select id, 1, 'key:a', '{"kind":"heartbeat"}', '\\x01' from job`.execute(db);
  await sql`insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, der, fingerprint, not_before, not_after, reserved_by)
    select md5(n || '/' || id), id, 'o', 'a', 'device', case n when 1 then 'abandoned' else 'valid' end, sha256((n || 'k' || id)::bytea), sha256((n || 't' || id)::bytea), '\\x00', md5(n || 'f' || id), now(), now(), 1
    from unit cross join generate_series(1, 2) as n`.execute(db);
  await sql`insert into unit_target (unit_id, target_name, certificate_id, state) select unit_id, name, fingerprint, 'in-sync' from certificate cross join target`.execute(db);
  await sql`insert into log_leaf (at, actor, event, subject, body, leaf_hash)
    select now(), 'key:a', 'job.claimed', 'unit:' || serial, convert_to('{"actor":"key:a","at":"2026-11-26T12:00:00.000Z","event":"job.claimed","facts":{},"subject":"unit:' || serial || '"}', 'UTF8'), sha256((n || serial)::bytea)
    from unit cross join generate_series(1, 4) as n`.execute(db);
  await sql`insert into log_index (index, seq) select row_number() over (order by seq) - 1, seq from log_leaf`.execute(db);
  await sql`vacuum analyze`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await ledger.drop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** The statements of `work` as they are sent. */
async function statementsOf(work: (watched: Database) => Promise<unknown>): Promise<CompiledQuery[]> {
  const sent: CompiledQuery[] = [];
  const watched = db.withPlugin({
    transformQuery({ node, queryId }) {
      sent.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  await work(watched as Database);
  return sent;
}

/** All nodes of the statement's plan, as it was carried out. */
async function planOf({ sql: text, parameters }: CompiledQuery): Promise<Plan[]> {
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>(CompiledQuery.raw(`explain (analyze, format json) ${text}`, [...parameters]));
  const all = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(all)];
  return all(rows[0]!['QUERY PLAN'][0]!.Plan);
}

/** Statements of `work`, whose plans must find each row by an index and read no more than what is shown. */
async function expectByIndex(work: (watched: Database) => Promise<unknown>, tables: string[]): Promise<void> {
  const plans = (await Promise.all((await statementsOf(work)).map(planOf))).flat();
  const tablesRead = plans.flatMap(({ 'Relation Name': table }) => table ?? []);
  expect(new Set(tablesRead)).toEqual(new Set(tables));
  // The one order and product are found faster without an index, however many units there are.
  const scans = plans.filter((plan) => plan['Node Type'] === 'Seq Scan' && !['work_order', 'product'].includes(plan['Relation Name'] ?? ''));
  expect(scans).toEqual([]);
  const touched = plans.filter((plan) => plan['Relation Name']).map((plan) => (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']);
  expect(Math.max(...touched)).toBeLessThanOrEqual(50);
}

const evidenceOf = (ledger: Database) => new EvidenceQueries(new AttachmentRepository(ledger), ledger);
const pageOf = (ledger: Database) => new UnitsQueries(evidenceOf(ledger), ledger);

it('the page of a unit and its history are read by index only, whatever else the ledger holds', async () => {
  const page = await pageOf(db).get('OLD-77');
  expect(page).toMatchObject({ serial: 'OLD-77', job: { state: 'passed' } });
  expect([page.certificates.length, page.attempts.length, page.targets.length, page.history.length, page.lateReports.length]).toEqual([2, 4, 4, 4, 2]);
  await expectByIndex((watched) => pageOf(watched).get('OLD-77'), ['unit', 'job', 'certificate', 'attempt', 'unit_target', 'late_report', 'test_record', 'log_leaf', 'work_order', 'product']);
});

it('so is the page of a unit that there is not', async () => {
  await expect(pageOf(db).get('NOBODY-1')).rejects.toMatchObject({ code: 'serial-unknown' });
  await expectByIndex((watched) => pageOf(watched).get('NOBODY-1').catch(() => undefined), ['unit', 'job', 'certificate', 'attempt', 'unit_target', 'work_order', 'product']);
});

it('so are its attempts and what came late of it, each with the mark of its record', async () => {
  const { id } = await db.selectFrom('unit').select('id').where('serial', '=', 'OLD-77').executeTakeFirstOrThrow();
  expect(await evidenceOf(db).attempts(id, { after: 0, limit: 50 })).toHaveLength(4);
  await expectByIndex((watched) => evidenceOf(watched).attempts(id, { after: 0, limit: 50 }), ['attempt', 'test_record']);
  await expectByIndex((watched) => evidenceOf(watched).lateReports(id, { after: 0, limit: 1 }), ['late_report', 'job', 'attempt', 'test_record']);
});

it('so are its leaves in the log', async () => {
  const query = { subject: 'unit:OLD-77', limit: 100 };
  expect((await new AuditController(db).leaves(query)).items).toHaveLength(4);
  await expectByIndex((watched) => new AuditController(watched).leaves(query), ['log_leaf', 'log_index']);
});
