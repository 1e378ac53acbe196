import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

/** Without a worker: leases end when a test says so. */
let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api', LEASE_MS: '60000' });
});
afterEach(() => bench.clearSlots());
afterAll(() => bench.close());

const MEBIBYTE = 1_048_576;
const TIMES = { startedAt: '2026-02-03T04:05:06.789012+09:00', endedAt: '1970-01-01T00:00:12Z' };

const get = async (url: string) => (await bench.as('auditor').get(url)).body;
const attempts = async (serial: string) => (await get(`/v1/units/${serial}/attempts`))['items'] as Record<string, unknown>[];
const lateReports = async (serial: string) => (await get(`/v1/units/${serial}/late-reports`))['items'] as ({ id: number } & Record<string, unknown>)[];

/** A unit at station a, and its result. */
async function atStation() {
  const { serials: [serial] } = await bench.order(1);
  const claim = await bench.claim(serial);
  const report = (result: object) => bench.as('station').post(`/v1/jobs/${claim.jobId}/result`, { fence: claim.fence, ...result });
  return { serial: serial!, ...claim, report };
}

const release = ({ jobId, fence }: { jobId: string; fence: number }) => bench.as('station').post(`/v1/jobs/${jobId}/release`, { fence });
/** JSON without white space of so many bytes. */
const recordOf = (bytes: number) => ({ log: 'x'.repeat(bytes - '{"log":""}'.length) });

