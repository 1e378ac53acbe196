import { type Kysely, sql } from 'kysely';
import { OrderBalanceQueries } from '../../src/planning/order-balance.queries.js';
import { leftByRetired } from '../../src/platform/database/migrations/0041_left_by_retired.js';
import { foldedAllowedSerials } from '../../src/platform/database/migrations/0067_folded_allowed_serials.js';
import { readCertificate } from '../../src/x509/certificate.js';
import { keyIdentity } from '../../src/x509/public-key.js';
import { numbers, type OldLedger, startOldLedger } from '../support/old-ledger.js';

const COUNTS = `select (select count(*) from log_leaf) as leaves, (select count(*) from log_index) as indexed, (select count(*) from certificate) as certificates,
  (select count(*) from device_key) as "deviceKeys", (select count(*) from unit) as units, (select count(*) from job) as jobs, (select count(*) from attempt) as attempts,
  (select count(*) from late_report) as "lateReports", (select count(*) from work_order) as orders,
  (select count(*) from unit_target) as "unitTargets"`;

let old: OldLedger;
beforeAll(async () => {
  old = await startOldLedger('0015', COUNTS);
});
afterAll(() => old?.close());

it('keeps every row, and its leaves where they were', async () => {
  const { rows } = await sql<Record<string, unknown>>`select (select count(*) from log_leaf where seq <= 155) as leaves, (select count(*) from log_index where index < 155) as indexed,
    (select count(*) from certificate) as certificates, (select count(*) from device_key where unit_id is not null) as "deviceKeys", (select count(*) from unit) as units, (select count(*) from job) as jobs,
    (select count(*) from attempt) as attempts, (select count(*) from late_report) as "lateReports", (select count(*) from work_order) as orders,
    (select count(*) from unit_target) as "unitTargets"`.execute(old.db);
  expect(numbers(rows[0]!)).toEqual(old.before);
  expect(old.before).toMatchObject({ leaves: 155, indexed: 155, certificates: 16, lateReports: 1, orders: 9 });
});

it('keeps each test record where its attempt finds it', async () => {
  expect(await old.get('auditor', '/v1/jobs/job-1031/attempts/1/record')).toEqual({ milliamperes: 812 });
  const { items } = await old.get('auditor', '/v1/units/OLD-WORK-03/attempts') as { items: { job: string; record: object | null }[] };
  expect(items).toMatchObject([{ job: 'job-1032', record: { bytes: 21 } }, { job: 'job-1048', record: null }]);
});

it('has no authority stopped in AWS', async () => {
  expect(await old.db.selectFrom('authority').select('id').where('cloud_stopped_at', 'is not', null).execute()).toEqual([]);
});

it('looks for its units where their orders say, and has none to name that passed before a stop', async () => {
  expect(await old.db.selectFrom('unit_target').select('unit_id').where('beyond_order', '=', true).execute()).toEqual([]);
  expect(await old.db.selectFrom('registration').select('authority_id').where('naming_since', 'is not', null).execute()).toEqual([]);
});

it('has counted the units that have yet to connect, of each authority and target', async () => {
  const { rows } = await sql<{ authority: string; place: string; gone: boolean; units: number }>`
    select c.authority_id as authority, u.target_name as place, unit.state <> 'certified' as gone, count(*)::int as units
    from unit join certificate c on c.unit_id = unit.id and c.state = 'valid' and c.standing = 'current' join unit_target u on u.unit_id = unit.id and u.certificate_id = c.fingerprint
    where unit.state in ('certified', 'passed', 'shipped') and u.desired = 'ACTIVE' and u.state in ('pending', 'failed') and u.connected_at is null group by 1, 2, 3`.execute(old.db);
  const counted = await old.db.selectFrom('unmet_count').select(['authority_id as authority', 'target_name as place', 'left_the_line as gone', 'units']).where('target_name', '<>', '').where('units', '>', 0).execute();
  const sorted = (some: typeof rows) => some.map(({ authority, place, gone, units }) => `${authority} ${place} ${gone} ${units}`).toSorted();
  expect(sorted(counted)).toEqual(sorted(rows));
  expect(rows.length).toBeGreaterThan(0);
});

it('has orders of the same priority, and jobs that wait for whoever on their line asks', async () => {
  expect(await old.db.selectFrom('work_order').select(['priority', 'ahead']).distinct().execute()).toEqual([{ priority: 5, ahead: [] }]);
  expect(await old.db.selectFrom('job').select(['precedence', 'assigned_to']).distinct().execute()).toEqual([{ precedence: 3, assigned_to: '' }]);
});

