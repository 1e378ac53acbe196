import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HsmKey } from '../../src/hsm/hsm.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, verifies, WatchedPool } from './watched-pool.js';

const OWNER = fileURLToPath(new URL('./pool-owner.mjs', import.meta.url));
const POOL = new URL('../../dist/hsm/signer-pool.js', import.meta.url).href;
const message = Buffer.from('a certificate to be');

describe('signers that fail', () => {
  let hsm: SoftHsm;
  let key: HsmKey;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await makeSoftHsm();
    key = await WatchedPool.makeKey(hsm);
  });
  afterEach(() => pool.close());
  afterAll(() => hsm.remove());

  it.each([1, 2])('a kill -9 of a signer among %i, with 200 signatures under way, gives no wrong signature and no lost caller', async (signers) => {
    pool = WatchedPool.open(hsm, { HSM_SIGNERS: signers });
    await pool.sign('ca', message);
    const messages = Array.from({ length: 200 }, (_, index) => Buffer.from(`unit ${index}`));
    const asked = messages.map((each) => pool.sign('ca', each));
    await Promise.race(asked);
    process.kill(pool.processIds()[0]!, 'SIGKILL');
    const settled = await Promise.allSettled(asked);
    const wrong = settled.filter((each, index) => each.status === 'fulfilled' && !verifies(key, messages[index]!, each.value));
    expect(wrong).toEqual([]);
    expect(settled.filter((each) => each.status === 'rejected')).toEqual([]);
    expect(verifies(key, message, await pool.sign('ca', message))).toBe(true);
    expect(pool.count('signer-ended')).toBe(1);
  });

  it('refuses after the deadline what a signer that hangs has not answered, and replaces it', async () => {
    pool = await WatchedPool.openReady(hsm, { HSM_DEADLINE_MS: 1_000 });
    await pool.sign('ca', message);
    const hung = pool.onlyPid();
    const [ended, ready] = [pool.next('signer-ended'), pool.next('signer-ready')];
    process.kill(hung, 'SIGSTOP');
    const started = performance.now();
    await expect(pool.sign('ca', message)).rejects.toMatchObject({ code: 'hsm-unavailable', retryAfterMs: expect.any(Number) });
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(await ended).toMatchObject({ pid: hung, reason: expect.stringContaining('did not answer in time') });
    await ready;
    expect(verifies(key, message, await pool.sign('ca', message))).toBe(true);
    expect(pool.onlyPid()).not.toBe(hung);
  });

  it('shows in the health probe that a signer hangs', async () => {
    pool = await WatchedPool.openReady(hsm, { HSM_DEADLINE_MS: 1_000 });
    await pool.probe();
    process.kill(pool.onlyPid(), 'SIGSTOP');
    const ready = pool.next('signer-ready');
    expect(await outcome(pool.probe())).toBe('hsm-unavailable');
    await ready;
    expect(await outcome(pool.probe())).toBe('answered');
  });

  it('refuses at once, with a time to come back, when the queue is full; those in the queue are served', async () => {
    pool = WatchedPool.open(hsm, { HSM_QUEUE: 5 });
    await pool.sign('ca', message);
    const pid = pool.onlyPid();
    process.kill(pid, 'SIGSTOP');
    const queued = Array.from({ length: 5 }, () => pool.sign('ca', message));
    const overflow = pool.sign('ca', message);
    await expect(Promise.race([overflow, ...queued])).rejects.toMatchObject({ code: 'hsm-unavailable', retryable: true, retryAfterMs: 1_000 });
    process.kill(pid, 'SIGCONT');
    for (const signature of await Promise.all(queued)) expect(verifies(key, message, signature)).toBe(true);
    expect(verifies(key, message, await pool.sign('ca', message))).toBe(true);
  });

  it('comes back by itself when the token was away for a while', async () => {
    pool = await WatchedPool.openReady(hsm, { HSM_DEADLINE_MS: 1_000 });
    await pool.sign('ca', message);
    await rename(hsm.tokenDir, `${hsm.tokenDir}-away`);
    try {
      process.kill(pool.onlyPid(), 'SIGKILL');
      const refused = pool.sign('ca', message);
      await expect(refused).rejects.toMatchObject({ code: 'hsm-unavailable' });
    } finally {
      await rename(`${hsm.tokenDir}-away`, hsm.tokenDir);
    }
    await pool.healed();
    expect(verifies(key, message, await pool.sign('ca', message))).toBe(true);
  });

  it('leaves it to the service when the terminal sends Ctrl-C to the whole process group', async () => {
    pool = WatchedPool.open(hsm);
    await pool.sign('ca', message);
    const pid = pool.onlyPid();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    expect(verifies(key, message, await pool.sign('ca', message))).toBe(true);
    expect(pool.onlyPid()).toBe(pid);
  });

  it('does not keep a program alive that has got its answers, and ends with it', async () => {
    const program = `import { SignerPool } from ${JSON.stringify(POOL)};
      const pool = new SignerPool(JSON.parse(process.env.POOL_SETTINGS));
      await pool.probe();
      console.log('answered');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...hsm.environment, POOL_SETTINGS: JSON.stringify(hsm.settings) },
    });
    expect(stdout).toBe('answered\n');
  });

  it('ends when its parent was killed with -9', async () => {
    const owner = spawn(process.execPath, [OWNER], {
      env: { ...hsm.environment, POOL_SETTINGS: JSON.stringify(hsm.settings) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    expect(pids).toHaveLength(1);
    expect(existsSync(`/proc/${pids[0]}`)).toBe(true);
    // The signer holds the owner's standard error, so that pipe ends only when both are gone.
    owner.stderr.resume();
    const silent = once(owner.stderr, 'close');
    owner.kill('SIGKILL');
    await silent;
    expect(existsSync(`/proc/${pids[0]}/exe`)).toBe(false);
  });
});