/** As `openhtf.output.callbacks.json_factory.OutputToJSON` writes a test of one phase. */
const openHtf = (record: object) => ({
  dut_id: 'UNKNOWN_DUT', start_time_millis: 1764230399000, end_time_millis: 1764230401000, outcome: 'PASS', outcome_details: [], station_id: 'press-7',
  code_info: { name: 'main.py', docstring: null, sourcecode: 'import openhtf' }, metadata: { test_name: 'end of line', config: {} },
  phases: [{
    name: 'current', outcome: 'PASS', start_time_millis: 1764230399500, end_time_millis: 1764230400500, options: null, result: { phase_result: 'CONTINUE' },
    measurements: { milliamperes: { name: 'milliamperes', outcome: 'PASS', measured_value: 81.25, units: 'mA', validators: ['0 <= x <= 400'] } },
    attachments: { 'scope.png': { mimetype: 'image/png', sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', data: Buffer.from('picture').toString('base64') } },
  }],
  log_records: [], ...record,
});

describe('a test record', () => {
  it('is kept beside the attempt with the station’s own times and words, and read again as it was', async () => {
    const { serial, jobId, report } = await atStation();
    const record = { milliamperes: 812, list: [1, 2.5, null, true], deep: { ü: '🏭' } };
    expect(await report({ outcome: 'FAIL', failureCode: 'current-too-high', failureDetail: '812 mA at 3.3 V', record, ...TIMES })).toMatchObject({ status: 200, body: { unit: { state: 'failed' } } });
    expect(await attempts(serial)).toEqual([{
      job: jobId, number: 1, station: 'a', slot: '1', fence: 1, startedAt: expect.any(String) as string, endedAt: expect.any(String) as string, outcome: 'FAIL', failureCode: 'current-too-high',
      failureDetail: '812 mA at 3.3 V', stationStartedAt: TIMES.startedAt, stationEndedAt: TIMES.endedAt, record: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string, bytes: Buffer.byteLength(JSON.stringify(record)) }, attachments: [],
    }]);
    expect(await bench.as('operator').get(`/v1/jobs/${jobId}/attempts/1/record`)).toMatchObject({ status: 200, body: record, headers: { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' } });
    const { body } = await bench.db.selectFrom('log_leaf').select('body').where('event', '=', 'job.result').where('subject', '=', `unit:${serial}`).executeTakeFirstOrThrow();
    expect(JSON.parse(body.toString())).toMatchObject({ facts: { record: ((await attempts(serial))[0]!['record'] as { sha256: string }).sha256 } });
  });

  it('may have 1 MiB, however it is written, and not a byte more; no other body may be longer for it', async () => {
    const { serial, jobId, fence, report } = await atStation();
    expect(await report({ outcome: 'ERROR', record: recordOf(MEBIBYTE + 1) })).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('record') as string } });
    expect(await report({ outcome: 'ERROR', record: recordOf(2 * MEBIBYTE) })).toMatchObject({ status: 413, body: { code: 'request-too-large' } });
    expect(await bench.as('station').post(`/v1/jobs/${jobId}/heartbeat`, { fence, checkpoint: recordOf(70_000) })).toMatchObject({ status: 413 });
    expect(await attempts(serial)).toMatchObject([{ outcome: null, record: null }]);
    const spaced = JSON.stringify({ fence, outcome: 'ERROR', record: recordOf(MEBIBYTE) }, null, 2);
    expect(await bench.call('POST', `/v1/jobs/${jobId}/result`, bench.keys.station, spaced, { 'content-type': 'application/json' })).toMatchObject({ status: 200 });
    expect(await attempts(serial)).toMatchObject([{ outcome: 'ERROR', record: { bytes: MEBIBYTE } }]);
    expect(await get(`/v1/jobs/${jobId}/attempts/1/record`)).toEqual(recordOf(MEBIBYTE));
  });

  it('keeps the digits of numbers that a double does not hold, in a single report and in a spool', async () => {
    const text = '{"chip":12345678901234567890,"far":1e400,"near":-1E-400,"long":0.12345678901234567891,"exact":[81.25,0.30000000000000004,1e5,0.0]}';
    const { jobId, fence } = await atStation();
    const result = (body: string) => bench.call('POST', `/v1/jobs/${jobId}/result`, bench.keys.station, body, { 'content-type': 'application/json' });
    expect((await result(`{"fence":${fence},"outcome":"ERROR","record":${text}}`)).status).toBe(200);
    const again = await bench.claim();
    await bench.app.inject({ method: 'POST', url: '/v1/results/batch', headers: { authorization: `Bearer ${bench.keys.station}`, 'content-type': 'application/x-ndjson' }, payload: `{"job":"${jobId}","fence":${again.fence},"outcome":"FAIL","record":${text}}` });
    for (const number of [1, 2]) {
      const { body } = await bench.app.inject({ url: `/v1/jobs/${jobId}/attempts/${number}/record`, headers: { authorization: `Bearer ${bench.keys.auditor}` } });
      expect(body).toBe(text.replace('1e5,0.0', '100000,0'));
    }
    for (const refused of ['{"fence":12345678901234567890,"outcome":"FAIL"}', '{"fence":1,"outcome":"FAIL","record":{"__proto__":{"a":12345678901234567890}}}', '{"a":1e5']) {
      expect(await result(refused)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
    }
  });

  it('that is not there is said to be unknown', async () => {
    const { jobId, report } = await atStation();
    await report({ outcome: 'ERROR' });
    for (const path of [`/v1/jobs/${jobId}/attempts/1/record`, `/v1/jobs/${jobId}/attempts/2/record`, '/v1/jobs/job-999999/attempts/1/record']) {
      expect(await bench.as('manager').get(path)).toMatchObject({ status: 404, body: { code: 'record-unknown' } });
    }
  });

  it.each([['startedAt', '2026-02-03 04:05'], ['endedAt', 1764230399], ['failureDetail', 'x'.repeat(1_001)], ['record', [1]]])('comes with %s only as it is described', async (member, value) => {
    const { serial, report } = await atStation();
    expect(await report({ outcome: 'ERROR', [member]: value })).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining(member) as string } });
    expect(await attempts(serial)).toMatchObject([{ outcome: null }]);
  });

  it('lists attempts over all jobs of a unit page by page', async () => {
    const { serials: [serial] } = await bench.order(1);
    for (let number = 1; number <= 3; number++) {
      const { jobId, fence } = await bench.claim(serial);
      await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: number < 3 ? 'ERROR' : 'FAIL', record: { number } });
    }
    await bench.as('operator').post(`/v1/units/${serial}/rework`);
    await bench.claim(serial);
    const first = await get(`/v1/units/${serial}/attempts?limit=3`);
    const second = await get(`/v1/units/${serial}/attempts?limit=3&cursor=${String(first['nextCursor'])}`);
    expect([first, second].map(({ items }) => (items as { number: number; outcome: string }[]).map(({ number, outcome }) => [number, outcome]))).toEqual([[[1, 'ERROR'], [2, 'ERROR'], [3, 'FAIL']], [[1, null]]]);
    expect(second['nextCursor']).toBeNull();
    expect(await bench.as('manager').get('/v1/units/nobody/attempts')).toMatchObject({ status: 404, body: { code: 'serial-unknown' } });
  });
});