it('has orders that are open at any time, on their own line, and no other system’s, and none to confirm after a restore', async () => {
  expect(await old.db.selectFrom('work_order').select(['not_before', 'not_after', 'lines', 'external_id', 'asked', 'unconfirmed_epoch']).distinct().execute()).toEqual([{ not_before: null, not_after: null, lines: [], external_id: null, asked: null, unconfirmed_epoch: null }]);
});

it('has every certificate of its orders on record', async () => {
  const balances = new OrderBalanceQueries(old.db);
  const orders = await old.db.selectFrom('work_order').select('id').execute();
  const certificates = await Promise.all(orders.map(async ({ id }) => (await balances.of(id)).certificates));
  expect(certificates.map(({ used }) => used)).toEqual(certificates.map(({ onRecord }) => onRecord));
  expect(certificates.some(({ used }) => used > 0)).toBe(true);
});

it('has a product for each that its orders name, made in one step, and each job at that one', async () => {
  const named = await old.db.selectFrom('work_order').select('product').distinct().orderBy('product').execute();
  const products = await old.db.selectFrom('product').select(['name', 'revisions', 'profile', 'method', 'route', 'failure_codes']).orderBy('name').execute();
  const route = [{ name: 'provision', identity: true, retests: 1, maxMinutes: 60 }];
  expect(products).toEqual(named.map(({ product }) => ({ name: product, revisions: [], profile: null, method: null, route, failure_codes: [] })));
  expect(named.length).toBeGreaterThan(2);
  expect(await old.get('manager', '/v1/work-orders/old-work')).toMatchObject({ revision: null, route });
  expect(await old.db.selectFrom('job').select(['step', 'step_number', 'fails', 'attempt_ends_at']).distinct().execute()).toEqual([{ step: 'provision', step_number: 1, fails: 0, attempt_ends_at: null }]);
  expect(await old.db.selectFrom('station').select('steps').distinct().execute()).toEqual([{ steps: [] }]);
});

it('has each unit in the state in which it was, with what its certificates are', async () => {
  const units = await old.db.selectFrom('unit').leftJoin('certificate', 'certificate.unit_id', 'unit.id')
    .select(['serial', 'unit.state', 'certificate.state as certificate', 'revocation_reason as reason'])
    .where('serial', 'like', 'OLD-%').where('unit.state', '<>', 'planned').orderBy('serial').orderBy('certificate.reserved_at').execute();
  expect(units.map(({ serial, state, certificate, reason }) => [serial, state, certificate, reason])).toEqual([
    ['OLD-DIRECT-01', 'certified', 'valid', null],
    ['OLD-DIRECT-02', 'certified', 'valid', null],
    ['OLD-WORK-01', 'passed', 'valid', null],
    ['OLD-WORK-02', 'failed', 'revoked', 'cessationOfOperation'],
    ['OLD-WORK-03', 'passed', 'revoked', 'cessationOfOperation'],
    ['OLD-WORK-03', 'passed', 'valid', null],
    ['OLD-WORK-04', 'scrapped', 'revoked', 'cessationOfOperation'],
    ['OLD-WORK-05', 'quarantined', 'valid', null],
    ['OLD-WORK-06', 'certified', 'valid', null],
    ['OLD-WORK-07', 'passed', 'revoked', 'keyCompromise'],
    ['OLD-WORK-08', 'certified', 'valid', null],
  ]);
});

it('shows the page of a unit that was reworked, by the words of today', async () => {
  expect(await old.get('manager', '/v1/units/OLD-WORK-03')).toMatchObject({ serial: 'OLD-WORK-03', state: 'passed', workOrder: 'old-work' });
});

it('knows its orders with their states, reasons and who released them', async () => {
  expect(await old.get('manager', '/v1/work-orders/old-held')).toMatchObject({ state: 'held', stateReason: 'parts are missing', releasedBy: expect.stringMatching(/^key:/) });
  expect(await old.get('manager', '/v1/work-orders/old-direct')).toMatchObject({ state: 'released', quantity: 5, overage: 1, certificates: { used: 2, quota: 6 } });
  expect(await old.get('manager', '/v1/work-orders/old-planned')).toMatchObject({ canary: 'off', warnings: [] });
  expect(await old.db.selectFrom('unit').select('serial').where('canary', '=', true).execute()).toEqual([]);
  const states = await old.db.selectFrom('work_order').select(['id', 'state']).where('id', 'like', 'old-%').orderBy('id').execute();
  expect(states.map(({ id, state }) => `${id} ${state}`)).toEqual(['old-cancelled cancelled', 'old-closed closed', 'old-direct released', 'old-held held', 'old-planned planned', 'old-work released']);
});

