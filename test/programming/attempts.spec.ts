import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { Leases } from '../../src/programming/leases.js';
import { csrFor, deviceKey, makeAuthority, registerEverywhere, serviceBench, type ServiceBench } from '../support/service-bench.js';

/** Without a worker: leases end when a test says so. */
let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const unit = (serial: string) => bench.db.selectFrom('unit').selectAll().where('serial', '=', serial).executeTakeFirstOrThrow();
const job = (serial: string) => bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').selectAll('job').where('serial', '=', serial).executeTakeFirstOrThrow();
const trail = (serial: string) => bench.auditTrail(`unit:${serial}`);

async function lapse(serial: string) {
  await bench.claim(serial);
  await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serial).execute();
  await bench.app.get(Leases).takeBackExpired();
}

async function certify({ jobId, fence }: { jobId: string; fence: number }) {
  const { status, body } = await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
  expect(status).toBe(201);
  return String(body['fingerprint']);
}

const revoke = (fingerprint: string) => bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'keyCompromise' });

describe('a unit', () => {
  it('is not failed by boards that were lifted off, nor by errors of its stations', async () => {
    const { serials } = await bench.order(1);
    for (let time = 1; time <= 12; time++) {
      const { jobId, fence } = await bench.claim(serials[0]);
      await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence });
    }
    for (const outcome of ['ERROR', 'ABORTED', 'TIMEOUT', 'ERROR', 'ABORTED', 'ERROR']) {
      const { jobId, fence } = await bench.claim(serials[0]);
      expect(await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome })).toMatchObject({ status: 200, body: { job: { state: 'queued' }, unit: { state: 'planned' } } });
    }
    const last = await bench.claim(serials[0]);
    expect(last.answer).toMatchObject({ status: 200, body: { attempt: 19 } });
    await certify(last);
    expect(await bench.as('station').post(`/v1/jobs/${last.jobId}/result`, { fence: last.fence, outcome: 'PASS' })).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
  });

  it('at which five leases ran out is set aside, and a person decides', async () => {
    const { serials } = await bench.order(1);
    for (let time = 1; time <= 4; time++) await lapse(serials[0]!);
    expect(await unit(serials[0]!)).toMatchObject({ state: 'planned' });
    await lapse(serials[0]!);
    expect(await unit(serials[0]!)).toMatchObject({ state: 'quarantined', quarantined_from: 'planned', lease_holder: null });
    expect(await job(serials[0]!)).toMatchObject({ state: 'failed', attempt: 5 });
    expect((await trail(serials[0]!)).slice(-2)).toEqual(['job.set-aside', 'job.lease-expired']);

    const scanned = await bench.claim(serials[0]);
    expect(scanned.answer).toMatchObject({ status: 409, body: { code: 'unit-quarantined', retryable: false, operatorAction: expect.stringContaining('supervisor') } });
    expect((await bench.claim()).answer.status).toBe(204);
  });

  it('on which ten attempts ended in errors is set aside too', async () => {
    const { serials } = await bench.order(1);
    for (let time = 1; time <= 10; time++) {
      const { jobId, fence } = await bench.claim(serials[0]);
      const { body } = await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: time % 2 ? 'ERROR' : 'TIMEOUT' });
      expect(body).toMatchObject({ unit: { state: time < 10 ? 'planned' : 'quarantined' } });
    }
    const facts = await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'job.set-aside').where('subject', '=', `unit:${serials[0]}`).executeTakeFirstOrThrow();
    expect(JSON.parse(facts.body.toString())).toMatchObject({ facts: { serial: serials[0], reason: 'errors', attempt: 10 } });
  });

  it('whose certificate is revoked at a station is taken from it, and set aside', async () => {
    const { serials } = await bench.order(1);
    const claim = await bench.claim(serials[0]);
    const fingerprint = await certify(claim);
    const beat = () => bench.as('station').post(`/v1/jobs/${claim.jobId}/heartbeat`, { fence: claim.fence });
    expect((await beat()).body).toMatchObject({ directive: 'continue' });
    await revoke(fingerprint);
    expect(await beat()).toMatchObject({ status: 200, body: { directive: 'cancel' } });
    expect((await bench.as('station').post(`/v1/jobs/${claim.jobId}/release`, { fence: claim.fence })).status).toBe(204);
    expect(await unit(serials[0]!)).toMatchObject({ state: 'quarantined', lease_holder: null });
  });

  it('whose certificate is revoked while it waits is handed to nobody', async () => {
    const { serials } = await bench.order(2);
    const claim = await bench.claim(serials[0]);
    const fingerprint = await certify(claim);
    await bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, outcome: 'ERROR' });
    await revoke(fingerprint);
    expect((await bench.claim(serials[0])).answer).toMatchObject({ status: 409, body: { code: 'unit-quarantined' } });
    expect(await unit(serials[0]!)).toMatchObject({ state: 'quarantined' });
    expect((await bench.claim()).answer.body).toMatchObject({ unit: { serial: serials[1] } });
    expect((await bench.claim(undefined, '2')).answer.status).toBe(204);
  });

  it('whose authority’s key is compromised is taken from its station, and handed to nobody: only a rework gives it a certificate of another', async () => {
    const { serials } = await bench.order(2);
    const [held, waiting] = [await bench.claim(serials[0], '1'), await bench.claim(serials[1], '2')];
    for (const claim of [held, waiting]) await certify(claim);
    expect((await bench.as('station').post(`/v1/jobs/${waiting.jobId}/release`, { fence: waiting.fence })).status).toBe(204);
    const next = await makeAuthority(bench.app, { family: 'Test', keyType: 'P-256' });
    await registerEverywhere(bench.db, next.id);
    await bench.db.transaction().execute(async (tx) => {
      await bench.app.get(AuthorityRepository).moveState(tx, next.id, ['generated'], 'registered');
      await bench.app.get(CertificateAuthorityService).activate(tx, 'test', next.id, []);
      await bench.app.get(CertificateAuthorityService).compromise(tx, 'test', bench.authority.id, 'found in a backup');
    });

    expect((await bench.as('station').post(`/v1/jobs/${held.jobId}/heartbeat`, { fence: held.fence })).body).toMatchObject({ directive: 'cancel' });
    expect(await bench.as('station').post(`/v1/jobs/${held.jobId}/result`, { fence: held.fence, outcome: 'PASS' })).toMatchObject({ status: 409, body: { code: 'authority-compromised' } });
    expect((await bench.as('station').post(`/v1/jobs/${held.jobId}/release`, { fence: held.fence })).status).toBe(204);
    expect((await bench.claim(serials[1])).answer).toMatchObject({ status: 409, body: { code: 'unit-quarantined' } });
    for (const serial of serials) {
      expect(await unit(serial)).toMatchObject({ state: 'quarantined', quarantined_from: 'certified' });
      const facts = await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'job.set-aside').where('subject', '=', `unit:${serial}`).executeTakeFirstOrThrow();
      expect(JSON.parse(facts.body.toString())).toMatchObject({ facts: { reason: 'authority-compromised' } });
    }
    expect((await bench.as('operator').post(`/v1/units/${serials[0]}/rework`)).status).toBe(200);
    const again = await bench.claim(serials[0]);
    await certify(again);
    expect(await bench.as('station').post(`/v1/jobs/${again.jobId}/result`, { fence: again.fence, outcome: 'PASS' })).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
  });

  it('keeps its station while a target keeps its order’s units out: that may end before it passes', async () => {
    const { id, serials } = await bench.order(1);
    const claim = await bench.claim(serials[0]);
    await certify(claim);
    const mayIssue = (may_issue: boolean) => bench.db.updateTable('issuing_verdict').set({ may_issue, reason: may_issue ? '' : 'eu: CA INACTIVE' }).where('work_order_id', '=', id).execute();
    await mayIssue(false);
    expect((await bench.as('station').post(`/v1/jobs/${claim.jobId}/heartbeat`, { fence: claim.fence })).body).toMatchObject({ directive: 'continue' });
    await mayIssue(true);
    expect(await bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, outcome: 'PASS' })).toMatchObject({ status: 200 });
  });
});