describe('OpenHTF’s record', () => {
  it('is taken as it is where it is of this unit and has this outcome', async () => {
    const { serial, jobId, fence, report } = await atStation();
    await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
    const record = openHtf({ dut_id: serial.toLowerCase() });
    expect(await report({ outcome: 'PASS', record })).toMatchObject({ status: 200, body: { unit: { state: 'passed' } } });
    expect(await get(`/v1/jobs/${jobId}/attempts/1/record`)).toEqual(record);
  });

  it.each([
    ['of no unit', 'record-without-unit', { dut_id: 'UNKNOWN_DUT' }], ['with no name of a unit', 'record-without-unit', { dut_id: null }],
    ['of another unit', 'record-of-another-unit', { dut_id: 'SOMEBODY-ELSE' }], ['that failed', 'record-contradicts', { outcome: 'FAIL' }],
  ])('%s passes no unit, is refused by name, and is kept as evidence all the same', async (_which, code, members) => {
    const { serial, jobId, fence, report } = await atStation();
    await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(deviceKey()) });
    const record = openHtf({ dut_id: serial, ...members });
    for (let time = 0; time < 2; time++) expect(await report({ outcome: 'PASS', record, ...TIMES })).toMatchObject({ status: 422, body: { code, retryable: false } });
    expect(await get(`/v1/units/${serial}`)).toMatchObject({ state: 'certified', job: { state: 'leased' }, lateReports: [{ refused: code }] });
    const [kept, ...others] = await lateReports(serial);
    expect([kept, others]).toMatchObject([{ kind: 'result', refused: code, outcome: 'PASS', job: jobId, station: 'a', slot: '1', fence, stationStartedAt: TIMES.startedAt, stationEndedAt: TIMES.endedAt }, []]);
    expect(await get(`/v1/units/${serial}/late-reports/${kept!.id}/record`)).toEqual(record);
    // The station still has the unit, and may report what is so.
    expect(await report({ outcome: 'PASS', record: openHtf({ dut_id: serial }) })).toMatchObject({ status: 200 });
  });

  it('is kept whatever it says where the report is late and decides nothing', async () => {
    const { serial, report, ...claim } = await atStation();
    await release(claim);
    const record = openHtf({ dut_id: 'UNKNOWN_DUT', outcome: 'ERROR' });
    expect(await report({ outcome: 'PASS', record })).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
    const [kept] = await lateReports(serial);
    expect(kept).toMatchObject({ outcome: 'PASS', refused: null });
    expect(await get(`/v1/units/${serial}/late-reports/${kept!.id}/record`)).toEqual(record);
  });
});

