import { rename, writeFile } from 'node:fs/promises';
import type { HsmKey } from '../../src/hsm/hsm.js';
import { makeCsr } from '../hsm/device-csr.js';
import { makeSoftHsm, type SoftHsm } from '../hsm/softhsm.js';
import { outcome, WatchedPool } from '../hsm/watched-pool.js';
import { HsmLoad } from './hsm-load.js';

const DEADLINE_MS = 1_000;
const PATIENT_DEADLINE_MS = 10_000;
const HEALED_WITHIN_MS = 10_000;
/** A busy machine tells a timer late. */
const TOLERANCE_MS = 300;

describe.each([1, 2])('signers and a token that fail under load, with %i signers', (signers) => {
  let hsm: SoftHsm;
  let key: HsmKey;
  let pool: WatchedPool;
  let load: HsmLoad;
  beforeAll(async () => {
    hsm = await makeSoftHsm();
    key = await WatchedPool.makeKey(hsm);
  });
  beforeEach(async () => {
    await open(DEADLINE_MS);
  });
  afterEach(async () => {
    await close();
  });
  afterAll(() => hsm.remove());

  async function open(deadlineMs: number) {
    pool = await WatchedPool.openReady(hsm, { HSM_SIGNERS: signers, HSM_DEADLINE_MS: deadlineMs, HSM_BATCH_DEADLINE_MS: deadlineMs });
    load = new HsmLoad(pool, key, 32);
    await load.answers(500);
  }

  async function close() {
    // Also after a test that failed: its callers would take the machine from the next one.
    await load.stop();
    await pool.close();
  }

  /** To be called when the fault is over: signatures come again in time, and all that was answered holds. */
  async function expectHealed(deadlineMs = DEADLINE_MS) {
    const over = load.clock.now();
    await load.answers(500);
    expect(load.clock.now() - over).toBeLessThan(HEALED_WITHIN_MS);
    const report = await load.stop();
    expect(report.wrong).toBe(0);
    expect(report.longestMs).toBeLessThan(deadlineMs + TOLERANCE_MS);
    await pool.healed();
    expect(pool.state()).toMatchObject({ circuit: 'closed', open: { station: 0, batch: 0 } });
    return report;
  }

  it('lose no request when every signer is killed with -9, five times over', async () => {
    // On a machine under load a signer needs more than a second to start.
    await close();
    await open(PATIENT_DEADLINE_MS);
    for (let round = 0; round < 5; round++) {
      // SoftHSM rewrites the token's own file at each login, and not in one step: a signer that is killed while it logs in may leave a
      // torn file, and then there is no token any more. So all are killed when all have logged in.
      await pool.allReady(signers);
      for (const pid of pool.processIds()) process.kill(pid, 'SIGKILL');
      await pool.next('signer-ready');
      await load.answers(100);
    }
    const report = await expectHealed(PATIENT_DEADLINE_MS);
    expect(report.refused).toEqual({});
    expect(pool.count('signer-ended')).toBeGreaterThanOrEqual(5);
  });

  it('replace a signer that hangs, and refuse only what it held', async () => {
    const [hung] = pool.processIds();
    const ended = pool.next('signer-ended');
    process.kill(hung!, 'SIGSTOP');
    expect(await ended).toMatchObject({ pid: hung, reason: expect.stringContaining('did not answer in time') });
    const report = await expectHealed();
    expect(Object.keys(report.refused).filter((code) => code !== 'hsm-unavailable')).toEqual([]);
  });

  it.each([
    ['under the hands of the signers', () => []],
    ['while they were dead', () => pool.processIds()],
  ])('come back when the token was removed %s and restored', async (_, killed) => {
    const opened = pool.next('circuit-opened');
    await rename(hsm.tokenDir, `${hsm.tokenDir}-away`);
    for (const pid of killed()) process.kill(pid, 'SIGKILL');
    expect(await opened).toMatchObject({ reason: expect.stringMatching(/no token labelled|CKR_/) });
    expect(await outcome(pool.readRequest(makeCsr()))).toBe('answered');
    expect(await outcome(pool.probe())).toBe('hsm-unavailable');
    await rename(`${hsm.tokenDir}-away`, hsm.tokenDir);
    const report = await expectHealed();
    expect(Object.keys(report.refused)).toEqual(['hsm-unavailable']);
    expect(pool.count('circuit-closed')).toBe(pool.count('circuit-opened'));
  });

  it('try a wrong PIN once, and go on when the file holds the right one', async () => {
    await writeFile(hsm.setup.pinFile, 'not the pin');
    const refused = pool.next('pin-refused');
    const started = pool.count('signer-started');
    for (const pid of pool.processIds()) process.kill(pid, 'SIGKILL');
    await refused;
    for (let round = 0; round < 20; round++) expect(await outcome(pool.sign('ca', Buffer.of(1)))).toBe('hsm-pin-wrong');
    expect(pool.count('signer-started')).toBe(started + 1);
    await writeFile(hsm.setup.pinFile, hsm.pin);
    const report = await expectHealed();
    expect(Object.keys(report.refused)).toEqual(['hsm-pin-wrong']);
  });
});
