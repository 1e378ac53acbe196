import { AuditLog } from '../../src/audit/audit-log.js';
import { FleetClaimRepository } from '../../src/aws-iot/claims/fleet-claims.repository.js';
import type { Database } from '../../src/platform/database/database.js';
import { until } from '../support/until.js';
import { FleetLine } from './support/fleet-line.js';
import type { Line } from './support/line.js';

const PATIENCE_MS = 90_000;

let fleet: FleetLine;
let line: Line;

beforeAll(async () => {
  fleet = await FleetLine.start();
  ({ line } = fleet);
  await fleet.activate();
}, PATIENCE_MS);
afterAll(() => line.stop());

const claimOf = (id: string) => line.db.selectFrom('fleet_claim').selectAll().where('work_order_id', '=', id).executeTakeFirstOrThrow();
const inState = (id: string, state: string) => until(`${id} is ${state}`, async () => ((await claimOf(id)).state === state ? true : undefined));
const puts = (certificateId: string) => line.edge.mutations.filter((call) => call === `PUT /certificates/${certificateId}`).length;
async function end(id: string) {
  expect(await line.call('officer', 'POST', `/v1/aws/claims/${id}/end`, { reason: 'a board was stolen' })).toMatchObject({ status: 200 });
  await inState(id, 'ended');
}

/** Makes an order, and does something once while a call for its claim's certificate is on its way to AWS. Answers the certificate's id. */
async function whileOnItsWay(id: string, asks: (call: string, certificateId: string) => boolean, happens: () => Promise<void>) {
  let seen: string | undefined;
  let through = '';
  line.edge.onTheWay = async (call) => {
    const certificateId = (await line.db.selectFrom('fleet_claim').select('certificate_id').where('work_order_id', '=', id).executeTakeFirst())?.certificate_id;
    if (!certificateId || seen !== undefined || !asks(call, certificateId)) return;
    seen = certificateId;
    await happens().finally(() => (through = certificateId));
  };
  await fleet.order(id, [`${id}-1`]);
  await until('AWS was asked', () => Promise.resolve(through || undefined));
  line.edge.onTheWay = undefined;
  return through;
}

it('does not set ACTIVE the certificate of a claim that was ended before', async () => {
  const certificateId = await whileOnItsWay('WO-BEFORE', (call) => call.startsWith('PUT /target-policies/'), () => end('WO-BEFORE'));
  // Whatever the late worker still asks, it has asked by the time that another claim is made.
  await fleet.order('WO-NEXT', ['N-1']);
  await inState('WO-NEXT', 'active');
  expect(puts(certificateId)).toBe(1);
  expect(await until('AWS answers', () => fleet.statusInAws(certificateId))).toBe('REVOKED');
}, PATIENCE_MS);

// The sandbox makes nothing ACTIVE again; nobody has published that AWS's API does not.
it('has AWS revoke a claim again that was ended while ACTIVE was on its way, until AWS has done it', async () => {
  const certificateId = await whileOnItsWay('WO-WHILE', (call, id) => call === `PUT /certificates/${id}`, async () => {
    await end('WO-WHILE');
    line.edge.denied = /newStatus=REVOKED/;
  });
  await until('AWS has refused', () => Promise.resolve(puts(certificateId) > 2 || undefined));
  line.edge.denied = undefined;
  await inState('WO-WHILE', 'ended');
  expect(await until('AWS answers', () => fleet.statusInAws(certificateId))).toBe('REVOKED');
  expect(await claimOf('WO-WHILE')).toMatchObject({ reason: 'a board was stolen', sealed_key: null });
  expect((await line.leaves('claim.ending')).filter(({ data }) => data['order'] === 'WO-WHILE')).toHaveLength(2);
}, PATIENCE_MS);

it('lets a worker that is late neither put an ordered end off nor call ended what is to be ended again', async () => {
  await fleet.order('WO-LATE', ['L-1']);
  await inState('WO-LATE', 'active');
  const audit = line.app.get(AuditLog, { strict: false });
  const claims = new FleetClaimRepository(line.db as Database, audit);
  const taken = (await claims.find('WO-LATE'))!;
  const due = await line.db.transaction().execute(async (tx) => {
    const within = new FleetClaimRepository(tx as Database, audit);
    await within.end(tx, 'system', 'WO-LATE', 'a board was stolen');
    const before = await tx.selectFrom('fleet_claim').selectAll().where('work_order_id', '=', 'WO-LATE').executeTakeFirstOrThrow();
    await within.rest(taken);
    await within.postpone(taken, 'AWS did not answer', null);
    const after = await tx.selectFrom('fleet_claim').selectAll().where('work_order_id', '=', 'WO-LATE').executeTakeFirstOrThrow();
    // No worker takes it before the last line of this test.
    await tx.updateTable('fleet_claim').set({ attempts: 2, next_attempt_at: new Date(Date.now() + 3_600_000) }).where('work_order_id', '=', 'WO-LATE').execute();
    return { before, after };
  });
  expect(due.after).toEqual(due.before);
  await claims.ended({ ...taken, state: 'ending', attempts: 1 });
  expect(await claimOf('WO-LATE')).toMatchObject({ state: 'ending', ended_at: null });
  await claims.endAgain('WO-LATE', taken.certificateId!);
  await claims.ended({ ...taken, state: 'ending', attempts: 2 });
  await fleet.revokedInAws(taken.certificateId!);
  await inState('WO-LATE', 'ended');
}, PATIENCE_MS);
