import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { initSoftHsmToken, writeSoftHsmConf } from '../../src/hsm/token-setup.js';
import { makeSoftHsmFolder, type SoftHsmFolder } from './softhsm.js';

describe('making a SoftHSM token', () => {
  let soft: SoftHsmFolder;
  beforeEach(async () => {
    soft = await makeSoftHsmFolder();
  });
  afterEach(() => soft.remove());

  it('makes a token once; the second run finds it and sees that the PIN fits', async () => {
    expect(await initSoftHsmToken(soft.setup)).toEqual({ made: true });
    expect(await initSoftHsmToken(soft.setup)).toEqual({ made: false });
    expect(await readdir(soft.tokenDir)).toHaveLength(1);
  });

  it('says so when the existing token does not take the PIN, and leaves the token alone', async () => {
    await initSoftHsmToken(soft.setup);
    await writeFile(soft.setup.pinFile, 'another-pin');
    await expect(initSoftHsmToken(soft.setup)).rejects.toThrow('A token with this label exists and refuses the PIN');
    await writeFile(soft.setup.pinFile, soft.pin);
    expect(await initSoftHsmToken(soft.setup)).toEqual({ made: false });
  });

  it('two runs at the same time leave one usable token or a clear refusal', async () => {
    const runs = await Promise.allSettled([initSoftHsmToken(soft.setup), initSoftHsmToken({ ...soft.setup, label: 'other-token' })]);
    expect(runs.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await initSoftHsmToken(soft.setup)).toEqual({ made: false });
    expect(await initSoftHsmToken({ ...soft.setup, label: 'other-token' })).toEqual({ made: false });
  });

  it('takes labels in other scripts, up to 32 octets', async () => {
    const label = 'Fertigung-Süd-線路';
    expect(await initSoftHsmToken({ ...soft.setup, label })).toEqual({ made: true });
    expect(await initSoftHsmToken({ ...soft.setup, label })).toEqual({ made: false });
    await expect(initSoftHsmToken({ ...soft.setup, label: 'ü'.repeat(17) })).rejects.toThrow('32 octets');
  });

  it.each([
    ['is open to other users', { mode: 0o604, text: '1234' }],
    ['is open to other users', { mode: 0o640, text: '1234' }],
    ['is empty', { mode: 0o600, text: '\n' }],
  ])('refuses a PIN file that %s, without making a token', async (reason, { mode, text }) => {
    const pinFile = `${soft.setup.pinFile}-bad`;
    await writeFile(pinFile, text, { mode });
    await expect(initSoftHsmToken({ ...soft.setup, pinFile })).rejects.toThrow(`The file named by HSM_PIN_FILE ${reason}`);
    expect(await readdir(soft.tokenDir)).toEqual([]);
  });

  it('tells a missing PIN file and a missing library apart', async () => {
    await expect(initSoftHsmToken({ ...soft.setup, pinFile: `${soft.setup.pinFile}-none` })).rejects.toThrow("HSM_PIN_FILE can't be opened (ENOENT)");
    await expect(initSoftHsmToken({ ...soft.setup, module: '/none/lib.so' })).rejects.toThrow("HSM_MODULE can't be loaded");
  });

  it('writes settings that only their owner can read, with the token folder as given', async () => {
    const conf = `${soft.folder}/second.conf`;
    await writeSoftHsmConf(conf, `${soft.folder}/with $& in its name`);
    expect(await readFile(conf, 'utf8')).toContain(`directories.tokendir = ${soft.folder}/with $& in its name\n`);
    expect((await stat(conf)).mode & 0o777).toBe(0o600);
    expect((await stat(`${soft.folder}/with $& in its name`)).mode & 0o777).toBe(0o700);
  });
});
