import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { cpSync } from 'node:fs';
import { compactDecrypt } from 'jose';
import { sql } from 'kysely';
import { readLeaf } from '../../src/audit/log-follower.js';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { profileText } from '../issuance/support/profiles.js';
import { Scratch } from '../x509/external-tools.js';

const scratch = new Scratch();
const station = stationKey('EC');
const logged: unknown[] = [];
let bench: ServiceBench;

beforeAll(async () => {
  cpSync('hsm-config/profiles', scratch.path('profiles'), { recursive: true });
  scratch.write('profiles/keyed.json', JSON.stringify(profileText({ name: 'keyed', serviceKeys: true, publicKeys: ['P-256', 'RSA'] })));
  bench = await serviceBench({ LEASE_MS: '60000', PROFILES_DIR: scratch.path('profiles'), LOG_LEVEL: 'debug' });
  const log = (...parts: unknown[]) => void logged.push(...parts);
  bench.app.useLogger({ log, error: log, warn: log, debug: log, verbose: log, fatal: log });
});
afterEach(() => bench.clearSlots());
afterAll(async () => {
  await bench.close();
  scratch.remove();
});

function stationKey(type: 'EC' | 'RSA') {
  const { privateKey, publicKey } = type === 'EC' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) };
}

let orders = 0;
/** A released order of one unit under a profile. */
async function orderOf(profile: string) {
  const [id, serial] = [`keyed-${++orders}`, `KEYED-${orders}`];
  await bench.as('manager').post('/v1/work-orders', { id, product: 'sensor', line: 'line-1', authority: 'Test', profile, quantity: 2, targets: ['eu'], serials: [serial] });
  await bench.as('manager').post(`/v1/work-orders/${id}/release`);
  return { id, serial };
}

async function claimed(profile = 'keyed', { scanned = true } = {}) {
  const { id, serial } = await orderOf(profile);
  // Without a scan the job comes from the line's queue, which hears of it from the log.
  if (!scanned) await until('queued', async () => {
    const job = await bench.db.selectFrom('job').innerJoin('unit', 'unit.id', 'job.unit_id').select('job.id').where('serial', '=', serial).executeTakeFirstOrThrow();
    return (await bench.redis.exists(`bull:line-line-1~provision:job-${job.id}-a1`)) === 1 ? true : undefined;
  });
  const { jobId, fence } = await bench.claim(scanned ? serial : undefined);
  const ask = (body: Record<string, unknown>, headers?: Record<string, string>) => bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, ...body }, headers);
  return { id, serial, jobId, fence, ask };
}

async function opened(jwe: unknown, key: KeyObject = station.privateKey): Promise<KeyObject> {
  const { plaintext } = await compactDecrypt(String(jwe), key);
  return createPrivateKey({ key: Buffer.from(plaintext), format: 'der', type: 'pkcs8' });
}

describe('a device that can’t make its own key', () => {
  it('gets one with its certificate, which the station alone can read', async () => {
    const { serial, jobId, fence, ask } = await claimed();
    const answer = await ask({ encryptTo: station.jwk });
    expect(answer).toMatchObject({ status: 201, body: { thingName: serial, endpoints: [{ target: 'eu' }] } });
    const certificate = new X509Certificate(String(answer.body['certificate']));
    expect(certificate.checkPrivateKey(await opened(answer.body['encryptedPrivateKey']))).toBe(true);
    expect(certificate.subject).toBe(`CN=${serial}`);
    expect(certificate.verify(new X509Certificate(String(answer.body['chain'])).publicKey)).toBe(true);
    await expect(opened(answer.body['encryptedPrivateKey'], stationKey('EC').privateKey)).rejects.toThrow('decryption operation failed');

    expect(await bench.auditTrail(`unit:${serial}`)).toEqual(['job.claimed', 'certificate.reserved', 'key.generated-for-device', 'certificate.issued']);
    const passed = await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
    expect(passed.status).toBe(200);
  });

  it('gets one for a station with an RSA key, and without a station too', async () => {
    const { id, serial } = await orderOf('keyed');
    const rsa = stationKey('RSA');
    const answer = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, encryptTo: rsa.jwk });
    expect(answer.status).toBe(201);
    expect(new X509Certificate(String(answer.body['certificate'])).checkPrivateKey(await opened(answer.body['encryptedPrivateKey'], rsa.privateKey))).toBe(true);
  });

  it('is on record with the order, the public key and whom it was encrypted to', async () => {
    const { id, serial, ask } = await claimed();
    const answer = await ask({ encryptTo: station.jwk });
    const { body } = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', `unit:${serial}`).where('event', '=', 'key.generated-for-device').executeTakeFirstOrThrow();
    const reserved = await bench.db.selectFrom('certificate').select('spki_sha256').where('fingerprint', '=', String(answer.body['fingerprint'])).executeTakeFirstOrThrow();
    expect(readLeaf(body).facts).toEqual({ unit: serial, workOrder: id, keyType: 'P-256', spkiSha256: reserved.spki_sha256.toString('hex'), encryptedTo: expect.stringMatching(/^[\w-]{43}$/) });
  });
});

