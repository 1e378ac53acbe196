import { sql } from 'kysely';
import { CONFIG } from '../../src/config/config.js';
import { LedgerMetrics } from '../../src/dashboard/ledger-metrics.js';
import type { Database } from '../../src/platform/database/database.js';
import { readLeaf } from '../../src/audit/log-follower.js';
import { EU } from '../sandbox/support/bench.js';
import type { CertifiedUnits, Device } from '../aws-iot/support/certified-units.js';
import type { Line } from '../aws-iot/support/line.js';
import { csrFor, deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { Field } from './field.js';

let field: Field;
let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  field = await Field.start();
  ({ units, line } = field);
}, 120_000);
afterAll(() => line?.stop());

interface AnswerLine {
  line: number;
  serial?: string;
  status: number;
  code?: string;
  certificateId?: string;
  identity?: { fingerprint: string } | null;
}

/** The same file, line by line. */
async function send(lines: readonly string[]): Promise<AnswerLine[]> {
  const answer = await line.app.inject({
    method: 'POST', url: '/v1/renewals/batch', headers: { authorization: `Bearer ${await line.key('issuer')}`, 'content-type': 'application/x-ndjson' }, payload: `${lines.join('\n')}\n`,
  });
  expect(answer.statusCode).toBe(200);
  return answer.body.trim().split('\n').map((text) => JSON.parse(text) as AnswerLine);
}

it('takes a file of CSRs, line by line, and the same file again until each has its certificate', async () => {
  const serials = ['F-1', 'F-2', 'F-3'];
  const devices: Device[] = [];
  for (const serial of serials) devices.push(await field.registered(serial));
  const file = [
    ...serials.map((serial) => JSON.stringify({ serial, csr: csrFor(deviceKey()) })),
    JSON.stringify({ serial: 'F-NOBODY', csr: csrFor(deviceKey()) }), '', '{"serial":"F-1"', '  ', JSON.stringify({ serial: 'F-2', csr: csrFor(deviceKey()), more: 1 }),
  ];
  const first = await send(file);
  expect(first.map(({ line: number, serial, status, code }) => [number, serial, status, code])).toEqual([
    [1, 'F-1', 202, undefined], [2, 'F-2', 202, undefined], [3, 'F-3', 202, undefined], [4, 'F-NOBODY', 404, 'serial-unknown'], [6, undefined, 400, 'request-invalid'], [8, undefined, 400, 'request-invalid'],
  ]);
  const last = await until('each has its certificate', async () => {
    for (const serial of serials) await field.hurry(serial);
    const answers = await send(file.slice(0, 3));
    return answers.every(({ status }) => status === 200) ? answers : undefined;
  });
  expect(last.map(({ identity }) => identity?.fingerprint)).toEqual(first.slice(0, 3).map(({ certificateId }) => certificateId));
  // An answer that was lost is answered again, though somebody has changed something in AWS meanwhile.
  await line.db.updateTable('unit_target').set({ state: 'drifted', detail: 'test' }).where('certificate_id', '=', first[0]!.certificateId!).execute();
  expect(await send(file.slice(0, 1))).toEqual([expect.objectContaining({ status: 200, identity: expect.objectContaining({ fingerprint: first[0]!.certificateId }) })]);
  const { count } = await line.db.selectFrom('certificate').select((eb) => eb.fn.countAll<string>().as('count')).where('unit_id', 'in', devices.map(({ unitId }) => unitId)).executeTakeFirstOrThrow();
  expect(Number(count)).toBe(6);
});

it('goes on where a worker has died, and takes each step once however many are at it', async () => {
  const old = await field.registered('F-4');
  const key = deviceKey();
  await field.fetched(old, key);
  await field.reportSeen('F-4');
  const advance = () => field.advance(old);
  // Two workers, and the service's own.
  await Promise.all([1, 2, 3, 4].map(advance));
  await field.stateOf('F-4', 'grace');
  await field.graceIsOver('F-4');
  await Promise.all([1, 2, 3, 4].map(advance));
  await field.stateOf('F-4', 'done');
  expect(await field.leavesOf('F-4')).toEqual([...new Set(await field.leavesOf('F-4'))]);
  expect(await field.certificatesOf(old)).toEqual(['former revoked superseded', 'current valid']);
  const [revoked] = await line.db.selectFrom('log_leaf').select('body').where('event', '=', 'certificate.revoked').where('subject', '=', 'unit:F-4').execute();
  expect(readLeaf(revoked!.body).facts).toMatchObject({ fingerprint: old.certificateId, reason: 'superseded' });
});

