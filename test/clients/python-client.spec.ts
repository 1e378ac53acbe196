import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { until } from '../support/until.js';
import { stationPlace } from './station-place.js';

const PYTHON = '/usr/bin/python3';
const CLIENTS = resolve('clients/python');

const LIMIT = 3_000_000;
const place = stationPlace({ LEASE_MS: '6000', HEARTBEAT_MS: '300', POLL_WAIT_MS: '1000', ATTACHMENT_BYTES: String(LIMIT) });

/** A station program: what is in the loop over its jobs, as Python. It ends once `units` were worked on. */
function program(body: string, units = 1) {
  const source = `
import sys, os, time, lineside
os.chdir(sys.argv[2])
station = lineside.Station(sys.argv[1], slot="1", key_file="station.key", spool="spool", patience=20)
print("left", station.flush(patience=0), flush=True)
done = 0
if ${units} == 0: sys.exit(0)
for job in station.jobs():
    with job:
        print("unit", job.serial, flush=True)
${body.trim().split('\n').map((line) => `        ${line}`).join('\n')}
    done += 1
    if done == ${units}: break
`;
  const file = join(place.folder, 'station.py');
  writeFileSync(file, source);
  const child = spawn(PYTHON, ['-B', file, place.gate.url, place.folder], { env: { PATH: process.env['PATH'], PYTHONPATH: CLIENTS }, stdio: ['pipe', 'pipe', 'pipe'] });
  place.running.add(child);
  const output = text(child.stdout);
  const errors = text(child.stderr);
  return {
    child,
    async end() {
      const [code] = (await once(child, 'exit')) as [number | null];
      return { code, output: await output, errors: await errors };
    },
  };
}

const PROVISION = `
identity = job.certificate(lineside.openssl_csr(job.serial + ".key"))
assert identity["certificate"].startswith("-----BEGIN CERTIFICATE-----") and identity["endpoints"]
job.passed({"milliamperes": 81})`;

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

