import { createHash, createPublicKey, verify } from 'node:crypto';
import { fitsKey, signatureAlgorithmFor } from '../../src/x509/signature-algorithm.js';
import { deviceFields, deviceTemplate, testAuthority } from '../x509/test-keys.js';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';
import { outcome, verifies, WatchedPool } from './watched-pool.js';

describe('signing with a key in the HSM', () => {
  let hsm: SoftHsm;
  let pool: WatchedPool;
  beforeAll(async () => {
    hsm = await makeSoftHsm();
    pool = WatchedPool.open(hsm, { HSM_SIGNERS: 2 });
  });
  afterAll(async () => {
    await pool?.close();
    await hsm?.remove();
  });

  it('proves that the token answers while there is no key yet', async () => {
    expect(await outcome(pool.probe())).toBe('answered');
  });

  it('names the token, and warns that SoftHSM is not for production', async () => {
    expect(await pool.token()).toMatchObject({
      label: 'line-token',
      manufacturer: 'SoftHSM project',
      production: false,
      warning: 'SoftHSM: NOT FOR PRODUCTION',
    });
  });

  it.each(['P-256', 'P-384', 'RSA-2048', 'RSA-3072'] as const)('makes a %s key whose signatures OpenSSL accepts', async (keyType) => {
    const key = await pool.generateKeyPair(`ca ${keyType}`, keyType);
    expect(key).toMatchObject({ label: `ca ${keyType}`, keyType });
    const messages = [Buffer.alloc(0), Buffer.from('one'), Buffer.alloc(5_000, 7)];
    for (const message of messages) {
      const signature = await pool.sign(key.label, message);
      expect(verifies(key, message, signature)).toBe(true);
      expect(verifies(key, Buffer.concat([message, Buffer.of(1)]), signature)).toBe(false);
    }
    await pool.probe();
  });

  it.each(['RSA-2048', 'P-384'] as const)('signs a certificate with the hash that the certificate names, where that fits a %s key', async (keyType) => {
    const key = await pool.generateKeyPair(`named hash ${keyType}`, keyType);
    const opened = createPublicKey({ key: key.spki, format: 'der', type: 'spki' });
    for (const signatureAlgorithm of [signatureAlgorithmFor('RSA-2048', 'sha384'), signatureAlgorithmFor('RSA-2048'), signatureAlgorithmFor('P-256')]) {
      const fits = fitsKey(signatureAlgorithm, keyType);
      const tbs = deviceTemplate(testAuthority('P-256'), { signatureAlgorithm }).tbs(deviceFields('P-256'));
      const usual = keyType === 'P-384' ? 'sha384' : 'sha256';
      expect(verify(fits ? signatureAlgorithm.hash : usual, tbs, opened, await pool.sign(key.label, tbs))).toBe(true);
    }
  });

  it('signs with the very key that the caller names, and with no other that has its label', async () => {
    const [mine, other] = await Promise.all([pool.generateKeyPair('mine', 'P-256'), pool.generateKeyPair('other', 'P-256')]);
    const message = Buffer.from('to be signed');
    expect(verifies(mine, message, await pool.sign('mine', message, { publicKey: mine.spki }))).toBe(true);
    expect(await outcome(pool.sign('mine', message, { publicKey: other.spki }))).toBe('authority-key-mismatch');
    expect(verifies(mine, message, await pool.sign('mine', message))).toBe(true);
  });

  it('makes keys that were born in the HSM, can never leave it and can only sign, as another process reads them back', async () => {
    const made = await pool.generateKeyPair('closed', 'P-256');
    const attributes = { token: true, private: true, sensitive: true, extractable: false, alwaysSensitive: true, neverExtractable: true, local: true };
    expect(made.attributes).toEqual(attributes);
    const other = WatchedPool.open(hsm);
    try {
      expect(await other.findKey('closed')).toEqual(made);
    } finally {
      await other.close();
    }
  });

  it('gives each key an id of its own', async () => {
    const [first, second] = await Promise.all([pool.generateKeyPair('first', 'P-256'), pool.generateKeyPair('second', 'P-256')]);
    expect(first.id).toMatch(/^[0-9a-f]{4}$/);
    expect(first.id).not.toBe(second.id);
    expect(createHash('sha256').update(first.spki).digest()).not.toEqual(createHash('sha256').update(second.spki).digest());
  });

  it('refuses a second key with the same label and keeps the first', async () => {
    const first = await pool.generateKeyPair('only one', 'P-256');
    expect(await outcome(pool.generateKeyPair('only one', 'P-384'))).toBe('hsm-key-exists');
    expect(await pool.findKey('only one')).toEqual(first);
  });

  it('makes one key when the same label is asked for several times at once, and another process sees it', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => outcome(pool.generateKeyPair('contested', 'P-256'))));
    expect(outcomes.toSorted()).toEqual(['answered', 'hsm-key-exists', 'hsm-key-exists', 'hsm-key-exists']);
    const other = WatchedPool.open(hsm);
    try {
      expect(await other.findKey('contested')).toEqual(await pool.findKey('contested'));
      expect(await outcome(other.generateKeyPair('contested', 'P-256'))).toBe('hsm-key-exists');
    } finally {
      await other.close();
    }
  });

  it('knows no key that nobody made', async () => {
    expect(await pool.findKey('nobody')).toBeUndefined();
    expect(await outcome(pool.sign('nobody', Buffer.from('x')))).toBe('hsm-key-missing');
  });

  it('goes on signing while an RSA-4096 key is being made', async () => {
    const key = await pool.generateKeyPair('busy', 'P-256');
    let made = false;
    const slow = pool.generateKeyPair('slow', 'RSA-4096').then((result) => {
      made = true;
      return result;
    });
    let signedMeanwhile = 0;
    while (!made) {
      await Promise.all([pool.sign(key.label, Buffer.from('a')), pool.sign(key.label, Buffer.from('b'))]);
      if (!made) signedMeanwhile += 2;
    }
    expect(await slow).toMatchObject({ keyType: 'RSA-4096' });
    expect(signedMeanwhile).toBeGreaterThan(50);
  });

  it('answers a thousand signatures at once, each for its own message', async () => {
    const key = await pool.generateKeyPair('many', 'P-256');
    const messages = Array.from({ length: 1_000 }, (_, index) => Buffer.from(`unit ${index}`));
    const signatures = await Promise.all(messages.map((message) => pool.sign(key.label, message)));
    expect(signatures.filter((signature, index) => !verifies(key, messages[index]!, signature))).toEqual([]);
    expect(pool.count('signer-ended')).toBe(0);
  });

  it('finishes what it has when it closes, and then refuses', async () => {
    const closing = WatchedPool.open(hsm);
    const key = await closing.generateKeyPair('closing', 'P-256');
    const pid = closing.onlyPid();
    const outcomes = Promise.all(Array.from({ length: 100 }, () => outcome(closing.sign(key.label, Buffer.from('x')))));
    await closing.close();
    expect(new Set(await outcomes)).toEqual(new Set(['answered']));
    expect(await outcome(closing.sign(key.label, Buffer.from('x')))).toBe('hsm-unavailable');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