describe('a report under a lease that is over', () => {
  it('is kept whole, with its record and times, also where nobody else has had the unit since, and changes nothing', async () => {
    const { serial, jobId, fence, report } = await atStation();
    await bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serial).execute();
    const result = { outcome: 'FAIL', failureCode: 'E1', failureDetail: 'no contact at J3', record: recordOf(MEBIBYTE), ...TIMES };
    for (let time = 0; time < 2; time++) expect(await report(result)).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
    expect(await lateReports(serial)).toEqual([{
      id: expect.any(Number) as number, job: jobId, station: 'a', slot: '1', fence, at: expect.any(String) as string, actor: expect.stringMatching(/^key:/) as string, kind: 'result', refused: null, outcome: 'FAIL', failureCode: 'E1',
      failureDetail: 'no contact at J3', stationStartedAt: TIMES.startedAt, stationEndedAt: TIMES.endedAt, record: { sha256: expect.any(String) as string, bytes: MEBIBYTE }, attachments: [],
    }]);
    expect(await get(`/v1/units/${serial}`)).toMatchObject({ state: 'claimed', attempts: [{ outcome: null }], lateReports: [{ failureCode: 'E1' }] });
    expect(await bench.auditTrail(`job:${jobId}`)).toEqual(['job.late-report']);
  });

  it('leaves no record of a station that never had the job', async () => {
    const { serial, jobId, fence, ...claim } = await atStation();
    expect(await bench.atOther(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL', record: { a: 1 } })).toMatchObject({ status: 410 });
    await release({ jobId, fence, ...claim });
    expect(await bench.atOther(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL', record: { a: 1 } })).toMatchObject({ status: 410 });
    expect([await lateReports(serial), await bench.db.selectFrom('test_record').select('bytes').where('job_id', '=', Number(jobId.slice(4))).execute()]).toEqual([[], []]);
  });
});

describe('a result that comes again', () => {
  it('is answered with what holds, and leaves nothing, also where it tells less', async () => {
    const { serial, jobId, report } = await atStation();
    const result = { outcome: 'FAIL', failureCode: 'E1', failureDetail: 'cold', record: { a: 1 }, ...TIMES };
    const { body } = await report(result);
    for (const again of [result, { outcome: 'FAIL' }, { outcome: 'FAIL', record: { a: 1 } }]) expect(await report(again)).toMatchObject({ status: 200, body });
    expect([await lateReports(serial), await bench.auditTrail(`job:${jobId}`)]).toEqual([[], []]);
  });

  it('with another record is answered the same; the first record stands, and the other one is kept beside it', async () => {
    const { serial, jobId, report } = await atStation();
    const { body } = await report({ outcome: 'FAIL', record: { a: 1 } });
    for (let time = 0; time < 2; time++) expect(await report({ outcome: 'FAIL', record: { a: 2 } })).toMatchObject({ status: 200, body });
    expect(await get(`/v1/jobs/${jobId}/attempts/1/record`)).toEqual({ a: 1 });
    const [kept, ...others] = await lateReports(serial);
    expect([await get(`/v1/units/${serial}/late-reports/${kept!.id}/record`), others]).toEqual([{ a: 2 }, []]);
  });

  it('with another outcome is refused, and kept beside the first one', async () => {
    const { serial, report } = await atStation();
    await report({ outcome: 'FAIL', record: { a: 1 } });
    expect(await report({ outcome: 'PASS', record: { a: 2 } })).toMatchObject({ status: 409, body: { code: 'result-reported' } });
    expect(await lateReports(serial)).toMatchObject([{ outcome: 'PASS', record: { bytes: 7 } }]);
    expect(await attempts(serial)).toMatchObject([{ outcome: 'FAIL' }]);
  });
});

describe('a spool', () => {
  const NDJSON = { 'content-type': 'application/x-ndjson' };
  const send = async (lines: readonly (object | string)[], key = bench.keys.station) => {
    const payload = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    const { statusCode, body } = await bench.app.inject({ method: 'POST', url: '/v1/results/batch', headers: { authorization: `Bearer ${key}`, ...NDJSON }, payload });
    expect(statusCode).toBe(200);
    return body.trim().split('\n').map((line) => JSON.parse(line) as { line: number; job?: string; state: string; unit?: { serial: string; state: string }; problem?: { code: string; retryable: boolean; nextStep: string } });
  };
  const told = (answers: Awaited<ReturnType<typeof send>>) => answers.map(({ state, problem }) => (problem === undefined ? [state] : [state, problem.code]));

  it('is reported in one call, each line for itself, and once more it is answered with what holds', async () => {
    const { serials } = await bench.order(4);
    const [passed, failed] = [await bench.claim(serials[0], '1'), await bench.claim(serials[1], '2')];
    await bench.as('station').post(`/v1/jobs/${passed.jobId}/certificate`, { fence: passed.fence, csr: csrFor(deviceKey()) });
    const [late, never] = [await bench.claim(serials[2], '1', bench.otherStation), await bench.claim(serials[3], '2', bench.otherStation)];
    await bench.call('POST', `/v1/jobs/${late.jobId}/release`, bench.otherStation, { fence: late.fence });
    const line = ({ jobId, fence }: { jobId: string; fence: number }, result: object) => ({ job: jobId, fence, ...result });
    const own = [
      line(passed, { outcome: 'PASS', record: openHtf({ dut_id: serials[0] }), ...TIMES }), line(failed, { outcome: 'FAIL', failureCode: 'E1', failureDetail: 'cold', record: recordOf(MEBIBYTE) }),
      'no JSON', line(failed, { outcome: 'MAYBE' }), line(never, { outcome: 'FAIL', record: { a: 1 } }), line(passed, { outcome: 'FAIL' }), { job: 'job-999999', fence: 1, outcome: 'FAIL' },
      `{"job":"${failed.jobId}","fence":${failed.fence},"outcome":"FAIL","record":{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`, line(failed, { outcome: 'ERROR', record: recordOf(3 * MEBIBYTE) }),
    ];
    const first = await send(own);
    expect(first.map(({ line: number, job }) => [number, job])).toEqual([[1, passed.jobId], [2, failed.jobId], [3, undefined], [4, undefined], [5, never.jobId], [6, passed.jobId], [7, 'job-999999'], [8, undefined], [9, undefined]]);
    const others = [['refused', 'request-invalid'], ['refused', 'request-invalid'], ['refused', 'lease-lost'], ['refused', 'result-reported'], ['refused', 'job-unknown'], ['refused', 'request-invalid'], ['refused', 'request-invalid']];
    expect(told(first)).toEqual([['taken'], ['taken'], ...others]);
    expect(first.map(({ unit }) => unit)).toEqual([{ serial: serials[0], state: 'passed' }, { serial: serials[1], state: 'failed' }, ...others.map(() => undefined)]);
    expect(told(await send(own))).toEqual([['repeated'], ['repeated'], ...others]);

    expect(await attempts(serials[0]!)).toMatchObject([{ outcome: 'PASS', stationStartedAt: TIMES.startedAt, stationEndedAt: TIMES.endedAt }]);
    expect(await attempts(serials[1]!)).toMatchObject([{ outcome: 'FAIL', failureDetail: 'cold', record: { bytes: MEBIBYTE } }]);
    expect([await lateReports(serials[3]!), await attempts(serials[3]!)]).toMatchObject([[], [{ outcome: null }]]);

    // A lease that is over, though nobody has had the unit since: evidence, with the times that it had.
    const spooled = [line(late, { outcome: 'PASS', record: { a: 1 }, ...TIMES })];
    expect(told(await send(spooled, bench.otherStation))).toEqual([['late', 'lease-lost']]);
    expect(told(await send(spooled, bench.otherStation))).toEqual([['repeated', 'lease-lost']]);
    expect(await lateReports(serials[2]!)).toMatchObject([{ outcome: 'PASS', stationStartedAt: TIMES.startedAt, stationEndedAt: TIMES.endedAt, record: { bytes: 7 } }]);
    expect(await get(`/v1/units/${serials[2]}`)).toMatchObject({ state: 'planned', job: { state: 'queued' } });
  });

  it('names what contradicts its report, keeps it, and speaks to a station', async () => {
    const { serial, jobId, fence } = await atStation();
    const [answer] = await send([{ job: jobId, fence, outcome: 'FAIL', record: openHtf({ outcome: 'FAIL' }) }]);
    expect(answer).toMatchObject({ line: 1, job: jobId, state: 'refused', problem: { code: 'record-without-unit', retryable: false, nextStep: 'call' } });
    expect(await lateReports(serial)).toMatchObject([{ outcome: 'FAIL', refused: 'record-without-unit' }]);
  });
});
