import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keepProvedMethods } from '../../src/local/proved-methods.js';
import { until } from '../support/until.js';
import { makeScratch } from './scratch.js';
import { endOf, launcherEnvironment, StartedLineside } from './launcher.js';

const scratch = makeScratch('never-gives-up');
const LOGS = ['launcher', 'service', 'sandbox', 'postgres', 'redis', 'golden-unit'];
let env: NodeJS.ProcessEnv;
let lineside: StartedLineside;

beforeAll(async () => {
  env = await launcherEnvironment(join(scratch.folder, 'data'));
  // Each write to a log fails with ENOSPC from the first one on, as on a disk that is full.
  mkdirSync(join(scratch.folder, 'data', 'logs'), { recursive: true, mode: 0o700 });
  for (const log of LOGS) symlinkSync('/dev/full', join(scratch.folder, 'data', 'logs', `${log}.log`));
  // Of another spec; here they would only take time.
  keepProvedMethods(join(scratch.folder, 'data'), ['jitr']);
  lineside = StartedLineside.run({ ...env, LOG_LEVEL: 'debug' });
  await lineside.says(/Lineside is ready at/);
}, 120_000);
afterAll(async () => {
  lineside.signal('SIGTERM');
  await lineside.ended;
  scratch.remove();
});

const isReady = async () => (await fetch(`http://127.0.0.1:${env['PORT']}/health/ready`).catch(() => undefined))?.status === 200 || undefined;
const pidOf = (part: string) => lineside.children()[part]?.pid;

async function kill(part: string): Promise<void> {
  const mark = lineside.children()[part]!;
  process.kill(mark.pid, 'SIGKILL');
  await endOf(mark);
}

interface Finding { name: string; state: string; finding: string }
async function findings(): Promise<Finding[]> {
  const ran = promisify(execFile)(process.execPath, ['dist/cli.js', 'doctor', '--json'], { env });
  const { stdout } = await ran.catch((error: { stdout: string }) => error);
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

it('starts, serves and counts what it could not write while no log can be written', async () => {
  expect(await isReady()).toBe(true);
  const metrics = await (await fetch(`http://127.0.0.1:${env['PORT']}/metrics`)).text();
  expect(Number(/^lineside_log_lines_lost (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
});

it('starts the sandbox again as often as it is killed, and the service goes on', async () => {
  const service = pidOf('service');
  for (let times = 1; times <= 3; times++) {
    const former = pidOf('sandbox');
    await kill('sandbox');
    await until('another sandbox', () => (![undefined, former].includes(pidOf('sandbox')) ? true : undefined));
  }
  expect(pidOf('service')).toBe(service);
  expect(await isReady()).toBe(true);
  const found = await findings();
  expect(found).toContainEqual(expect.objectContaining({ name: 'The sandbox', state: 'warn', finding: expect.stringMatching(/^It runs, after 3 restarts; it last ended at .*: SIGKILL\.$/) }));
  expect(found).toContainEqual(expect.objectContaining({ name: 'logs', state: 'warn' }));
});

it('brings the service back that was killed while PostgreSQL hung and was killed', async () => {
  process.kill(pidOf('postgres')!, 'SIGSTOP');
  await kill('service');
  await lineside.says(/The service ended unexpectedly/);
  await kill('postgres');
  await lineside.says(/PostgreSQL ended unexpectedly/);
  expect(await until('a service that is ready', isReady)).toBe(true);
});
