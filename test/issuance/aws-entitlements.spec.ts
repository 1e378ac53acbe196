import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog } from '../../src/audit/audit-log.js';
import { FleetUnitRepository } from '../../src/aws-iot/methods/fleet-units.repository.js';
import { AuthorityRepository } from '../../src/certificate-authority/authority.repository.js';
import { AwsEntitlements } from '../../src/issuance/aws-entitlements.js';
import { DeviceKeys } from '../../src/issuance/device-key.js';
import { LedgerAcceptance } from '../../src/issuance/ledger-acceptance.js';
import { AmazonAuthority } from '../../src/sandbox/certificates/amazon-authority.js';
import { UnitRepository } from '../../src/work-orders/unit.repository.js';
import { WorkOrderRepository } from '../../src/work-orders/work-order.repository.js';
import { csrFor, deviceKey, nextIssuer, serviceBench, type ServiceBench } from '../support/service-bench.js';

let bench: ServiceBench;
let amazon: AmazonAuthority;
beforeAll(async () => {
  bench = await serviceBench();
  amazon = new AmazonAuthority(mkdtempSync(join(tmpdir(), 'amazon-')));
});
afterAll(() => bench.close());

const service = () => bench.app.get(AwsEntitlements, { strict: false });
async function entitle(order: string, serial: string, key?: KeyObject) {
  const { id, state } = await bench.app.get(UnitRepository, { strict: false }).getBySerial(serial);
  return service().entitle({
    actor: 'test', unit: { id, serial, state }, workOrder: await bench.app.get(WorkOrderRepository, { strict: false }).getTerms(order), lease: undefined,
    key: key && (await bench.app.get(DeviceKeys, { strict: false }).read(csrFor(key), 'station')),
  });
}
/** As AWS signs it. */
const signed = (key: KeyObject) => {
  const { der, id } = amazon.issue(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  return { der, id };
};
const used = async (order: string) => (await bench.as('manager').get(`/v1/work-orders/${order}`)).body['certificates'];
const state = async (serial: string) => (await bench.as('manager').get(`/v1/units/${serial}`)).body['state'];
const leaves = (serial: string) => bench.auditTrail(`unit:${serial}`);

it('counts a certificate against its order before AWS is asked, and takes it over once when AWS has signed it', async () => {
  const { id, serials: [serial = '', second = ''] } = await bench.order(2, { quantity: 1 });
  const key = deviceKey();
  const first = await entitle(id, serial, key);
  expect(first).toMatchObject({ replayed: false, entitlement: { authorityId: bench.authority.id } });
  expect(await entitle(id, serial, key)).toMatchObject({ replayed: true, entitlement: { id: first.entitlement.id } });
  expect([await used(id), await state(serial)]).toEqual([{ used: 1, quota: 1 }, 'certified']);
  await expect(entitle(id, second, deviceKey())).rejects.toMatchObject({ code: 'order-exhausted' });
  await expect(entitle(id, serial, deviceKey())).rejects.toMatchObject({ code: 'unit-already-provisioned' });

  const certificate = signed(key);
  expect(await service().import('eu', serial, certificate.der)).toEqual({ outcome: 'imported' });
  expect(await service().import('eu', serial, certificate.der)).toEqual({ outcome: 'known' });
  expect((await bench.as('auditor').get(`/v1/certificates?unit=${serial}`)).body['items']).toMatchObject([{ serial, state: 'valid', authority: null, fingerprint: certificate.id, workOrder: id, notAfter: '2049-12-31T23:59:59.000Z' }]);
  expect(await used(id)).toEqual({ used: 1, quota: 1 });
  expect(await leaves(serial)).toEqual(['certificate.entitled', 'certificate.imported']);
  // Its own certificate is the unit's only one.
  expect(await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(key) })).toMatchObject({ status: 409, body: { code: 'unit-already-provisioned' } });
});

