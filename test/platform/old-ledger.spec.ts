import { sql } from 'kysely';
import { AuditLog } from '../../src/audit/audit-log.js';
import { leafBody, leafHash } from '../../src/audit/leaf.js';
import { readLeaf } from '../../src/audit/log-follower.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { keyIdentity } from '../../src/x509/public-key.js';
import { numbers, type OldLedger, startOldLedger } from '../support/old-ledger.js';
import { until } from '../support/until.js';

/** What the old ledger held, counted before the new code saw it. */
const COUNTS = `select (select count(*) from audit_leaf) as leaves, (select count(*) from certificate) as certificates, (select count(*) from unit) as units,
  (select count(*) from job) as jobs, (select count(*) from attempt) as attempts, (select count(*) from unit_target) as "unitTargets", (select count(*) from crl) as crls`;

let old: OldLedger;
beforeAll(async () => {
  old = await startOldLedger('0004', COUNTS);
});
afterAll(() => old?.close());

it('keeps every row of an older ledger', async () => {
  const { rows } = await sql<Record<string, unknown>>`select (select count(*) from log_leaf where made_canonical) as leaves, (select count(*) from certificate) as certificates,
    (select count(*) from unit) as units, (select count(*) from job) as jobs, (select count(*) from attempt where started_at < (select min(started_at) from attempt) + interval '1 hour') as attempts,
    (select count(*) from unit_target) as "unitTargets", (select count(*) from crl) as crls`.execute(old.db);
  expect(numbers(rows[0]!)).toEqual(old.before);
  expect(old.before).toMatchObject({ leaves: 107, certificates: 11, units: 25 });
});

it('gives its leaves their canonical bytes once, marks them, and places them in the log from 0', async () => {
  const leaves = await old.db.selectFrom('log_index').innerJoin('log_leaf', 'log_leaf.seq', 'log_index.seq').selectAll().orderBy('index').execute();
  const earlier = leaves.filter((leaf) => leaf.made_canonical);
  expect(earlier.map(({ index }) => index)).toEqual(earlier.map((_, at) => at));
  expect(earlier.map(({ seq }) => seq)).toEqual(earlier.map(({ seq }) => seq).toSorted((a, b) => a - b));
  for (const { at, actor, event, subject, body, leaf_hash } of earlier) {
    const told = readLeaf(body);
    expect(told).toMatchObject({ at, actor, event, subject });
    expect(leafBody(told).equals(body)).toBe(true);
    expect(leafHash(body).equals(leaf_hash)).toBe(true);
  }
});

it('tells the same of an old leaf as before', async () => {
  const { items } = await old.get('auditor', '/v1/audit/leaves?subject=unit:LS-000003&limit=10');
  expect(items.map(({ event, data }: { event: string; data: unknown }) => [event, data])).toEqual([
    ['job.claimed', { job: 3, serial: 'LS-000003', station: 'station-2', slot: '2', fence: 1, attempt: 1 }],
    ['job.result', { job: 3, serial: 'LS-000003', outcome: 'FAIL', failureCode: 'no-rf ☃ "q"', attempt: 1 }],
  ]);
});

it('takes the leases over to the units, each with a whole lease from the start on', async () => {
  const held = await old.db.selectFrom('unit').select(['serial', 'state', 'fence', 'lease_holder', 'lease_ends_at']).where('lease_holder', 'is not', null).orderBy('serial').execute();
  expect(held.map(({ lease_ends_at: _, ...rest }) => rest)).toEqual([
    { serial: 'LS-000001', state: 'certified', fence: 1, lease_holder: 'station-1/1' },
    { serial: 'LS-000002', state: 'claimed', fence: 1, lease_holder: 'station-2/1' },
  ]);
  for (const { lease_ends_at } of held) expect(+lease_ends_at!).toBeGreaterThan(Date.now());
});

it('counts a unit that AWS knew as certified: what AWS knows stands by target', async () => {
  expect(await old.get('manager', '/v1/units/LS-000010')).toMatchObject({ state: 'certified' });
  expect(await old.db.selectFrom('unit').select('id').where('state', 'not in', ['planned', 'claimed', 'certified', 'passed', 'failed']).execute()).toEqual([]);
});

it('knows from the old log which key the service made', async () => {
  const made = await old.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select('serial').where('key_origin', '=', 'service').execute();
  expect(made).toEqual([{ serial: 'LS-000010' }]);
});

it('gives each key of a certificate to its unit', async () => {
  const certificates = await old.db.selectFrom('certificate').select(['unit_id', 'serial_number', 'der']).where('der', 'is not', null).where('state', '<>', 'abandoned').orderBy('serial_number').execute();
  const keys = await old.db.selectFrom('device_key').select(['identity', 'unit_id', 'first_serial_number']).orderBy('first_serial_number').execute();
  expect(certificates.length).toBeGreaterThan(5);
  expect(keys).toEqual(expect.arrayContaining(certificates.map(({ unit_id, serial_number, der }) => ({ identity: keyIdentity(readCertificate(der!).spki), unit_id, first_serial_number: serial_number }))));
  expect(await old.db.selectFrom('shared_device_key').selectAll().execute()).toEqual([]);
});

it('goes on issuing where it could: each open order may issue with the authority that its targets have', async () => {
  const verdicts = await old.db.selectFrom('issuing_verdict').select(['work_order_id', 'authority_id', 'may_issue']).orderBy('work_order_id').orderBy('authority_id').execute();
  expect(verdicts).toEqual(['demo', 'golden-1', 'sim-20261126-103048'].flatMap((work_order_id) => ['lineside-g1', 'lineside-g2'].map((authority_id) => ({ work_order_id, authority_id, may_issue: true }))));
});

it('goes on with the log where the old one ended', async () => {
  await old.app.get(AuditLog, { strict: false }).record(old.db, 'test', 'line.created', 'line:new', { id: 'new' });
  const { seq } = await old.db.selectFrom('log_leaf').select('seq').where('subject', '=', 'line:new').executeTakeFirstOrThrow();
  expect(seq).toBeGreaterThan(107);
  const placed = await until('placed', () => old.db.selectFrom('log_index').select('index').where('seq', '=', seq).executeTakeFirst());
  expect(placed.index).toBeGreaterThanOrEqual(107);
});
