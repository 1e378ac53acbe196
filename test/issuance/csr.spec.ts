import { execFileSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { mock } from 'node:test';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { readCsr } from '../../src/x509/csr.js';
import { createCsr } from '../../src/x509/csr-writer.js';
import { encodeBitString, sequence } from '../../src/x509/der.js';
import { toPem } from '../../src/x509/pem.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const issue = (workOrder: string, serial: string, csr: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr });

/** How many rows of each kind an issuance could write. */
async function ledgerSize() {
  const { rows } = await sql<Record<string, number>>`select (select count(*) from certificate) as certificates, (select count(*) from log_leaf) as leaves,
    (select coalesce(sum(certificates_reserved), 0) from work_order) as quota`.execute(bench.db);
  return rows[0];
}

describe('a CSR', () => {
  const good = () => createCsr({ subject: [{ type: 'CN', value: 'x' }], privateKey: deviceKey() });
  const pem = (der: Buffer) => toPem('CERTIFICATE REQUEST', der);
  /** Signed by one key, naming another: the thief of a public key has no more than this. */
  function forged() {
    const der = good();
    der[der.length - 1]! ^= 1;
    return der;
  }
  function openssl(...args: string[]): string {
    return execFileSync('openssl', ['req', '-new', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=x', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  it.each([
    ['garbage', () => 'garbage', 'pem-malformed'],
    ['garbage in PEM', () => pem(Buffer.from('garbage')), 'csr-malformed'],
    ['a certificate in place of the request', () => toPem('CERTIFICATE', good()), 'pem-malformed'],
    ['bytes after its end', () => pem(Buffer.concat([good(), Buffer.from([0])])), 'csr-trailing-bytes'],
    ['UTF-16', () => `\xff\xfe${Buffer.from(pem(good()), 'utf16le').toString('latin1')}`, 'pem-malformed'],
    ['DER', () => good().toString('latin1'), 'pem-malformed'],
    ['a cut end', () => pem(good().subarray(0, -9)), 'csr-malformed'],
    ['more than any request needs', () => pem(Buffer.alloc(9_000, 0x30)), 'csr-too-large'],
    ['a signature that its key did not make', () => pem(forged()), 'csr-signature-invalid'],
    ['an RSA key of 1024 bits', () => openssl('-newkey', 'rsa:1024'), 'key-weak'],
    ['an Ed25519 key', () => openssl('-newkey', 'ed25519'), 'key-unsupported'],
    ['a SHA-1 signature', () => openssl('-newkey', 'rsa:2048', '-sha1'), 'csr-algorithm-unsupported'],
    ['a key type that the profile does not allow', () => openssl('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'), 'key-not-allowed'],
  ])('with %s is refused by its own code, and nothing is written', async (_what, csr, code) => {
    const { id, serials } = await bench.order(1);
    const before = await ledgerSize();
    const answer = await issue(id, serials[0]!, csr());
    expect(answer).toMatchObject({ status: 422, body: { code, retryable: false } });
    expect(await ledgerSize()).toEqual(before);
  });

  it('of a stolen public key is refused: whoever asks must hold the private key', async () => {
    const { id, serials } = await bench.order(1);
    // The victim's request, signed by the thief: all of it can be read, and only the proof is wrong.
    const victim = readCsr(csrFor(deviceKey()));
    const stolen = sequence(victim.tbs, victim.algorithm.identifier, encodeBitString(sign('sha256', victim.tbs, deviceKey())));
    expect(await issue(id, serials[0]!, pem(stolen))).toMatchObject({ status: 422, body: { code: 'csr-signature-invalid' } });
  });

  it('followed by its private key is refused by name, and nothing of the key is in the answer, the log or the ledger', async () => {
    const { id, serials } = await bench.order(1);
    const key = deviceKey();
    const privatePem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const told: unknown[] = [];
    const tell = (...said: unknown[]) => void told.push(...said);
    bench.app.useLogger({ log: tell, error: tell, warn: tell, debug: tell, verbose: tell, fatal: tell });
    const printed = [process.stdout, process.stderr].map((stream) => mock.method(stream, 'write', (text: unknown) => (told.push(text), true)));
    try {
      const answers = [
        await issue(id, serials[0]!, csrFor(key) + privatePem),
        await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(key) + privatePem }, { 'idempotency-key': 'with-a-private-key' }),
      ];
      for (const answer of answers) expect(answer).toMatchObject({ status: 422, body: { code: 'private-key-sent', retryable: false } });
      told.push(answers);
    } finally {
      for (const stream of printed) stream.mock.restore();
      bench.app.useLogger(false);
    }
    const { rows } = await sql<{ row: unknown }>`select to_jsonb(log_leaf) as row from log_leaf union all select to_jsonb(idempotency) from idempotency`.execute(bench.db);
    const all = inspect([told, rows], { depth: 12, maxStringLength: null, maxArrayLength: null });
    for (const line of privatePem.split('\n').filter((each) => each.length > 20)) expect(all).not.toContain(line);
  });
});
