import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { EU } from '../sandbox/support/bench.js';
import { until } from '../support/until.js';
import { CertifiedUnits } from './support/certified-units.js';
import type { Line } from './support/line.js';

let units: CertifiedUnits;
let line: Line;
beforeAll(async () => {
  units = await CertifiedUnits.start({ method: 'multi-account', parameters: { activate: 'at-issue' } });
  ({ line } = units);
});
afterAll(() => line.stop());

it('keeps a quarantined unit out although a call that lets it in takes effect afterwards, for which nobody waits any more', async () => {
  const call = line.edge.hold(/^PUT \/certificates\/.*newStatus=ACTIVE/);
  const device = await units.certify('LATE');
  const [target] = units.targets;
  const status = async () => (await line.aws.iot(EU).send(new DescribeCertificateCommand({ certificateId: device.certificateId }))).certificateDescription?.status;
  const row = () => line.db.selectFrom('unit_target').select(['state', 'desired', 'detail']).where('certificate_id', '=', device.certificateId).where('target_name', '=', target!).executeTakeFirstOrThrow();
  await call.come;
  await until('nobody waits for it', async () => ((await row()).detail === null ? undefined : true));
  expect((await line.call('manager', 'POST', '/v1/units/LATE/quarantine', {})).status).toBe(200);
  await until('it is seen to be out', async () => {
    const { state, desired, detail } = await row();
    return desired === 'INACTIVE' && (state === 'in-sync' || /INACTIVE/.test(detail ?? '')) ? true : undefined;
  });
  expect(await status()).toBe('INACTIVE');

  await call.letGo();
  await until('it took effect', async () => ((await status()) === 'ACTIVE' ? true : undefined));
  // As after seconds.
  await line.db.updateTable('unit_target').set({ next_attempt_at: new Date(0) }).where('certificate_id', '=', device.certificateId).where('state', '=', 'pending').execute();
  await until('it is out again', async () => ((await status()) === 'INACTIVE' ? true : undefined));
  expect(await units.connect(device, EU)).not.toBe('accepted');
  expect(await line.leaves('unit.certificate-suspended')).not.toContainEqual(expect.objectContaining({ data: expect.objectContaining({ target }) }));

  // As after ten minutes.
  await line.db.updateTable('unit_target').set({ activating_at: new Date(0), next_attempt_at: new Date(0) }).where('certificate_id', '=', device.certificateId).where('state', '=', 'pending').execute();
  await until('that is settled', async () => ((await row()).state === 'in-sync' ? true : undefined));
  expect(await line.leaves('unit.certificate-suspended')).toContainEqual(expect.objectContaining({ data: expect.objectContaining({ target }) }));
});
