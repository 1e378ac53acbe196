import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { compactDecrypt, decodeProtectedHeader, type JWK } from 'jose';
import { ServiceKeyMaker } from '../../src/issuance/service-key.js';
import { StationKey } from '../../src/issuance/service-key.js';
import { readCsr, verifyProofOfPossession } from '../../src/x509/csr.js';
import { nameToText } from '../../src/x509/name.js';
import { profileOf } from './support/profiles.js';
import { pairOf, withClosePrimes } from '../x509/weak-keys.js';

const maker = new ServiceKeyMaker();
const profile = profileOf({ serviceKeys: true });

function stationOf(type: 'EC' | 'RSA') {
  const { privateKey, publicKey } = type === 'EC' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) };
}
const ec = stationOf('EC');
const rsa = stationOf('RSA');

describe('a key made for a device', () => {
  it.each([
    ['EC', ec, 'ECDH-ES+A256KW'],
    ['RSA', rsa, 'RSA-OAEP-256'],
  ] as const)('can be read with the station’s %s key only, and is the one of the CSR', async (_type, station, alg) => {
    const { jwe, csr, keyType, thumbprint, spkiSha256 } = await maker.make(profile, 'U-1', StationKey.parse(station.jwk));
    expect(decodeProtectedHeader(jwe)).toMatchObject({ alg, enc: 'A256GCM', cty: 'pkcs8', kid: thumbprint });
    const { plaintext } = await compactDecrypt(jwe, station.privateKey);
    const privateKey = createPrivateKey({ key: Buffer.from(plaintext), format: 'der', type: 'pkcs8' });
    const request = readCsr(csr);
    verifyProofOfPossession(request);
    expect(keyType).toBe('P-256');
    expect(spkiSha256).toHaveLength(32);
    expect(nameToText(request.subject)).toBe('CN=U-1');
    const { x, y } = privateKey.export({ format: 'jwk' });
    const octets = [x, y].map((coordinate) => Buffer.from(String(coordinate), 'base64url'));
    expect(request.spki.subarray(-64)).toEqual(Buffer.concat(octets));
    for (const other of [stationOf('EC'), stationOf('RSA')]) await expect(compactDecrypt(jwe, other.privateKey)).rejects.toThrow(/decrypt|key/i);
  });

  it('is another one each time', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => maker.make(profile, 'U-1', StationKey.parse(ec.jwk))));
    expect(new Set(keys.map(({ spkiSha256 }) => spkiSha256.toString('hex'))).size).toBe(20);
  });

  it('is of the first kind that the profile takes: P-256, P-384, RSA of the least length', async () => {
    const typeOf = async (fields: Record<string, unknown>) => (await maker.make(profileOf({ serviceKeys: true, ...fields }), 'U-1', StationKey.parse(ec.jwk))).keyType;
    expect(await typeOf({ publicKeys: ['RSA', 'P-384', 'P-256'] })).toBe('P-256');
    expect(await typeOf({ publicKeys: ['RSA', 'P-384'] })).toBe('P-384');
    expect(await typeOf({ publicKeys: ['RSA'] })).toBe('RSA-2048');
    expect(await typeOf({ publicKeys: ['RSA'], rsaLeastBits: 2_560 })).toBe('RSA-2560');
  });

  it('is refused while more RSA keys are wanted than a station waits for, and made again after', async () => {
    const slow = profileOf({ serviceKeys: true, publicKeys: ['RSA'] });
    const all = await Promise.allSettled(Array.from({ length: 17 }, () => maker.make(slow, 'U-1', StationKey.parse(ec.jwk))));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
    expect(all.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'key-maker-busy', retryable: true, retryAfterMs: 2_000 } });
    expect((await maker.make(slow, 'U-1', StationKey.parse(ec.jwk))).keyType).toBe('RSA-2048');
  });

  it('is not made where the profile does not say so', async () => {
    await expect(maker.make(profileOf(), 'U-1', StationKey.parse(ec.jwk))).rejects.toMatchObject({ code: 'service-keys-not-allowed', status: 422 });
  });
});

describe('a station’s key', () => {
  const bent = (fields: Record<string, unknown>): JWK => ({ ...ec.jwk, ...fields });
  it.each<[string, unknown]>([
    ['that is private', ec.privateKey.export({ format: 'jwk' })],
    ['of another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })],
    ['for signatures', bent({ use: 'sig' })],
    ['for another algorithm', bent({ alg: 'ECDH-ES' })],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0' }],
    ['with a part missing', bent({ y: undefined })],
    ['that is too short', generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' })],
  ])('%s is not taken', (_what, jwk) => {
    expect(StationKey.safeParse(jwk).success).toBe(false);
  });

  it.each<[string, unknown]>([
    ['a point that is not on the curve', bent({ y: ec.jwk.x })],
    ['an RSA key with a weak exponent', { ...rsa.jwk, e: Buffer.from([0, 1]).toString('base64url') }],
    ['an RSA key whose primes are close', createPublicKey(withClosePrimes()).export({ format: 'jwk' })],
    ['a point of a private key that is a small number', createPublicKey(pairOf('P-256', 1n)).export({ format: 'jwk' })],
    ['an RSA key that says 2048 bits and has fewer', { ...rsa.jwk, n: Buffer.concat([Buffer.alloc(64), Buffer.alloc(192, 0xa5)]).toString('base64url') }],
  ])('%s is refused before a key is shown', async (_what, jwk) => {
    await expect(maker.make(profile, 'U-1', StationKey.parse(jwk))).rejects.toMatchObject({ code: 'station-key-refused', status: 422 });
  });
});
