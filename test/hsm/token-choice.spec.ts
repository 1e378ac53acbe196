import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { initSoftHsmToken } from '../../src/hsm/token-setup.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, WatchedPool } from './watched-pool.js';

describe('two tokens with one label', () => {
  let hsm: SoftHsm;
  let serials: string[];
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await makeSoftHsm();
    const other = await makeSoftHsm();
    serials = [];
    for (const each of [hsm, other]) {
      pool = WatchedPool.open(each);
      serials.push((await pool.token()).serialNumber);
      if (each === hsm) await pool.generateKeyPair('ca', 'P-256');
      await pool.close();
    }
    // Both have the same label and another PIN.
    for (const token of await readdir(other.tokenDir)) await rename(join(other.tokenDir, token), join(hsm.tokenDir, token));
    await other.remove();
  });
  afterEach(() => pool.close());
  afterAll(() => hsm.remove());

  it('are refused by name, and no PIN is tried on either', async () => {
    pool = WatchedPool.open(hsm);
    const { reason } = await pool.next('signer-ended');
    expect(reason).toContain('2 tokens labelled "line-token"');
    for (const serial of serials) expect(reason).toContain(serial);
    expect(reason).toContain('HSM_TOKEN_SERIAL');
    expect(await outcome(pool.sign('ca', Buffer.of(1)))).toBe('hsm-unavailable');
    expect(pool.count('pin-refused')).toBe(0);
    await expect(initSoftHsmToken(hsm.setup)).rejects.toThrow('2 tokens labelled "line-token"');
  });

  it('are told apart by the serial number', async () => {
    pool = WatchedPool.open(hsm, { HSM_TOKEN_SERIAL: serials[0]! });
    expect((await pool.token()).serialNumber).toBe(serials[0]);
    expect(await outcome(pool.sign('ca', Buffer.of(1)))).toBe('answered');
  });

  it('are both refused when neither has the serial number', async () => {
    pool = WatchedPool.open(hsm, { HSM_TOKEN_SERIAL: '0000000000000000' });
    expect(await pool.next('signer-ended')).toMatchObject({ reason: expect.stringContaining('with the serial number 0000000000000000') });
  });
});
