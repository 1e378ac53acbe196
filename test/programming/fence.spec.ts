import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { Leases } from '../../src/programming/leases.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

/** As if the lease's time had passed, and nobody had noticed yet. */
async function endLease(jobId: string) {
  const unit = bench.db.selectFrom('job').select('unit_id').where('id', '=', Number(jobId.slice(4)));
  await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('id', '=', unit).execute();
}

/** As if the lease's time had passed, without waiting for it. */
async function letLeaseRunOut(jobId: string) {
  await endLease(jobId);
  await takenBack(jobId);
}

async function takenBack(jobId: string) {
  // The service's own sweep may have been faster, and at work on this lease.
  await bench.app.get(Leases).takeBackExpired();
  await until('the job waits again', () => bench.db.selectFrom('job').select('state').where('id', '=', Number(jobId.slice(4))).where('state', '=', 'queued').executeTakeFirst());
}

/** Station a claims and falls silent; its job goes on to station b. */
async function handedOn() {
  const { serials } = await bench.order(1);
  const late = await bench.claim(serials[0]);
  await letLeaseRunOut(late.jobId);
  const present = await bench.claim(serials[0], '1', bench.otherStation);
  return { serial: serials[0]!, late, present };
}

it('gives a silent station’s job to the next one under a higher fence', async () => {
  const { serial, late, present } = await handedOn();
  expect(present.jobId).toBe(late.jobId);
  expect(present.fence).toBe(late.fence + 1);
  expect(present.answer.body).toMatchObject({ attempt: 2 });
  expect(await bench.auditTrail(`unit:${serial}`)).toEqual(['job.claimed', 'job.lease-expired', 'job.claimed']);
});

it('gives the late station no certificate, and signs nothing for it', async () => {
  const { serial, late, present } = await handedOn();
  const refused = await bench.as('station').post(`/v1/jobs/${late.jobId}/certificate`, { fence: late.fence, csr: csrFor(deviceKey()) });
  expect(refused).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
  expect((await bench.as('manager').get(`/v1/units/${serial}`)).body['certificates']).toEqual([]);

  // The fence of the present lease in the hands of the wrong station helps as little.
  const stolen = await bench.as('station').post(`/v1/jobs/${late.jobId}/certificate`, { fence: present.fence, csr: csrFor(deviceKey()) });
  expect(stolen).toMatchObject({ status: 410, body: { code: 'lease-lost' } });

  const good = await bench.atOther(`/v1/jobs/${present.jobId}/certificate`, { fence: present.fence, csr: csrFor(deviceKey()) });
  expect(good.status).toBe(201);
});

it('fences off an earlier lease of the same station too: a program that woke up late is no better than a stranger', async () => {
  const { serials } = await bench.order(1);
  const late = await bench.claim(serials[0], '1');
  await letLeaseRunOut(late.jobId);
  const present = await bench.claim(serials[0], '2');
  expect(present.fence).toBe(late.fence + 1);
  const csr = csrFor(deviceKey());
  for (const [step, body] of [['heartbeat', {}], ['certificate', { csr }], ['result', { outcome: 'FAIL' }], ['release', {}]] as const) {
    const answer = await bench.as('station').post(`/v1/jobs/${late.jobId}/${step}`, { fence: late.fence, ...body });
    expect([step, answer.status, answer.body['code']]).toEqual([step, 410, 'lease-lost']);
  }
  expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body).toMatchObject({ state: 'claimed', certificates: [], job: { state: 'leased', slot: '2' } });
});

it('keeps what the late station reports as evidence and changes nothing by it', async () => {
  const { serial, late } = await handedOn();
  const reported = await bench.as('station').post(`/v1/jobs/${late.jobId}/result`, { fence: late.fence, outcome: 'FAIL', failureCode: 'E1' });
  expect(reported).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
  expect((await bench.as('station').post(`/v1/jobs/${late.jobId}/heartbeat`, { fence: late.fence })).status).toBe(410);
  expect((await bench.as('station').post(`/v1/jobs/${late.jobId}/release`, { fence: late.fence })).status).toBe(410);
  expect((await bench.as('manager').get(`/v1/units/${serial}`)).body).toMatchObject({ state: 'claimed', job: { state: 'leased', station: 'b' } });
  const evidence = await bench.db.selectFrom('late_report').select(['fence', 'report']).where('job_id', '=', Number(late.jobId.slice(4))).orderBy('id').execute();
  expect(evidence).toEqual([
    { fence: late.fence, report: { kind: 'result', outcome: 'FAIL', failureCode: 'E1' } },
    { fence: late.fence, report: { kind: 'heartbeat' } },
  ]);
});

it('answers a release again as the first one, whatever became of the job since', async () => {
  const { serials: [serial] } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serial);
  const release = () => bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence });
  expect([(await release()).status, (await release()).status]).toEqual([204, 204]);
  const next = await bench.claim(serial, '1', bench.otherStation);
  expect((await release()).status).toBe(204);
  expect((await bench.as('manager').get(`/v1/units/${serial}`)).body).toMatchObject({ job: { state: 'leased', station: 'b' }, lateReports: [] });
  expect((await bench.auditTrail(`unit:${serial}`)).filter((event) => event === 'job.released')).toHaveLength(1);
  expect(await bench.atOther(`/v1/jobs/${next.jobId}/release`, { fence })).toMatchObject({ status: 410 });
});

