import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { CertificateAuthorityService } from '../../src/certificate-authority/certificate-authority.service.js';
import { IssuanceService } from '../../src/issuance/issuance.service.js';
import { newFolder } from '../support/run-folders.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

/** Without a worker: what a process that is gone left behind is settled when a test says so. */
let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench({ ROLES: 'api' });
});
afterAll(() => bench.close());

const issue = (workOrder: string, serial: string, csr: string) => bench.as('issuer').post('/v1/certificates', { workOrder, serial, csr });

describe('a certificate', () => {
  it('holds what the profile says and nothing that the CSR asks for', async () => {
    const { id, serials } = await bench.order(1);
    const { body } = await issue(id, serials[0]!, csrFor(deviceKey()));
    const folder = newFolder('openssl');
    try {
      writeFileSync(join(folder, 'device.pem'), String(body['certificate']));
      writeFileSync(join(folder, 'ca.pem'), String(body['chain']));
      const verified = execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', join(folder, 'ca.pem'), join(folder, 'device.pem')], { encoding: 'utf8' });
      expect(verified).toMatch(/: OK$/m);
      const text = execFileSync('openssl', ['x509', '-in', join(folder, 'device.pem'), '-noout', '-text'], { encoding: 'utf8' });
      expect(text).toContain('Digital Signature');
      expect(text).toContain('TLS Web Client Authentication');
      expect(text).toContain('CA:FALSE');
      expect(text).not.toContain('chosen-by-the-device');
    } finally {
      rmSync(folder, { recursive: true });
    }
    const certificate = new X509Certificate(String(body['certificate']));
    expect(certificate.serialNumber).toMatch(/^[0-9A-F]{40}$/);
    // Backdated by the profile's hour, for devices whose clocks are slow.
    expect(Date.now() - +certificate.validFromDate).toBeGreaterThanOrEqual(60 * 60_000);
    expect(body['certificateId']).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  });

  it('never outlives its authority, nor begins before it', async () => {
    const { id, serials } = await bench.order(1);
    const { body } = await issue(id, serials[0]!, csrFor(deviceKey()));
    const [device, authority] = [body['certificate'], body['chain']].map((pem) => new X509Certificate(String(pem)));
    expect(+device!.validFromDate).toBeGreaterThanOrEqual(+authority!.validFromDate);
    expect(+device!.validToDate).toBeLessThanOrEqual(+authority!.validToDate);
  });

  it.each([
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['RSA-2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ])('is made for a %s key too', async (_type, makeKey) => {
    const { id, serials } = await bench.order(1);
    const key = makeKey();
    const { status, body } = await issue(id, serials[0]!, csrFor(key));
    expect(status).toBe(201);
    expect(new X509Certificate(String(body['certificate'])).checkPrivateKey(key)).toBe(true);
  });

  it('can be found by its unit and by its fingerprint', async () => {
    const { id, serials } = await bench.order(1);
    const { body } = await issue(id, serials[0]!, csrFor(deviceKey()));
    const listed = await bench.as('auditor').get(`/v1/certificates?serial=${serials[0]}`);
    expect(listed.body).toMatchObject({ items: [{ fingerprint: body['fingerprint'], state: 'valid', serial: serials[0] }], nextCursor: null });
    expect((await bench.as('auditor').get(`/v1/certificates/${body['fingerprint']}`)).body).toMatchObject({ certificate: body['certificate'], state: 'valid' });
    expect(await bench.as('auditor').get(`/v1/certificates/${'0'.repeat(64)}`)).toMatchObject({ status: 404, body: { code: 'certificate-unknown' } });
  });
});

describe('the quota', () => {
  it('stops an order at its quantity, and over-counts never', async () => {
    const { id, serials } = await bench.order(3, { quantity: 2 });
    const answers = [];
    for (const serial of serials) answers.push(await issue(id, serial, csrFor(deviceKey())));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 409]);
    expect(answers[2]!.body).toMatchObject({ code: 'order-exhausted' });
    expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: 2, quota: 2 });
    expect((await bench.as('manager').get(`/v1/units/${serials[2]}`)).body).toMatchObject({ state: 'planned', certificates: [] });
  });

  it('holds against 20 requests at once', async () => {
    const { id, serials } = await bench.order(20, { quantity: 7 });
    const answers = await Promise.all(serials.map((serial) => issue(id, serial, csrFor(deviceKey()))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(7);
    expect(answers.filter(({ body }) => body['code'] === 'order-exhausted')).toHaveLength(13);
    const { count } = await bench.db.selectFrom('certificate').select((eb) => eb.fn.countAll<number>().as('count')).where('work_order_id', '=', id).where('state', '=', 'valid').executeTakeFirstOrThrow();
    expect(count).toBe(7);
  });

  it('is not touched by a unit of another order, nor by an order that is not released', async () => {
    const { id } = await bench.order(1);
    const other = await bench.order(1);
    expect(await issue(id, other.serials[0]!, csrFor(deviceKey()))).toMatchObject({ status: 404, body: { code: 'serial-unknown' } });
    await bench.as('manager').post('/v1/work-orders', { id: 'closed-yet', product: 'p', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: ['closed-1'] });
    expect(await issue('closed-yet', 'closed-1', csrFor(deviceKey()))).toMatchObject({ status: 409, body: { code: 'work-order-not-released' } });
  });
});

