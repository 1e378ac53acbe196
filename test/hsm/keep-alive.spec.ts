import { NetworkHsm } from './network-hsm.js';
import { outcome, WatchedPool } from './watched-pool.js';

describe('sessions with the HSM', () => {
  let hsm: NetworkHsm;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await NetworkHsm.start();
    await WatchedPool.makeKey(hsm);
  });
  afterEach(() => pool.close());
  afterAll(() => hsm.remove());

  const sign = () => outcome(pool.sign('ca', Buffer.of(1)));

  it('are kept in use while nobody asks for a signature, so that a token which ends idle ones keeps ours', async () => {
    hsm.idleMs = 600;
    try {
      pool = WatchedPool.open(hsm, { HSM_KEEPALIVE_MS: 150 });
      expect(await sign()).toBe('answered');
      await hsm.heard(10);
      expect(await sign()).toBe('answered');
      expect(pool.count('signer-ended')).toBe(0);
    } finally {
      hsm.idleMs = 0;
    }
  });

  it('are made again when the token has ended them, without a lost request', async () => {
    pool = WatchedPool.open(hsm);
    expect(await sign()).toBe('answered');
    await hsm.cut();
    expect(await sign()).toBe('answered');
  });

  it('show that the HSM has gone while nobody asks for anything', async () => {
    pool = WatchedPool.open(hsm, { HSM_KEEPALIVE_MS: 100 });
    expect(await sign()).toBe('answered');
    const ended = pool.next('signer-ended');
    await hsm.signal('SIGKILL');
    expect(await ended).toMatchObject({ reason: expect.stringContaining('CKR_') });
    await hsm.start();
    await pool.healed();
    expect(await sign()).toBe('answered');
  });

  it('are never more than the token may give us, and one of those is left for making keys', async () => {
    pool = WatchedPool.open(hsm, { HSM_SIGNERS: 4, HSM_SESSIONS_MAX: 3 });
    while (pool.count('signer-ready') < 2) await pool.next('signer-ready');
    expect(await Promise.all(Array.from({ length: 100 }, sign))).toEqual(Array.from({ length: 100 }, () => 'answered'));
    expect(pool.processIds()).toHaveLength(2);
    expect(pool.count('signer-started')).toBe(2);
    expect(await outcome(pool.generateKeyPair('another', 'P-256'))).toBe('answered');
  });
});