it.each(['hold', 'close', 'cancel'])('%s of an order takes units without a certificate from their stations at the next heartbeat', async (step) => {
  const { id, serials } = await bench.order(2);
  const [bare, certified] = [await bench.claim(serials[0], '1'), await bench.claim(serials[1], '2')];
  await certify(certified);
  expect((await bench.as('manager').post(`/v1/work-orders/${id}/${step}`, { reason: 'a test', ...(step === 'close' && { unaccounted: 2 }) })).status).toBe(200);
  const directive = async ({ jobId, fence }: typeof bare) => (await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence })).body['directive'];
  expect([await directive(bare), await directive(certified)]).toEqual(['cancel', step === 'cancel' ? 'cancel' : 'continue']);
  expect((await bench.as('station').post(`/v1/jobs/${bare.jobId}/release`, { fence: bare.fence })).status).toBe(204);
  expect((await job(serials[0]!)).state).toBe(step === 'hold' ? 'queued' : 'cancelled');
});

it('a PASS that is reported again is refused once the certificate is revoked, by itself and in a spool; where the unit’s state says how it stands, that is the answer', async () => {
  const { serials: [serial] } = await bench.order(1);
  const claim = await bench.claim(serial);
  const fingerprint = await certify(claim);
  const pass = { fence: claim.fence, outcome: 'PASS', record: { a: 1 } };
  const report = () => bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, pass);
  const spool = async () => {
    const payload = `${JSON.stringify({ job: claim.jobId, ...pass })}\n`;
    const { body } = await bench.app.inject({ method: 'POST', url: '/v1/results/batch', headers: { authorization: `Bearer ${bench.keys.station}`, 'content-type': 'application/x-ndjson' }, payload });
    const { state, problem } = JSON.parse(body) as { state: string; problem?: { code: string } };
    return [state, problem?.code];
  };
  const { body } = await report();
  expect([await report(), await spool()]).toMatchObject([{ status: 200, body }, ['repeated', undefined]]);

  await revoke(fingerprint);
  expect(await report()).toMatchObject({ status: 409, body: { code: 'certificate-revoked', retryable: false, nextStep: 'set-aside' } });
  expect(await spool()).toEqual(['repeated', 'certificate-revoked']);
  expect((await bench.as('auditor').get(`/v1/units/${serial}`)).body).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }], lateReports: [] });

  await bench.as('operator').post(`/v1/units/${serial}/rework`);
  expect([await report(), await spool()]).toMatchObject([{ status: 200, body: { job: { state: 'passed' }, unit: { state: 'reworking' } } }, ['repeated', undefined]]);
});

