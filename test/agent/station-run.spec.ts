import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { stationPlace } from '../clients/station-place.js';
import { until } from '../support/until.js';

const place = stationPlace({ LEASE_MS: '20000', HEARTBEAT_MS: '300', POLL_WAIT_MS: '1000' });

/** The agent with a program of shell lines. */
function agent(program: string, ...options: string[]) {
  const file = join(place.folder, 'program.sh');
  writeFileSync(file, `#!/bin/sh\n${program}\n`);
  chmodSync(file, 0o755);
  const child = spawn(process.execPath, [resolve('dist/cli.js'), 'station', 'run', '--slot', '1', '--server', place.gate.url, '--key-file', join(place.folder, 'station.key'), '--folder', join(place.folder, 'station'), ...options, '--', file], { cwd: place.folder, stdio: ['pipe', 'pipe', 'pipe'] });
  place.running.add(child);
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  return {
    child,
    async end() {
      const [code] = (await once(child, 'exit')) as [number | null];
      return { code, output: await output, errors: await errors };
    },
  };
}

const unitOf = async (serial: string) => (await place.bench.as('manager').get(`/v1/units/${serial}`)).body as { state: string; attempts: { outcome: string | null; failureCode: string | null }[] };
const recordOf = async (serial: string) => {
  const { body } = await place.bench.as('manager').get(`/v1/units/${serial}/attempts`);
  const [{ job, number }] = body['items'] as [{ job: string; number: number }];
  return (await place.bench.as('manager').get(`/v1/jobs/${job}/attempts/${number}/record`)).body;
};
const slotFiles = (...path: string[]) => (existsSync(join(place.folder, 'station', 'slots', '1', ...path)) ? readdirSync(join(place.folder, 'station', 'slots', '1', ...path)) : []);