it('says who has the unit, that nobody has it, or that its job is over, to whoever comes with a lease that has ended', async () => {
  const { serials: [serial] } = await bench.order(1);
  const late = await bench.claim(serial);
  const told = async () => {
    const steps = [['heartbeat', {}], ['certificate', { csr: csrFor(deviceKey()) }], ['result', { outcome: 'FAIL' }], ['release', {}]] as const;
    const answers = await Promise.all(steps.map(async ([step, body]) => (await bench.as('station').post(`/v1/jobs/${late.jobId}/${step}`, { fence: late.fence, ...body })).body));
    expect(answers.map(({ code, nextStep }) => [code, nextStep])).toEqual(steps.map(() => ['lease-lost', 'claim-again']));
    return new Set(answers.map(({ detail, operatorAction }) => `${String(detail)}. ${String(operatorAction)}`));
  };
  const over = `Unit ${serial} is no longer held under this fence:`;
  await endLease(late.jobId);
  expect(await told()).toEqual(new Set([`${over} nobody has it. Scan the unit again: this station holds it no more, and nobody else does.`]));
  await takenBack(late.jobId);
  expect(await told()).toEqual(new Set([`${over} nobody has it. Scan the unit again: this station holds it no more, and nobody else does.`]));
  const { jobId, fence } = await bench.claim(serial, '2', bench.otherStation);
  expect(await told()).toEqual(new Set([`${over} station b, slot 2 has it. Take the unit out: station b, slot 2 has it now.`]));
  await bench.atOther(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL' });
  expect(await told()).toEqual(new Set([`${over} its job is over (failed). Take the unit out: its job is over (failed).`]));
});

/** What happens between the HSM's answer and the commit that stores the certificate. */
async function whileTheHsmWorks(jobId: string, fence: number, meanwhile: () => Promise<unknown>) {
  const authority = bench.app.get(CertificateAuthorityService);
  const sign = authority.sign.bind(authority);
  authority.sign = async (...asked) => {
    const signed = await sign(...asked);
    await meanwhile();
    return signed;
  };
  try {
    return await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
  } finally {
    authority.sign = sign;
  }
}

it('throws a signature away when the lease is lost while the HSM works, and gives its quota back', async () => {
  const { id, serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  const refused = await whileTheHsmWorks(jobId, fence, () => letLeaseRunOut(jobId));
  expect(refused).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
  expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body['certificates']).toMatchObject([{ state: 'abandoned', fingerprint: null }]);
  expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: 0, quota: 1 });

  const next = await bench.claim(serials[0]);
  expect((await bench.as('station').post(`/v1/jobs/${next.jobId}/certificate`, { fence: next.fence, csr: csrFor(deviceKey()) })).status).toBe(201);
});

it('throws it away too when the same station and slot hold the job again by then, under a higher fence', async () => {
  const { serials } = await bench.order(1);
  const late = await bench.claim(serials[0]);
  const refused = await whileTheHsmWorks(late.jobId, late.fence, async () => {
    await letLeaseRunOut(late.jobId);
    // The unit is still reserved for the late request, as the ledger has it when a lease runs out in the middle.
    expect((await bench.claim(serials[0])).fence).toBe(late.fence + 1);
  });
  expect(refused).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
  const { certificates } = (await bench.as('manager').get(`/v1/units/${serials[0]}`)).body as { certificates: { state: string }[] };
  expect(certificates.filter(({ state }) => state === 'valid')).toEqual([]);
});

it('throws it away when the reservation was given up meanwhile: what is not on record is handed to nobody', async () => {
  const { serials } = await bench.order(1);
  const { jobId, fence } = await bench.claim(serials[0]);
  const refused = await whileTheHsmWorks(jobId, fence, () =>
    bench.db.updateTable('certificate').set({ state: 'abandoned' }).where('state', '=', 'reserved').where('unit_id', '=', (eb) => eb.selectFrom('unit').select('id').where('serial', '=', serials[0]!)).execute(),
  );
  expect(refused).toMatchObject({ status: 503, body: { code: 'reservation-lost', retryable: true } });
  expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body['certificates']).toMatchObject([{ state: 'abandoned', fingerprint: null }]);
});

it('keeps everybody else from a unit that a station holds, and writes nothing for them', async () => {
  const { id, serials } = await bench.order(1);
  await bench.claim(serials[0]);
  const refused = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) });
  expect(refused).toMatchObject({ status: 409, body: { code: 'claimed-elsewhere' } });
  expect((await bench.as('manager').get(`/v1/units/${serials[0]}`)).body).toMatchObject({ state: 'claimed', certificates: [] });
  expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: 0, quota: 1 });
});