it('goes on issuing where it could', async () => {
  const issuing = await old.db.selectFrom('issuing_verdict').select('work_order_id').where('may_issue', '=', true).where('authority_id', '=', 'lineside-g2').orderBy('work_order_id').execute();
  expect(issuing.map(({ work_order_id }) => work_order_id)).toEqual(expect.arrayContaining(['demo', 'old-direct', 'old-work']));
});

it('knows of each family what it does in a target, of each order what it says of its method, and of each unit that it has connected', async () => {
  const families = await old.db.selectFrom('family_target').select(['family', 'target_name as target', 'method', 'parameters', 'work_order_id as order']).orderBy('target_name').execute();
  expect(families).toEqual(['sandbox-111111111111-eu-west-1', 'sandbox-222222222222-us-east-1'].map((target) => ({ family: 'Lineside', target, method: 'jitp', parameters: {}, order: 'demo' })));
  expect(await old.get('manager', '/v1/work-orders/old-work')).toMatchObject({ method: 'jitp', parameters: {}, shipGate: 'certified' });
  const met = await old.db.selectFrom('unit_target').select(['desired', 'observed_at', 'connected_at']).where('state', '=', 'in-sync').execute();
  expect(met.filter(({ desired, observed_at, connected_at }) => (desired === 'ACTIVE' ? +connected_at! !== +observed_at! : connected_at !== null))).toEqual([]);
});

it('uses half of the quotas of each target', async () => {
  const shares = await old.db.selectFrom('target').select('quota_percent').distinct().execute();
  expect(shares).toEqual([{ quota_percent: 50 }]);
});

it('goes on with its orders for 72 hours while AWS does not answer', async () => {
  const terms = await old.db.selectFrom('work_order').select(['when_target_unreachable', 'max_stale_hours']).distinct().execute();
  expect(terms).toEqual([{ when_target_unreachable: 'issue', max_stale_hours: 72 }]);
  const { rows } = await sql<{ from_the_future: number }>`select count(*)::int as from_the_future from registration where seen_at > updated_at`.execute(old.db);
  expect(rows).toEqual([{ from_the_future: 0 }]);
});

it('gives the slot that holds a unit a whole lease from the start on', async () => {
  const held = await old.db.selectFrom('unit').select(['serial', 'fence', 'lease_holder', 'lease_ends_at']).where('lease_holder', 'is not', null).execute();
  expect(held).toEqual([{ serial: 'OLD-WORK-08', fence: 1, lease_holder: 'old-station/2', lease_ends_at: expect.any(Date) }]);
  expect(+held[0]!.lease_ends_at!).toBeGreaterThan(Date.now());
});

it('knows its authorities: one that retires, one that issues, one that waits', async () => {
  const authorities = await old.db.selectFrom('authority').select(['id', 'state']).orderBy('id').execute();
  expect(authorities).toEqual([{ id: 'lineside-g1', state: 'retiring' }, { id: 'lineside-g2', state: 'issuing' }, { id: 'other-g1', state: 'registered' }]);
});

it('leaves keys that were revoked revoked', async () => {
  const { items } = await old.get('auditor', '/v1/access/keys');
  expect(items).toContainEqual(expect.objectContaining({ name: 'shift lead', role: 'operator', revokedAt: expect.any(String) }));
});

it('knows of each certificate which authority has signed it, and that AWS is to sign none, without a claim', async () => {
  const { rows } = await sql<{ own: string; entitled: string }>`select (select count(*) from certificate where authority_id is not null and tbs_sha256 is not null) as own, (select count(*) from aws_entitlement) + (select count(*) from fleet_claim) + (select count(*) from held_thing) as entitled`.execute(old.db);
  expect(numbers(rows[0]!)).toEqual({ own: old.before['certificates'], entitled: 0 });
});

it('holds each certificate as its unit’s current one', async () => {
  const standings = await old.db.selectFrom('certificate').select(['standing', 'replaces']).distinct().execute();
  expect(standings).toEqual([{ standing: 'current', replaces: null }]);
});

it('counts the certificates of each authority that devices still need', async () => {
  const { rows } = await sql<{ id: string; valid: number }>`select authority.id, count(certificate.serial_number)::int as valid from authority left join certificate on authority_id = authority.id and certificate.state = 'valid' group by authority.id`.execute(old.db);
  const { items } = await old.get('auditor', '/v1/authorities') as { items: { id: string; certificatesInUse: number }[] };
  expect(Object.fromEntries(items.map(({ id, certificatesInUse }) => [id, certificatesInUse]))).toEqual(Object.fromEntries(rows.map(({ id, valid }) => [id, valid])));
});

