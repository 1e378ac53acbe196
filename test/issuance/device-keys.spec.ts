import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sql } from 'kysely';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { HsmUnavailable } from '../../src/hsm/hsm.errors.js';
import { DoublyUsedKeys } from '../../src/issuance/doubly-used-keys.js';
import { lookAround } from '../../src/local/examination.js';
import { checkDeviceKeys } from '../../src/local/device-keys-check.js';
import type { Database } from '../../src/platform/database/database.js';
import { deviceKeys } from '../../src/platform/database/migrations/0006_device_keys.js';
import { keyIdentity } from '../../src/x509/public-key.js';
import { newFolder } from '../support/run-folders.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { rsaKey } from '../x509/csr-samples.js';
import { deviceFields, deviceTemplate, seal, testAuthority, testKey } from '../x509/test-keys.js';
import { negated, withClosePrimes, withExponent } from '../x509/weak-keys.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

/** A certificate for a key of the `at`th unit of the order. */
const issue = ({ id, serials }: { id: string; serials: string[] }, at: number, key: KeyObject) =>
  bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[at], csr: csrFor(key) });

const rework = async (serial: string, keyCompromised = false) =>
  expect(await bench.as('operator').post(`/v1/units/${serial}/rework`, { keyCompromised })).toMatchObject({ status: 200 });
const revoke = (fingerprint: unknown, reason: string) => bench.as('officer').post(`/v1/certificates/${String(fingerprint)}/revoke`, { reason });
/** Why each certificate of the unit is revoked, in their order. */
const reasons = async (serial: string) =>
  (await bench.db.selectFrom('certificate').innerJoin('unit', 'unit.id', 'unit_id').select('revocation_reason as reason').where('serial', '=', serial).orderBy('reserved_at').execute()).map(({ reason }) => reason);