describe('the private key', () => {
  /** Every way in which the octets could have been written down. */
  function traces(octets: Buffer): string[] {
    const inBase64 = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), octets]).toString('base64').slice(shift === 0 ? 0 : 4, 40));
    return [octets.toString('latin1'), octets.toString('hex'), ...inBase64, ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  }

  async function ledgerText(): Promise<string> {
    const { rows: tables } = await sql<{ name: string }>`select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`.execute(bench.db);
    const dumps = await Promise.all(tables.map(({ name }) => sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(bench.db)));
    return dumps.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
  }

  async function redisText(): Promise<string> {
    const keys = await bench.redis.keys('*');
    return JSON.stringify([keys, await Promise.all(keys.map(contents))]);
  }

  async function contents(key: string): Promise<unknown> {
    switch (await bench.redis.type(key)) {
      case 'string': return bench.redis.get(key);
      case 'hash': return bench.redis.hgetall(key);
      case 'list': return bench.redis.lrange(key, 0, -1);
      case 'set': return bench.redis.smembers(key);
      case 'zset': return bench.redis.zrange(key, '0', '-1');
      case 'stream': return bench.redis.xrange(key, '-', '+');
      // It has gone since the keys were listed.
      case 'none': return [];
      default: throw new Error(`${key} is of no kind that this test reads`);
    }
  }

  it('stands nowhere: not in the ledger, not in Redis, not in a log, not even encrypted', async () => {
    const { serial, jobId, fence, ask } = await claimed('keyed', { scanned: false });
    const answer = await ask({ encryptTo: station.jwk }, { 'idempotency-key': 'shown-once' });
    await ask({ encryptTo: station.jwk }, { 'idempotency-key': 'shown-once' });
    await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'PASS' });
    const key = await opened(answer.body['encryptedPrivateKey']);
    const scalar = Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url');
    const ciphertext = Buffer.from(String(answer.body['encryptedPrivateKey']).split('.')[3]!, 'base64url');
    const [ledger, redis, logs] = [await ledgerText(), await redisText(), JSON.stringify(logged.map((part) => (part instanceof Error ? `${part.stack}` : part)))];

    // What is looked for would be found: the certificate is in the ledger, the unit's job on Redis.
    const publicPart = new X509Certificate(String(answer.body['certificate'])).raw.subarray(-32);
    expect(traces(publicPart).some((trace) => ledger.includes(trace))).toBe(true);
    expect(ledger).toContain(serial);
    expect(redis).toContain(String(jobId));
    for (const trace of [...traces(scalar), ...traces(ciphertext)]) {
      expect(ledger.includes(trace)).toBe(false);
      expect(redis.includes(trace)).toBe(false);
      expect(logs.includes(trace)).toBe(false);
    }
  });

  it('is shown once: asking again is refused, with what to do, and makes no other', async () => {
    const { id, serial, ask } = await claimed();
    const first = await ask({ encryptTo: station.jwk }, { 'idempotency-key': `once-${serial}` });
    expect(first.status).toBe(201);
    for (const headers of [{}, { 'idempotency-key': `once-${serial}` }]) {
      const again = await ask({ encryptTo: station.jwk }, headers);
      expect(again).toMatchObject({ status: 409, body: { code: 'key-shown-once', retryable: false, operatorAction: expect.stringContaining('rework') } });
      expect(again.body['encryptedPrivateKey']).toBeUndefined();
    }
    expect(await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, encryptTo: station.jwk })).toMatchObject({ status: 409, body: { code: 'key-shown-once' } });
    expect(await ask({ csr: csrFor(deviceKey()) })).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned' } });
    expect((await bench.auditTrail(`unit:${serial}`)).filter((event) => event === 'key.generated-for-device')).toHaveLength(1);
  });

  it('is one only, when many ask at the same moment', async () => {
    const { serial, ask } = await claimed();
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask({ encryptTo: station.jwk })));
    const [shown, ...others] = answers.toSorted((one, other) => one.status - other.status);
    expect(shown!.status).toBe(201);
    for (const { status, body } of others) expect([status, body['code']]).toEqual([409, expect.stringMatching(/^(request-in-progress|key-shown-once)$/)]);
    const certificate = new X509Certificate(String(shown!.body['certificate']));
    expect(certificate.checkPrivateKey(await opened(shown!.body['encryptedPrivateKey']))).toBe(true);
    expect((await bench.as('manager').get(`/v1/units/${serial}`)).body).toMatchObject({ certificates: [{ state: 'valid' }] });
  });

  it('of a try that came to nothing is thrown away, and the next try gets another', async () => {
    const { serial, ask } = await claimed();
    const authority = bench.app.get(CertificateAuthorityService);
    const sign = authority.sign.bind(authority);
    authority.sign = () => Promise.reject(new Error('the HSM went away'));
    const failed = await ask({ encryptTo: station.jwk });
    authority.sign = sign;
    expect(failed.status).toBe(500);
    expect(JSON.stringify(logged)).toContain('request.failed');
    const answer = await ask({ encryptTo: station.jwk });
    expect(answer.status).toBe(201);
    expect(new X509Certificate(String(answer.body['certificate'])).checkPrivateKey(await opened(answer.body['encryptedPrivateKey']))).toBe(true);
    expect(await bench.auditTrail(`unit:${serial}`)).toEqual([
      'job.claimed', 'certificate.reserved', 'key.generated-for-device', 'certificate.abandoned',
      'certificate.reserved', 'key.generated-for-device', 'certificate.issued',
    ]);
  });
});

