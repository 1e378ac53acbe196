import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readCsr, readVerifiedKey } from '../../src/x509/csr.js';
import { encodeBitString, sequence } from '../../src/x509/der.js';
import { toPem } from '../../src/x509/pem.js';
import { X509Error } from '../../src/x509/x509.errors.js';
import { foreignKey, oddCsr } from './csr-samples.js';
import * as samples from './csr-samples.js';
import { openssl } from './external-tools.js';
import { testAuthority, testKey } from './test-keys.js';
import { ATTRIBUTES, EC_ALGORITHMS, EC_KEYS, LENGTHS, NAMES, requestOf, RSA_ALGORITHMS, RSA_KEYS, SURROUNDINGS, VERSIONS, WHITE_SPACE } from './toolchain-csrs.js';

const rsa = testKey('RSA-2048');
const ec = testKey('P-256');
const pem = (der: Buffer) => toPem('CERTIFICATE REQUEST', der);

function refusalOf(text: string): X509Error {
  try {
    readVerifiedKey(text);
  } catch (error) {
    if (error instanceof X509Error) return error;
    throw error;
  }
  throw new Error('The request was accepted');
}

describe('what decides nothing stops nobody', () => {
  it.each<[string, string, string, Buffer]>([
    ...NAMES.map(([way, name]) => ['name', way, pem(requestOf({ name })), ec.spki] as [string, string, string, Buffer]),
    ...ATTRIBUTES.map(([way, attributes]) => ['attributes', way, pem(requestOf({ attributes })), ec.spki] as [string, string, string, Buffer]),
    ...VERSIONS.map(([way, version]) => ['version', way, pem(requestOf({ version })), ec.spki] as [string, string, string, Buffer]),
    ...LENGTHS.map(([way, lengths]) => ['lengths', way, pem(requestOf({ lengths })), ec.spki] as [string, string, string, Buffer]),
    ...EC_ALGORITHMS.map(([way, algorithm]) => ['ECDSA algorithm', way, pem(requestOf({ algorithm })), ec.spki] as [string, string, string, Buffer]),
    ...RSA_ALGORITHMS.map(([way, algorithm]) => ['RSA algorithm', way, pem(requestOf({ key: rsa, algorithm })), rsa.spki] as [string, string, string, Buffer]),
    ...EC_KEYS.map(([way, write]) => ['EC key', way, pem(requestOf({ spki: write(ec.spki) })), ec.spki] as [string, string, string, Buffer]),
    ...RSA_KEYS.map(([way, write]) => ['RSA key', way, pem(requestOf({ key: rsa, spki: write(rsa.spki) })), rsa.spki] as [string, string, string, Buffer]),
    ...SURROUNDINGS.map(([way, write]) => ['PEM', way, write(requestOf()), ec.spki] as [string, string, string, Buffer]),
  ])('%s: %s; openssl verifies it, and the key comes out as it belongs into a certificate', (_part, _way, text, spki) => {
    expect(openssl(['req', '-noout', '-verify'], text).text).toContain('verify OK');
    expect(readVerifiedKey(text).spki.equals(spki)).toBe(true);
  });

  it.each(WHITE_SPACE)('PEM: %s', (_way, write) => {
    expect(readVerifiedKey(write(requestOf())).spki).toEqual(ec.spki);
  });

  it('the same key is the same, whatever its SPKI left out', () => {
    const keys = RSA_KEYS.map(([, write]) => readCsr(requestOf({ key: rsa, spki: write(rsa.spki) })).spki);
    for (const spki of keys) expect(createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'der' })).toEqual(keys[0]);
  });
});