describe('at most one certificate per unit', () => {
  it('holds against two keys at the same moment', async () => {
    const { id, serials } = await bench.order(1);
    const answers = await Promise.all([1, 2, 3, 4].map(() => issue(id, serials[0]!, csrFor(deviceKey()))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  });

  it('holds for a unit that starts over: the same key gets its certificate again, another one none', async () => {
    const { id, serials } = await bench.order(1);
    const key = deviceKey();
    const first = await issue(id, serials[0]!, csrFor(key));
    await bench.db.updateTable('unit').set({ state: 'planned' }).where('serial', '=', serials[0]!).execute();
    const again = await issue(id, serials[0]!, csrFor(key));
    expect([again.status, again.body['fingerprint']]).toEqual([200, first.body['fingerprint']]);
    expect(await issue(id, serials[0]!, csrFor(deviceKey()))).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned' } });
    expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: 1, quota: 1 });
  });

  it('is kept by the ledger itself, whatever the code does', async () => {
    const { id, serials } = await bench.order(1);
    await issue(id, serials[0]!, csrFor(deviceKey()));
    const copy = sql`insert into certificate (serial_number, unit_id, work_order_id, authority_id, profile, state, spki_sha256, tbs_sha256, not_before, not_after, reserved_by)
      select 'another', unit_id, work_order_id, authority_id, profile, 'reserved', 'other'::bytea, tbs_sha256, not_before, not_after, 0 from certificate where work_order_id = ${id}`;
    await expect(copy.execute(bench.db)).rejects.toThrow('certificate_one_per_unit');
  });
});

describe('a crash', () => {
  /** What a process that died between its two commits leaves behind. */
  async function leaveReserved(workOrder: string, serial: string) {
    const authority = bench.app.get(CertificateAuthorityService);
    const sign = authority.sign.bind(authority);
    // The HSM never answers this process again. It is asked only after the reservation was committed.
    const asked = new Promise<void>((resolve) => {
      authority.sign = () => new Promise(() => resolve());
    });
    void issue(workOrder, serial, csrFor(deviceKey()));
    await asked;
    authority.sign = sign;
    await bench.db.updateTable('certificate').set({ reserved_by: 999_999 }).where('work_order_id', '=', workOrder).execute();
  }

  it('leaves a reservation that start-up abandons on record, with its quota given back', async () => {
    const { id, serials } = await bench.order(1);
    await leaveReserved(id, serials[0]!);
    expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: 1, quota: 1 });
    expect(await bench.app.get(IssuanceService, { strict: false }).abandonLeftBehind()).toBe(1);
    expect((await bench.as('manager').get(`/v1/work-orders/${id}`)).body['certificates']).toEqual({ used: 0, quota: 1 });
    expect(await bench.auditTrail(`unit:${serials[0]}`)).toEqual(['certificate.reserved', 'certificate.abandoned']);
    const intent = await bench.db.selectFrom('certificate').select(['state', 'tbs', 'der']).where('work_order_id', '=', id).executeTakeFirstOrThrow();
    expect(intent).toMatchObject({ state: 'abandoned', tbs: expect.any(Buffer), der: null });
  });

  it('costs the unit nothing: its next request is served, without waiting for the settling', async () => {
    const { id, serials } = await bench.order(1);
    await leaveReserved(id, serials[0]!);
    await bench.restart();
    const { status, body } = await issue(id, serials[0]!, csrFor(deviceKey()));
    expect([status, body['code']]).toEqual([201, undefined]);
    expect(await bench.db.selectFrom('certificate').select('state').where('work_order_id', '=', id).orderBy('reserved_at').execute()).toEqual([{ state: 'abandoned' }, { state: 'valid' }]);
  });

  it('of another process that is still at work is no crash: its reservation stands', async () => {
    const { id, serials } = await bench.order(1);
    await leaveReserved(id, serials[0]!);
    const { Instance } = await import('../../src/platform/database/instance.js');
    const other = await Instance.start(bench.config.DATABASE_URL);
    try {
      await bench.db.updateTable('certificate').set({ reserved_by: other.number }).where('work_order_id', '=', id).execute();
      expect(await bench.app.get(IssuanceService, { strict: false }).abandonLeftBehind()).toBe(0);
      expect(await issue(id, serials[0]!, csrFor(deviceKey()))).toMatchObject({ status: 409, body: { code: 'request-in-progress', retryable: true } });
    } finally {
      await other.close();
    }
  });
});