/** Where nobody waits for it, one that has ended stays a zombie. */
const works = (pid: string) => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('lineside station run', () => {
  it('gives the program its unit and identity, takes its record, reports PASS, and keeps no key', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const ended = await agent(`
cp "$LINESIDE_CERTIFICATE_FILE" device.crt; cp "$LINESIDE_KEY_FILE" device.key
echo "$LINESIDE_SERIAL $LINESIDE_THING_NAME $LINESIDE_ENDPOINT $LINESIDE_ATTEMPT"
echo '{"type":"progress","phase":"write","share":0.5}'
echo '{"type":"record","data":{"milliamperes":81}}'`, '--once').end();
    expect(ended).toMatchObject({ code: 0, output: `${serial} ${serial} x-ats.iot.eu-west-1.amazonaws.com 1\n` });
    const certificate = new X509Certificate(readFileSync(join(place.folder, 'device.crt')));
    expect(certificate.subject).toContain(`CN=${serial}`);
    expect(readFileSync(join(place.folder, 'device.key'), 'utf8')).toContain('PRIVATE KEY');
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
    expect(await recordOf(serial!)).toMatchObject({ milliamperes: 81 });
    expect([readdirSync(join(place.folder, 'station', 'units')), slotFiles('spool')]).toEqual([[], []]);
  });

  it('takes the certificate request from the programmer, and makes no key then', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const csr = 'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$LINESIDE_SERIAL.key" -subj /CN=x 2>/dev/null';
    expect(await agent('test -z "$LINESIDE_KEY_FILE" && test -s "$LINESIDE_CERTIFICATE_FILE"', '--once', '--csr', csr).end()).toMatchObject({ code: 0 });
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed' });
  });

  it('reports FAIL with the program’s code for exit code 1, and ERROR for any other', async () => {
    const { serials: [bad, odd] } = await place.bench.order(2);
    await agent(`echo '{"type":"failure","code":"E7","detail":"too hot"}'; exit 1`, '--once').end();
    expect(await unitOf(bad!)).toMatchObject({ state: 'failed', attempts: [{ outcome: 'FAIL', failureCode: 'E7' }] });
    await agent('kill -9 $$', '--once').end();
    expect(await unitOf(odd!)).toMatchObject({ attempts: [{ outcome: 'ERROR', failureCode: 'exit-signal' }] });
  });

  it('goes on after a power cut in the middle of a unit with the same key, certificate and checkpoint', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const first = agent(`cp "$LINESIDE_CERTIFICATE_FILE" first.crt; echo '{"type":"checkpoint","data":{"block":12}}'; echo $$ > claimed; exec sleep 300`);
    await until('the program works', () => (existsSync(join(place.folder, 'claimed')) ? true : undefined));
    await until('the checkpoint is kept', async () => (await place.bench.db.selectFrom('job').select('checkpoint').where('state', '=', 'leased').executeTakeFirst())?.checkpoint ?? undefined);
    // The power takes the program too.
    for (const pid of [first.child.pid!, Number(readFileSync(join(place.folder, 'claimed'), 'utf8'))]) process.kill(pid, 'SIGKILL');
    await first.end();
    const second = await agent('cmp first.crt "$LINESIDE_CERTIFICATE_FILE" && test "$LINESIDE_CHECKPOINT" = \'{"block":12}\'', '--once').end();
    expect(second).toMatchObject({ code: 0 });
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'PASS' }] });
  });

  it('ends the program that an agent which was killed has left at work, before it starts another one', async () => {
    await place.bench.order(1);
    const first = agent('echo $$ > first; exec sleep 300 > /dev/null 2>&1');
    const left = await until('the program works', () => (existsSync(join(place.folder, 'first')) && readFileSync(join(place.folder, 'first'), 'utf8').trim()) || undefined);
    first.child.kill('SIGKILL');
    await first.end();
    expect(works(left)).toBe(true);
    expect(await agent('true', '--once').end()).toMatchObject({ code: 0 });
    await until('it has ended', () => (works(left) ? undefined : true));
  });

  it('takes a unit through the steps of its route with the key of the first, and forgets the key with the last', async () => {
    const name = `p-${Date.now()}`;
    await place.bench.as('manager').post('/v1/products', { name, route: [{ name: 'provision', retests: 2 }, { name: 'test' }] });
    const { body: { id } } = await place.bench.as('manager').post('/v1/work-orders', { product: name, line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: [`${name}-1`] });
    await place.bench.as('manager').post(`/v1/work-orders/${String(id)}/release`);
    await agent('exit 1', '--once').end();
    await agent('true', '--once').end();
    expect(readdirSync(join(place.folder, 'station', 'units'))).toEqual([`${name}-1`]);
    await agent('test -s "$LINESIDE_KEY_FILE" && test "$LINESIDE_STEP" = test', '--once').end();
    expect(await unitOf(`${name}-1`)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'FAIL' }, { outcome: 'PASS' }, { outcome: 'PASS' }] });
    expect(readdirSync(join(place.folder, 'station', 'units'))).toEqual([]);
  });

  it('goes on at another slot with the key of the first, and gives a unit back whose key is at another station', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    await agent('exit 3', '--once').end();
    rmSync(join(place.folder, 'elsewhere'), { recursive: true, force: true });
    const stranger = await agent('true', '--once', '--folder', join(place.folder, 'elsewhere')).end();
    expect(stranger.errors).toContain('its key is not here');
    expect(await unitOf(serial!)).toMatchObject({ state: 'certified' });
    await agent('true', '--once', '--slot', '2').end();
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed', attempts: [{ outcome: 'ERROR' }, { outcome: 'ABORTED' }, { outcome: 'PASS' }] });
  });

  it('ends where its program can’t be run, and no unit pays for that', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const station = agent('true');
    rmSync(join(place.folder, 'program.sh'));
    expect(await station.end()).toMatchObject({ code: 1, errors: expect.stringContaining('program.sh can\'t be run') as string });
    expect(await unitOf(serial!)).toMatchObject({ state: 'certified', attempts: [{ outcome: 'ABORTED' }] });
  });

  it('reports when the program ends, and ends what that has left behind', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    expect(await agent('sleep 300 & echo $! > left; exit 0', '--once').end()).toMatchObject({ code: 0 });
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed' });
    expect(works(readFileSync(join(place.folder, 'left'), 'utf8').trim())).toBe(false);
  });

  it('goes on where a checkpoint is refused', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const { output } = await agent(`printf '{"type":"checkpoint","data":{"log":"%s"}}\\n' "$(head -c 20000 /dev/zero | tr '\\0' x)"; touch after`, '--once').end();
    expect(output).toContain('The checkpoint was not kept');
    expect(await unitOf(serial!)).toMatchObject({ state: 'passed' });
  });

  it('keeps a result that the service has not answered, and sends it when it is started again', async () => {
    const { serials: [serial] } = await place.bench.order(1);
    const arrived = new Promise<void>((told) => {
      place.gate.meddle((asked) => {
        if (asked.url?.endsWith('/result') !== true) return undefined;
        told();
        return 'taken';
      });
    });
    const first = agent('true', '--once');
    await arrived;
    first.child.kill('SIGKILL');
    await first.end();
    expect([slotFiles('spool').length, readdirSync(join(place.folder, 'station', 'units'))]).toEqual([1, [serial]]);
    place.gate.meddle(() => undefined);
    const { serials: [next] } = await place.bench.order(1);
    await agent('true', '--once').end();
    expect([(await unitOf(serial!)).state, (await unitOf(next!)).state, slotFiles('spool'), readdirSync(join(place.folder, 'station', 'units'))]).toEqual(['passed', 'passed', [], []]);
  });

  it('ends the program, with all that it started, and gives the unit back when its order is cancelled', async () => {
    const { id, serials: [serial] } = await place.bench.order(1);
    const station = agent('(sleep 300; touch survived) & echo $! > child; wait', '--once');
    await until('the program works', () => (existsSync(join(place.folder, 'child')) ? true : undefined));
    await place.bench.as('manager').post(`/v1/work-orders/${id}/cancel`);
    expect(await station.end()).toMatchObject({ code: 0 });
    expect(await unitOf(serial!)).toMatchObject({ attempts: [{ outcome: 'ABORTED', failureCode: 'released' }] });
    const child = readFileSync(join(place.folder, 'child'), 'utf8').trim();
    await until('what the program started has ended', () => (works(child) ? undefined : true));
  });

  it('takes the units that are scanned, and tells the operator of one that it can’t have', async () => {
    const { serials } = await place.bench.order(2);
    const station = agent('true', '--scan');
    station.child.stdin!.end(`]C1${serials[1]}\r\nNO-SUCH-UNIT\n${serials[0]}\n`);
    const { code, errors } = await station.end();
    expect(code).toBe(0);
    expect(errors).toMatch(new RegExp(`${serials[1]}: PASS\\n.*(Scan|label).*\\n[^]*${serials[0]}: PASS`));
    for (const serial of serials) expect(await unitOf(serial)).toMatchObject({ state: 'passed' });
  });
});
