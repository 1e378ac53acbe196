import { createHash } from 'node:crypto';
import { AuditLog } from '../../src/audit/audit-log.js';
import { readLeaf } from '../../src/audit/log-follower.js';
import { encodeCrlEntry, type RevocationReason } from '../../src/x509/crl.js';
import { fromPem } from '../../src/x509/pem.js';
import { csrFor, deviceKey, serviceBench, type ServiceBench } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { Scratch } from '../x509/external-tools.js';
import { allPublished, crlVerdict } from './published-crl.js';

let bench: ServiceBench;
const scratch = new Scratch();
beforeAll(async () => {
  bench = await serviceBench();
});
afterAll(async () => {
  await bench.close();
  scratch.remove();
});

async function issued() {
  const { id, serials } = await bench.order(1);
  const { body } = await bench.as('issuer').post('/v1/certificates', { workOrder: id, serial: serials[0], csr: csrFor(deviceKey()) });
  const pem = String(body['certificate']);
  return { serial: serials[0]!, pem, ca: String(body['chain']), fingerprint: createHash('sha256').update(fromPem('CERTIFICATE', pem)).digest('hex') };
}

const revoke = (fingerprint: string, reason: string, role: 'officer' | 'manager' = 'officer') =>
  bench.as(role).post(`/v1/certificates/${fingerprint}/revoke`, { reason });
const leaves = async (serial: string) => (await bench.auditTrail(`unit:${serial}`)).filter((event) => event === 'certificate.revoked' || event === 'certificate.reason-raised');

it('is final, on record, and makes openssl refuse the device by the published list', async () => {
  const device = await issued();
  const url = `/v1/authorities/${bench.authority.id}/crl?format=pem`;
  const before = await bench.call('GET', url, undefined);
  expect(crlVerdict(scratch, device.ca, String(before.body['text']), device.pem)).toMatchObject({ ok: true });

  const { status, body } = await revoke(device.fingerprint, 'keyCompromise');
  expect(status).toBe(200);
  expect(body).toMatchObject({ fingerprint: device.fingerprint, serial: device.serial, authority: bench.authority.id, state: 'revoked', reason: 'keyCompromise' });
  expect(Math.abs(Date.now() - Date.parse(String(body['revokedAt'])))).toBeLessThan(10_000);
  expect((await bench.as('auditor').get(`/v1/certificates/${device.fingerprint}`)).body).toMatchObject({
    state: 'revoked', revokedAt: body['revokedAt'], revocationReason: 'keyCompromise', certificate: device.pem,
  });
  const rows = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', `unit:${device.serial}`).where('event', '=', 'certificate.revoked').execute();
  const leaves = rows.map(({ body: octets }) => readLeaf(octets)).map(({ actor, facts }) => ({ actor, data: facts }));
  expect(leaves).toEqual([{ actor: expect.stringMatching(/^key:/), data: { serialNumber: body['serialNumber'], unit: device.serial, authority: bench.authority.id, fingerprint: device.fingerprint, reason: 'keyCompromise' } }]);

  await allPublished(bench);
  const after = await bench.call('GET', url, undefined);
  const verdict = crlVerdict(scratch, device.ca, String(after.body['text']), device.pem);
  expect(verdict.ok).toBe(false);
  expect(verdict.text).toContain('certificate revoked');
});

it('answers the same when asked again for the same reason, and refuses another', async () => {
  const { fingerprint, serial } = await issued();
  const first = await revoke(fingerprint, 'superseded');
  const again = await revoke(fingerprint, 'superseded');
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(await revoke(fingerprint, 'privilegeWithdrawn')).toMatchObject({ status: 409, body: { code: 'already-revoked', retryable: false } });
  expect(await leaves(serial)).toEqual(['certificate.revoked']);
});

it('takes one reason that comes to light later, on record and on the list: that the key is compromised', async () => {
  const device = await issued();
  const first = await revoke(device.fingerprint, 'cessationOfOperation');
  await allPublished(bench);
  const raised = await revoke(device.fingerprint, 'keyCompromise');
  expect(raised).toMatchObject({ status: 200, body: { ...first.body, reason: 'keyCompromise' } });
  expect(await revoke(device.fingerprint, 'keyCompromise')).toMatchObject({ status: 200, body: raised.body });
  expect(await revoke(device.fingerprint, 'cessationOfOperation')).toMatchObject({ status: 409, body: { code: 'already-revoked' } });
  const rows = await bench.db.selectFrom('log_leaf').select('body').where('subject', '=', `unit:${device.serial}`).where('event', '=', 'certificate.reason-raised').execute();
  expect(rows.map(({ body }) => readLeaf(body).facts)).toEqual([
    { serialNumber: first.body['serialNumber'], unit: device.serial, authority: bench.authority.id, fingerprint: device.fingerprint, from: 'cessationOfOperation', reason: 'keyCompromise' },
  ]);
  await allPublished(bench);
  const { body } = await bench.call('GET', `/v1/authorities/${bench.authority.id}/crl?format=pem`, undefined);
  const list = fromPem('X509 CRL', String(body['text']));
  const entry = (reason: RevocationReason) => encodeCrlEntry(Buffer.from(String(first.body['serialNumber']), 'hex'), new Date(String(first.body['revokedAt'])), reason);
  expect([list.includes(entry('keyCompromise')), list.includes(entry('cessationOfOperation'))]).toEqual([true, false]);
});

