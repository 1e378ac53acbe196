import { findDamagedFiles } from '../../src/hsm/softhsm-files.js';
import { damaged, filesOfKey, inside, type KeyFiles, lengthOf } from './key-files.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, WatchedPool } from './watched-pool.js';

/** Attributes by their PKCS#11 numbers. */
const [LABEL, VALUE, ID, EC_POINT] = [0x3, 0x11, 0x102, 0x181];
const message = Buffer.from('a certificate to be');

let hsm: SoftHsm;
let pool: WatchedPool;
let files: KeyFiles;

beforeAll(async () => {
  hsm = await makeSoftHsm();
  pool = WatchedPool.open(hsm);
  await pool.generateKeyPair('one', 'P-256');
  files = await filesOfKey(hsm.tokenDir, () => pool.generateKeyPair('two', 'P-256'));
  await pool.generateKeyPair('three', 'P-256');
  await pool.close();
});
afterEach(() => pool.close());
afterAll(() => hsm.remove());

const outcomes = async () => {
  const told: Record<string, string> = {};
  for (const label of ['one', 'two', 'three']) told[label] = await outcome(pool.sign(label, message));
  return told;
};
const OTHERS = { one: 'answered', three: 'answered' };

it.each([
  ['private', LABEL, 'hsm-key-missing', ['', 'one', 'three']],
  ['private', ID, 'hsm-refused', ['one', 'three', 'two']],
  ['private', VALUE, 'hsm-refused', ['one', 'three', 'two']],
  ['public', ID, 'hsm-refused', ['one', 'three', 'two']],
  ['public', EC_POINT, 'hsm-refused', ['one', 'three', 'two']],
] as const)('a damaged file of one key (%s half, attribute %i) keeps no other key from signing, and ends no signer', async (half, type, code, labels) => {
  await damaged(files[half], inside(files[half], type), async () => {
    expect(findDamagedFiles(hsm.tokenDir)).toEqual([]);
    pool = await WatchedPool.openReady(hsm);
    expect(await outcomes()).toEqual({ ...OTHERS, two: code });
    expect((await pool.listKeys()).map(({ label }) => label).sort()).toEqual(labels);
    await pool.probe();
    expect({ ended: pool.count('signer-ended'), circuit: pool.state().circuit }).toEqual({ ended: 0, circuit: 'closed' });
  });
});

it('a file that is damaged under a signer that has used its key ends that one at most, and then keeps no other key from signing', async () => {
  pool = await WatchedPool.openReady(hsm);
  expect(await outcomes()).toEqual({ ...OTHERS, two: 'answered' });
  await damaged(files.private, inside(files.private, VALUE), async () => {
    await outcomes();
    expect(await outcomes()).toEqual({ ...OTHERS, two: 'hsm-refused' });
    expect(pool.count('signer-ended')).toBeLessThanOrEqual(1);
  });
});

it('names the file for which SoftHSM ends each signer that is started, and what the signer was at', async () => {
  const length = lengthOf(files.private, LABEL);
  await damaged(files.private, length, async () => {
    expect(findDamagedFiles(hsm.tokenDir)).toEqual([{ path: files.private, octet: length.from }]);
    pool = WatchedPool.open(hsm);
    expect((await pool.next('signer-ended')).reason).toMatch(/^A process has died \(.+\) while it was being started\.$/);
  });
  await pool.healed();
  expect(await outcomes()).toEqual({ ...OTHERS, two: 'answered' });
});
