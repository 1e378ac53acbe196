import { Registry } from 'prom-client';
import { MeteredHsm } from '../../src/hsm/metered-hsm.js';
import { makeCsr, makeForgedCsr } from './device-csr.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, WatchedPool } from './watched-pool.js';

describe('the figures of the HSM', () => {
  let soft: SoftHsm;
  let pool: WatchedPool;
  let hsm: MeteredHsm;
  let registry: Registry;
  beforeAll(async () => {
    soft = await makeSoftHsm();
  });
  beforeEach(async () => {
    pool = await WatchedPool.openReady(soft, { HSM_DEADLINE_MS: 1_000 });
    registry = new Registry();
    hsm = new MeteredHsm(pool, registry);
  });
  afterEach(() => pool.close());
  afterAll(() => soft.remove());

  const figures = async () => (await registry.metrics()).split('\n');

  it('count each signature and each request that was read by how it ended and who waited', async () => {
    await hsm.generateKeyPair('ca', 'P-256');
    await hsm.sign('ca', Buffer.of(1));
    await hsm.sign('ca', Buffer.of(1), { work: 'batch' });
    await outcome(hsm.sign('none', Buffer.of(1)));
    await hsm.readRequest(makeCsr());
    await outcome(hsm.readRequest(makeForgedCsr()));
    expect(await figures()).toEqual(
      expect.arrayContaining([
        'lineside_hsm_sign_seconds_count{work="station",outcome="answered"} 1',
        'lineside_hsm_sign_seconds_count{work="batch",outcome="answered"} 1',
        'lineside_hsm_sign_seconds_count{work="station",outcome="hsm-key-missing"} 1',
        'lineside_csr_read_seconds_count{work="station",outcome="answered"} 1',
        'lineside_csr_read_seconds_count{work="station",outcome="csr-signature-invalid"} 1',
      ]),
    );
  });

  it('tell how many wait, how many signers there are, and how many have died', async () => {
    await hsm.probe();
    expect(await figures()).toEqual(expect.arrayContaining(['lineside_hsm_signers 1', 'lineside_hsm_circuit_open 0', 'lineside_hsm_signers_ended_total 0']));
    process.kill(pool.onlyPid(), 'SIGSTOP');
    const waiting = [outcome(hsm.sign('ca', Buffer.of(1))), outcome(hsm.sign('ca', Buffer.of(1), { work: 'batch' }))];
    expect(await figures()).toEqual(expect.arrayContaining(['lineside_hsm_open_requests{work="station"} 1', 'lineside_hsm_open_requests{work="batch"} 1']));
    await pool.next('signer-ended');
    await Promise.all(waiting);
    expect(await figures()).toEqual(expect.arrayContaining(['lineside_hsm_open_requests{work="station"} 0', 'lineside_hsm_signers_ended_total 1']));
  });
});
