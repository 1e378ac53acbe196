import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.js';
import { PROVISION, pythonProgram } from './python-program.js';
import { stationPlace } from './station-place.js';

const place = stationPlace({ LEASE_MS: '6000', HEARTBEAT_MS: '300', POLL_WAIT_MS: '1000' });

const program = (body: string, units?: number) => pythonProgram(place, body, units);
const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; attempts: { outcome: string | null; failureCode: string | null }[] };

describe('the Python client', () => {
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
