import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVISION, pythonProgram } from './python-program.js';
import { stationPlace } from './station-place.js';

const LIMIT = 3_000_000;
const place = stationPlace({ LEASE_MS: '6000', HEARTBEAT_MS: '300', POLL_WAIT_MS: '1000', ATTACHMENT_BYTES: String(LIMIT) });

const program = (body: string, units?: number) => pythonProgram(place, body, units);
const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; attempts: { outcome: string | null; failureCode: string | null }[] };
const kept = async (serial: string, list: string) => (await place.bench.as('manager').get(`/v1/units/${serial}/${list}`)).body['items'] as Record<string, unknown>[];
const RECORDED = `
identity = job.certificate(lineside.openssl_csr(job.serial + ".key"))
open("scope.png", "wb").write(b"picture")
job.attach("scope.png", "scope.png", "image/png")
job.attach("log", b"what it said", "text/plain")
job.passed({"milliamperes": 81, "list": [1.5, None]}, failureDetail="none")`;
const RFC_3339 = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/) as string;
const ATTACHED = [{ name: 'scope.png', mediaType: 'image/png', bytes: 7 }, { name: 'log', mediaType: 'text/plain', bytes: 12 }];

describe('the spool of the Python client', () => {
  it('tells records, attachments and its own times with a result, and keeps none of it afterwards', async () => {
    const { serials } = await place.bench.order(1);
    expect(await program(RECORDED).end()).toMatchObject({ code: 0, errors: '' });
    const [attempt] = await kept(serials[0]!, 'attempts');
    expect(attempt).toMatchObject({ outcome: 'PASS', failureDetail: 'none', stationStartedAt: RFC_3339, stationEndedAt: RFC_3339, attachments: ATTACHED });
    expect((await place.bench.as('manager').get(`/v1/jobs/${String(attempt!['job'])}/attempts/1/record`)).body).toEqual({ milliamperes: 81, list: [1.5, null] });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual([]);
  });

  it.each([['in time', false], ['too late', true]])('sends what it kept while the service was away in one call, %s', async (_when, isLate) => {
    const { serials } = await place.bench.order(1);
    const asked: string[] = [];
    const arrived = new Promise<void>((resolve) => {
      place.gate.meddle(({ method, url }, answer) => {
        if (method === 'PUT') answer.destroy();
        else if (url?.endsWith('/result') === true) resolve();
        else return undefined;
        return 'taken';
      });
    });
    const first = program(RECORDED);
    await arrived;
    first.child.kill('SIGKILL');
    await first.end();
    expect(readdirSync(join(place.folder, 'spool')).filter((name) => !name.endsWith('.new')).map((name) => name.split('.')[1]).toSorted()).toEqual(['attachment', 'attachment', 'json']);

    if (isLate) await place.bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serials[0]!).execute();
    place.gate.meddle(({ method, url }) => {
      asked.push(`${method} ${url?.replace(/[0-9a-f]{64}/, 'sha256')}`);
      return undefined;
    });
    const second = await program(isLate ? 'job.release()' : PROVISION, isLate ? 1 : 0).end();
    expect(second).toMatchObject({ code: 0, output: expect.stringMatching(/^left 0\n/) as string });
    expect(asked.slice(0, 3)).toEqual(['PUT /v1/attachments/sha256', 'PUT /v1/attachments/sha256', 'POST /v1/results/batch']);
    expect(readdirSync(join(place.folder, 'spool'))).toEqual([]);
    // A heartbeat of the program that was killed may still have been on its way.
    const [told] = (await kept(serials[0]!, isLate ? 'late-reports' : 'attempts')).filter(({ kind = 'result' }) => kind === 'result');
    expect(told).toMatchObject({ outcome: 'PASS', stationStartedAt: RFC_3339, stationEndedAt: RFC_3339, attachments: ATTACHED, record: { sha256: expect.any(String) as string } });
    expect(await unitOf(serials[0]!)).toMatchObject(isLate ? { state: 'certified' } : { state: 'passed', attempts: [{ outcome: 'PASS' }] });
  });

  it('removes what a process that is gone has left half written, and nothing of one that runs', async () => {
    mkdirSync(join(place.folder, 'spool'));
    const names = ['4194305-left.new', `${process.pid}-under-way.new`];
    for (const name of names) writeFileSync(join(place.folder, 'spool', name), '{');
    expect(await program('', 0).end()).toMatchObject({ code: 0, output: 'left 0\n' });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual(names.slice(1));
  });

  it('uploads a file as large as the service takes it, in pieces, and puts a larger one aside and tells the operator', async () => {
    const { serials } = await place.bench.order(1);
    const { code, output } = await program(`
for size in (${LIMIT}, ${LIMIT + 1}):
    open("file", "wb").write(bytes([size % 251]) * size)
    print(job.attach("of %d" % size, "file"), flush=True)
job.attach("nothing", b"")
job.failed("E1")`).end();
    expect([code, output]).toEqual([0, expect.stringContaining('sent too much at once') as string]);
    expect((await kept(serials[0]!, 'attempts'))[0]).toMatchObject({ attachments: [{ name: `of ${LIMIT}`, bytes: LIMIT }, { name: `of ${LIMIT + 1}`, bytes: null }, { name: 'nothing', bytes: 0 }] });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.refused-attachment$/)]);
  });

  it.each([0, 1])('keeps each result for which the service has given no answer, where it has answered %s of two', async (answered) => {
    mkdirSync(join(place.folder, 'spool'));
    for (const job of ['job-1', 'job-2']) writeFileSync(join(place.folder, 'spool', `${job}.json`), JSON.stringify({ path: `/v1/jobs/${job}/result`, body: { fence: 1, outcome: 'PASS' } }));
    place.gate.meddle(({ url }, answer) => {
      if (url?.endsWith('/batch') !== true) return undefined;
      answer.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"line":1,"state":"taken"}\n'.repeat(answered));
      return 'taken';
    });
    expect(await program('', 0).end()).toMatchObject({ code: 0, output: `left ${2 - answered}\n` });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual(['job-1.json', 'job-2.json'].slice(answered));
  });

  it('puts a kept result aside that the service refuses for good, with the refusal, and keeps the others', async () => {
    const { serials } = await place.bench.order(1);
    mkdirSync(join(place.folder, 'spool'));
    const entry = (job: string) => JSON.stringify({ path: `/v1/jobs/${job}/result`, body: { fence: 1, outcome: 'PASS' }, key: job });
    writeFileSync(join(place.folder, 'spool', '1.json'), entry('job-999999'));
    expect(await program('job.release()').end()).toMatchObject({ code: 0, output: `left 0\nunit ${serials[0]}\n` });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual(['1.refused']);
    expect(JSON.parse(readFileSync(join(place.folder, 'spool', '1.refused'), 'utf8'))).toMatchObject({ problem: { code: 'job-unknown' } });
  });
});
