import { sql } from 'kysely';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const decide = (serial: string, what: string) => bench.as('operator').post(`/v1/units/${serial}/${what}`);
const unit = async (serial: string) => (await bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; history: { event: string }[] };

/** Claimed at station a, slot 1, certified, and reported. */
async function atStation(serial: string, outcome: 'PASS' | 'FAIL') {
  const { jobId, fence } = await bench.claim(serial);
  const identity = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
  expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome })).status).toBe(200);
  return { fingerprint: String(identity.body['fingerprint']) };
}

describe('a unit that has passed', () => {
  it('is shipped, but not once its certificate is revoked', async () => {
    const { serials } = await bench.order(2);
    await atStation(serials[0]!, 'PASS');
    expect(await decide(serials[0]!, 'ship')).toMatchObject({ status: 200, body: { state: 'shipped' } });
    const { fingerprint } = await atStation(serials[1]!, 'PASS');
    await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'keyCompromise' });
    expect(await decide(serials[1]!, 'ship')).toMatchObject({ status: 409, body: { code: 'certificate-revoked' } });
    expect(await unit(serials[1]!)).toMatchObject({ state: 'passed' });
  });

  it('that was shipped is not said to be so again once its certificate is revoked, in a list either', async () => {
    const { serials: [serial, other] } = await bench.order(2);
    const { fingerprint } = await atStation(serial!, 'PASS');
    await atStation(other!, 'PASS');
    const list = async () => {
      const { payload } = await bench.app.inject({ method: 'POST', url: '/v1/units/ship', headers: { authorization: `Bearer ${bench.keys.operator}` }, payload: { serials: [serial, other] } });
      return payload.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    expect(await list()).toMatchObject([{ status: 200, state: 'shipped', already: false }, { status: 200, state: 'shipped', already: false }]);
    await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'keyCompromise' });
    const refused = { code: 'certificate-revoked', status: 409, detail: `Unit ${serial} was shipped. The certificate of unit ${serial} is revoked`, operatorAction: expect.stringContaining('was shipped') as string };
    expect(await decide(serial!, 'ship')).toMatchObject({ status: 409, body: refused });
    expect(await list()).toMatchObject([{ serial, ...refused }, { serial: other, status: 200, already: true }]);
    expect((await unit(serial!)).state).toBe('shipped');
  });

  it('is shipped before its certificate is revoked, or after, but not while: the revocation waits for the shipment that has found it valid', async () => {
    const { serials } = await bench.order(1);
    const serial = serials[0]!;
    const { fingerprint } = await atStation(serial, 'PASS');
    /** Whether somebody who has changed a unit waits for a table, or somebody waits for another's transaction. */
    const waits = async (wanted: 'relation' | 'transactionid') => {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity a where datname = current_database() and wait_event_type = 'Lock' and wait_event = ${wanted}
        and (${wanted} = 'transactionid' or exists (select from pg_locks l where l.pid = a.pid and l.relation = 'unit'::regclass and l.mode = 'RowExclusiveLock'))`.execute(bench.db);
      return rows[0]!.count > 0 ? true : undefined;
    };
    // A shipment reads the certificate, and then whether the unit's order may issue.
    const held = await bench.db.startTransaction().execute();
    await sql`lock table issuing_verdict in access exclusive mode`.execute(held);
    const shipped = decide(serial, 'ship');
    await until('the shipment waits', () => waits('relation'));
    let isRevoked = false;
    const revoked = bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'keyCompromise' }).finally(() => (isRevoked = true));
    await until('the revocation waits for the unit, or is over', async () => isRevoked || waits('transactionid'));
    await held.rollback().execute();
    expect([(await shipped).status, (await revoked).status]).toEqual([200, 200]);
    expect((await unit(serial)).history.map(({ event }) => event).filter((event) => event === 'unit.shipped' || event === 'certificate.revoked')).toEqual(['unit.shipped', 'certificate.revoked']);
  });

  it('is not shipped as registered before its target is known to have it', async () => {
    const { id, serials } = await bench.order(1);
    await bench.db.updateTable('work_order').set({ ship_gate: 'registered' }).where('id', '=', id).execute();
    expect(await decide(serials[0]!, 'ship')).toMatchObject({ status: 409, body: { code: 'unit-state' } });
    await atStation(serials[0]!, 'PASS');
    expect(await decide(serials[0]!, 'ship')).toMatchObject({ status: 409, body: { code: 'ship-gate', lacking: ['eu'] } });
  });

  it('is not shipped while a target keeps it out that does not know it yet', async () => {
    const { id, serials } = await bench.order(1);
    await atStation(serials[0]!, 'PASS');
    const mayIssue = (may_issue: boolean) => bench.db.updateTable('issuing_verdict').set({ may_issue, reason: may_issue ? '' : 'eu: CA INACTIVE' }).where('work_order_id', '=', id).execute();
    await mayIssue(false);
    expect(await decide(serials[0]!, 'ship')).toMatchObject({ status: 409, body: { code: 'may-not-issue', detail: expect.stringContaining('eu: CA INACTIVE') } });
    await mayIssue(true);
    expect(await decide(serials[0]!, 'ship')).toMatchObject({ status: 200 });
  });
});