describe('a key from the service is refused', () => {
  it('where the order’s profile does not allow it', async () => {
    const { serial, ask } = await claimed('device');
    expect(await ask({ encryptTo: station.jwk })).toMatchObject({ status: 422, body: { code: 'service-keys-not-allowed', retryable: false } });
    expect(await bench.auditTrail(`unit:${serial}`)).toEqual(['job.claimed']);
  });

  it('for a unit that has a certificate for a key of its own', async () => {
    const { ask } = await claimed();
    expect((await ask({ csr: csrFor(deviceKey()) })).status).toBe(201);
    expect(await ask({ encryptTo: station.jwk })).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned' } });
  });

  it('to a caller without the lease, and nothing of it is on record', async () => {
    const { serial, jobId, fence } = await claimed();
    expect(await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence: fence + 1, encryptTo: station.jwk })).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
    expect(await bench.atOther(`/v1/jobs/${jobId}/certificate`, { fence, encryptTo: station.jwk })).toMatchObject({ status: 410, body: { code: 'lease-lost' } });
    expect(await bench.auditTrail(`unit:${serial}`)).not.toContain('key.generated-for-device');
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ['that is asked for beside a CSR', { csr: 'x', encryptTo: station.jwk }, 400, 'request-invalid'],
    ['that is not asked for, with no CSR either', {}, 400, 'request-invalid'],
    ['for a private key of the station', { encryptTo: station.privateKey.export({ format: 'jwk' }) }, 400, 'request-invalid'],
    ['for a point off its curve', { encryptTo: { ...station.jwk, y: station.jwk.x } }, 422, 'station-key-refused'],
  ])('%s', async (_what, body, status, code) => {
    const { serial, ask } = await claimed();
    const answer = await ask(body);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer.body)).not.toContain(String(station.privateKey.export({ format: 'jwk' }).d));
    expect(await bench.auditTrail(`unit:${serial}`)).toEqual(['job.claimed']);
  });
});
