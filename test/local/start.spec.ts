import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callService } from '../../src/client/service-call.js';
import { makeScratch, readCommandLine } from './scratch.js';
import { endOf, launcherEnvironment, StartedLineside } from './launcher.js';

const scratch = makeScratch('start');
const READY = /Lineside is ready at/;
let env: NodeJS.ProcessEnv;
let lineside: StartedLineside;

interface Finding {
  name: string;
  state: string;
  finding: string;
  remedy?: string;
}

/** `lineside doctor --json` as a real process. */
async function doctor(shell = env): Promise<{ ok: boolean; code: number; findings: Finding[] }> {
  const ran = await promisify(execFile)(process.execPath, ['dist/cli.js', 'doctor', '--json'], { env: shell }).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { ...(JSON.parse(ran.stdout) as { ok: boolean; findings: Finding[] }), code: ran.code };
}
/** As whoever reads credentials.json asks. */
const health = async () => (await callService(credentials(), '/health/ready', { signal: AbortSignal.timeout(10_000) })).status;
const credentials = () => JSON.parse(readFileSync(join(env['LINESIDE_DATA_DIR'] ?? '', 'credentials.json'), 'utf8')) as { baseUrl: string; caFile?: string; keys: Record<string, string> };

beforeAll(async () => {
  env = await launcherEnvironment(join(scratch.folder, 'data'));
  lineside = StartedLineside.run(env);
  await lineside.says(READY);
}, 120_000);
afterAll(async () => {
  lineside.signal('SIGTERM');
  await lineside.ended;
  scratch.remove();
});

it('names the methods that it has proved, answers as ready, and doctor finds nothing wrong', async () => {
  expect(lineside.output).toMatch(/Methods proved, each with a unit .*: jitp, jitr, multi-account, single-thing, bulk, fleet-claim, fleet-trusted-user\./);
  expect(await health()).toBe(200);
  const { ok, code, findings } = await doctor();
  expect(findings.filter(({ state }) => state === 'fail')).toEqual([]);
  expect([ok, code]).toEqual([true, 0]);
});