it('happens once when many ask at the same time, whatever their reasons', async () => {
  const { fingerprint, serial } = await issued();
  const reasons = ['superseded', 'keyCompromise', 'unspecified', 'superseded', 'keyCompromise', 'unspecified'];
  const answers = await Promise.all(reasons.map((reason) => revoke(fingerprint, reason)));
  const kept = (await bench.db.selectFrom('certificate').select('revocation_reason').where('fingerprint', '=', fingerprint).executeTakeFirstOrThrow()).revocation_reason;
  // Whatever came first, the key is compromised.
  expect(kept).toBe('keyCompromise');
  const of = (reason: string) => answers.filter((_, at) => reasons[at] === reason).map(({ status }) => status);
  expect(of('keyCompromise')).toEqual([200, 200]);
  expect(['superseded', 'unspecified'].filter((reason) => of(reason).includes(200)).length).toBe((await leaves(serial)).length - 1);
  expect((await leaves(serial)).filter((event) => event === 'certificate.revoked')).toHaveLength(1);
});

it.each(['unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation', 'privilegeWithdrawn'])('takes the reason %s', async (reason) => {
  expect(await revoke((await issued()).fingerprint, reason)).toMatchObject({ status: 200, body: { reason } });
});

it.each([
  ['a reason that could be lifted again', { reason: 'certificateHold' }],
  ['no reason', {}],
  ['more than it knows', { reason: 'superseded', until: 'tomorrow' }],
])('refuses %s and changes nothing', async (_what, body) => {
  const { fingerprint } = await issued();
  expect(await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, body)).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  expect((await bench.as('officer').get(`/v1/certificates/${fingerprint}`)).body).toMatchObject({ state: 'valid', revokedAt: null, revocationReason: null });
});

it('is for officers', async () => {
  const { fingerprint } = await issued();
  expect(await revoke(fingerprint, 'superseded', 'manager')).toMatchObject({ status: 403 });
  expect(await bench.call('POST', `/v1/certificates/${fingerprint}/revoke`, bench.keys.station, { reason: 'superseded' })).toMatchObject({ status: 403 });
  expect(await bench.call('POST', `/v1/certificates/${fingerprint}/revoke`, undefined, { reason: 'superseded' })).toMatchObject({ status: 401 });
  expect((await bench.as('officer').get(`/v1/certificates/${fingerprint}`)).body).toMatchObject({ state: 'valid' });
});

it('knows certificates by the SHA-256 of their bytes only', async () => {
  expect(await revoke('0'.repeat(64), 'superseded')).toMatchObject({ status: 404, body: { code: 'certificate-unknown' } });
  expect(await revoke('F'.repeat(64), 'superseded')).toMatchObject({ status: 400 });
});

it('can’t be undone, not even in the ledger itself', async () => {
  const { fingerprint } = await issued();
  await revoke(fingerprint, 'superseded');
  const change = (columns: object) => bench.db.updateTable('certificate').set(columns).where('fingerprint', '=', fingerprint).execute();
  await expect(change({ state: 'valid' })).rejects.toThrow('a revocation is final');
  await expect(change({ crl_entry: Buffer.alloc(3) })).rejects.toThrow('a revocation is final');
  await expect(change({ crl_entry: Buffer.alloc(3), revocation_reason: 'unspecified' })).rejects.toThrow('a revocation is final');
  await expect(change({ crl_entry: Buffer.alloc(3), revocation_reason: 'keyCompromise', revoked_at: new Date() })).rejects.toThrow('a revocation is final');
});

it('does not happen when it can’t be put on record', async () => {
  const { fingerprint, serial } = await issued();
  const audit = bench.app.get(AuditLog, { strict: false });
  const record = audit.record.bind(audit);
  audit.record = () => Promise.reject(new Error('the log can’t be written'));
  try {
    expect((await bench.as('officer').post(`/v1/certificates/${fingerprint}/revoke`, { reason: 'superseded' })).status).toBe(500);
  } finally {
    audit.record = record;
  }
  expect((await bench.as('officer').get(`/v1/certificates/${fingerprint}`)).body).toMatchObject({ state: 'valid' });
  expect(await leaves(serial)).toEqual([]);
});

it('is to be told to the targets of the unit, as the log has it', async () => {
  const { fingerprint } = await issued();
  await revoke(fingerprint, 'cessationOfOperation');
  const rows = await until('read', async () => {
    const found = await bench.db.selectFrom('unit_target').select(['target_name', 'desired', 'state']).where('certificate_id', '=', fingerprint).execute();
    return found.some(({ desired }) => desired === 'REVOKED') ? found : undefined;
  });
  expect(rows).toEqual([{ target_name: 'eu', desired: 'REVOKED', state: 'pending' }]);
});
