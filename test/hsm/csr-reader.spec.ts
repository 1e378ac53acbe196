import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { turnsDuring } from '../support/turns.js';
import { makeCsr, makeForgedCsr } from './device-csr.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, WatchedPool } from './watched-pool.js';

describe('reading certificate requests beside the HSM', () => {
  let hsm: SoftHsm;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await makeSoftHsm();
  });
  afterEach(() => pool.close());
  afterAll(() => hsm.remove());

  it.each([
    ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['RSA-2048', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])('takes the %s key from a request that was signed with it', async (keyType, pair) => {
    pool = WatchedPool.open(hsm);
    const read = await pool.readRequest(makeCsr(pair.privateKey));
    expect(read.keyType).toBe(keyType);
    expect(createPublicKey({ key: read.spki, format: 'der', type: 'spki' }).equals(pair.publicKey)).toBe(true);
  });

  it('refuses each bad request by its own code and sentence, and reads the good ones beside it', async () => {
    pool = WatchedPool.open(hsm);
    const forged = makeForgedCsr();
    const requests = [makeCsr(), forged, 'no request', 'A'.repeat(20_000), makeCsr()];
    const codes = await Promise.all(requests.map((csr) => outcome(pool.readRequest(csr))));
    expect(codes).toEqual(['answered', 'csr-signature-invalid', 'pem-malformed', 'csr-too-large', 'answered']);
    await expect(pool.readRequest(forged)).rejects.toMatchObject({
      name: 'X509Error',
      message: 'The signature of the certificate request was not made with its own key.',
    });
  });

  it('works while the PIN is wrong and while the token is away', async () => {
    const csr = makeCsr();
    await writeFile(hsm.setup.pinFile, 'not the pin');
    pool = WatchedPool.open(hsm, { HSM_DEADLINE_MS: 3_000 });
    await pool.next('pin-refused');
    expect(await outcome(pool.readRequest(csr))).toBe('answered');
    await rm(hsm.setup.pinFile);
    expect(await outcome(pool.sign('ca', Buffer.of(1)))).toBe('hsm-unavailable');
    expect(await outcome(pool.readRequest(csr))).toBe('answered');
    await writeFile(hsm.setup.pinFile, hsm.pin, { mode: 0o600 });
  });

  it('starts another reader when one is killed, and loses no request', async () => {
    pool = WatchedPool.open(hsm);
    const csr = makeCsr();
    await pool.readRequest(csr);
    const reads = Array.from({ length: 200 }, () => outcome(pool.readRequest(csr)));
    await Promise.race(reads);
    process.kill(pool.events.find(({ name }) => name === 'reader-ready')!.pid!, 'SIGKILL');
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['answered']));
    expect(pool.count('reader-ended')).toBe(1);
  });

  it('leaves the event loop of the caller free while 2,000 requests are read', async () => {
    pool = WatchedPool.open(hsm, { CSR_READERS: 2, HSM_DEADLINE_MS: 20_000 });
    const csr = makeCsr();
    await pool.readRequest(csr);
    const turns = await turnsDuring(() => Promise.all(Array.from({ length: 2_000 }, () => pool.readRequest(csr))));
    expect(turns).toBeGreaterThan(10);
  });
});
