import { NetworkHsm } from './network-hsm.js';
import { outcome, verifies, WatchedPool } from './watched-pool.js';

const message = Buffer.from('a certificate to be');

describe('a token that does nothing else while it makes a key', () => {
  let hsm: NetworkHsm;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await NetworkHsm.start();
    pool = await WatchedPool.openReady(hsm, { HSM_DEADLINE_MS: 2_000 });
  });
  afterAll(async () => {
    await pool.close();
    await hsm.remove();
  });

  it('is left to it for longer than it may be silent otherwise, while signatures that wait are refused', async () => {
    const first = await pool.generateKeyPair('first', 'P-256');
    await pool.sign('first', message);
    const pid = pool.onlyPid();
    // Stopped, it is a card at work: the signer's calls do not come back.
    await hsm.signal('SIGSTOP');
    const making = pool.generateKeyPair('second', 'P-256');
    // A signer that answers slowly is given one request at a time, and that must be the key.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    // The second one outlasts the silence that began with the first.
    for (let round = 0; round < 2; round++) expect(await outcome(pool.sign('first', message))).toBe('hsm-unavailable');
    await hsm.signal('SIGCONT');
    const second = await making;
    expect(verifies(second, message, await pool.sign('second', message))).toBe(true);
    expect(verifies(first, message, await pool.sign('first', message))).toBe(true);
    expect(pool.onlyPid()).toBe(pid);
  });

  it('is replaced when it is silent after that', async () => {
    const pid = pool.onlyPid();
    await hsm.signal('SIGSTOP');
    const ended = pool.next('signer-ended');
    expect(await outcome(pool.sign('first', message))).toBe('hsm-unavailable');
    expect(await ended).toMatchObject({ pid, reason: expect.stringContaining('did not answer in time') });
    await hsm.signal('SIGCONT');
    await pool.healed();
    expect(await outcome(pool.sign('first', message))).toBe('answered');
  });
});
