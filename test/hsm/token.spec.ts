import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ckrOf, RECOVERIES, recoveryFor } from '../../src/hsm/ckr.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';

const DRIVER = fileURLToPath(new URL('./token-driver.mjs', import.meta.url));

describe('one process with the token', () => {
  let hsm: SoftHsm;
  let results: Record<string, unknown>;
  beforeAll(async () => {
    hsm = await makeSoftHsm();
    const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } = hsm.settings;
    const { stdout } = await promisify(execFile)(process.execPath, [DRIVER], { env: { ...hsm.environment, HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } });
    results = JSON.parse(stdout) as Record<string, unknown>;
  });
  afterAll(() => hsm.remove());

  it.each(['session closed', 'logged out', 'operation left active', 'key replaced by another'])('goes on signing after: %s', (fault) => {
    expect(results[fault]).toBe('signed');
  });

  it('does not take a label for free because the token has logged it out', () => {
    expect(results['label taken while logged out']).toBe('hsm-key-exists');
  });

  it('made a key that may sign and nothing else, and whose value the token does not tell', () => {
    expect(results['usages']).toEqual({ sign: true, decrypt: false, unwrap: false, derive: false });
    expect(results['protection']).toEqual({ extractable: false, sensitive: true });
    expect(results['privateValue']).toBe('CKR_ATTRIBUTE_SENSITIVE');
  });

  it('does not choose between two keys with one label', () => {
    expect(results['two keys with one label']).toEqual(['hsm-key-ambiguous', 'hsm-key-ambiguous']);
  });

  it('does not trust a token that no longer shows a key it had, since its storage may be away', () => {
    expect(results['key gone']).toBe('hsm-unavailable');
  });

  it('throws a signature away that does not verify', () => {
    expect(results['faulty signature']).toBe('hsm-unavailable');
  });

  it.each(['extractable', 'not sensitive', 'may decrypt'])('refuses and destroys a key that the token made: %s', (fault) => {
    expect(results[`token that makes keys: ${fault}`]).toEqual(['hsm-key-unsafe', 'nothing']);
  });
});

describe('the table of PKCS#11 errors', () => {
  it.each([
    ['CKR_SESSION_HANDLE_INVALID:179', 'session'],
    ['CKR_USER_NOT_LOGGED_IN', 'login'],
    ['CKR_KEY_HANDLE_INVALID', 'key'],
    ['CKR_PIN_LOCKED', 'pin'],
    ['CKR_DEVICE_REMOVED', 'token'],
    ['CKR_CRYPTOKI_NOT_INITIALIZED', 'library'],
    ['CKR_ENCRYPTED_DATA_INVALID', 'session'],
    ['CKR_MECHANISM_INVALID', 'permanent'],
    ['CKR_VENDOR_DEFINED', 'transient'],
    ['CKR_SOMETHING_NEW', 'transient'],
  ])('after %s the recovery is: %s', (text, recovery) => {
    expect(recoveryFor(new Error(text))).toBe(recovery);
  });

  it('names a recovery for every error that the library can raise', async () => {
    // Read as text: the library itself is for signer processes only.
    const declared = await readFile(createRequire(import.meta.url).resolve('pkcs11js/index.d.ts'), 'utf8');
    const codes = [...new Set([...declared.matchAll(/\bCKR_[A-Z0-9_]+/g)].map(([code]) => code))].filter((code) => code !== 'CKR_OK');
    expect(codes.length).toBeGreaterThan(80);
    expect(codes.filter((code) => !RECOVERIES.has(code))).toEqual([]);
  });

  it('does not take our own errors for the token’s', () => {
    expect(ckrOf(new TypeError('Argument 0 has wrong type'))).toBeUndefined();
    expect(recoveryFor(new Error('The HSM failed (CKR_DEVICE_ERROR).'))).toBeUndefined();
  });
});