it.each(['lost-answer', 'cut', 'error', 'throttle', 'clock-skew'])('brings a certificate into a target once, though a fault (%s) strikes each of the calls for it', async (kind) => {
  const old = await field.registered(`F-${kind}`);
  const calls = ['DescribeCertificate', 'RegisterCertificateWithoutCA', 'ListAttachedPolicies', 'AttachPolicy', 'ListPrincipalThingsV2', 'AttachThingPrincipal', 'UpdateCertificate'];
  for (const call of calls) await line.aws.admin('POST', 'faults', { kind, action: `iot:${call}`, times: 1 });
  const device = await field.fetched(old, deviceKey());
  expect((await line.aws.admin('GET', 'faults')).body).toEqual({ faults: [] });
  expect(await units.connect(device, EU)).toBe('accepted');
  expect(await field.principalsIn(EU, `F-${kind}`)).toEqual([old.certificateId, device.certificateId].sort());
});

it('brings the count of certificates that need an authority to 0 once its units have others of the next generation', async () => {
  const old = await field.introduced('F-5');
  const count = async (id: string) => ((await line.call('auditor', 'GET', `/v1/authorities?family=${line.family}`)).body.items as { id: string; certificatesInUse: number }[]).find((authority) => authority.id === id)?.certificatesInUse;
  const [g1] = await line.db.selectFrom('authority').select('id').where('family', '=', line.family).execute();
  expect(await count(g1!.id)).toBe(1);
  const { id } = await line.addAuthority();
  for (const target of units.targets) await line.registrationIn('in-sync', id, target);
  await until('activated', async () => ((await line.call('officer', 'POST', `/v1/authorities/${id}/activate`)).status === 200 ? true : undefined));

  const device = await field.fetched(old, deviceKey());
  expect([await count(g1!.id), await count(id)]).toEqual([1, 1]);
  const live = await units.stayConnected(device, EU);
  await field.reportSeen('F-5');
  await field.stateOf('F-5', 'grace');
  // It has connected as the same Thing as the old one.
  expect(live.connected).toBe(true);
  await field.graceIsOver('F-5');
  await field.stateOf('F-5', 'done');
  expect([await count(g1!.id), await count(id)]).toEqual([0, 1]);
  expect((await line.call('auditor', 'GET', `/v1/authorities/${g1!.id}`)).body).toMatchObject({ state: 'retiring', certificatesInUse: 0 });
});

it('lists renewals by their state', async () => {
  const { body } = await line.call('auditor', 'GET', '/v1/renewals?state=done&limit=1');
  expect(body.items).toEqual([expect.objectContaining({ serial: 'F-4', state: 'done' })]);
  expect((await line.call('auditor', 'GET', `/v1/renewals?state=done&cursor=${body.nextCursor}`)).body.items.map(({ serial }: { serial: string }) => serial)).toEqual(['F-5']);
});

it('counts renewals for the metrics without reading all of them', async () => {
  const undo = new Error('undo');
  let read: unknown;
  const counting = line.db.transaction().execute(async (tx) => {
    await sql`insert into unit (serial, work_order_id, state) select 'M-' || n, 'MA', 'shipped' from generate_series(1, 30000) n`.execute(tx);
    await sql`insert into renewal (unit_id, certificate_id, former_certificate_id, spki_sha256, state, requested_by, expires_at, next_look_at)
      select id, 'new-' || serial, 'old-' || serial, '', 'delivered', 'test', case serial when 'M-1' then now() else 'infinity' end, 'infinity' from unit where serial like 'M-%'`.execute(tx);
    await sql`analyze renewal`.execute(tx);
    const rows = async () => (await sql<{ read: number }>`select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'renewal'`.execute(tx)).rows[0]!.read;
    const before = await rows();
    await new LedgerMetrics(tx as Database, line.app.get(CONFIG)).read();
    read = (await rows()) - before;
    throw undo;
  });
  await expect(counting).rejects.toBe(undo);
  // It stops counting at 10,000, and those that are overdue are found by their index.
  expect(read).toBeLessThan(11_000);
  const { payload } = await line.app.inject({ method: 'GET', url: '/metrics' });
  expect(payload).toContain('lineside_renewals{state="overdue"} 1');
});
