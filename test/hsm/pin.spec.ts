import { chmod, readFile, writeFile } from 'node:fs/promises';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, WatchedPool } from './watched-pool.js';

describe('the PIN', () => {
  let hsm: SoftHsm;
  let pool: WatchedPool;
  beforeEach(async () => {
    hsm = await makeSoftHsm();
  });
  afterEach(async () => {
    await pool.close();
    await hsm.remove();
  });

  it('is in no command line, no environment, no event and no error, and the service itself loads no PKCS#11 library', async () => {
    hsm.environment['DATABASE_URL'] = 'postgres://lineside:secret@localhost/ledger';
    pool = WatchedPool.open(hsm);
    await pool.generateKeyPair('ca', 'P-256');
    const error = await pool.sign('none', Buffer.of(1)).catch((caught: unknown) => caught);
    const pid = pool.onlyPid();
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    const [commandLine, signerMaps, ownMaps] = await Promise.all(
      [`/proc/${pid}/cmdline`, `/proc/${pid}/maps`, '/proc/self/maps'].map((path) => readFile(path, 'utf8')),
    );
    expect(environment).toContain(hsm.setup.pinFile);
    expect([environment, commandLine, JSON.stringify(pool.events), String(error), JSON.stringify(error)].join()).not.toContain(hsm.pin);
    expect(environment).not.toContain('secret');
    expect(signerMaps).toMatch(/libsofthsm2/);
    expect(ownMaps).not.toMatch(/softhsm|pkcs11/);
  });

  it('is tried once when it is wrong, however often and by however many signers it is wanted, until its file changes', async () => {
    await writeFile(hsm.setup.pinFile, 'not the pin');
    pool = WatchedPool.open(hsm, { HSM_SIGNERS: 4 });
    await pool.next('pin-refused');
    for (let round = 0; round < 20; round++) {
      await expect(pool.sign('ca', Buffer.of(1))).rejects.toMatchObject({
        code: 'hsm-pin-wrong',
        retryable: true,
        message: expect.stringMatching(/CKR_PIN_INCORRECT.*tried once/),
        action: { station: expect.stringContaining('PIN'), others: expect.stringContaining('PIN') },
      });
    }
    expect(pool.count('signer-started')).toBe(1);
    expect(JSON.stringify(pool.events)).not.toContain('not the pin');

    await writeFile(hsm.setup.pinFile, hsm.pin);
    expect((await pool.token()).label).toBe('line-token');
    expect(await outcome(pool.generateKeyPair('ca', 'P-256'))).toBe('answered');
  });

  it('answers those who were waiting already when it turns out to be wrong', async () => {
    await writeFile(hsm.setup.pinFile, 'not the pin');
    pool = WatchedPool.open(hsm);
    expect(await Promise.all([outcome(pool.token()), outcome(pool.probe())])).toEqual(['hsm-pin-wrong', 'hsm-pin-wrong']);
  });

  it('is not read from a file that others can read', async () => {
    await chmod(hsm.setup.pinFile, 0o644);
    pool = WatchedPool.open(hsm, { HSM_DEADLINE_MS: 500 });
    await pool.next('signer-ended');
    await expect(pool.token()).rejects.toMatchObject({ code: 'hsm-unavailable', message: expect.stringContaining('HSM_PIN_FILE is open to other users; run chmod 600') });
  });

  it.each([
    ['a token that does not exist', { HSM_TOKEN: 'elsewhere' }, 'no token labelled "elsewhere"'],
    ['a library that does not exist', { HSM_MODULE: '/none/vendor.so' }, "HSM_MODULE can't be loaded"],
  ])('is not asked for with %s, and the error names what is missing', async (_, bent, reason) => {
    pool = WatchedPool.open(hsm, { ...bent, HSM_DEADLINE_MS: 500 });
    await pool.next('signer-ended');
    await expect(pool.token()).rejects.toMatchObject({ code: 'hsm-unavailable', message: expect.stringContaining(reason) });
  });
});