it('doctor judges the running instance by the settings that it was started with, not by those of its own shell', async () => {
  const { PATH, LINESIDE_DATA_DIR } = env;
  const { ok, findings } = await doctor({ PATH, LINESIDE_DATA_DIR, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x', SANDBOX: 'maybe' });
  expect(findings.filter(({ state }) => state === 'fail')).toEqual([]);
  expect(ok).toBe(true);
  expect(findings).toContainEqual(expect.objectContaining({ name: 'settings', state: 'warn', finding: 'SANDBOX must be one of on, off.' }));
  expect(findings).toContainEqual(expect.objectContaining({ name: 'build', state: 'ok' }));
  expect(findings).toContainEqual(expect.objectContaining({ name: `port ${env['PORT']}`, state: 'ok' }));
});

it('writes the keys for their owner only, and they are valid', async () => {
  const file = join(env['LINESIDE_DATA_DIR'] ?? '', 'credentials.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(env['LINESIDE_DATA_DIR'] ?? '').mode & 0o777).toBe(0o700);
  const { baseUrl, keys } = JSON.parse(readFileSync(file, 'utf8')) as { baseUrl: string; keys: Record<string, string> };
  const ask = (key: string) => fetch(`${baseUrl}/v1/queues`, { headers: { authorization: `Bearer ${key}` } });
  expect((await ask(keys['manager'] ?? '')).status).toBe(200);
  expect((await ask('ls_manager_000000000000_wrong')).status).toBe(401);
});

it('has no secret in any argument of what it starts', () => {
  const secrets = ['secrets/postgres-password', 'secrets/redis-password', 'hsm/pin', 'hsm/so-pin'].map((file) =>
    readFileSync(join(env['LINESIDE_DATA_DIR'] ?? '', file), 'utf8').trim(),
  );
  const lines = Object.values(lineside.children()).map(({ pid }) => readCommandLine(pid));
  expect(lines).toHaveLength(4);
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});

it('tells a second start where the first one runs, and lets it end well', async () => {
  const second = StartedLineside.run(env);
  expect(await second.ended).toBe(0);
  expect(second.output).toContain(`http://127.0.0.1:${env['PORT']}`);
});

it('starts the service again when it dies', async () => {
  const { service } = lineside.children();
  process.kill(service?.pid ?? 0, 'SIGKILL');
  await lineside.says(/The service ended unexpectedly/);
  let answer = 0;
  while (answer !== 200) answer = await health().catch(() => 0);
  expect(answer).toBe(200);
});

it('says of a key in credentials.json that was revoked that it is, and what to do', async () => {
  const { baseUrl, keys } = JSON.parse(readFileSync(join(env['LINESIDE_DATA_DIR'] ?? '', 'credentials.json'), 'utf8')) as { baseUrl: string; keys: Record<string, string> };
  expect((await doctor()).findings).toContainEqual({ name: 'credentials', state: 'ok', finding: expect.any(String) });
  const headers = { authorization: `Bearer ${keys['admin']}`, 'content-type': 'application/json' };
  expect((await fetch(`${baseUrl}/v1/access/keys`, { method: 'POST', headers, body: '{"role":"admin","name":"next"}' })).status).toBe(201);
  expect((await fetch(`${baseUrl}/v1/access/keys/${keys['admin']!.split('_')[2]}`, { method: 'DELETE', headers: { authorization: headers.authorization } })).status).toBe(204);
  const { ok, findings } = await doctor();
  expect(ok).toBe(true);
  expect(findings.filter(({ name }) => name === 'credentials')).toEqual([
    { name: 'credentials', state: 'warn', finding: expect.stringMatching(/key for admin in .*credentials\.json was revoked at /), remedy: expect.stringContaining('POST /v1/access/keys {"role":"admin"') },
  ]);
  // The next start, below, says so too.
});

it('takes everything along when it is killed, and the next start recovers by itself', async () => {
  const children = Object.values(lineside.children());
  lineside.signal('SIGKILL');
  await lineside.ended;
  await Promise.all(children.map(endOf));
  // With TLS from now on.
  env = { ...env, TLS: 'local' };
  lineside = StartedLineside.run(env);
  await lineside.says(READY);
  expect(await health()).toBe(200);
  await lineside.says(/The key for admin in .* was revoked at .*\n.*POST \/v1\/access\/keys/);
  // Not proved again, with an order each, by a build that has proved them here.
  await lineside.says(/Methods proved: jitp now; jitr, multi-account, .* at 2\d{3}-.*, by the same build/);
}, 120_000);

it('serves https with TLS=local: credentials.json says whom to trust, and each command of lineside goes by it', async () => {
  const { baseUrl, caFile } = credentials();
  expect(baseUrl).toBe(`https://127.0.0.1:${env['PORT']}`);
  await promisify(execFile)('curl', ['-sf', '--cacert', caFile ?? '', `${baseUrl}/health/live`]);
  await expect(promisify(execFile)('curl', ['-sf', `${baseUrl}/health/live`])).rejects.toMatchObject({ code: 60 });
  expect(lineside.output).toContain(`curl -s --cacert ${caFile} ${baseUrl}/health/ready`);
  const { ok, findings } = await doctor();
  expect(ok).toBe(true);
  expect(findings).toContainEqual({ name: 'service', state: 'ok', finding: `ready at ${baseUrl}` });
  const command = async (...words: string[]) => (await promisify(execFile)(process.execPath, ['dist/cli.js', ...words, '--json'], { env })).stdout;
  // Reads the certificate anew, and ends nothing.
  const { service } = lineside.children();
  process.kill(service!.pid, 'SIGHUP');
  expect(JSON.parse(await command('golden-unit'))).toMatchObject({ ok: true });
  expect(lineside.children()['service']).toEqual(service);
  await promisify(execFile)(process.execPath, ['setup/container/healthy.mjs'], { env: { PATH: env['PATH'], PORT: env['PORT'], TLS_CERT: 'any' } });
});

it('stops in order and ends well when it is asked to, and leaves no process', async () => {
  const children = Object.values(lineside.children());
  lineside.signal('SIGINT');
  expect(await lineside.ended).toBe(0);
  await Promise.all(children.map(endOf));
  expect(lineside.output).toContain('Stopping');
});

it('names who holds a port, in the start and in doctor', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(Number(env['PORT']), '127.0.0.1', resolve));
  try {
    const { code, findings } = await doctor();
    expect(code).toBe(1);
    expect(findings.find(({ name }) => name === `port ${env['PORT']}`)).toMatchObject({ state: 'fail', finding: expect.stringContaining(`${process.pid}`) });
    const refused = StartedLineside.run(env);
    expect(await refused.ended).toBe(1);
    expect(refused.output).toMatch(new RegExp(`Port ${env['PORT']} is in use by .*${process.pid}`));
    expect(refused.output).toContain('PORT=');
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

it('finds open secrets, a wrong PIN and a folder that holds no database', async () => {
  const folder = env['LINESIDE_DATA_DIR'] ?? '';
  chmodSync(join(folder, 'secrets', 'redis-password'), 0o644);
  const pin = readFileSync(join(folder, 'hsm', 'pin'));
  writeFileSync(join(folder, 'hsm', 'pin'), 'wrong-pin');
  const { findings } = await doctor();
  chmodSync(join(folder, 'secrets', 'redis-password'), 0o600);
  expect(findings.find(({ name }) => name === 'secret files')).toMatchObject({ state: 'fail', remedy: expect.stringContaining('chmod 600') });
  expect(findings.find(({ name }) => name === 'HSM token')).toMatchObject({ state: 'fail', finding: expect.stringContaining('PIN') });

  const refused = StartedLineside.run(env);
  expect(await refused.ended).toBe(1);
  expect(refused.output).toContain('The SoftHSM token is not usable');
  expect(refused.output).not.toContain('wrong-pin');
  writeFileSync(join(folder, 'hsm', 'pin'), pin);
});

it('doctor finds that the token is gone, and makes none', async () => {
  const tokens = join(env['LINESIDE_DATA_DIR'] ?? '', 'hsm', 'tokens');
  renameSync(tokens, `${tokens}.aside`);
  mkdirSync(tokens);
  const { findings } = await doctor();
  expect(findings.find(({ name }) => name === 'HSM token')).toMatchObject({ state: 'fail', finding: 'There is no usable token with the label "lineside".' });
  expect(readdirSync(tokens)).toEqual([]);
  rmSync(tokens, { recursive: true });
  renameSync(`${tokens}.aside`, tokens);
});

it('says in one sentence that a data folder can not be used', async () => {
  const file = join(scratch.folder, 'a-file');
  writeFileSync(file, '');
  const refused = StartedLineside.run({ ...env, LINESIDE_DATA_DIR: join(file, 'data') });
  expect(await refused.ended).toBe(1);
  expect(refused.output).toContain('may not write the data folder');
  expect(refused.output).toContain('LINESIDE_DATA_DIR=');
});