describe('a refusal names the true cause', () => {
  const good = requestOf();
  const curve = (namedCurve: string) => oddCsr(foreignKey(() => generateKeyPairSync('ec', { namedCurve })));
  const rawSignature = () => {
    const { tbs, algorithm, signature } = readCsr(good);
    // r and s with 32 octets each, out of their DER.
    const r = signature.subarray(4, 4 + signature[3]!);
    const s = signature.subarray(6 + signature[3]!);
    const half = (number: Buffer) => Buffer.concat([Buffer.alloc(32), number]).subarray(-32);
    return pem(sequence(tbs, algorithm.identifier, encodeBitString(Buffer.concat([half(r), half(s)]))));
  };

  it.each<[string, string, RegExp, () => string]>([
    ['RSA-PSS', 'csr-algorithm-unsupported', /RSA-PSS/, () => pem(oddCsr({ ...rsa, algorithm: samples.RSA_PSS, padding: samples.PSS_PADDING }))],
    ['a key for PSS only', 'key-unsupported', /RSA key for PSS/, () => pem(oddCsr({ ...samples.pssKey(), algorithm: samples.RSA_PSS }))],
    ['SHA-1', 'csr-algorithm-unsupported', /RSA with SHA-1/, () => pem(oddCsr({ ...rsa, algorithm: samples.RSA_SHA1, hash: 'sha1' }))],
    ['Ed25519', 'key-unsupported', /Ed25519/, () => pem(oddCsr({ ...samples.ed25519Key(), algorithm: samples.ED25519, hash: null }))],
    ['DSA', 'key-unsupported', /DSA/, () => pem(oddCsr(samples.dsaKey()))],
    ['secp256k1', 'key-unsupported', /secp256k1/, () => pem(curve('secp256k1'))],
    ['brainpool', 'key-unsupported', /brainpoolP256r1/, () => pem(curve('brainpoolP256r1'))],
    ['P-224', 'key-unsupported', /P-224/, () => pem(curve('secp224r1'))],
    ['a curve without a name of ours', 'key-unsupported', /the curve 1\.3\.132\.0\.8/, () => pem(curve('secp160r1'))],
    ['a curve by its numbers', 'key-unsupported', /by numbers/, () => pem(oddCsr(samples.explicitCurveKey()))],
    ['r and s side by side', 'csr-malformed', /side by side/, rawSignature],
    ['UTF-16', 'pem-malformed', /UTF-16/, () => `\xff\xfe${Buffer.from(pem(good), 'utf16le').toString('latin1')}`],
    ['UTF-16 read as UTF-8', 'pem-malformed', /UTF-16/, () => Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(pem(good), 'utf16le')]).toString('utf8')],
    ['a certificate', 'pem-malformed', /is a CERTIFICATE and not/, () => toPem('CERTIFICATE', testAuthority('P-256').certificate.der)],
    ['a certificate under the label of a request', 'csr-malformed', /is a certificate and not/, () => pem(testAuthority('P-256').certificate.der)],
    ['a public key', 'pem-malformed', /is a PUBLIC KEY and not/, () => toPem('PUBLIC KEY', ec.spki)],
    ['DER', 'pem-malformed', /is DER and not PEM/, () => good.toString('latin1')],
    ['DER read as UTF-8', 'pem-malformed', /is DER and not PEM/, () => good.toString('utf8')],
    ['base64 without its two lines', 'pem-malformed', /base64 without the lines/, () => good.toString('base64')],
    ['line ends as two characters', 'pem-malformed', /two characters/, () => pem(good).replaceAll('\n', '\\n')],
    ['lines that have run together', 'pem-malformed', /run together/, () => pem(good).replaceAll('\n', ' ')],
    ['two requests', 'pem-malformed', /more than one/, () => pem(good) + pem(good)],
    ['a cut end', 'pem-malformed', /does not end with/, () => pem(good).slice(0, -12)],
    ['no text at all', 'pem-malformed', /must begin with/, () => ' \n'],
  ])('%s: %s', (_what, code, says, make) => {
    const refusal = refusalOf(make());
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(says) });
    expect(refusal.message).toMatch(/^[A-Z].{10,190}\.$/);
  });
});

describe('a private key is refused by name, and nothing of it is repeated', () => {
  const keys = { ec: ec.privateKey, rsa: rsa.privateKey };
  const forms: [string, string][] = [
    ['PKCS#8', keys.ec.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['SEC1', keys.ec.export({ type: 'sec1', format: 'pem' }).toString()],
    ['PKCS#1', keys.rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['encrypted PKCS#8', keys.ec.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()],
    ['base64 without its two lines', keys.ec.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
    ['SEC1 in base64 without its two lines', keys.ec.export({ type: 'sec1', format: 'der' }).toString('base64')],
    ['DER', keys.rsa.export({ type: 'pkcs1', format: 'der' }).toString('latin1')],
    ['JWK', JSON.stringify(keys.ec.export({ format: 'jwk' }))],
    ['UTF-16', Buffer.from(keys.ec.export({ type: 'pkcs8', format: 'pem' }).toString(), 'utf16le').toString('latin1')],
    ['line ends as two characters', keys.ec.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n')],
    ['under the label of a request', pem(keys.ec.export({ type: 'pkcs8', format: 'der' }))],
    ['printed by openssl', openssl(['pkey', '-noout', '-text'], keys.ec.export({ type: 'pkcs8', format: 'pem' }).toString()).text],
    ['printed by openssl, RSA', openssl(['rsa', '-noout', '-text'], keys.rsa.export({ type: 'pkcs8', format: 'pem' }).toString()).text],
  ];

  it.each(forms)('as %s', (_form, text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'private-key-sent', message: expect.stringMatching(/^A private key was sent\./) });
  });

  it.each(forms.filter(([, text]) => text.includes('-----BEGIN ')))('as %s behind a request and before it', (_form, text) => {
    for (const both of [pem(requestOf()) + text, text + pem(requestOf())]) {
      const refusal = refusalOf(both);
      expect(refusal.code).toBe('private-key-sent');
      for (const line of text.split('\n').filter((each) => /^[A-Za-z0-9+/=]{20,}$/.test(each))) expect(JSON.stringify([refusal.message, String(refusal.cause)])).not.toContain(line);
    }
  });
});
