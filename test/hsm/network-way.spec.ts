import { NetworkHsm } from './network-hsm.js';
import { WatchedPool } from './watched-pool.js';

const SIGN_MS = 40;

it('a slowed HSM makes one signature at a time, whoever asks for it', async () => {
  const hsm = await NetworkHsm.start();
  const pool = WatchedPool.open(hsm, { HSM_SIGNERS: 2 });
  try {
    await pool.generateKeyPair('ca', 'P-256');
    while (pool.state().signers < 2) await pool.next('signer-ready');
    hsm.signMs = SIGN_MS;
    const asked = performance.now();
    await Promise.all(Array.from({ length: 8 }, (_, index) => pool.sign('ca', Buffer.of(index))));
    expect(performance.now() - asked).toBeGreaterThan(8 * SIGN_MS);
    expect(hsm.takeTimes().lateMs).toHaveLength(8);
  } finally {
    await pool.close();
    await hsm.remove();
  }
});