describe('a late report', () => {
  const kept = (jobId: string) => bench.db.selectFrom('late_report').select('report').where('job_id', '=', Number(jobId.slice(4))).execute();
  const leaves = (jobId: string) => bench.auditTrail(`job:${jobId}`);

  it('leaves nothing when its station never had the job under that fence', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    for (const wrong of [fence, fence + 1]) {
      for (const [step, body] of [['heartbeat', {}], ['certificate', { csr: csrFor(deviceKey()) }], ['result', { outcome: 'FAIL' }], ['release', {}]] as const) {
        expect(await bench.atOther(`/v1/jobs/${jobId}/${step}`, { fence: wrong, ...body })).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
      }
    }
    expect([await kept(jobId), await leaves(jobId)]).toEqual([[], []]);
  });

  it('is kept once, however often it is repeated', async () => {
    const { serials } = await bench.order(1);
    const { jobId, fence } = await bench.claim(serials[0]);
    await bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence });
    for (let time = 0; time < 5; time++) {
      await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence });
      await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL', failureCode: 'E1' });
    }
    expect(await kept(jobId)).toEqual([{ report: { kind: 'heartbeat' } }, { report: { kind: 'result', outcome: 'FAIL', failureCode: 'E1' } }]);
    expect(await leaves(jobId)).toEqual(['job.late-report', 'job.late-report']);
    for (let code = 0; code < 30; code++) await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL', failureCode: `E${code}` });
    expect((await kept(jobId)).length).toBe(20);
  });
});