describe('a key belongs to the first unit that had it, for good', () => {
  const others: [string, () => [KeyObject, KeyObject]][] = [
    ['the very same key', () => { const key = deviceKey(); return [key, key]; }],
    ['the negative point', () => { const key = deviceKey(); return [key, negated(key)]; }],
    ['the same modulus with another exponent', () => { const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey; return [key, withExponent(key, 65_539n)]; }],
  ];

  it.each(others)('%s is refused to another unit, also after the certificate was revoked', async (_what, make) => {
    const order = await bench.order(2, { quantity: 4 });
    const [key, other] = make();
    const first = await issue(order, 0, key);
    expect(first.status).toBe(201);
    const refused = { status: 409, body: { code: 'key-already-used', detail: expect.stringContaining(order.serials[0]!) } };
    expect(await issue(order, 1, other)).toMatchObject(refused);
    await rework(order.serials[0]!);
    expect(await issue(order, 1, other)).toMatchObject(refused);
    expect((await bench.as('manager').get(`/v1/units/${order.serials[1]}`)).body).toMatchObject({ state: 'planned', certificates: [] });
  });

  it('the same unit may have it certified again after rework', async () => {
    const order = await bench.order(1, { quantity: 4 });
    const key = deviceKey();
    const first = await issue(order, 0, key);
    expect(await issue(order, 0, key)).toMatchObject({ status: 200, body: { certificate: first.body['certificate'] } });
    await rework(order.serials[0]!);
    const again = await issue(order, 0, key);
    expect(again.status).toBe(201);
    expect(again.body['fingerprint']).not.toBe(first.body['fingerprint']);
  });

  it('a key that was revoked as compromised gets no certificate any more, whoever asks', async () => {
    const order = await bench.order(2, { quantity: 4 });
    const key = deviceKey();
    const first = await issue(order, 0, key);
    expect((await revoke(first.body['fingerprint'], 'keyCompromise')).status).toBe(200);
    await rework(order.serials[0]!);
    expect(await issue(order, 0, key)).toMatchObject({ status: 409, body: { code: 'key-compromised', retryable: false } });
    expect(await issue(order, 0, negated(key))).toMatchObject({ status: 409, body: { code: 'key-compromised' } });
    expect(await issue(order, 1, key)).toMatchObject({ status: 409, body: { code: 'key-already-used' } });
    expect((await issue(order, 0, deviceKey())).status).toBe(201);
  });

  it('a key that turns out to be compromised gets none any more, and whatever it has besides is revoked for this too', async () => {
    const { id, serials } = await bench.order(2, { quantity: 6 });
    for (const [at, compromised] of [[0, 'first'], [1, 'second']] as const) {
      const [serial, key] = [serials[at]!, deviceKey()];
      const first = await issue({ id, serials }, at, key);
      await rework(serial);
      const second = await issue({ id, serials }, at, key);
      expect(await reasons(serial)).toEqual(['superseded', null]);
      expect(await revoke((compromised === 'first' ? first : second).body['fingerprint'], 'keyCompromise')).toMatchObject({ status: 200, body: { reason: 'keyCompromise' } });
      expect(await reasons(serial)).toEqual(['keyCompromise', 'keyCompromise']);
      await rework(serial);
      expect(await issue({ id, serials }, at, key)).toMatchObject({ status: 409, body: { code: 'key-compromised' } });
    }
  });

  it('no key that a unit ever had is certified again after a rework that says so, whatever its certificates were revoked for, on record', async () => {
    const order = await bench.order(1, { quantity: 4 });
    const serial = order.serials[0]!;
    const keys = [deviceKey(), deviceKey()];
    await issue(order, 0, keys[0]!);
    await rework(serial);
    await issue(order, 0, keys[1]!);
    const { jobId, fence } = await bench.claim(serial);
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL' })).status).toBe(200);
    expect(await reasons(serial)).toEqual(['superseded', 'cessationOfOperation']);
    await rework(serial, true);
    expect(await reasons(serial)).toEqual(['keyCompromise', 'keyCompromise']);
    for (const key of keys) expect(await issue(order, 0, key)).toMatchObject({ status: 409, body: { code: 'key-compromised' } });
    expect((await issue(order, 0, deviceKey())).status).toBe(201);
    const { body } = await bench.as('manager').get(`/v1/units/${serial}`);
    const raised = (body['history'] as { event: string; data: Record<string, unknown> }[]).filter(({ event }) => event === 'certificate.reason-raised');
    expect(raised.map(({ data }) => data['from'])).toEqual(['superseded', 'cessationOfOperation']);
  });

  it('of two units that ask with it at the same moment one gets it, and other requests beside them are served', async () => {
    const order = await bench.order(12);
    const key = deviceKey();
    const answers = await Promise.all(order.serials.map((_, at) => issue(order, at, at % 3 === 0 ? key : deviceKey())));
    const sharing = answers.filter((_, at) => at % 3 === 0);
    expect(sharing.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect(answers.filter((_, at) => at % 3 !== 0).every(({ status }) => status === 201)).toBe(true);
  });
});

/** Lets the next signature end otherwise. */
function nextSignature(end: (certificate: () => Promise<Buffer>) => Promise<Buffer>) {
  const authority = bench.app.get(CertificateAuthorityService);
  const sign = authority.sign.bind(authority);
  authority.sign = (...args) => {
    authority.sign = sign;
    return end(() => sign(...args));
  };
}

describe('a reservation that came to nothing', () => {
  it('leaves the key to whoever asks next where nothing was signed: a label that was scanned wrongly costs no device its key', async () => {
    const order = await bench.order(2);
    const key = deviceKey();
    nextSignature(() => Promise.reject(new HsmUnavailable('away')));
    expect(await issue(order, 0, key)).toMatchObject({ status: 503, body: { code: 'hsm-unavailable' } });
    expect((await issue(order, 1, key)).status).toBe(201);
  });

  it('keeps the key with its unit where a certificate was signed and thrown away', async () => {
    const order = await bench.order(2);
    const key = deviceKey();
    nextSignature(async (sign) => {
      const certificate = await sign();
      await bench.db.updateTable('certificate').set({ state: 'abandoned' }).where('work_order_id', '=', order.id).execute();
      return certificate;
    });
    expect(await issue(order, 0, key)).toMatchObject({ status: 503, body: { code: 'reservation-lost' } });
    expect(await issue(order, 1, key)).toMatchObject({ status: 409, body: { code: 'key-already-used' } });
  });
});

describe('a key that turns out to be compromised while a certificate for it is being signed', () => {
  it('gets none: what was signed is thrown away', async () => {
    const order = await bench.order(1, { quantity: 4 });
    const [serial, key] = [order.serials[0]!, deviceKey()];
    const first = await issue(order, 0, key);
    await rework(serial);
    nextSignature(async (sign) => {
      const certificate = await sign();
      expect((await revoke(first.body['fingerprint'], 'keyCompromise')).status).toBe(200);
      return certificate;
    });
    expect(await issue(order, 0, key)).toMatchObject({ status: 503, body: { code: 'reservation-lost' } });
    expect(await issue(order, 0, key)).toMatchObject({ status: 409, body: { code: 'key-compromised' } });
    expect((await issue(order, 0, deviceKey())).status).toBe(201);
    expect((await bench.as('manager').get(`/v1/work-orders/${order.id}`)).body['certificates']).toMatchObject({ used: 1 });
  });

  it('stays condemned where nothing was signed for it', async () => {
    const order = await bench.order(1, { quantity: 4 });
    const [serial, key] = [order.serials[0]!, deviceKey()];
    const { jobId, fence } = await bench.claim(serial);
    nextSignature(async () => {
      expect((await bench.as('station').post(`/v1/jobs/${jobId}/result`, { fence, outcome: 'FAIL' })).status).toBe(200);
      await rework(serial, true);
      throw new HsmUnavailable('away');
    });
    expect((await bench.as('station').post(`/v1/jobs/${jobId}/certificate`, { fence, csr: csrFor(key) })).status).toBe(503);
    expect(await issue(order, 0, key)).toMatchObject({ status: 409, body: { code: 'key-compromised' } });
  });
});

it('a key that can be factored is refused before anything is written', async () => {
  const order = await bench.order(1);
  expect(await issue(order, 0, withClosePrimes())).toMatchObject({ status: 422, body: { code: 'key-weak', detail: expect.stringContaining('too close') } });
  expect(await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', order.id).execute()).toEqual([]);
});

describe('an upgrade from before keys belonged to units', () => {
  const authority = testAuthority('P-256');
  const certified = (['P-256', 'P-384', 'P-521', 'RSA-2048'] as const).map((type) => ({ spki: testKey(type).spki, der: seal(deviceTemplate(authority).tbs(deviceFields(type)), authority.key) }));
  const odd = rsaKey(2050).spki;
  const rows = [
    ...certified.map(({ spki, der }) => ({ spki, der, state: 'valid', reason: null })),
    // A modulus of 2050 bits has no octet for its sign.
    { spki: odd, der: Buffer.concat([Buffer.alloc(90, 7), odd, Buffer.alloc(90, 7)]), state: 'valid', reason: null },
    // The first key again, of another unit, and once more, revoked.
    { ...certified[0]!, state: 'revoked', reason: 'keyCompromise' },
    { ...certified[1]!, state: 'valid', reason: null },
  ];

  it('gives each key to the first unit that had it, tells of those that share one, and fails on neither', async () => {
    const { id, serials } = await bench.order(rows.length);
    const units = await bench.db.selectFrom('unit').select(['id', 'serial']).where('serial', 'in', serials).orderBy('id').execute();
    await bench.db.transaction().execute(async (tx) => {
      await sql`delete from certificate`.execute(tx);
      for (const [at, { der, state, reason }] of rows.entries()) {
        await sql`insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, der, fingerprint, not_before, not_after,
            reserved_at, reserved_by, revoked_at, revocation_reason, crl_entry)
          values (${`old-${at}`}, ${units[at]!.id}, ${id}, ${bench.authority.id}, 'device', ${state}, ${Buffer.from([at])}, ${der}, ${der}, ${`fp-${at}`}, now(), now(),
            now() + ${`${at} s`}::interval, 0, ${reason === null ? null : new Date()}, ${reason}, ${reason === null ? null : der})`.execute(tx);
      }
      await sql`drop table device_key, shared_device_key`.execute(tx);
      await sql`create unique index certificate_one_per_key on certificate (spki_sha256) where state in ('reserved', 'valid')`.execute(tx);
      await deviceKeys.up(tx);
    });
    const owners = await bench.db.selectFrom('device_key').select(['identity', 'first_serial_number', 'compromised_at']).orderBy('first_serial_number').execute();
    expect(owners.map(({ identity, first_serial_number }) => [first_serial_number, identity.toString('hex')])).toEqual(
      rows.slice(0, 5).map(({ spki }, at) => [`old-${at}`, keyIdentity(spki).toString('hex')]),
    );
    expect(owners.map(({ compromised_at }) => compromised_at !== null)).toEqual([true, false, false, false, false]);

    // The sixth has no valid certificate any more.
    const find = () => new DoublyUsedKeys(bench.db as Database).find();
    expect(await find()).toEqual([{ unit: serials[6], owner: serials[1] }]);
    const doctor = async () => checkDeviceKeys(await lookAround('.', { ...process.env, DATABASE_URL: bench.config.DATABASE_URL, LINESIDE_DATA_DIR: newFolder('shared-keys') }));
    expect(await doctor()).toEqual([{ name: 'keys of devices', state: 'warn', finding: expect.stringContaining(`${serials[6]} has that of ${serials[1]}`), remedy: expect.stringMatching(/rework/) }]);

    // As rework leaves it: the shared key's certificate is revoked, and there is one for a key of its own.
    await bench.db.transaction().execute(async (tx) => {
      await tx.updateTable('certificate').set({ state: 'revoked', revocation_reason: 'superseded', revoked_at: new Date(), crl_entry: Buffer.of(0) }).where('serial_number', '=', 'old-6').execute();
      await sql`insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, der, fingerprint, not_before, not_after, reserved_at, reserved_by)
        select 'own-6', unit_id, work_order_id, authority_id, profile, 'valid', ${Buffer.from([60])}, tbs_sha256, der, 'fp-own-6', not_before, not_after, now(), 0 from certificate where serial_number = 'old-6'`.execute(tx);
      await tx.insertInto('device_key').values({ identity: Buffer.alloc(32, 60), unit_id: units[6]!.id, first_serial_number: 'own-6' }).execute();
    });
    expect([await find(), await doctor()]).toEqual([[], []]);
  });
});
