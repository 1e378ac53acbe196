import type { HsmKey } from '../../src/hsm/hsm.js';
import { makeCsr } from './device-csr.js';
import { NetworkHsm } from './network-hsm.js';
import { outcome, verifies, WatchedPool } from './watched-pool.js';

const SIGNATURE_MS = 100;

describe('stations and batches that share a slow HSM', () => {
  let hsm: NetworkHsm;
  let key: HsmKey;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await NetworkHsm.start();
    key = await WatchedPool.makeKey(hsm);
  });
  afterEach(async () => {
    hsm.latencyMs = 0;
    await pool.close();
  });
  afterAll(() => hsm?.remove());

  const message = (index: number) => Buffer.from(`unit ${index}`);
  const signBatch = (count: number) => Array.from({ length: count }, (_, index) => pool.sign('ca', message(index), { work: 'batch' }));
  /** A pool whose signer is logged in and has learned how slow the HSM is. */
  const open = async (bent: Parameters<typeof WatchedPool.open>[1] = {}, latencyMs = SIGNATURE_MS / 2) => {
    pool = WatchedPool.open(hsm, bent);
    await pool.sign('ca', message(0));
    hsm.latencyMs = latencyMs;
    await pool.sign('ca', message(0));
  };

  it('answer a station within two signatures while 200 of a batch wait, and every one of the batch after that', async () => {
    await open();
    const batch = signBatch(200);
    let batchAnswered = 0;
    for (const asked of batch) void asked.then(() => (batchAnswered += 1));
    await Promise.race(batch);
    for (let index = 0; index < 6; index++) {
      const before = batchAnswered;
      const signature = await pool.sign('ca', message(index));
      // Counted in signatures, not in milliseconds: the one that was under way, and the batch's own turn.
      expect(batchAnswered - before).toBeLessThanOrEqual(2);
      expect(verifies(key, message(index), signature)).toBe(true);
    }
    expect(pool.state().open.batch).toBeGreaterThan(150);
    hsm.latencyMs = 0;
    const signatures = await Promise.all(batch);
    expect(signatures.filter((signature, index) => !verifies(key, message(index), signature))).toEqual([]);
  });

  it('give a batch a quarter of the HSM while stations never stop asking', async () => {
    await open({}, 5);
    const order: string[] = [];
    let batchDone = false;
    const batch = Promise.all(signBatch(10).map((asked) => asked.then(() => order.push('batch')))).then(() => (batchDone = true));
    const station = async () => {
      while (!batchDone) order.push(await pool.sign('ca', message(1)).then(() => 'station'));
    };
    await Promise.all([batch, ...Array.from({ length: 8 }, station)]);
    const untilLast = order.slice(0, order.lastIndexOf('batch') + 1);
    expect(untilLast.filter((who) => who === 'batch')).toHaveLength(10);
    expect(untilLast.length).toBeGreaterThanOrEqual(30);
    expect(untilLast.length).toBeLessThanOrEqual(50);
  });

  it('have a queue each: a full batch queue refuses more of the batch and no station', async () => {
    await open({ HSM_QUEUE: 20 });
    const batch = signBatch(20);
    expect(await outcome(pool.sign('ca', message(0), { work: 'batch' }))).toBe('hsm-unavailable');
    expect(await outcome(pool.sign('ca', message(0)))).toBe('answered');
    hsm.latencyMs = 0;
    expect(await Promise.all(batch)).toHaveLength(20);
  });

  it('have a deadline each', async () => {
    await open({ HSM_DEADLINE_MS: 25_000, HSM_BATCH_DEADLINE_MS: 500 });
    const order: string[] = [];
    const note = (who: string) => async (asked: Promise<Buffer>) => order.push(`${who} ${await outcome(asked)}`);
    const stations = Array.from({ length: 10 }, (_, index) => pool.sign('ca', message(index)));
    await Promise.all([...signBatch(20).map(note('batch')), ...stations.map(note('station'))]);
    // Ten signatures of stations take twice the batch's deadline, and do not count by it.
    expect(order.filter((each) => each === 'station answered')).toHaveLength(10);
    expect(order.at(-1)).toBe('station answered');
    expect(order.filter((each) => each === 'batch hsm-unavailable').length).toBeGreaterThanOrEqual(10);
    expect(pool.state()).toMatchObject({ circuit: 'closed', open: { station: 0, batch: 0 }, signersEnded: 0 });
  });

  it('do not hold up the reading of certificate requests', async () => {
    await open({ HSM_DEADLINE_MS: 25_000, HSM_BATCH_DEADLINE_MS: 25_000 });
    const csr = makeCsr();
    await pool.readRequest(csr);
    await hsm.signal('SIGSTOP');
    const signatures = Promise.all([...signBatch(20), pool.sign('ca', message(0))]);
    await Promise.all(Array.from({ length: 50 }, () => pool.readRequest(csr)));
    expect(pool.state().open).toEqual({ station: 1, crl: 0, batch: 20 });
    await hsm.signal('SIGCONT');
    hsm.latencyMs = 0;
    expect(await signatures).toHaveLength(21);
  });
});