it('refuses a certificate for another key, one that nobody waits for, and a second one, on record', async () => {
  const { id, serials: [serial = '', other = ''] } = await bench.order(2);
  await entitle(id, serial, deviceKey());
  expect(await service().import('eu', serial, signed(deviceKey()).der)).toEqual({ outcome: 'refused', reason: 'it is for another key than the unit’s' });
  expect(await service().import('eu', other, signed(deviceKey()).der)).toEqual({ outcome: 'refused', reason: 'the unit waits for no certificate of AWS' });
  expect(await leaves(other)).toEqual(['certificate.not-entitled']);
  expect((await bench.as('auditor').get(`/v1/certificates?workOrder=${id}`)).body['items']).toEqual([]);
});

it('takes any key where AWS makes it, and keeps it for this unit', async () => {
  const { id, serials: [serial = '', other = ''] } = await bench.order(2);
  await entitle(id, serial);
  const key = deviceKey();
  expect(await service().import('eu', serial, signed(key).der)).toEqual({ outcome: 'imported' });
  await expect(entitle(id, other, key)).rejects.toMatchObject({ code: 'key-already-used' });
});

it('takes no key that AWS has made where that is another unit’s, or is compromised, on record', async () => {
  const { id, serials: [owner = '', serial = ''] } = await bench.order(2);
  const key = deviceKey();
  const { body: { fingerprint } } = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: owner, csr: csrFor(key) });
  const { entitlement } = await entitle(id, serial);
  const taken = async () => ({ imported: await service().import('eu', serial, signed(key).der), valid: await bench.db.selectFrom('certificate').select('serial_number').where('unit_id', '=', entitlement.unitId).execute() });
  expect(await taken()).toEqual({ imported: { outcome: 'refused', reason: `its key is that of unit ${owner}` }, valid: [] });
  expect((await bench.as('officer').post(`/v1/certificates/${String(fingerprint)}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
  expect(await taken()).toEqual({ imported: { outcome: 'refused', reason: `its key is that of unit ${owner}` }, valid: [] });
  await bench.db.updateTable('device_key').set({ unit_id: entitlement.unitId }).where('unit_id', '=', (await bench.app.get(UnitRepository, { strict: false }).getBySerial(owner)).id).execute();
  expect(await taken()).toEqual({ imported: { outcome: 'refused', reason: 'its key is compromised' }, valid: [] });
  expect(await leaves(serial)).toEqual(['certificate.entitled', ...Array.from({ length: 3 }, () => 'certificate.not-entitled')]);
  // Its device may still bring one of its own.
  expect(await service().import('eu', serial, signed(deviceKey()).der)).toEqual({ outcome: 'imported' });
});

it('lets AWS sign nothing more for a key that turns out to be compromised, and the unit not pass', async () => {
  const { id, serials: [serial = ''] } = await bench.order(1);
  const key = deviceKey();
  await entitle(id, serial, key);
  const first = signed(key);
  await service().import('eu', serial, first.der);
  expect((await bench.as('operator').post(`/v1/units/${serial}/rework`)).status).toBe(200);
  const { entitlement } = await entitle(id, serial, key);
  await service().voucherOf(entitlement, { actor: 'test', serial, days: undefined });
  const pass = () => bench.app.get(FleetUnitRepository, { strict: false }).mayPass(bench.db, entitlement.unitId);
  expect(await pass()).toBeUndefined();
  expect((await bench.as('officer').post(`/v1/certificates/${first.id}/revoke`, { reason: 'keyCompromise' })).status).toBe(200);
  expect(await leaves(serial)).toContain('certificate.reason-raised');
  expect((await leaves(serial)).at(-1)).toBe('certificate.entitlement-withdrawn');
  expect(await service().import('eu', serial, signed(key).der)).toMatchObject({ outcome: 'refused' });
  expect(await pass()).toMatchObject({ code: 'certificate-revoked' });
});

it('revokes what AWS has signed as any certificate, and on no list of ours', async () => {
  const { id, serials: [serial = ''] } = await bench.order(1);
  const key = deviceKey();
  await entitle(id, serial, key);
  const certificate = signed(key);
  await service().import('eu', serial, certificate.der);
  expect(await bench.as('officer').post(`/v1/certificates/${certificate.id}/revoke`, { reason: 'keyCompromise' })).toMatchObject({ status: 200, body: { authority: null, state: 'revoked' } });
  expect(await bench.db.selectFrom('crl_due').selectAll().execute()).toEqual([]);
  expect((await bench.as('auditor').get(`/v1/certificates/${certificate.id}`)).body).toMatchObject({ state: 'revoked', authority: null, revocationReason: 'keyCompromise' });
});

it('is a unit’s only certificate: no authority of ours renews it, and with its revocation the unit can’t pass', async () => {
  const { id, serials: [serial = ''] } = await bench.order(1);
  const key = deviceKey();
  const { entitlement } = await entitle(id, serial, key);
  await service().voucherOf(entitlement, { actor: 'test', serial, days: undefined });
  const certificate = signed(key);
  await service().import('eu', serial, certificate.der);
  await bench.db.updateTable('unit').set({ state: 'passed' }).where('serial', '=', serial).execute();
  for (const request of [{ csr: csrFor(deviceKey()) }, { csr: csrFor(deviceKey()), replaces: certificate.id }, { csr: csrFor(key), replaces: certificate.id }]) {
    expect(await bench.as('issuer').post(`/v1/units/${serial}/renewal`, request)).toMatchObject({ status: 409, body: { code: 'certificate-not-ours' } });
  }
  const pass = () => bench.app.get(FleetUnitRepository, { strict: false }).mayPass(bench.db, entitlement.unitId);
  expect(await pass()).toBeUndefined();
  expect((await bench.as('officer').post(`/v1/certificates/${certificate.id}/revoke`, { reason: 'superseded' })).status).toBe(200);
  expect(await pass()).toMatchObject({ code: 'certificate-revoked' });
  expect(await bench.as('issuer').post(`/v1/units/${serial}/renewal`, { csr: csrFor(deviceKey()) })).toMatchObject({ status: 409, body: { code: 'certificate-revoked' } });
});

it('takes back what was not used yet: for good where the unit is scrapped, and with its quota where it is reworked', async () => {
  const { id, serials: [scrapped = '', reworked = ''] } = await bench.order(2);
  const keys = [deviceKey(), deviceKey()] as const;
  await entitle(id, scrapped, keys[0]);
  await entitle(id, reworked, keys[1]);
  expect((await bench.as('manager').post(`/v1/units/${scrapped}/scrap`)).status).toBe(200);
  expect((await bench.as('manager').post(`/v1/units/${reworked}/rework`)).status).toBe(200);
  expect(await used(id)).toEqual({ used: 1, quota: 2 });
  for (const [at, serial] of [scrapped, reworked].entries()) expect(await service().import('eu', serial, signed(keys[at]!).der)).toMatchObject({ outcome: 'refused' });
  expect(await leaves(scrapped)).toContain('certificate.entitlement-withdrawn');
  await expect(entitle(id, scrapped, keys[0])).rejects.toMatchObject({ code: 'unit-not-open' });
  expect(await entitle(id, reworked, deviceKey())).toMatchObject({ replayed: false });
  expect(await used(id)).toEqual({ used: 2, quota: 2 });
});

it('condemns a key for which AWS has signed nothing yet where the unit is reworked because somebody else may have it, on record', async () => {
  const { id, serials: [serial = ''] } = await bench.order(1);
  const key = deviceKey();
  await entitle(id, serial, key);
  expect((await bench.as('operator').post(`/v1/units/${serial}/rework`, { keyCompromised: true })).status).toBe(200);
  expect(await leaves(serial)).toContain('key.condemned');
  await expect(entitle(id, serial, key)).rejects.toMatchObject({ code: 'key-compromised' });
  expect(await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial, csr: csrFor(key) })).toMatchObject({ status: 409, body: { code: 'key-compromised' } });
});

it('says of a unit that was set aside while AWS signed that its certificate is to wait', async () => {
  const { id, serials: [serial = ''] } = await bench.order(1);
  const key = deviceKey();
  await entitle(id, serial, key);
  await bench.as('manager').post(`/v1/units/${serial}/quarantine`);
  expect(await service().import('eu', serial, signed(key).der)).toEqual({ outcome: 'imported' });
  expect(await leaves(serial)).toEqual(['certificate.entitled', 'unit.quarantined', 'certificate.imported']);
});

it('lets no unit of a closed order pass whose voucher is of an authority that was stopped or is compromised, and signs none with that', async () => {
  const { id, serials: [serial = '', other = ''] } = await bench.order(2);
  const [{ entitlement }, { entitlement: unsigned }] = [await entitle(id, serial, deviceKey()), await entitle(id, other, deviceKey())];
  const voucher = await service().voucherOf(entitlement, { actor: 'test', serial, days: undefined });
  await bench.db.updateTable('work_order').set({ state: 'closed' }).where('id', '=', id).execute();
  await bench.db.deleteFrom('issuing_verdict').where('work_order_id', '=', id).execute();
  const pass = () => bench.app.get(FleetUnitRepository, { strict: false }).mayPass(bench.db, entitlement.unitId);
  expect(await pass()).toBeUndefined();
  const authorities = bench.app.get(AuthorityRepository, { strict: false });
  await bench.db.transaction().execute((tx) => authorities.setCloudStop(tx, bench.authority.id, true));
  expect(await pass()).toMatchObject({ code: 'may-not-issue', message: expect.stringContaining(`authority ${bench.authority.id} can’t connect now: An officer has stopped`), action: { others: expect.stringContaining(bench.authority.id) } });
  await bench.db.transaction().execute((tx) => authorities.compromise(tx, bench.authority.id));
  expect(await pass()).toMatchObject({ code: 'authority-compromised' });
  await expect(service().voucherOf(unsigned, { actor: 'test', serial: other, days: undefined })).rejects.toMatchObject({ code: 'authority-compromised' });
  expect(await service().voucherOf({ ...entitlement, voucher }, { actor: 'test', serial, days: undefined })).toBe(voucher);
});

it('is made under the issuer of today at once, also where this process knows the former one', async () => {
  await nextIssuer(bench);
  const { id, serials: [first = '', second = ''] } = await bench.order(2);
  await entitle(id, first, deviceKey());
  const next = await nextIssuer(bench);
  expect(await entitle(id, second, deviceKey())).toMatchObject({ replayed: false, entitlement: { authorityId: next } });
});

it('refuses nothing by a ledger that has lost what it held before a manager has confirmed the order', async () => {
  const { id, serials: [serial = ''] } = await bench.order(1);
  await entitle(id, serial, deviceKey());
  const lost = signed(deviceKey());
  const before = await leaves(serial);
  await bench.db.transaction().execute((tx) => bench.app.get(AuditLog, { strict: false }).hold(tx, 'older', 'the test says so'));
  await expect(service().import('eu', serial, lost.der)).rejects.toMatchObject({ code: 'ledger-older' });
  await bench.app.get(LedgerAcceptance, { strict: false }).accept('test', [], () => 'the test says so');
  expect(await service().import('eu', serial, lost.der)).toEqual({ outcome: 'doubtful', reason: 'it is for another key than the unit’s' });
  expect(await leaves(serial)).toEqual(before);
  expect(await bench.as('manager').post('/v1/work-orders/confirm', { workOrders: 'all', reason: 'compared' })).toMatchObject({ status: 200, body: { unconfirmed: 0 } });
  expect(await service().import('eu', serial, lost.der)).toMatchObject({ outcome: 'refused' });
  expect(await leaves(serial)).toEqual([...before, 'certificate.not-entitled']);
});
