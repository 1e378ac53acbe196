import { UpdateCertificateCommand } from '@aws-sdk/client-iot';
import type { CertifiedUnits } from '../aws-iot/support/certified-units.js';
import type { Line } from '../aws-iot/support/line.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { CONFIG, type Config } from '../../src/config/config.js';
import { LedgerAcceptance } from '../../src/issuance/ledger-acceptance.js';
import { checkConfirmations } from '../../src/local/confirmations-check.js';
import type { Examined } from '../../src/local/examination.js';
import { EU } from '../sandbox/support/bench.js';
import { deviceKey } from '../support/service-bench.js';
import { until } from '../support/until.js';
import { Field, url } from './field.js';

let field: Field;
let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  field = await Field.start();
  ({ units, line } = field);
}, 120_000);
afterAll(() => line?.stop());

/** The ledger tells what it told before the device got its new certificate. */
const forgetDelivery = (unitId: number) => line.db.updateTable('renewal').set({ state: 'ready', delivered_at: null, expires_at: new Date(0) }).where('unit_id', '=', unitId);

it('withdraws nothing with which a device was seen, though the ledger has lost that it was fetched', async () => {
  const old = await field.registered('R-27');
  const device = await field.fetched(old, deviceKey());
  await line.db.transaction().execute(async (tx) => {
    await tx.updateTable('unit_target').set({ connected_at: new Date() }).where('certificate_id', '=', device.certificateId).where('target_name', '=', units.targets[0]!).execute();
    await tx.executeQuery(forgetDelivery(old.unitId).compile());
  });
  expect(await field.stateOf('R-27', ({ state }) => state !== 'ready')).toMatchObject({ state: 'seen', seenIn: units.targets[0] });
  expect(await field.certificatesOf(old)).toEqual(['former valid', 'current valid']);
});

it('withdraws nothing while the old certificate does not let the device in', async () => {
  const old = await field.registered('R-22');
  const device = await field.fetched(old, deviceKey());
  const iot = line.aws.iot(EU);
  await iot.send(new UpdateCertificateCommand({ certificateId: old.certificateId, newStatus: 'INACTIVE' }));
  await forgetDelivery(old.unitId).execute();
  expect(await field.stateOf('R-22', ({ detail, state }) => state === 'cancelled' || detail !== null)).toMatchObject({
    state: 'ready', detail: `Nobody has fetched the new certificate in time, and its device may not come in with the old one: ${units.targets[0]}: In AWS the certificate is INACTIVE`,
    remedy: expect.stringContaining('which of its two certificates the device uses'),
  });
  expect([await field.statusIn(EU, device.certificateId), await field.certificatesOf(old)]).toEqual(['ACTIVE', ['current valid', 'successor valid']]);
  await iot.send(new UpdateCertificateCommand({ certificateId: old.certificateId, newStatus: 'ACTIVE' }));
  await field.stateOf('R-22', 'cancelled');
});

it('switches off and revokes nothing of its own accord, and renews nothing, while the ledger is older than what was issued, and then until a manager has confirmed the order; what a person revokes is kept out', async () => {
  const [unfetched, inGrace, quarantined, revoked] = [await field.registered('R-23'), await field.registered('R-24'), await field.registered('R-25'), await field.registered('R-26')];
  await field.renew('R-23', deviceKey());
  await field.stateOf('R-23', 'ready');
  await field.fetched(inGrace, deviceKey());
  await field.reportSeen('R-24');
  await field.stateOf('R-24', 'grace');
  await field.setState('R-25', 'passed');
  const audit = line.app.get(AuditLog, { strict: false });
  await line.db.transaction().execute((tx) => audit.hold(tx, 'older', 'the test says so'));
  await until('the worker knows', () => Promise.resolve(audit.mayActAlone ? undefined : true));
  await forgetDelivery(unfetched.unitId).execute();
  await field.graceIsOver('R-24');
  for (const device of [unfetched, inGrace]) await expect(field.advance(device)).rejects.toMatchObject({ code: 'ledger-older' });
  expect(await line.call('officer', 'POST', url('R-24', '/cancel'), { reason: 'test' })).toMatchObject({ status: 503, body: { code: 'ledger-older' } });
  await line.call('operator', 'POST', '/v1/units/R-25/quarantine', { reason: 'test' });
  await until('it is to be kept out', async () => (await line.db.selectFrom('unit_target').select('state').where('certificate_id', '=', quarantined.certificateId).where('desired', '=', 'INACTIVE').execute()).length > 0 ? true : undefined);
  await line.call('officer', 'POST', `/v1/certificates/${revoked.certificateId}/revoke`, { reason: 'keyCompromise' });
  await field.settled(revoked, 'REVOKED');
  expect([await field.certificatesOf(unfetched), await field.certificatesOf(inGrace)]).toEqual([['current valid', 'successor valid'], ['former valid', 'current valid']]);
  expect([await field.statusIn(EU, quarantined.certificateId), await field.statusIn(EU, revoked.certificateId)]).toEqual(['ACTIVE', 'REVOKED']);
  await line.app.get(LedgerAcceptance, { strict: false }).accept('test', [], () => 'the test says so');
  await field.settled(quarantined, 'INACTIVE');

  const resting = async () => (await line.call('auditor', 'GET', '/v1/renewals?unconfirmed=true')).body.items as { serial: string; unconfirmed: boolean; state: string; remedy: string | null }[];
  const named = await until('both are looked at', async () => {
    await Promise.all(['R-23', 'R-24'].map((serial) => field.hurry(serial)));
    const items = (await resting()).filter(({ serial }) => serial === 'R-23' || serial === 'R-24');
    return items.every(({ remedy }) => remedy !== null) ? items : undefined;
  });
  expect(named).toMatchObject([{ serial: 'R-23', state: 'ready', unconfirmed: true, remedy: expect.stringContaining('/v1/work-orders/confirm') }, { serial: 'R-24', state: 'grace' }]);
  expect([await field.certificatesOf(unfetched), await field.certificatesOf(inGrace)]).toEqual([['current valid', 'successor valid'], ['former valid', 'current valid']]);
  expect(await field.renew('R-22', deviceKey())).toMatchObject({ status: 409, body: { code: 'work-order-unconfirmed', operatorAction: expect.stringContaining('/v1/work-orders/confirm') } });
  expect(await checkConfirmations({ databaseUrl: line.app.get<Config>(CONFIG).DATABASE_URL } as Examined)).toMatchObject({ state: 'warn', finding: expect.stringMatching(/^2 wait to be confirmed .*\(MA, WO\).* \d+ renewals rest/) });

  expect(await line.call('manager', 'POST', '/v1/work-orders/confirm', { workOrders: ['MA', 'nowhere'], reason: 'compared' })).toMatchObject({ status: 404, body: { code: 'work-order-unknown' } });
  expect(await line.call('manager', 'POST', '/v1/work-orders/confirm', { workOrders: ['MA'], reason: 'compared' })).toMatchObject({ status: 200, body: { confirmed: 1, unconfirmed: 1 } });
  expect(await line.leaves('work-order.confirmed')).toMatchObject([{ subject: 'work-order:MA', data: { id: 'MA', epoch: 1, reason: 'compared' } }]);
  await field.stateOf('R-23', 'cancelled');
  await field.stateOf('R-24', 'done');
  expect(await field.renew('R-22', deviceKey())).toMatchObject({ status: 202 });
});