it('takes over in a target that was made anew, before migration 0041, what the retired one of its account has left', async () => {
  const [former, anew] = ['sandbox-111111111111-eu-west-1', 'anew'];
  const parameters = JSON.stringify({ unknown: 'leave' });
  // As the version before has left it: the family's first order has decided in the retired target, and in the new one its CAs are as where none has.
  await old.db.updateTable('target').set({ state: 'retired' }).where('name', '=', former).execute();
  await old.db.updateTable('family_target').set({ method: 'jitr', parameters }).where('target_name', '=', former).execute();
  const { name: _, ...settings } = await old.db.selectFrom('target').selectAll().where('name', '=', former).executeTakeFirstOrThrow();
  await old.db.insertInto('target').values({ ...settings, name: anew, state: 'verified', check_result: null, session_tags: '{}' }).execute();
  await sql`insert into registration (authority_id, target_name, method, state, desired, step, next_attempt_at)
    select authority_id, ${anew}, 'jitp', 'in-sync', desired, 'watch', 'infinity' from registration where target_name = ${former}`.execute(old.db);
  const { id } = await old.db.selectFrom('unit').select('id').where('serial', '=', 'OLD-WORK-07').executeTakeFirstOrThrow();
  await old.db.updateTable('unit_target').set({ state: 'removed', desired: 'REVOKED', step: 'revoke' }).where('unit_id', '=', id).where('target_name', '=', former).execute();

  for (const again of [false, true]) {
    await leftByRetired.up(old.db as unknown as Kysely<unknown>);
    expect(await old.db.selectFrom('family_target').select(['family', 'method', 'parameters']).where('target_name', '=', anew).execute()).toEqual([{ family: 'Lineside', method: 'jitr', parameters: { unknown: 'leave' } }]);
    const registrations = await old.db.selectFrom('registration').innerJoin('authority', 'authority.id', 'authority_id').select(['method', 'parameters', 'step']).where('family', '=', 'Lineside').where('target_name', '=', anew).execute();
    expect(registrations.length).toBeGreaterThan(0);
    for (const each of registrations) expect(each).toMatchObject({ method: 'jitr', parameters: { unknown: 'leave' }, ...(again ? {} : { step: 'make' }) });
    expect(await old.db.selectFrom('unit_target').select(['desired', 'step', 'beyond_order']).where('unit_id', '=', id).where('target_name', '=', anew).execute()).toEqual([{ desired: 'REVOKED', step: 'revoke', beyond_order: true }]);
  }
});

it('gives each request with an Idempotency-Key a fence that none had', async () => {
  const { rows } = await sql<{ is: boolean }>`select nextval('idempotency_fence') > coalesce(max(fence), 0) as is from idempotency`.execute(old.db);
  expect(rows).toEqual([{ is: true }]);
});

it('keeps serials of lists that differ in case only, of which the first counts', async () => {
  await sql`alter table allowed_serial drop column folded`.execute(old.db);
  await sql`insert into allowed_serial (serial, product, upload) select serial, 'p', gen_random_uuid() from unnest(array['LIST-a', 'LIST-A', 'LIST-B']) as serial`.execute(old.db);
  await foldedAllowedSerials.up(old.db as unknown as Kysely<unknown>);
  expect(await old.db.selectFrom('allowed_serial').select(['serial', 'folded']).where('serial', 'like', 'LIST-%').orderBy('position').execute())
    .toEqual([{ serial: 'LIST-a', folded: 'LIST-A' }, { serial: 'LIST-A', folded: null }, { serial: 'LIST-B', folded: 'LIST-B' }]);
});

it('knows the keys of its authorities, which nobody else may have', async () => {
  const authorities = await old.db.selectFrom('authority').select('certificate').where('certificate', 'is not', null).execute();
  const held = await old.db.selectFrom('device_key').select('identity').where('holder', '=', 'authority').execute();
  const hex = (identities: Buffer[]) => identities.map((identity) => identity.toString('hex')).toSorted();
  expect(hex(held.map(({ identity }) => identity))).toEqual(hex(authorities.map(({ certificate }) => keyIdentity(readCertificate(certificate!).spki))));
  expect(held.length).toBeGreaterThan(0);
});

it('has marked the jobs that wait with their certificate, and begins to mark others where its log ends', async () => {
  const { rows } = await sql<{ marked: boolean; state: string }>`select distinct has_identity as marked, unit.state from job join unit on unit.id = unit_id where job.state = 'queued' order by 2`.execute(old.db);
  for (const { marked, state } of rows) expect([state, marked]).toEqual([state, ['reserved', 'certified'].includes(state)]);
  expect(rows.length).toBeGreaterThan(0);
  const position = await old.db.selectFrom('log_position').select('next_index').where('reader', '=', 'waiting-with-identity').executeTakeFirstOrThrow();
  expect(position.next_index).toBeGreaterThanOrEqual(155);
});
