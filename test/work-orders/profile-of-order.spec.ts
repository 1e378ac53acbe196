import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(() => bench.close());

const create = (id: string, fields: Record<string, unknown>) =>
  bench.as('manager').post('/v1/work-orders', { id, product: 'sensor', line: 'line-1', authority: 'Test', quantity: 1, targets: ['eu'], serials: [`${id}-1`], ...fields });

async function issue(id: string, csr: string) {
  await bench.as('manager').post(`/v1/work-orders/${id}/release`);
  return bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: `${id}-1`, csr });
}

describe('the profile of a work order', () => {
  it('must exist', async () => {
    expect(await create('nobody', { profile: 'nobody' })).toMatchObject({ status: 422, body: { code: 'order-reference-unknown' } });
  });

  it('must be able to hold the order’s serials and product, so that no unit fails on the line', async () => {
    const serials = ['ok-1', 'ok-2', 'not_ok'];
    expect(await create('names', { profile: 'device-idevid', serials })).toMatchObject({ status: 422, body: { code: 'certificate-refused', detail: expect.stringContaining('unit not_ok: The serialNumber') } });
    expect(await create('names', { profile: 'device-idevid', product: 'half \ud800' })).toMatchObject({ status: 400, body: { code: 'request-invalid', detail: expect.stringContaining('product') } });
    expect((await bench.as('manager').get('/v1/work-orders/names')).status).toBe(404);
    expect((await create('names', { profile: 'device', serials })).status).toBe(201);
  });

  it('gives a whole range of serials one answer', async () => {
    const range = { quantity: 100_000, profile: 'device-idevid', serials: { prefix: 'R_', digits: 6, count: 100_000 } };
    expect(await create('range', range)).toMatchObject({ status: 422, body: { code: 'certificate-refused', detail: expect.stringContaining('unit R_000001') } });
  });

  it('may give a certificate that never expires, and the ledger and the API say so', async () => {
    await create('idevid', { profile: 'device-idevid', product: 'Pumpe Ä' });
    const { status, body } = await issue('idevid', csrFor(deviceKey()));
    expect([status, body['notAfter']]).toEqual([201, '9999-12-31T23:59:59.000Z']);
    const certificate = new X509Certificate(String(body['certificate']));
    expect(certificate.subject).toBe('O=Lineside Demo\nOU=Pumpe Ä\nserialNumber=idevid-1\nCN=idevid-1');
    expect(certificate.validTo).toBe('Dec 31 23:59:59 9999 GMT');
    expect((await bench.as('auditor').get(`/v1/certificates/${String(body['fingerprint'])}`)).body).toMatchObject({ state: 'valid', notAfter: '9999-12-31T23:59:59.000Z' });
  });

  it('says which keys devices may have', async () => {
    await create('rsa', { profile: 'device-rsa' });
    expect(await issue('rsa', csrFor(deviceKey()))).toMatchObject({ status: 422, body: { code: 'key-not-allowed' } });
    const { status, body } = await issue('rsa', csrFor(generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey));
    expect([status, new X509Certificate(String(body['certificate'])).publicKey.asymmetricKeyType]).toEqual([201, 'rsa']);
  });
});
