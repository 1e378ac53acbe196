import { createPublicKey, verify } from 'node:crypto';
import { createCsr } from '../../src/x509/csr-writer.js';
import { type CertificationRequest, readCsr, verifyProofOfPossession } from '../../src/x509/csr.js';
import { X509Error } from '../../src/x509/x509.errors.js';
import { openssl, Scratch } from './external-tools.js';
import { mutate, seeded } from './random.js';
import { testKey } from './test-keys.js';

const MUTANTS = 150_000;
/** A process each, so not all of them. */
const SAMPLE_FOR_OPENSSL = 150;

const scratch = new Scratch();
afterAll(() => scratch.remove());

function seeds(): Buffer[] {
  const keyFile = scratch.write('key.pem', testKey('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const config = '[req]\ndistinguished_name=dn\nattributes=more\nprompt=no\n[dn]\nO=Example\nCN=unit\n[more]\nchallengePassword=secret words\nunstructuredName=unit\n';
  const rich = openssl(['req', '-new', '-config', scratch.write('req.cnf', config), '-key', keyFile, '-addext', 'subjectAltName=DNS:a.example.com,URI:urn:a', '-addext', 'basicConstraints=critical,CA:false']);
  const subject = [{ type: 'C', value: 'DE' }, { type: 'CN', value: 'LINE1-0001' }] as const;
  return [readCsr(rich.text).der, ...(['P-256', 'P-384', 'RSA-2048'] as const).map((keyType) => createCsr({ subject, privateKey: testKey(keyType).privateKey }))];
}

function possesses(csr: CertificationRequest): boolean {
  try {
    verifyProofOfPossession(csr);
    return true;
  } catch (error) {
    if (error instanceof X509Error && error.code === 'csr-signature-invalid') return false;
    throw error;
  }
}

describe(`of ${MUTANTS} mutated certificate requests`, () => {
  const accepted = new Map<string, CertificationRequest>();
  const codes = new Map<string, number>();
  let slowest = 0;

  beforeAll(() => {
    const random = seeded(20_261_122);
    const originals = seeds();
    const untouched = new Set(originals.map((der) => der.toString('latin1')));
    for (let round = 0; round < MUTANTS; round++) {
      const mutant = mutate(originals[round % originals.length]!, random);
      if (untouched.has(mutant.toString('latin1'))) continue;
      const start = performance.now();
      try {
        accepted.set(mutant.toString('latin1'), readCsr(mutant));
      } catch (error) {
        // Anything but an X509Error would be a crash.
        if (!(error instanceof X509Error)) throw new Error(`Mutant ${mutant.toString('hex')} broke the reader`, { cause: error });
        codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
  }, 60_000);

  it('every refusal has a code, and none takes long', () => {
    expect([...codes.keys()].sort()).toEqual(expect.arrayContaining(['csr-algorithm-unsupported', 'csr-malformed', 'csr-trailing-bytes', 'key-unsupported', 'key-weak']));
    expect(slowest).toBeLessThan(2000);
  });

  it('most are refused, and those that are read are those changed where any bytes will do', () => {
    expect(accepted.size).toBeGreaterThan(1000);
    expect(accepted.size).toBeLessThan(MUTANTS / 2);
  });

  it('none that is read proves possession of its key', () => {
    const samples = [...accepted.values()].filter((_, at) => at % 5 === 0);
    expect(samples.filter(possesses).map(({ der }) => der.toString('hex'))).toEqual([]);
  }, 60_000);

  it('node takes every key that was read, and says the same of its signature', () => {
    const samples = [...accepted.values()].filter((_, at) => at % 20 === 0);
    const differing = samples.filter((csr) => {
      const key = createPublicKey({ key: csr.spki, format: 'der', type: 'spki' });
      return verify(csr.algorithm.hash, csr.tbs, key, csr.signature) !== possesses(csr);
    });
    expect(differing.map(({ der }) => der.toString('hex'))).toEqual([]);
  }, 60_000);

  it('openssl reads every one of a sample of those that were read', () => {
    const step = Math.max(1, Math.floor(accepted.size / SAMPLE_FOR_OPENSSL));
    const samples = [...accepted.values()].filter((_, at) => at % step === 0);
    const refused = samples.filter(({ der }) => !openssl(['req', '-inform', 'DER', '-noout', '-pubkey'], der).ok);
    expect(refused.map(({ der }) => der.toString('hex'))).toEqual([]);
  }, 60_000);
});
