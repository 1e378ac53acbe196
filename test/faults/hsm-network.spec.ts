import type { HsmKey } from '../../src/hsm/hsm.js';
import { NetworkHsm } from '../hsm/network-hsm.js';
import { outcome, WatchedPool } from '../hsm/watched-pool.js';
import { HsmLoad } from './hsm-load.js';

const DEADLINE_MS = 1_000;
const HEALED_WITHIN_MS = 10_000;
/** A busy machine tells a timer late. */
const TOLERANCE_MS = 300;

describe.each([1, 2])('an HSM in the network that fails under load, with %i signers', (signers) => {
  let hsm: NetworkHsm;
  let key: HsmKey;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await NetworkHsm.start();
    key = await WatchedPool.makeKey(hsm);
  });
  beforeEach(async () => {
    pool = await WatchedPool.openReady(hsm, { HSM_SIGNERS: signers, HSM_DEADLINE_MS: DEADLINE_MS, HSM_BATCH_DEADLINE_MS: DEADLINE_MS });
  });
  afterEach(() => pool.close());
  afterAll(() => hsm.remove());

  /** Load, the fault, its end; then signatures must come again in time, and all that was answered must hold. */
  async function survive(fault: { begin(load: HsmLoad): Promise<void>; end(): Promise<void> }) {
    const load = new HsmLoad(pool, key, 32);
    await load.answers(200);
    await fault.begin(load);
    const over = load.clock.now();
    await fault.end();
    await load.answers(200);
    const healedMs = load.clock.now() - over;
    const report = await load.stop();
    expect(healedMs).toBeLessThan(HEALED_WITHIN_MS);
    expect(report.wrong).toBe(0);
    expect(report.longestMs).toBeLessThan(DEADLINE_MS + TOLERANCE_MS);
    expect(Object.keys(report.refused).filter((code) => code !== 'hsm-unavailable')).toEqual([]);
    expect(pool.state()).toMatchObject({ circuit: 'closed', open: { station: 0, batch: 0 } });
    return report;
  }

  it('is used again when it was killed and started again, and is not asked in between', async () => {
    await survive({
      async begin() {
        const opened = pool.next('circuit-opened');
        await hsm.signal('SIGKILL');
        expect(await opened).toMatchObject({ reason: expect.stringMatching(/CKR_|no token/) });
        // Refused before the event loop turns: nobody was asked.
        const turned = new Promise((resolve) => setImmediate(resolve, 'waits'));
        expect(await Promise.race([outcome(pool.sign('ca', Buffer.of(1))), turned])).toBe('hsm-unavailable');
      },
      end: () => hsm.start(),
    });
    expect(pool.count('signer-ended')).toBeGreaterThanOrEqual(signers);
    expect(pool.count('circuit-closed')).toBe(pool.count('circuit-opened'));
  });

  it('is used again when it hung and went on', async () => {
    await survive({
      async begin() {
        const opened = pool.next('circuit-opened');
        await hsm.signal('SIGSTOP');
        await opened;
      },
      end: () => hsm.signal('SIGCONT'),
    });
    expect(pool.events.some(({ reason }) => reason?.includes('did not answer in time'))).toBe(true);
    expect(pool.count('circuit-closed')).toBe(pool.count('circuit-opened'));
  });

  it('is used again when it hung and then was killed', async () => {
    await survive({
      async begin() {
        const opened = pool.next('circuit-opened');
        await hsm.signal('SIGSTOP');
        await opened;
        await hsm.signal('SIGKILL');
      },
      end: () => hsm.start(),
    });
    expect(pool.count('circuit-closed')).toBe(pool.count('circuit-opened'));
  });

  it('costs nobody more than a moment when its connections are cut again and again', async () => {
    const report = await survive({
      async begin(load) {
        for (let cut = 0; cut < 5; cut++) {
          await hsm.cut();
          await load.answers(50);
        }
      },
      end: async () => {},
    });
    expect(report.answered).toBeGreaterThan(600);
  });
});