describe('the Python client', () => {
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
    const [told] = await kept(serials[0]!, isLate ? 'late-reports' : 'attempts');
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

  it('puts a kept result aside that the service refuses for good, with the refusal, and keeps the others', async () => {
    const { serials } = await place.bench.order(1);
    mkdirSync(join(place.folder, 'spool'));
    const entry = (job: string) => JSON.stringify({ path: `/v1/jobs/${job}/result`, body: { fence: 1, outcome: 'PASS' }, key: job });
    writeFileSync(join(place.folder, 'spool', '1.json'), entry('job-999999'));
    expect(await program('job.release()').end()).toMatchObject({ code: 0, output: `left 0\nunit ${serials[0]}\n` });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual(['1.refused']);
    expect(JSON.parse(readFileSync(join(place.folder, 'spool', '1.refused'), 'utf8'))).toMatchObject({ problem: { code: 'job-unknown' } });
  });

  it('takes units from claim to PASS, one after the other', async () => {
    const { serials } = await place.bench.order(3);
    const ended = await program(PROVISION, 3).end();
    expect(ended).toMatchObject({ code: 0, errors: '' });
    for (const serial of serials) expect(await unitOf(serial)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
    expect(readdirSync(join(place.folder, 'spool'))).toEqual([]);
  });

  it('reports a unit after the power went between its result and the answer, once', async () => {
    const { serials } = await place.bench.order(1);
    const arrived = new Promise<void>((resolve) => {
      place.gate.meddle((asked) => {
        if (asked.url?.endsWith('/result') !== true) return undefined;
        resolve();
        return 'taken';
      });
    });
    const first = program(PROVISION);
    await arrived;
    first.child.kill('SIGKILL');
    await first.end();
    expect(await unitOf(serials[0]!)).toMatchObject({ state: 'certified' });

    place.gate.meddle(() => undefined);
    await place.bench.order(1);
    const second = await program(PROVISION).end();
    expect(second).toMatchObject({ code: 0, output: expect.stringMatching(/^left 0\n/) as string });
    expect(await unitOf(serials[0]!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
  });

  it('goes on with the same unit, checkpoint and certificate after the power went in the middle of it', async () => {
    const { serials } = await place.bench.order(1);
    const first = program(`
identity = job.certificate(lineside.openssl_csr(job.serial + ".key"))
open("first.pem", "w").write(identity["certificate"])
job.keep({"block": 12})
os.kill(os.getpid(), 9)`);
    await first.end();
    const second = await program(`
assert job.checkpoint == {"block": 12}, job.checkpoint
first = open("first.pem").read()
assert job.certificate_pem == first
assert job.certificate(lineside.openssl_csr(job.serial + ".key"))["certificate"] == first
job.passed()`).end();
    expect(second).toMatchObject({ code: 0, errors: '' });
    expect(await unitOf(serials[0]!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
  });

  it("asks again where a proxy answers with a page of its own, or nobody does", async () => {
    const { serials } = await place.bench.order(1);
    const asked = new Map<string, number>();
    place.gate.meddle(({ method, url }, answer) => {
      const what = `${method} ${url}`;
      const times = asked.get(what) ?? 0;
      asked.set(what, times + 1);
      if (times === 0) answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to the guest network</h1>');
      else if (times === 1) answer.destroy();
      else return undefined;
      return 'taken';
    });
    expect(await program(PROVISION).end()).toMatchObject({ code: 0, errors: '' });
    expect(await unitOf(serials[0]!)).toMatchObject({ state: 'passed' });
  });

  it('lets go of a unit whose order was cancelled', async () => {
    const { id, serials } = await place.bench.order(1);
    const station = program(`
job.cancelled.wait(50)
job.check()`);
    await until('claimed', async () => ((await unitOf(serials[0]!)).state === 'claimed' ? true : undefined));
    expect((await place.bench.as('manager').post(`/v1/work-orders/${id}/cancel`)).status).toBe(200);
    expect(await station.end()).toMatchObject({ code: 0, errors: '' });
    expect(await unitOf(serials[0]!)).toMatchObject({ attempts: [{ outcome: 'ABORTED', failureCode: 'released' }] });
  });

  it('touches a unit no more once its lease is over, and reports nothing of it', async () => {
    const { serials } = await place.bench.order(1);
    const station = program(`
open("claimed", "w").close()
sys.stdin.readline()
try:
    job.passed()
except lineside.LeaseLost:
    print("lost", flush=True)
    raise`);
    await until('claimed', () => (readdirSync(place.folder).includes('claimed') ? true : undefined));
    await place.bench.db.updateTable('unit').set({ lease_ends_at: new Date(0) }).where('serial', '=', serials[0]!).execute();
    station.child.stdin!.end('go\n');
    expect(await station.end()).toMatchObject({ code: 0, output: expect.stringContaining('lost') as string });
    expect((await unitOf(serials[0]!)).attempts.map(({ outcome }) => outcome)).not.toContain('PASS');
  });

  it('reports ERROR where the program itself fails, which says nothing about the unit', async () => {
    const { serials } = await place.bench.order(1);
    expect(await program('raise KeyError("voltage")').end()).toMatchObject({ code: 1 });
    expect((await unitOf(serials[0]!)).attempts[0]).toMatchObject({ outcome: 'ERROR', failureCode: 'KeyError' });
  });

  it('reports FAIL for a unit that the service refuses for good, and tells the operator', async () => {
    const { serials } = await place.bench.order(1);
    const ended = await program('job.certificate("-----BEGIN CERTIFICATE REQUEST-----\\nAAAA\\n-----END CERTIFICATE REQUEST-----\\n")').end();
    expect(ended).toMatchObject({ code: 0, output: expect.stringContaining('Set the unit aside') as string });
    expect(await unitOf(serials[0]!)).toMatchObject({ state: 'failed', attempts: [{ outcome: 'FAIL', failureCode: 'csr-malformed' }] });
  });
});
